"""The command `demo`: two simulated shops, and the program that shows them."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from shopwright.app.cli.operating import BUILD, Build
from shopwright.app.cli.output import print_table, say

if TYPE_CHECKING:
    from shopwright.app.demo import Login
    from shopwright.app.serving import Program
    from shopwright.infra.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    port: Annotated[int | None, typer.Option(help="Port, in place of SHOPWRIGHT_HTTP_PORT.")] = None,
    seed_only: Annotated[bool, typer.Option("--seed-only", help="Fill the shops and stop.")] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Empty the simulated shops and fill them anew; logins stay.")
    ] = False,
    build: Annotated[Build, BUILD] = Build.STALE,
) -> None:
    """Start the program with two simulated shops; print their addresses and logins."""
    from shopwright.app.demo import ensure_demo
    from shopwright.app.pages.building import ensure_pages
    from shopwright.app.serving import open_program, serve
    from shopwright.infra.settings import load_settings, with_demo_mode

    settings = with_demo_mode(load_settings())

    async def prepare(program: "Program") -> None:
        logins = await ensure_demo(program.platform.database, program.access, settings.state_dir, say, reset=reset)
        _tell(settings, port or settings.http.port, logins)

    async def fill() -> None:
        async with open_program(settings) as program:
            await prepare(program)

    async def prepare_all(program: "Program") -> None:
        pages = asyncio.to_thread(ensure_pages, say) if build is Build.STALE else asyncio.sleep(0)
        await asyncio.gather(prepare(program), pages)

    if seed_only:
        asyncio.run(fill())
    else:
        serve(settings, port=port, prepare=prepare_all)


def _tell(settings: "Settings", port: int, logins: "list[Login]") -> None:
    address = f"http://{settings.http.host}:{port}"
    rows = [(login.shop, login.role, login.email, login.password) for login in logins]
    print_table("Simulated shops", ("shop", "role", "e-mail", "password"), rows)
    say(
        f"\nPages      {address}\nAPI        {address}/api/v1\nReference  {address}/docs\nHealth     {address}/health\n"
    )
    say("Everything in these shops is simulated. Stop with Ctrl-C; the next start finds them as you left them.")

"""Commands for whoever runs the installation: up, worker, migrate, doctor, backup, restore, openapi."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from shopwright.app.cli.output import print_json, print_table, say


class Build(StrEnum):
    """Whether the web pages are built at the start."""

    STALE = "stale"
    NEVER = "never"


BUILD: Final = typer.Option("--build", help="Build the web pages when their sources have changed, or never.")
_JSON = typer.Option("--json", help="Print JSON for a script.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, worker, migrate, doctor, backup, restore, openapi):
        app.command()(command)


def up(
    port: Annotated[int | None, typer.Option(help="Port, in place of SHOPWRIGHT_HTTP_PORT.")] = None,
    no_worker: Annotated[bool, typer.Option(help="Leave events and jobs to other processes.")] = False,
    build: Annotated[Build, BUILD] = Build.STALE,
) -> None:
    """Start the program: database, API, web pages, and the worker in the same process."""
    from shopwright.infra.postgres.ahead import started_ahead
    from shopwright.infra.settings import load_settings

    settings = load_settings()
    with started_ahead(settings.database):
        with without_collection():
            from shopwright.app.pages.building import ensure_pages
            from shopwright.app.serving import serve
        if build is Build.STALE:
            ensure_pages(say)
        serve(settings, port=port, with_worker=not no_worker)


@contextmanager
def without_collection() -> Iterator[None]:
    """Load modules without looking for garbage among them: what they make stays until the end, so it is set apart."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def worker() -> None:
    """Run events, jobs and schedules, without the API: for installations of several processes."""
    from shopwright.app.serving import work
    from shopwright.infra.settings import load_settings

    asyncio.run(work(load_settings()))


def migrate(
    target: Annotated[str, typer.Argument(help="Version of the schema; the newest when it is left out.")] = "head",
) -> None:
    """Bring the database's schema up to date."""
    from shopwright.app.installation import database_addresses
    from shopwright.infra import migrations
    from shopwright.infra.settings import load_settings

    async def run() -> None:
        async with database_addresses(load_settings()) as addresses:
            changed = await migrations.migrate(addresses.owner, target)
            now = await migrations.current_version(addresses.owner)
            say(f"The schema is at {now}{'' if changed else ', as before'}.")

    asyncio.run(run())


def doctor(json: Annotated[bool, _JSON] = False) -> None:
    """Look whether everything that the program needs is there, and say how to get what is not."""
    from shopwright.app.diagnosis import examine
    from shopwright.infra.settings import load_settings

    findings = asyncio.run(examine(load_settings()))
    if json:
        print_json(findings)
    else:
        rows = [
            ("ok" if finding.good else "WRONG", finding.part, finding.found, finding.cure or "") for finding in findings
        ]
        print_table("", ("", "part", "found", "what to do"), rows)
    if not all(finding.good for finding in findings):
        sys.exit(1)


def backup(target: Annotated[Path, typer.Argument(help="File to write.")]) -> None:
    """Write a whole copy of the database to one file."""
    from shopwright.app.installation import database_addresses
    from shopwright.infra.postgres.backup import dump
    from shopwright.infra.settings import load_settings

    async def run() -> None:
        settings = load_settings()
        async with database_addresses(settings) as addresses:
            await dump(addresses.admin, target, binaries=settings.database.postgres_bin_dir)
        say(f"Written to {target} ({target.stat().st_size / 1e6:,.1f} MB).")

    asyncio.run(run())


def restore(
    source: Annotated[Path, typer.Argument(help="File that `backup` wrote.", exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Replace the database by a backup, whole or not at all."""
    from shopwright.app.installation import database_addresses
    from shopwright.infra import migrations
    from shopwright.infra.postgres import backup as copies
    from shopwright.infra.settings import load_settings

    if not yes:
        typer.confirm("This replaces everything in the database. Go on?", abort=True, err=True)

    async def run() -> None:
        settings = load_settings()
        async with database_addresses(settings) as addresses:
            await copies.restore(addresses.admin, source, binaries=settings.database.postgres_bin_dir)
            await migrations.migrate(addresses.owner)
        say(f"Restored from {source}.")

    asyncio.run(run())


def openapi(
    target: Annotated[Path | None, typer.Argument(help="File to write; standard output without it.")] = None,
) -> None:
    """Print the OpenAPI document of the HTTP API."""
    import msgspec

    from shopwright.app.wiring import document

    text = msgspec.json.format(msgspec.json.encode(document()), indent=2)
    if target is None:
        sys.stdout.buffer.write(text + b"\n")
    else:
        target.write_bytes(text + b"\n")

"""The command line in this process, on the run's database: as a person types it, with what it answers."""

import asyncio
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
from typer.testing import CliRunner

from shopwright.app.cli.program import app
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import TenantId

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Answer:
    """What a command answered; `error` is the program's own where it ended with one."""

    code: int
    out: str
    err: str
    error: ShopwrightError | None

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)


@dataclass(frozen=True)
class CommandLine:
    """Runs commands in a thread of their own: each has its own event loop, as it has on a terminal."""

    env: dict[str, str]
    """The settings; those of the run itself are not set for a command."""

    async def __call__(self, *words: object, stdin: str | None = None) -> Answer:
        texts = [str(word) for word in words]
        unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("SHOPWRIGHT_")}
        result = await asyncio.to_thread(CliRunner().invoke, app, texts, input=stdin, env=unset | self.env)
        error = result.exception
        if error is not None and not isinstance(error, ShopwrightError | SystemExit):
            raise error
        known = error if isinstance(error, ShopwrightError) else None
        return Answer(known.exit_code if known else result.exit_code, result.stdout, result.stderr, known)


@dataclass(frozen=True)
class OpenedShop:
    """A shop that the command line made, with an owner."""

    id: TenantId
    email: str


async def shop_by_command(cli: CommandLine) -> OpenedShop:
    """Make a shop as the command line does."""
    email = f"p{uuid4().hex}@example.com"
    made = await cli("shops", "create", "Corner Shop", "--email", email, "--password-stdin", "--json", stdin=PASSWORD)
    assert made.code == 0, made.err
    return OpenedShop(TenantId(UUID(made.json["id"])), email)

"""The command line in this process, on the run's database: as a person types it, with what it answers."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from tests import database as databases
from typer.testing import CliRunner

from shopwright.app.cli.program import app
from shopwright.infra.db import Database
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import TenantId
from shopwright.kit.time import SystemClock

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
class Shop:
    """A shop that the command line made, with an owner."""

    id: TenantId
    email: str


@pytest.fixture(scope="session")
def cli(app_dsn: str, server: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    state: Path = tmp_path_factory.mktemp("state")
    name = app_dsn.rpartition("/")[2]
    return CommandLine(
        {
            "SHOPWRIGHT_STATE_DIR": str(state),
            "SHOPWRIGHT_DATABASE_URL": app_dsn,
            "SHOPWRIGHT_DATABASE_ADMIN_URL": databases.address(server[0], "shopwright_owner", name),
        }
    )


@pytest.fixture
def present(pool_database: Database) -> Database:
    """The database with the machine's own clock, as the command line has it."""
    return Database(pool_database.pool, SystemClock())


@pytest.fixture
async def shop(cli: CommandLine) -> Shop:
    email = f"p{uuid4().hex}@example.com"
    made = await cli("shops", "create", "Corner Shop", "--email", email, "--password-stdin", "--json", stdin=PASSWORD)
    assert made.code == 0, made.err
    return Shop(TenantId(UUID(made.json["id"])), email)

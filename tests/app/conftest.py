"""The program with three shops in it, opened once for all tests of the whole surface; and the command line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests import database as databases
from tests.conftest import NOON
from tests.factories.command_line import CommandLine, OpenedShop, shop_by_command
from tests.factories.watch import Watch, watching
from tests.factories.world import Shop, make_program, open_shop

from shopwright.infra.db import Database
from shopwright.infra.postgres.provision import in_database
from shopwright.kit.time import FixedClock, SystemClock


@pytest.fixture(scope="package")
def program_database(pool_database: Database) -> Database:
    return pool_database.at(FixedClock(NOON))


@pytest.fixture(scope="package")
def program(program_database: Database) -> FastAPI:
    return make_program(program_database)


@pytest.fixture(scope="package")
async def watch(server: tuple[str, str], database_name: str) -> AsyncIterator[Watch]:
    async with watching(in_database(server[0], database_name)) as opened:
        yield opened


@pytest.fixture(scope="package")
async def victim(program: FastAPI, program_database: Database) -> Shop:
    """The shop whose objects others ask for."""
    return await open_shop(program, program_database)


@pytest.fixture(scope="package")
async def stranger(program: FastAPI, program_database: Database) -> Shop:
    """The shop that asks for them."""
    return await open_shop(program, program_database)


@pytest.fixture(scope="package")
async def neighbour(program: FastAPI, program_database: Database) -> Shop:
    """A shop that uses everything and asks for nothing of others."""
    return await open_shop(program, program_database)


@pytest.fixture(scope="session")
def cli(database_name: str, server: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return _command_line(server[0], database_name, tmp_path_factory.mktemp("state"))


def _command_line(admin: str, database: str, state: Path) -> CommandLine:
    return CommandLine(
        {
            "SHOPWRIGHT_STATE_DIR": str(state),
            "SHOPWRIGHT_DATABASE_URL": databases.address(admin, "shopwright_app", database),
            "SHOPWRIGHT_DATABASE_ADMIN_URL": databases.address(admin, "shopwright_owner", database),
        }
    )


@pytest.fixture
def fresh_cli(server: tuple[str, str], fresh_name: str, tmp_path: Path) -> CommandLine:
    """The command line on a database that no other test writes to."""
    return _command_line(server[0], fresh_name, tmp_path)


@pytest.fixture
def present(pool_database: Database) -> Database:
    """The database with the machine's own clock, as the command line has it."""
    return pool_database.at(SystemClock())


@pytest.fixture
async def shop(cli: CommandLine) -> OpenedShop:
    return await shop_by_command(cli)

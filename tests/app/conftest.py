"""The program with three shops in it, opened once for all tests of the whole surface; and the command line."""

from pathlib import Path

import pytest
from tests import database as databases
from tests.factories.command_line import CommandLine, OpenedShop, shop_by_command

from shopwright.infra.db import Database
from shopwright.kit.time import SystemClock


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

"""The program with three shops in it, opened once for all tests of the whole surface."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from tests.conftest import NOON
from tests.factories.watch import Watch, watching
from tests.factories.world import Shop, make_program, open_shop

from shopwright.infra.db import Database
from shopwright.infra.postgres.provision import in_database
from shopwright.kit.time import FixedClock


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

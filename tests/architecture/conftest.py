"""What the architecture tests look at: the database as its administrator sees it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shopwright.infra.db import prepare_connection
from shopwright.infra.postgres.provision import in_database


@pytest.fixture
async def administrator(server: tuple[str, str], database_name: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A superuser's connection to the worker's database: row-level security hides nothing from it."""
    connection = await asyncpg.connect(in_database(server[0], database_name))
    await prepare_connection(connection)
    yield connection
    await connection.close()

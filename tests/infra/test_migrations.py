"""What a migration refuses; that it works up and down is held by the architecture tests."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from tests import database as databases

from shopwright.infra.migrations import MigrationFailed, SchemaTooNew, history, migrate


@pytest.fixture
async def empty(server: tuple[str, str]) -> AsyncIterator[str]:
    """A database without a schema."""
    name = f"empty_{uuid4().hex[:12]}"
    await databases.execute(server[0], f"create database {name} owner shopwright_owner")
    yield name
    await databases.drop(server[0], name)


async def test_a_schema_of_a_newer_program_is_left_alone(server: tuple[str, str], empty: str) -> None:
    owner = databases.address(server[0], "shopwright_owner", empty)
    await databases.execute(
        owner, "create table schema_version (version_num text)", "insert into schema_version values ('9999')"
    )
    with pytest.raises(SchemaTooNew) as refused:
        await migrate(owner)
    assert refused.value.details == {"found": "9999", "newest": history()[-1]}


async def test_a_migration_that_stops_says_why(server: tuple[str, str], empty: str) -> None:
    with pytest.raises(MigrationFailed, match="0999"):
        await migrate(databases.address(server[0], "shopwright_owner", empty), "0999")

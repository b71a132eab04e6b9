"""Holds docs/schema.sql to the migrated database, and every migration to its way back, on a database with rows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from tests import database as databases
from tests.architecture.schema import dump_schema
from tests.factories.rows import insert, sample_row, tenant_tables

from shopwright.infra.db import prepare_connection
from shopwright.infra.migrating import bring_to
from shopwright.infra.migrations import FOLDER, MigrationFailed, current_version, history, migrate
from shopwright.infra.postgres.provision import in_database, provision
from shopwright.kit.ids import TenantId

SCHEMA = Path(__file__).parents[2] / "docs" / "schema.sql"


@pytest.fixture
async def empty(server: tuple[str, str]) -> AsyncIterator[str]:
    """The name of a database without a schema."""
    name = f"empty_{uuid4().hex[:12]}"
    await provision(server[0], name, databases.PASSWORD, databases.PASSWORD)
    yield name
    await databases.drop(server[0], name)


def test_the_dumped_schema_is_that_of_the_migrations(server: tuple[str, str]) -> None:
    assert SCHEMA.read_text("utf-8") == dump_schema(*server), "run make docs-write"


def test_every_version_is_two_files_of_plain_sql() -> None:
    scripts = {path.name for path in (FOLDER / "sql").iterdir()}
    versions = {path.stem for path in (FOLDER / "versions").glob("[0-9]*.py")}
    assert scripts == {f"{name}{way}.sql" for name in versions for way in ("", ".down")}
    assert [name[:4] for name in sorted(versions)] == history()


async def test_every_version_goes_up_down_and_up_again_on_rows(
    server: tuple[str, str], empty: str, tenant: TenantId
) -> None:
    admin, owner = server[0], databases.address(server[0], "shopwright_owner", empty)
    bare = dump_schema(admin, empty)
    states: dict[str, str] = {}
    for version in history():
        await asyncio.to_thread(bring_to, owner, version, downwards=False)
        states[version] = dump_schema(admin, empty)
    await fill(admin, empty, tenant)
    for version, before in zip(reversed(history()), ["base", *history()[:-1]][::-1], strict=True):
        assert dump_schema(admin, empty) == states[version], f"the way back to {version} leaves something else"
        await asyncio.to_thread(bring_to, owner, before, downwards=True)
    left = await rows_of(admin, empty, "select relname from pg_class where relnamespace = 'public'::regnamespace")
    assert set(left) == {"schema_version", "schema_version_pkc"}
    await databases.execute(in_database(admin, empty), "drop table schema_version")
    assert dump_schema(admin, empty) == bare
    assert await migrate(owner)
    assert dump_schema(admin, empty) == states[history()[-1]]
    await fill(admin, empty, tenant)


async def test_a_migration_that_fails_leaves_the_last_whole_version(server: tuple[str, str], empty: str) -> None:
    owner = databases.address(server[0], "shopwright_owner", empty)
    await databases.execute(owner, "create table product (id integer)")
    with pytest.raises(MigrationFailed, match='relation "product" already exists'):
        await migrate(owner)
    assert await current_version(owner) == "0002"


async def test_a_migrated_database_has_nothing_to_do(server: tuple[str, str], database_name: str) -> None:
    owner = databases.address(server[0], "shopwright_owner", database_name)
    assert await current_version(owner) == history()[-1]
    assert not await migrate(owner)


async def fill(admin: str, database: str, tenant: TenantId) -> None:
    """Put a row into every table."""
    connection = await asyncpg.connect(in_database(admin, database))
    try:
        await prepare_connection(connection)
        tables = await tenant_tables(connection)
        assert len(tables) > 25
        for table in tables:
            await insert(connection, await sample_row(connection, table, tenant))
            assert await connection.fetchval(f"select count(*) from {table}") == 1, table
    finally:
        await connection.close()


async def rows_of(admin: str, database: str, query: str) -> list[str]:
    connection = await asyncpg.connect(in_database(admin, database))
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()

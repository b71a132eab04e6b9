"""What an administrator sees of a tenant: all of its rows, whatever a program says of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from shopwright.infra.db import prepare_connection
from shopwright.kit.ids import TenantId
from tests.factories.rows import tenant_tables

JOURNAL = "journal"


@dataclass(frozen=True)
class Watch:
    """A superuser's look at the database: row-level security hides nothing from it."""

    connection: "asyncpg.Connection[Any]"
    tables: tuple[str, ...]
    with_ids: tuple[str, ...]

    async def state_of(self, tenant: TenantId) -> dict[str, str]:
        """Return a fingerprint of the tenant's rows for each table."""
        query = " union all ".join(
            f"select '{table}' as name, count(*) || ':' || md5(coalesce(string_agg(r, '' order by r), '')) as print"
            f" from (select md5(t::text) as r from {table} t where tenant_id = $1) rows"
            for table in self.tables
        )
        return {row["name"]: row["print"] for row in await self.connection.fetch(query, tenant)}

    async def ids_of(self, tenant: TenantId) -> set[str]:
        """Return the ids of all of the tenant's rows, and its own."""
        query = " union all ".join(f"select id::text from {name} where tenant_id = $1" for name in self.with_ids)
        return {row["id"] for row in await self.connection.fetch(query, tenant)} | {str(tenant)}

    async def entries(self, tenant: TenantId, event: str) -> list[dict[str, Any]]:
        """Return what the tenant's journal says of such events, oldest first."""
        rows = await self.connection.fetch(
            "select payload from journal where tenant_id = $1 and name = $2 order by id", tenant, event
        )
        return [row["payload"] for row in rows]


@asynccontextmanager
async def watching(dsn: str) -> AsyncIterator[Watch]:
    """Open the administrator's look at a database."""
    connection = await asyncpg.connect(dsn)
    try:
        await prepare_connection(connection)
        tables = tuple(await tenant_tables(connection))
        rows = await connection.fetch(
            """select table_name from information_schema.columns
                where table_schema = 'public' and column_name = 'id' and data_type = 'uuid'"""
        )
        yield Watch(connection, tables, tuple({row["table_name"] for row in rows} & set(tables)))
    finally:
        await connection.close()

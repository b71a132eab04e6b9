"""One row of any table, made from what the catalog says of its columns: so that no table is forgotten.

Inserted by an administrator with triggers off: foreign keys are not what these rows are for.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from shopwright.kit.ids import TenantId, new_id

_MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_VALUES: Final[dict[str, Any]] = {
    "bigint": 1,
    "boolean": True,
    "bytea": b"1",
    "date": date(2026, 3, 2),
    "double precision": 1.0,
    "integer": 1,
    "jsonb": {},
    "numeric": 1,
    "pg_snapshot": (1, 1, ()),
    "real": 1.0,
    "real[]": [],
    "smallint": 1,
    "smallint[]": [],
    "text": "x",
    "text[]": [],
    "timestamp with time zone": _MOMENT,
    "xid8": 1,
}
_TABLES = """
select c.relname from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and c.relname <> 'schema_version'
 order by 1
"""
_COLUMNS = """
select a.attname as name, format_type(a.atttypid, null) as type,
       (select pg_get_constraintdef(k.oid) from pg_constraint k
         where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1) as rule
  from pg_attribute a
 where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull
   and (not a.atthasdef or a.attname = 'tenant_id')
   and a.attidentity = '' and a.attgenerated = ''
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of a table: the columns that must have a value, with one that its rules admit."""

    table: str
    values: dict[str, Any]

    @property
    def insertion(self) -> str:
        """The statement; its parameters are the values."""
        places = ", ".join(f"${number}" for number in range(1, len(self.values) + 1))
        return f"insert into {self.table} ({', '.join(self.values)}) values ({places})"


async def tenant_tables(connection: "asyncpg.Connection[Any]") -> list[str]:
    """List the tables that hold rows of tenants."""
    return [row["relname"] for row in await connection.fetch(_TABLES)]


async def sample_row(connection: "asyncpg.Connection[Any]", table: str, tenant: TenantId) -> Sample:
    """Make a row of the tenant's, with ids that no other row has."""
    values: dict[str, Any] = {}
    for column in await connection.fetch(_COLUMNS, table):
        if column["name"] == "tenant_id":
            values["tenant_id"] = tenant
        elif column["type"] == "uuid":
            values[column["name"]] = new_id(tenant, _MOMENT)
        else:
            values[column["name"]] = _first_allowed(column["rule"]) or _VALUES[column["type"]]
    return Sample(table, values)


def _first_allowed(rule: str | None) -> str | None:
    """Return the first of the texts that a rule lists."""
    found = re.search(r"ARRAY\['([^']*)'::text", rule or "")
    return found[1] if found else None


@asynccontextmanager
async def triggers_off(connection: "asyncpg.Connection[Any]") -> AsyncIterator[None]:
    """Insert in the block without triggers and foreign keys."""
    await connection.execute("set session_replication_role = replica")
    try:
        yield
    finally:
        await connection.execute("reset session_replication_role")


async def insert(connection: "asyncpg.Connection[Any]", row: Sample) -> UUID | None:
    """Insert a row and return its id, where the table has one."""
    async with triggers_off(connection):
        await connection.execute(row.insertion, *row.values.values())
    return row.values.get("id")

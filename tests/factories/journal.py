"""What stands in the journal, for tests that ask whether something was recorded, or was not."""

from typing import Any

from shopwright.infra.db import Database
from shopwright.infra.journal.entries import from_row
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId


async def entries(database: Database, tenant: TenantId, *names: str) -> list[dict[str, Any]]:
    """The tenant's entries in order; of these event names, when some are given."""
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            """select name, subject_id, actor_kind, actor_id, before, after, payload, request_id from journal
                where tenant_id = $1 and (cardinality($2::text[]) = 0 or name = any($2)) order by id""",
            tenant, list(names),
        )  # fmt: skip
    return [dict(row) for row in rows]


async def names(database: Database, tenant: TenantId) -> list[str]:
    """The names of the tenant's entries in order."""
    return [entry["name"] for entry in await entries(database, tenant)]


async def events_of(database: Database, tenant: TenantId) -> list[Event]:
    """Read the events of a tenant in the order in which they were written."""
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select * from journal where tenant_id = $1 order by id", tenant)
    return [from_row(row).event() for row in rows]

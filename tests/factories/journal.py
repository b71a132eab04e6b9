"""What a tenant's journal holds, as events."""

from shopwright.infra.db import Database
from shopwright.infra.journal.entries import from_row
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId


async def events_of(database: Database, tenant: TenantId) -> list[Event]:
    """Read the events of a tenant in the order in which they were written."""
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select * from journal where tenant_id = $1 order by id", tenant)
    return [from_row(row).event() for row in rows]

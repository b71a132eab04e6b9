"""Which shops there are, across tenants; asked from the system tenant only."""

from dataclasses import dataclass

from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import SYSTEM_TENANT, TenantId


@dataclass(frozen=True, slots=True)
class Shop:
    """An active tenant, without its settings."""

    id: TenantId
    name: str
    simulated: bool


async def list_shops(unit: UnitOfWork) -> list[Shop]:
    """Return the active tenants other than the installation's own, by id."""
    rows = await unit.connection.fetch(
        "select tenant_id, name, simulated from active_tenants() where tenant_id <> $1", SYSTEM_TENANT
    )
    return [Shop(TenantId(row["tenant_id"]), row["name"], row["simulated"]) for row in rows]

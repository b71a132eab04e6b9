"""The tenant's own row and its members' preferences in the database."""

from typing import Any
from uuid import UUID

import msgspec

from shopwright.identity.preferences import Preferences
from shopwright.identity.tenants import Tenant, TenantSettings, TenantStatus
from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import TenantId


class TenantRepository:
    """The questions about the bound tenant itself."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, name: str, settings: TenantSettings, *, simulated: bool) -> bool:
        """Insert the tenant's row; tell False when it is there already."""
        added = await self._unit.connection.fetchval(
            """insert into tenant (tenant_id, name, simulated, settings, created_at) values ($1, $2, $3, $4, $5)
               on conflict (tenant_id) do nothing returning true""",
            self._unit.tenant, name, simulated, msgspec.to_builtins(settings), self._unit.clock.now(),
        )  # fmt: skip
        return bool(added)

    async def find(self, *, locked: bool = False) -> Tenant | None:
        """Return the tenant, locked until the unit ends when asked."""
        row = await self._unit.connection.fetchrow(
            f"""select tenant_id, name, simulated, status, settings, version from tenant
                 where tenant_id = $1 {'for update' if locked else ''}""",
            self._unit.tenant,
        )  # fmt: skip
        return _tenant(row) if row else None

    async def change(
        self, *, name: str | None = None, status: TenantStatus | None = None, settings: TenantSettings | None = None
    ) -> None:
        """Write what is given."""
        content = None if settings is None else msgspec.to_builtins(settings)
        await self._unit.connection.execute(
            """update tenant set name = coalesce($2, name), status = coalesce($3, status),
                      settings = coalesce($4, settings), version = version + 1
                where tenant_id = $1""",
            self._unit.tenant, name, status, content,
        )  # fmt: skip


async def list_active(unit: UnitOfWork) -> list[TenantId]:
    """Return the tenants that are served, without the system's own; for a unit of the system tenant only."""
    rows = await unit.connection.fetch("select tenant_id from active_tenants() where tenant_id <> $1", unit.tenant)
    return [TenantId(row["tenant_id"]) for row in rows]


class PreferenceRepository:
    """The questions about one tenant's members' preferences."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def find(self, member: UUID, *, locked: bool = False) -> tuple[Preferences, int] | None:
        """Return a member's preferences and their version."""
        row = await self._unit.connection.fetchrow(
            f"""select content, version from preference
                 where tenant_id = $1 and member_id = $2 {'for update' if locked else ''}""",
            self._unit.tenant, member,
        )  # fmt: skip
        return (msgspec.convert(row["content"], Preferences), row["version"]) if row else None

    async def store(self, member: UUID, preferences: Preferences) -> int:
        """Keep a member's preferences; return their new version."""
        version: int = await self._unit.connection.fetchval(
            """insert into preference (tenant_id, member_id, content, updated_at) values ($1, $2, $3, $4)
               on conflict (tenant_id, member_id) do update
                 set content = excluded.content, version = preference.version + 1, updated_at = excluded.updated_at
               returning version""",
            self._unit.tenant, member, msgspec.to_builtins(preferences), self._unit.clock.now(),
        )  # fmt: skip
        return version


def _tenant(row: Any) -> Tenant:
    settings = msgspec.convert(row["settings"], TenantSettings)
    return Tenant(
        TenantId(row["tenant_id"]), row["name"], row["simulated"], TenantStatus(row["status"]), settings, row["version"]
    )

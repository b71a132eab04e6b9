"""The tenant and its settings, as its people see and change them."""

from typing import Any
from uuid import UUID

import msgspec

from shopwright.identity.people import Membership, checked_name
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.repository.tenants import TenantRepository, list_active
from shopwright.identity.tenants import (
    Tenant,
    TenantNotFound,
    TenantRenamed,
    TenantSettings,
    TenantSettingsChanged,
    TenantStatus,
    TenantStatusChanged,
)
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import TenantId


class TenantService:
    """What may be done with the bound tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._tenants = TenantRepository(unit)

    async def get(self) -> Tenant:
        """Return the tenant with its settings. Raises TenantNotFound."""
        return await self._kept(None, locked=False)

    async def list_places(self, person: UUID) -> list[Membership]:
        """List the tenants that a person may go to, by name."""
        return await PersonRepository(self._unit).memberships(person)

    async def rename(self, name: str, expected_version: int | None = None) -> Tenant:
        """Give the tenant another name. Raises InvalidName, ChangedSinceRead."""
        kept = await self._kept(expected_version)
        new = checked_name(name)
        if new != kept.name:
            await self._tenants.change(name=new)
            event = TenantRenamed(subject_id=str(kept.id), before={"name": kept.name}, after={"name": new})
            self._unit.publish(event)
        return await self.get()

    async def change_settings(self, settings: TenantSettings, expected_version: int | None = None) -> Tenant:
        """Replace the settings. Raises ChangedSinceRead; wrong values cannot be built."""
        kept = await self._kept(expected_version)
        before, after = difference(kept.settings, settings)
        if after:
            await self._tenants.change(settings=settings)
            self._unit.publish(TenantSettingsChanged(subject_id=str(kept.id), before=before, after=after))
        return await self.get()

    async def set_status(self, status: TenantStatus) -> Tenant:
        """Suspend, close or reopen the tenant; for operators. Nobody is served there from the next request on."""
        kept = await self._kept(None)
        if status is not kept.status:
            await self._tenants.change(status=status)
            before, after = {"status": kept.status.value}, {"status": status.value}
            event = TenantStatusChanged(subject_id=str(kept.id), before=before, after=after)
            await publish_change(self._unit, event)
        return await self.get()

    async def _kept(self, expected_version: int | None, *, locked: bool = True) -> Tenant:
        kept = await self._tenants.find(locked=locked)
        if kept is None:
            raise TenantNotFound("The tenant does not exist.")
        if expected_version is not None and kept.version != expected_version:
            raise ChangedSinceRead("The tenant was changed since it was read.", version=kept.version)
        return kept


async def active_tenants(unit: UnitOfWork) -> list[TenantId]:
    """Return the tenants that work is done for; asked by the program itself, in a unit of the system tenant."""
    return await list_active(unit)


def difference(old: TenantSettings, new: TenantSettings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the changed fields with their old and new values, as JSON."""
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}

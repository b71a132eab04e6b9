"""A tenant's own roles: sets of permissions with a name. The built-in ones are fixed."""

from uuid import UUID

from shopwright.identity.domain import Principal
from shopwright.identity.people import (
    Role,
    RoleChanged,
    RoleCreated,
    RoleDeleted,
    RoleExists,
    RoleInUse,
    RoleNotFound,
    checked_role,
    demand_grant,
)
from shopwright.identity.permissions import built_in_roles, grantable
from shopwright.identity.repository.members import RoleRepository
from shopwright.identity.repository.notices import publish_change
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import new_id


class RoleService:
    """What may be done with roles. Nobody puts a permission into a role, or takes one out, that they lack."""

    def __init__(self, unit: UnitOfWork, principal: Principal) -> None:
        self._unit = unit
        self._principal = principal
        self._roles = RoleRepository(unit)

    async def list_all(self) -> list[Role]:
        """List the built-in roles, then the tenant's own by name."""
        built_in = [Role(name, held) for name, held in built_in_roles(self._unit.tenant).items()]
        return [*built_in, *await self._roles.list_all()]

    async def create(self, name: str, permissions: frozenset[str]) -> Role:
        """Define a role. Raises InvalidRole, RoleExists, GrantExceedsOwn."""
        tenant = self._unit.tenant
        checked_role(name, permissions, built_in_roles(tenant), grantable(tenant))
        demand_grant(self._principal.permissions, permissions)
        role = Role(name, permissions, new_id(tenant, self._unit.clock.now()))
        if not await self._roles.add(role):
            raise RoleExists(f"The role {name} exists.", name=name)
        after = {"name": name, "permissions": sorted(permissions)}
        self._unit.publish(RoleCreated(subject_id=str(role.id), after=after))
        return role

    async def change(self, role: UUID, permissions: frozenset[str], expected_version: int | None = None) -> Role:
        """Give a role other permissions: for everybody who has it, from the next request on.

        Raises RoleNotFound, InvalidRole, GrantExceedsOwn, ChangedSinceRead.
        """
        kept = await self._kept(role)
        if expected_version is not None and kept.version != expected_version:
            raise ChangedSinceRead("The role was changed since it was read.", version=kept.version)
        checked_role(kept.name, permissions, (), grantable(self._unit.tenant))
        demand_grant(self._principal.permissions, kept.permissions ^ permissions)
        await self._roles.change(role, permissions)
        before, after = {"permissions": sorted(kept.permissions)}, {"permissions": sorted(permissions)}
        await publish_change(self._unit, RoleChanged(subject_id=str(role), before=before, after=after))
        return Role(kept.name, permissions, role, kept.version + 1)

    async def delete(self, role: UUID) -> None:
        """Remove a role that nobody has. Raises RoleNotFound, RoleInUse, GrantExceedsOwn."""
        kept = await self._kept(role)
        demand_grant(self._principal.permissions, kept.permissions)
        if await self._roles.is_used(kept.name):
            raise RoleInUse(f"Somebody has, or is invited to, the role {kept.name}.", name=kept.name)
        await self._roles.delete(role)
        before = {"name": kept.name, "permissions": sorted(kept.permissions)}
        await publish_change(self._unit, RoleDeleted(subject_id=str(role), before=before))

    async def _kept(self, role: UUID) -> Role:
        kept = await self._roles.find(role, locked=True)
        if kept is None:
            raise RoleNotFound("There is no such role.")
        return kept

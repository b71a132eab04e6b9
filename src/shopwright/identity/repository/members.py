"""Members, invitations and roles of one tenant in the database. Names and e-mails leave it encrypted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shopwright.identity.people import MemberStatus, Role
from shopwright.infra.db import UnitOfWork

_MEMBER: Final = """
  select m.id, m.person_id, m.role, m.status, m.on_call, m.version, m.created_at, p.email_index, p.email, p.name
    from member m join people_of_bound_tenant() p on p.member_id = m.id
   where m.tenant_id = $1
"""
_INVITATION: Final = """
  select id, email_index, email, role, token_hash, invited_by, created_at, expires_at, accepted_at, revoked_at
    from invitation where tenant_id = $1
"""


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member with the person's fields encrypted."""

    id: UUID
    person_id: UUID
    role: str
    status: MemberStatus
    on_call: bool
    version: int
    created_at: datetime
    email_index: bytes
    email: bytes
    name: bytes


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """An invitation with the address encrypted."""

    id: UUID
    email_index: bytes
    email: bytes
    role: str
    token_hash: bytes
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


class MemberRepository:
    """The questions about who belongs to a tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, member: UUID, person: UUID, role: str) -> bool:
        """Insert a member; tell False when the person has a place already."""
        added = await self._unit.connection.fetchval(
            """insert into member (tenant_id, id, person_id, role, created_at) values ($1, $2, $3, $4, $5)
               on conflict do nothing returning true""",
            self._unit.tenant, member, person, role, self._unit.clock.now(),
        )  # fmt: skip
        return bool(added)

    async def list_page(self, after: tuple[datetime, UUID] | None, limit: int) -> list[MemberRecord]:
        """List members by when they came, after a key."""
        moment, last = after or (None, None)
        rows = await self._unit.connection.fetch(
            f"""{_MEMBER} and ($2::timestamptz is null or (m.created_at, m.id) > ($2, $3::uuid))
                order by m.created_at, m.id limit $4""",
            self._unit.tenant, moment, last, limit,
        )  # fmt: skip
        return [_member(row) for row in rows]

    async def find(self, member: UUID, *, locked: bool = False) -> MemberRecord | None:
        """Return a member, locked until the unit ends when asked."""
        row = await self._unit.connection.fetchrow(
            f"{_MEMBER} and m.id = $2 {'for update of m' if locked else ''}", self._unit.tenant, member
        )
        return _member(row) if row else None

    async def has_email(self, email_index: bytes) -> bool:
        """Tell whether a member has this address."""
        found = await self._unit.connection.fetchval(
            "select exists (select from people_of_bound_tenant() where email_index = $1)", email_index
        )
        return bool(found)

    async def list_with_roles(self, roles: frozenset[str], *, on_call_only: bool) -> list[MemberRecord]:
        """List the active members who have one of these roles."""
        rows = await self._unit.connection.fetch(
            f"""{_MEMBER} and m.status = 'active' and m.role = any($2) and (m.on_call or not $3)
                order by m.created_at, m.id""",
            self._unit.tenant, list(roles), on_call_only,
        )  # fmt: skip
        return [_member(row) for row in rows]

    async def lock_rulers(self, role: str) -> set[UUID]:
        """Return the active members with the ruling role, locked: two of them cannot step down side by side."""
        rows = await self._unit.connection.fetch(
            """select id from member where tenant_id = $1 and role = $2 and status = 'active' order by id for update""",
            self._unit.tenant, role,
        )  # fmt: skip
        return {row["id"] for row in rows}

    async def change(
        self, member: UUID, *, role: str | None = None, status: MemberStatus | None = None, on_call: bool | None = None
    ) -> None:
        """Write what is given."""
        await self._unit.connection.execute(
            """update member set role = coalesce($3, role), status = coalesce($4, status),
                      on_call = coalesce($5, on_call), version = version + 1
                where tenant_id = $1 and id = $2""",
            self._unit.tenant, member, role, status, on_call,
        )  # fmt: skip


class InvitationRepository:
    """The questions about invitations of a tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, invitation: InvitationRecord) -> None:
        """Insert an invitation."""
        await self._unit.connection.execute(
            """insert into invitation (tenant_id, id, email_index, email, role, token_hash, invited_by, created_at,
                                       expires_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
            self._unit.tenant, invitation.id, invitation.email_index, invitation.email, invitation.role,
            invitation.token_hash, invitation.invited_by, invitation.created_at, invitation.expires_at,
        )  # fmt: skip

    async def find(self, invitation: UUID, *, locked: bool = False) -> InvitationRecord | None:
        """Return an invitation, locked until the unit ends when asked."""
        row = await self._unit.connection.fetchrow(
            f"{_INVITATION} and id = $2 {'for update' if locked else ''}", self._unit.tenant, invitation
        )
        return InvitationRecord(**row) if row else None

    async def list_open(self) -> list[InvitationRecord]:
        """List the invitations that can still be accepted, newest first."""
        rows = await self._unit.connection.fetch(
            f"""{_INVITATION} and accepted_at is null and revoked_at is null and expires_at > $2
                order by created_at desc, id desc""",
            self._unit.tenant, self._unit.clock.now(),
        )  # fmt: skip
        return [InvitationRecord(**row) for row in rows]

    async def close(self, invitation: UUID, *, accepted: bool) -> None:
        """Note that an invitation was accepted, or else revoked."""
        await self._unit.connection.execute(
            """update invitation set accepted_at = case when $3 then $4 else accepted_at end,
                                     revoked_at = case when $3 then revoked_at else $4 end
                where tenant_id = $1 and id = $2""",
            self._unit.tenant, invitation, accepted, self._unit.clock.now(),
        )  # fmt: skip

    async def forget(self, before: datetime) -> int:
        """Delete invitations that were over before a moment; return how many."""
        status = await self._unit.connection.execute(
            """delete from invitation
                where tenant_id = $1 and (accepted_at < $2 or revoked_at < $2 or expires_at < $2)""",
            self._unit.tenant, before,
        )  # fmt: skip
        return int(status.rpartition(" ")[2])


class RoleRepository:
    """The questions about a tenant's own roles."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_all(self) -> list[Role]:
        """List the tenant's own roles by name."""
        rows = await self._unit.connection.fetch(
            "select id, name, permissions, version from role where tenant_id = $1 order by name", self._unit.tenant
        )
        return [_role(row) for row in rows]

    async def find(self, role: UUID, *, locked: bool = False) -> Role | None:
        """Return a role by id, locked until the unit ends when asked."""
        row = await self._unit.connection.fetchrow(
            f"""select id, name, permissions, version from role
                 where tenant_id = $1 and id = $2 {'for update' if locked else ''}""",
            self._unit.tenant, role,
        )  # fmt: skip
        return _role(row) if row else None

    async def find_by_name(self, name: str) -> Role | None:
        """Return a role by name; nobody can delete it until the unit ends."""
        row = await self._unit.connection.fetchrow(
            "select id, name, permissions, version from role where tenant_id = $1 and name = $2 for share",
            self._unit.tenant, name,
        )  # fmt: skip
        return _role(row) if row else None

    async def add(self, role: Role) -> bool:
        """Insert a role; tell False when the name is taken."""
        added = await self._unit.connection.fetchval(
            """insert into role (tenant_id, id, name, permissions, created_at) values ($1, $2, $3, $4, $5)
               on conflict (tenant_id, name) do nothing returning true""",
            self._unit.tenant, role.id, role.name, sorted(role.permissions), self._unit.clock.now(),
        )  # fmt: skip
        return bool(added)

    async def change(self, role: UUID, permissions: frozenset[str]) -> None:
        """Write other permissions."""
        await self._unit.connection.execute(
            "update role set permissions = $3, version = version + 1 where tenant_id = $1 and id = $2",
            self._unit.tenant, role, sorted(permissions),
        )  # fmt: skip

    async def is_used(self, name: str) -> bool:
        """Tell whether a member or an open invitation has the role."""
        used = await self._unit.connection.fetchval(
            """select exists (select from member where tenant_id = $1 and role = $2)
                   or exists (select from invitation where tenant_id = $1 and role = $2 and accepted_at is null
                                 and revoked_at is null and expires_at > $3)""",
            self._unit.tenant, name, self._unit.clock.now(),
        )  # fmt: skip
        return bool(used)

    async def delete(self, role: UUID) -> None:
        """Remove a role."""
        await self._unit.connection.execute(
            "delete from role where tenant_id = $1 and id = $2", self._unit.tenant, role
        )


def _member(row: Any) -> MemberRecord:
    return MemberRecord(**{**row, "status": MemberStatus(row["status"])})


def _role(row: Any) -> Role:
    return Role(row["name"], frozenset(row["permissions"]), row["id"], row["version"])

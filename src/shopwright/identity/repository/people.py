"""People in the system tenant, where each exists once. Every method here needs a unit of that tenant, but one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from shopwright.identity.credentials import EndReason
from shopwright.identity.people import Membership, Person
from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import TenantId

_PERSON: Final = """
  select id, email_index, email, name, password_hash, status = 'active' as active, version
    from person where tenant_id = $1"""


@dataclass(frozen=True, slots=True)
class EncryptedRow:
    """The encrypted fields of one row, for re-encryption."""

    id: UUID
    email: bytes
    name: bytes


class PersonRepository:
    """The questions about people themselves."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def find_by_email(self, email_index: bytes) -> Person | None:
        """Return the person of an e-mail address."""
        return _person(
            await self._unit.connection.fetchrow(f"{_PERSON} and email_index = $2", self._unit.tenant, email_index)
        )

    async def find(self, person: UUID) -> Person | None:
        """Return a person by id."""
        return _person(await self._unit.connection.fetchrow(f"{_PERSON} and id = $2", self._unit.tenant, person))

    async def add(self, person: Person) -> bool:
        """Insert a person; tell False when somebody with that e-mail came first."""
        added = await self._unit.connection.fetchval(
            """insert into person (tenant_id, id, email_index, email, name, password_hash, created_at)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (tenant_id, email_index) do nothing returning true""",
            self._unit.tenant, person.id, person.email_index, person.email, person.name, person.password_hash,
            self._unit.clock.now(),
        )  # fmt: skip
        return bool(added)

    async def set_password(self, person: Person, password_hash: str) -> bool:
        """Keep a new hash unless the row changed since it was read."""
        changed = await self._unit.connection.fetchval(
            """update person set password_hash = $4, version = version + 1
                where tenant_id = $1 and id = $2 and version = $3 returning true""",
            self._unit.tenant, person.id, person.version, password_hash,
        )  # fmt: skip
        return bool(changed)

    async def end_sessions(self, person: UUID, spared: UUID, reason: EndReason) -> int:
        """End a person's sessions in all tenants but one session; return how many."""
        ended: int = await self._unit.connection.fetchval(
            "select end_sessions_of($1, $2, $3, $4)", person, spared, reason.value, self._unit.clock.now()
        )
        return ended

    async def memberships(self, person: UUID) -> list[Membership]:
        """List the tenants that a person may enter. Works from a unit of any tenant."""
        rows = await self._unit.connection.fetch(
            "select tenant_id, tenant_name, simulated, member_id, role from memberships_of($1)", person
        )
        return [
            Membership(TenantId(row["tenant_id"]), row["tenant_name"], row["simulated"], row["member_id"], row["role"])
            for row in rows
        ]

    async def encrypted_after(self, last: UUID | None, limit: int) -> list[EncryptedRow]:
        """List people's encrypted fields by id, a batch after the one before, locked."""
        rows = await self._unit.connection.fetch(
            """select id, email, name from person
                where tenant_id = $1 and ($2::uuid is null or id > $2) order by id limit $3 for update""",
            self._unit.tenant, last, limit,
        )  # fmt: skip
        return [EncryptedRow(**row) for row in rows]

    async def store_encrypted(self, rows: Sequence[EncryptedRow]) -> None:
        """Keep re-encrypted fields. The version stays: nothing that can be read has changed."""
        await self._unit.connection.executemany(
            "update person set email = $3, name = $4 where tenant_id = $1 and id = $2",
            [(self._unit.tenant, row.id, row.email, row.name) for row in rows],
        )


class InvitationFields:
    """The encrypted fields of a tenant's invitations, for re-encryption."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def encrypted_after(self, last: UUID | None, limit: int) -> list[tuple[UUID, bytes]]:
        """List encrypted addresses by id, a batch after the one before, locked."""
        rows: list[Any] = await self._unit.connection.fetch(
            """select id, email from invitation
                where tenant_id = $1 and ($2::uuid is null or id > $2) order by id limit $3 for update""",
            self._unit.tenant, last, limit,
        )  # fmt: skip
        return [(row["id"], row["email"]) for row in rows]

    async def store_encrypted(self, rows: Sequence[tuple[UUID, bytes]]) -> None:
        """Keep re-encrypted addresses."""
        await self._unit.connection.executemany(
            "update invitation set email = $3 where tenant_id = $1 and id = $2",
            [(self._unit.tenant, identifier, email) for identifier, email in rows],
        )


def _person(row: Any) -> Person | None:
    return Person(**row) if row else None

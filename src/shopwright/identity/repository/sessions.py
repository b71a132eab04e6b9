"""Sessions and refresh tokens of one tenant in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shopwright.identity.credentials import EndReason, Session
from shopwright.infra.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class RefreshRecord:
    """A refresh token with its session and place. `admitted`: member and tenant are active."""

    digest: bytes
    rotated: bool
    session: UUID
    ended: bool
    expires_at: datetime
    member: UUID
    person: UUID
    role: str
    admitted: bool
    tenant_name: str
    simulated: bool


class SessionRepository:
    """The questions about sessions of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def start(self, session: UUID, member: UUID, person: UUID, expires_at: datetime) -> None:
        """Insert a session that begins now."""
        await self._unit.connection.execute(
            """insert into session (tenant_id, id, member_id, person_id, created_at, last_used_at, expires_at)
               values ($1, $2, $3, $4, $5, $5, $6)""",
            self._unit.tenant, session, member, person, self._unit.clock.now(), expires_at,
        )  # fmt: skip

    async def add_refresh(self, token: UUID, session: UUID, digest: bytes) -> None:
        """Insert the refresh token of a session."""
        await self._unit.connection.execute(
            """insert into refresh_token (tenant_id, id, session_id, token_hash, created_at)
               values ($1, $2, $3, $4, $5)""",
            self._unit.tenant, token, session, digest, self._unit.clock.now(),
        )  # fmt: skip

    async def find_refresh(self, token: UUID) -> RefreshRecord | None:
        """Return a refresh token with its session, both locked: of two uses side by side the second sees the first."""
        row = await self._unit.connection.fetchrow(
            """select r.token_hash, r.rotated_at is not null as rotated, s.id, s.ended_at is not null as ended,
                      s.expires_at, m.id as member_id, m.person_id, m.role,
                      m.status = 'active' and t.status = 'active' as admitted, t.name, t.simulated
                 from refresh_token r
                 join session s on s.tenant_id = r.tenant_id and s.id = r.session_id
                 join member m on m.tenant_id = s.tenant_id and m.id = s.member_id
                 join tenant t on t.tenant_id = s.tenant_id
                where r.tenant_id = $1 and r.id = $2 for update of r, s""",
            self._unit.tenant, token,
        )  # fmt: skip
        if row is None:
            return None
        return RefreshRecord(
            row["token_hash"], row["rotated"], row["id"], row["ended"], row["expires_at"], row["member_id"],
            row["person_id"], row["role"], row["admitted"], row["name"], row["simulated"],
        )  # fmt: skip

    async def rotate(self, token: UUID, session: UUID, expires_at: datetime) -> None:
        """Note that a refresh token was used, and that its session lives on."""
        now = self._unit.clock.now()
        await self._unit.connection.execute(
            "update refresh_token set rotated_at = $3 where tenant_id = $1 and id = $2", self._unit.tenant, token, now
        )
        await self._unit.connection.execute(
            "update session set last_used_at = $3, expires_at = $4 where tenant_id = $1 and id = $2",
            self._unit.tenant, session, now, expires_at,
        )  # fmt: skip

    async def list_open(self, member: UUID) -> list[Session]:
        """List a member's open sessions, used last first."""
        rows = await self._unit.connection.fetch(
            """select id, member_id, person_id, created_at, last_used_at, expires_at from session
                where tenant_id = $1 and member_id = $2 and ended_at is null and expires_at > $3
                order by last_used_at desc, id""",
            self._unit.tenant, member, self._unit.clock.now(),
        )  # fmt: skip
        return [_session(row) for row in rows]

    async def end(self, session: UUID, member: UUID, reason: EndReason) -> bool:
        """End a member's open session; tell False when there is none."""
        ended = await self._unit.connection.fetchval(
            """update session set ended_at = $4, ended_because = $5
                where tenant_id = $1 and id = $2 and member_id = $3 and ended_at is null returning true""",
            self._unit.tenant, session, member, self._unit.clock.now(), reason.value,
        )  # fmt: skip
        return bool(ended)

    async def end_all(self, member: UUID, reason: EndReason, *, spared: UUID | None = None) -> list[UUID]:
        """End a member's open sessions, all but one when one is spared; return their ids."""
        rows = await self._unit.connection.fetch(
            """update session set ended_at = $3, ended_because = $4
                where tenant_id = $1 and member_id = $2 and ended_at is null and ($5::uuid is null or id <> $5)
                returning id""",
            self._unit.tenant, member, self._unit.clock.now(), reason.value, spared,
        )  # fmt: skip
        return [row["id"] for row in rows]

    async def forget(self, before: datetime) -> int:
        """Delete sessions that ended or expired before a moment, with their refresh tokens; return how many."""
        status = await self._unit.connection.execute(
            """delete from session
                where tenant_id = $1 and (ended_at < $2 or expires_at < $2)""",
            self._unit.tenant, before,
        )  # fmt: skip
        return int(status.rpartition(" ")[2])


def _session(row: Any) -> Session:
    return Session(
        row["id"], row["member_id"], row["person_id"], row["created_at"], row["last_used_at"], row["expires_at"]
    )

"""What authentication asks: one question a credential, inside the tenant that the credential names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shopwright.infra.db import UnitOfWork

_PLACE: Final = """
  m.id as member_id, m.person_id, m.role, r.permissions as custom,
  m.status = 'active' and t.status = 'active' as admitted
"""
_FROM: Final = """
  join member m on m.tenant_id = c.tenant_id and m.id = c.member_id
  join tenant t on t.tenant_id = c.tenant_id
  left join role r on r.tenant_id = c.tenant_id and r.name = m.role
"""
_NOTED_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as authentication needs it. `admitted`: member and tenant are active."""

    member: UUID
    person: UUID
    role: str
    custom: tuple[str, ...] | None
    admitted: bool
    ended: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """An API token as authentication needs it."""

    member: UUID
    person: UUID
    role: str
    custom: tuple[str, ...] | None
    admitted: bool
    digest: bytes
    scopes: frozenset[str]
    expires_at: datetime | None
    revoked: bool


class CredentialRepository:
    """The questions of authentication about one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def find_session(self, session: UUID) -> SessionRecord | None:
        """Return a session with the member's place."""
        row = await self._unit.connection.fetchrow(
            f"""select {_PLACE}, c.ended_at is not null as ended, c.expires_at
                  from session c {_FROM} where c.tenant_id = $1 and c.id = $2""",
            self._unit.tenant, session,
        )  # fmt: skip
        if row is None:
            return None
        return SessionRecord(
            row["member_id"], row["person_id"], row["role"], _custom(row), row["admitted"], row["ended"],
            row["expires_at"],
        )  # fmt: skip

    async def find_token(self, token: UUID) -> TokenRecord | None:
        """Return an API token with the member's place."""
        row = await self._unit.connection.fetchrow(
            f"""select {_PLACE}, c.token_hash, c.scopes, c.expires_at, c.revoked_at is not null as revoked
                  from api_token c {_FROM} where c.tenant_id = $1 and c.id = $2""",
            self._unit.tenant, token,
        )  # fmt: skip
        if row is None:
            return None
        return TokenRecord(
            row["member_id"], row["person_id"], row["role"], _custom(row), row["admitted"], row["token_hash"],
            frozenset(row["scopes"]), row["expires_at"], row["revoked"],
        )  # fmt: skip

    async def note_use(self, token: UUID) -> None:
        """Keep when a token was used last, to five minutes."""
        now = self._unit.clock.now()
        await self._unit.connection.execute(
            """update api_token set last_used_at = $3
                 where tenant_id = $1 and id = $2
                   and (last_used_at is null or last_used_at < $4)""",
            self._unit.tenant, token, now, now - _NOTED_EVERY,
        )  # fmt: skip


def _custom(row: Any) -> tuple[str, ...] | None:
    return None if row["custom"] is None else tuple(row["custom"])

"""Personal API tokens of one tenant in the database."""

from typing import Any, Final
from uuid import UUID

from shopwright.identity.credentials import ApiToken
from shopwright.infra.db import UnitOfWork

_COLUMNS: Final = "id, member_id, name, scopes, created_at, last_used_at, expires_at, revoked_at"


class TokenRepository:
    """The questions about API tokens of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, token: ApiToken, digest: bytes) -> None:
        """Insert a token."""
        await self._unit.connection.execute(
            """insert into api_token (tenant_id, id, member_id, name, token_hash, scopes, created_at, expires_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)""",
            self._unit.tenant, token.id, token.member, token.name, digest, sorted(token.scopes), token.created_at,
            token.expires_at,
        )  # fmt: skip

    async def list_of(self, member: UUID) -> list[ApiToken]:
        """List a member's tokens that are not revoked, newest first."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from api_token
                 where tenant_id = $1 and member_id = $2 and revoked_at is null order by created_at desc, id desc""",
            self._unit.tenant, member,
        )  # fmt: skip
        return [_token(row) for row in rows]

    async def revoke(self, token: UUID, member: UUID) -> bool:
        """Revoke a member's token; tell False when there is none that holds."""
        revoked = await self._unit.connection.fetchval(
            """update api_token set revoked_at = $4
                where tenant_id = $1 and id = $2 and member_id = $3 and revoked_at is null returning true""",
            self._unit.tenant, token, member, self._unit.clock.now(),
        )  # fmt: skip
        return bool(revoked)

    async def revoke_all(self, member: UUID) -> list[UUID]:
        """Revoke all tokens of a member; return their ids."""
        rows = await self._unit.connection.fetch(
            """update api_token set revoked_at = $3
                where tenant_id = $1 and member_id = $2 and revoked_at is null returning id""",
            self._unit.tenant, member, self._unit.clock.now(),
        )  # fmt: skip
        return [row["id"] for row in rows]


def _token(row: Any) -> ApiToken:
    return ApiToken(
        row["id"], row["member_id"], row["name"], frozenset(row["scopes"]), row["created_at"], row["last_used_at"],
        row["expires_at"], row["revoked_at"],
    )  # fmt: skip

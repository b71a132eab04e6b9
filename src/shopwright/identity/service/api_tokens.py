"""Personal API tokens, for scripts and MCP clients: shown once, kept as hashes, never more than their owner."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shopwright.identity.credentials import (
    MOST_TOKENS,
    ApiToken,
    InvalidToken,
    SessionNeeded,
    TokenCreated,
    TokenNotFound,
    TokenRevoked,
    TooManyTokens,
    checked_scopes,
)
from shopwright.identity.domain import Principal
from shopwright.identity.people import checked_name
from shopwright.identity.repository.api_tokens import TokenRepository
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.tokens import OpaqueKind, make_opaque
from shopwright.infra.db import UnitOfWork
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import new_id


class TokenService:
    """What may be done with API tokens: one's own, and for those who manage them, others'."""

    def __init__(self, unit: UnitOfWork, principal: Principal) -> None:
        self._unit = unit
        self._principal = principal
        self._tokens = TokenRepository(unit)

    async def list_of(self, member: UUID) -> list[ApiToken]:
        """List the tokens of a member that are not revoked, newest first."""
        return await self._tokens.list_of(member)

    async def create(
        self, name: str, scopes: Collection[str], expires_at: datetime | None = None
    ) -> tuple[ApiToken, str]:
        """Make a token of the caller's own; return it with its text, which is told this once and never again.

        What it may do is `scopes` as long as the owner's role holds them too. Raises InvalidToken, TooManyTokens,
        SessionNeeded, InvalidName.
        """
        if self._principal.kind is not ActorKind.PERSON:
            raise SessionNeeded("A token cannot make tokens.")
        now = self._unit.clock.now()
        if expires_at is not None and expires_at <= now:
            raise InvalidToken("The expiry lies in the past.")
        if len(await self._tokens.list_of(self._principal.member)) >= MOST_TOKENS:
            raise TooManyTokens(f"A member has at most {MOST_TOKENS} tokens.", limit=MOST_TOKENS)
        opaque = make_opaque(OpaqueKind.API, self._unit.tenant, new_id(self._unit.tenant, now))
        token = ApiToken(
            id=opaque.id,
            member=self._principal.member,
            name=checked_name(name),
            scopes=checked_scopes(scopes, self._principal.permissions),
            created_at=now,
            last_used_at=None,
            expires_at=expires_at,
            revoked_at=None,
        )
        await self._tokens.add(token, opaque.digest)
        granted = tuple(sorted(token.scopes))
        self._unit.publish(TokenCreated(subject_id=str(token.id), member=str(token.member), scopes=granted))
        return token, opaque.text

    async def revoke(self, token: UUID, member: UUID) -> None:
        """End a member's token: it is refused from the next request on. Raises TokenNotFound."""
        if not await self._tokens.revoke(token, member):
            raise TokenNotFound("There is no such token.")
        await publish_change(self._unit, TokenRevoked(subject_id=str(token), member=str(member)))

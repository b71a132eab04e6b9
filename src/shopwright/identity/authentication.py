"""Who a request is from: bearer token, API token or session cookie, verified against the credential's own tenant.

It says who somebody is and what they may; whether that is enough for an endpoint is `deps`' to say.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import HTTPConnection

from shopwright.identity.cookies import ACCESS_COOKIE, Cookies, is_loopback
from shopwright.identity.domain import (
    CredentialExpired,
    CredentialInvalid,
    CredentialMissing,
    CrossSiteRequest,
    Principal,
)
from shopwright.identity.permissions import permissions_of, within_scopes
from shopwright.identity.repository.credentials import CredentialRepository
from shopwright.identity.tokens import LONGEST_TOKEN, AccessTokens, OpaqueKind, OpaqueToken, read_opaque
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.events import ActorKind

_BEARER: Final = "bearer"
_API_PREFIX: Final = f"{OpaqueKind.API}_"
_REVOKED: Final = "The credential is no longer valid."
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class RequestAuthenticator:
    """Authenticates by one credential a request: the Authorization header when there is one, else the cookie."""

    def __init__(
        self, database: Database, tokens: AccessTokens, verified: VerifiedCredentials, cookies: Cookies
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._verified = verified
        self._cookies = cookies

    async def authenticate(self, request: HTTPConnection) -> Principal:
        """Return the principal.

        Raises CredentialMissing, CredentialInvalid, CredentialExpired, or CrossSiteRequest for a cookie that
        another site made use of.
        """
        text = self._credential(request)
        return self._verified.find(text) or await self._verify(text)

    def _credential(self, request: HTTPConnection) -> str:
        header = request.headers.get("authorization")
        if header is None:
            text = request.cookies.get(ACCESS_COOKIE)
            if not text:
                raise CredentialMissing("This needs somebody who is signed in.")
            self._cookies.demand_own_page(request)
        else:
            scheme, _, text = header.partition(" ")
            if scheme.lower() != _BEARER:
                raise CredentialInvalid("Credentials are sent as: Authorization: Bearer <token>.")
        if len(text) > LONGEST_TOKEN:
            raise CredentialInvalid("No token is that long.")
        return text

    async def _verify(self, text: str) -> Principal:
        as_of = self._verified.mark()
        if text.startswith(_API_PREFIX):
            token = read_opaque(OpaqueKind.API, text)
            if token is None:
                raise CredentialInvalid("The API token is malformed.")
            principal, until = await self._by_api_token(token)
        else:
            principal, until = await self._by_access_token(text)
        self._verified.keep(text, principal, as_of, until)
        return principal

    async def _by_access_token(self, text: str) -> tuple[Principal, datetime]:
        claims = self._tokens.read(text)
        async with self._database.unit(claims.tenant) as unit:
            session = await CredentialRepository(unit).find_session(claims.session)
        if session is None or session.ended or not session.admitted or session.member != claims.member:
            raise CredentialInvalid(_REVOKED)
        if session.expires_at <= self._database.clock.now():
            raise CredentialExpired("The session has expired.")
        permissions = permissions_of(claims.tenant, session.role, session.custom)
        principal = Principal(
            claims.tenant, session.member, session.person, ActorKind.PERSON, claims.session, permissions, session.role
        )
        return principal, min(session.expires_at, datetime.fromtimestamp(claims.expires_at, UTC))

    async def _by_api_token(self, token: OpaqueToken) -> tuple[Principal, datetime]:
        async with self._database.unit(token.tenant) as unit:
            repository = CredentialRepository(unit)
            kept = await repository.find_token(token.id)
            if kept is None or not token.fits(kept.digest) or kept.revoked or not kept.admitted:
                raise CredentialInvalid(_REVOKED)
            until = kept.expires_at or _NEVER
            if until <= unit.clock.now():
                raise CredentialExpired("The API token has expired.")
            await repository.note_use(token.id)
        permissions = within_scopes(permissions_of(token.tenant, kept.role, kept.custom), kept.scopes)
        principal = Principal(token.tenant, kept.member, kept.person, ActorKind.TOKEN, token.id, permissions, kept.role)
        return principal, until


class LocalAuthenticator:
    """Signing in switched off: whoever is on this machine is the owner of its one tenant.

    The settings bind the program to loopback. This holds even where a proxy or another web page stands between.
    """

    def __init__(self, principal: Principal, cookies: Cookies) -> None:
        self._principal = principal
        self._cookies = cookies

    async def authenticate(self, request: HTTPConnection) -> Principal:
        """Return the local owner. Raises CredentialInvalid for callers from elsewhere, CrossSiteRequest for pages."""
        if request.client is None or not is_loopback(request.client.host):
            raise CredentialInvalid("Signing in is switched off, so only this machine is served.")
        if not is_loopback(request.url.hostname or ""):
            raise CrossSiteRequest("Use the address localhost: another name may be a page that pretends to be us.")
        self._cookies.demand_origin(request, needed=False)
        return self._principal

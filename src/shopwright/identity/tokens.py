"""The texts that prove who somebody is: signed access tokens, and opaque tokens that are kept as hashes.

An opaque token names its tenant and its row, so that it is looked up inside that tenant and nowhere else:
`sw_<tenant>_<id>_<secret>`. It reads and writes texts only; whether a token still holds is for others to say.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
from jwt.types import Options

from shopwright.identity.domain import CredentialExpired, CredentialInvalid
from shopwright.kit.ids import TenantId
from shopwright.kit.time import Clock

LONGEST_TOKEN: Final = 2_000
_ALGORITHM = "HS256"
_ISSUER = "shopwright"
_SECRET_BYTES = 32
_CLOCK_SKEW = 60  # seconds that the clocks of two machines may differ
_OPAQUE = re.compile(r"(sw[ri]?)_([0-9a-f]{32})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
_NOT_CHECKED_THERE: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


class OpaqueKind(StrEnum):
    """What an opaque token is for; the prefix of its text, which secret scanners look for."""

    API = "sw"
    REFRESH = "swr"
    INVITATION = "swi"


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """A token's text, taken apart."""

    tenant: TenantId
    id: UUID
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """What is kept: SHA-256 of the whole text. The secret has 256 bits, so no slow hash is needed."""
        return hashlib.sha256(self.text.encode()).digest()

    def fits(self, kept: bytes) -> bool:
        """Compare with the kept digest, in constant time."""
        return hmac.compare_digest(self.digest, kept)


def make_opaque(kind: OpaqueKind, tenant: TenantId, identifier: UUID) -> OpaqueToken:
    """Make the token of a new row."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return OpaqueToken(tenant, identifier, f"{kind}_{tenant.hex}_{identifier.hex}_{secret}")


def read_opaque(kind: OpaqueKind, text: str) -> OpaqueToken | None:
    """Take a token's text apart; None when it is not one of this kind."""
    match = _OPAQUE.fullmatch(text)
    if match is None or match[1] != kind:
        return None
    return OpaqueToken(TenantId(UUID(hex=match[2])), UUID(hex=match[3]), text)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says of its bearer."""

    tenant: TenantId
    member: UUID
    person: UUID
    session: UUID
    expires_at: float = 0.0


class AccessTokens:
    """Signs and reads access tokens (JWT, HS256). The first secret signs, all are accepted: so they are rotated."""

    def __init__(self, secrets_: Sequence[str], lifetime: timedelta, clock: Clock) -> None:
        self._keys = {_key_version(secret): secret for secret in secrets_}
        self._signing = _key_version(secrets_[0])
        self.lifetime = lifetime
        self._clock = clock

    def sign(self, claims: AccessClaims) -> str:
        """Make the token of a session, good from now for the lifetime."""
        now = int(self._clock.now().timestamp())
        content = {
            "iss": _ISSUER,
            "tenant": claims.tenant.hex,
            "member": claims.member.hex,
            "person": claims.person.hex,
            "session": claims.session.hex,
            "iat": now,
            "exp": now + int(self.lifetime.total_seconds()),
            "jti": uuid4().hex,
        }
        return jwt.encode(content, self._keys[self._signing], _ALGORITHM, headers={"kid": self._signing})

    def read(self, text: str) -> AccessClaims:
        """Check signature, issuer and time. Raises CredentialInvalid or CredentialExpired."""
        content = self._verified(text)
        now = self._clock.now().timestamp()
        try:
            issued, expires = int(content["iat"]), int(content["exp"])
            claims = AccessClaims(
                TenantId(UUID(hex=content["tenant"])),
                UUID(hex=content["member"]),
                UUID(hex=content["person"]),
                UUID(hex=content["session"]),
                expires,
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise CredentialInvalid("The access token lacks claims.") from error
        if issued > now + _CLOCK_SKEW:
            raise CredentialInvalid("The access token is from the future.")
        if expires <= now:
            raise CredentialExpired("The access token has expired.")
        return claims

    def _verified(self, text: str) -> dict[str, Any]:
        try:
            key = self._keys.get(jwt.get_unverified_header(text).get("kid", ""))
            if key is None:
                raise CredentialInvalid("The access token was signed with a key that is not known here.")
            return jwt.decode(text, key, algorithms=[_ALGORITHM], issuer=_ISSUER, options=_NOT_CHECKED_THERE)
        except jwt.InvalidTokenError as error:
            raise CredentialInvalid("The access token was not made here.") from error


def _key_version(secret: str) -> str:
    """Name a secret without telling it."""
    return hashlib.sha256(b"shopwright access token key\0" + secret.encode()).hexdigest()[:12]

"""Sessions, API tokens and attempts to sign in: what they are and what happens to them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shopwright.identity.permissions import PERMISSIONS, SESSIONS_ONLY
from shopwright.kit.errors import Conflict, Exhausted, Forbidden, Invalid, NotFound, Unauthenticated
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId

MOST_TOKENS: Final = 50
FIRST_WAIT: Final = timedelta(seconds=15)
_LONGEST_DOUBLING = 32  # beyond it the wait has long reached the window


class SignInRefused(Unauthenticated):
    """E-mail or password is wrong; the answer never says which."""

    code = "sign_in_refused"
    action = "Check e-mail and password."


class SignInThrottled(Exhausted):
    """Too many attempts failed for this account or from this address."""

    code = "sign_in_throttled"


class SignUpClosed(Forbidden):
    """This installation lets nobody open a shop by themselves."""

    code = "sign_up_closed"
    action = "Ask whoever runs the installation for a shop, or the owner of one for an invitation."


class NoMembership(Forbidden):
    """The person has no place in the tenant, or in any."""

    code = "no_membership"
    action = "Ask an owner of the tenant for an invitation."


class TenantChoiceNeeded(Conflict):
    """The person belongs to several tenants. `details` list them."""

    code = "tenant_choice_needed"
    action = "Send the id of one of the listed tenants along."


class RefreshRefused(Unauthenticated):
    """The refresh token is unknown, used before, or its session has ended."""

    code = "refresh_refused"


class SessionNotFound(NotFound):
    """The caller has no such open session in this tenant."""

    code = "session_not_found"


class SessionNeeded(Forbidden):
    """This is for somebody who signed in, not for an API token."""

    code = "session_needed"


class TokenNotFound(NotFound):
    """No such API token."""

    code = "token_not_found"


class InvalidToken(Invalid):
    """The name, the scopes or the expiry of a new API token are not admissible."""

    code = "invalid_token_request"


class TooManyTokens(Conflict):
    """A member has at most so many API tokens."""

    code = "too_many_tokens"
    action = "Revoke one that is no longer used."


class EndReason(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged_out"
    SWITCHED = "switched"
    REVOKED = "revoked"
    REFRESH_REUSED = "refresh_reused"
    MEMBER_DEACTIVATED = "member_deactivated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a secret


@dataclass(frozen=True, slots=True)
class Session:
    """A stay of a member in a tenant, from signing in to its end."""

    id: UUID
    member: UUID
    person: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What somebody gets who has signed in. Holds secrets: shown to the caller once, kept nowhere."""

    tenant: TenantId
    tenant_name: str
    simulated: bool
    member: UUID
    person: UUID
    session: UUID
    role: str
    access_token: str = field(repr=False)
    access_seconds: int
    refresh_token: str = field(repr=False)
    refresh_seconds: int


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A personal API token, without its secret."""

    id: UUID
    member: UUID
    name: str
    scopes: frozenset[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts to sign in for one account or from one address that did not succeed (yet)."""

    failures: int
    first_at: datetime
    blocked_until: datetime | None = None

    def counted(self, now: datetime, free: int, window: timedelta) -> "Attempts":
        """Count an attempt before its password is looked at, so that attempts side by side count too.

        The first `free` within `window` are admitted; after them each one admitted doubles the wait for the next,
        up to `window`. Raises SignInThrottled with the seconds to wait.
        """
        if self.blocked_until is not None and now < self.blocked_until:
            wait = (self.blocked_until - now).total_seconds()
            raise SignInThrottled("Too many attempts to sign in failed.", retry_after=wait)
        if now - self.first_at >= window:
            return Attempts(1, now, now + FIRST_WAIT if free <= 1 else None)
        failures = self.failures + 1
        if failures < free:
            return replace(self, failures=failures, blocked_until=None)
        wait_for = min(FIRST_WAIT * 2 ** min(failures - free, _LONGEST_DOUBLING), window)
        return replace(self, failures=failures, blocked_until=now + wait_for)

    def succeeded(self) -> "Attempts":
        """Take back the attempt that was counted last, since it succeeded."""
        return replace(self, failures=max(self.failures - 1, 0), blocked_until=None)


def checked_scopes(scopes: Collection[str], own: Collection[str]) -> frozenset[str]:
    """Return the scopes of a new token: some of one's own permissions. Raises InvalidToken."""
    if not scopes:
        raise InvalidToken("A token needs at least one scope.")
    unknown = sorted(set(scopes) - set(PERMISSIONS))
    if unknown:
        raise InvalidToken(f"No such permission: {', '.join(unknown)}.", scopes=unknown)
    beyond = sorted((set(scopes) - set(own)) | (set(scopes) & SESSIONS_ONLY))
    if beyond:
        raise InvalidToken(f"A token cannot be given: {', '.join(beyond)}.", scopes=beyond)
    return frozenset(scopes)


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event, name="identity.session_started", subject="session"):
    """Somebody signed in."""

    member: str


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event, name="identity.session_ended", subject="session"):
    """A session is over; its tokens are worth nothing from now on."""

    member: str
    why: EndReason


@dataclass(frozen=True, kw_only=True)
class RefreshTokenReused(Event, name="identity.refresh_token_reused", subject="session"):
    """A refresh token came a second time, so one of two holders stole it; the session ended: a security event."""

    member: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event, name="identity.sign_in_failed", subject="person"):
    """A password was wrong, or nobody has that e-mail (subject `unknown`): a security event of the system tenant."""


@dataclass(frozen=True, kw_only=True)
class SignInBlocked(Event, name="identity.sign_in_blocked", subject="person"):
    """So many attempts failed that the next one has to wait: a security event of the system tenant."""

    by: str


@dataclass(frozen=True, kw_only=True)
class TokenCreated(Event, name="identity.token_created", subject="api_token"):
    """A member made a personal API token."""

    member: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event, name="identity.token_revoked", subject="api_token"):
    """An API token is worth nothing from now on: a security event."""

    member: str


@dataclass(frozen=True, kw_only=True)
class OldAccessForgotten(Event, name="identity.old_access_forgotten", subject="tenant"):
    """Rows about access that was over for a month were deleted."""

    sessions: int
    invitations: int
    attempts: int

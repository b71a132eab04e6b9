"""The nouns of identity that every context meets: the principal, refusals, and the security events of the guard."""

from dataclasses import dataclass
from uuid import UUID

from shopwright.kit.errors import Category, Forbidden, Unauthenticated
from shopwright.kit.events import ActorKind, Event
from shopwright.kit.ids import TenantId


class PermissionMissing(Forbidden):
    """The caller's role or token does not hold the permission."""

    code = "permission_missing"


class CredentialMissing(Unauthenticated):
    """The request carries no credential."""

    code = "credential_missing"
    action = "Sign in, and send the access token as a bearer token or the session cookie."


class CredentialInvalid(Unauthenticated):
    """The credential is malformed, forged, revoked, or belongs to somebody who may no longer sign in."""

    code = "credential_invalid"


class CredentialExpired(Unauthenticated):
    """The credential was good once; its time is over."""

    code = "credential_expired"
    category = Category.SECURITY
    action = "Refresh the session, or sign in again."


class CrossSiteRequest(Forbidden):
    """A browser sent the session's cookie along with a request that another site made."""

    code = "cross_site_request"
    action = "Send the header X-Requested-With from a page of this site or of an allowed origin."


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request is from, bound to one tenant: the outcome of authentication.

    `credential` is the id of the session (kind PERSON) or of the API token (kind TOKEN).
    """

    tenant: TenantId
    member: UUID
    person: UUID
    kind: ActorKind
    credential: UUID
    permissions: frozenset[str]
    role: str

    def may(self, permission: str) -> bool:
        """Tell whether the principal holds a permission."""
        return permission in self.permissions

    def demand(self, permission: str) -> None:
        """Raise PermissionMissing unless the principal holds the permission."""
        if permission not in self.permissions:
            raise PermissionMissing(f"This needs the permission {permission}.", permission=permission, role=self.role)


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event, name="identity.access_refused", subject="member"):
    """A caller asked for something that its permissions do not cover: a security event."""

    permission: str
    method: str
    route: str


@dataclass(frozen=True, kw_only=True)
class ForeignObjectRequested(Event, name="identity.foreign_object_requested", subject="member"):
    """A caller named an object of another tenant; it was answered as if it did not exist: a security event."""

    identifiers: tuple[str, ...]
    method: str
    route: str


@dataclass(frozen=True, kw_only=True)
class CredentialRefused(Event, name="identity.credential_refused", subject="caller"):
    """A request came without a credential, or with one that does not hold: a security event.

    The subject is a tag of the caller's address that holds within one process: the address is personal data.
    Stands in the journal of the system tenant, thinned out under attack.
    """

    error: str
    method: str
    route: str

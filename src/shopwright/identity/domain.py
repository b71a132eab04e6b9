"""The nouns of identity: principals and what happens to people, sessions and tokens."""

from dataclasses import dataclass
from uuid import UUID

from shopwright.kit.errors import Forbidden
from shopwright.kit.events import ActorKind, Event
from shopwright.kit.ids import TenantId


class PermissionMissing(Forbidden):
    """The caller's role or token does not hold the permission."""

    code = "permission_missing"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request is from, bound to one tenant: the outcome of authentication."""

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

"""The table of permissions and built-in roles. docs/permissions.md shows the same table and is held to it.

A permission is `resource:verb`. Endpoints and tools declare the one that they need; roles are sets of them.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from shopwright.kit.ids import SYSTEM_TENANT, TenantId

PERMISSIONS: Final[dict[str, str]] = {
    "tenant:read": "See the tenant and its settings",
    "tenant:manage": "Change the tenant's settings",
    "users:read": "See users and roles",
    "users:manage": "Invite, change, deactivate users; define roles",
    "owners:appoint": "Make somebody an owner, and owners something else",
    "account:read": "See who one is: tenant, role, permissions",
    "account:own": "Keep one's own account: password, sessions, change of tenant",
    "tokens:own": "Make and revoke one's own API tokens",
    "tokens:manage": "See and revoke the API tokens of others",
    "preferences:own": "Keep one's own preferences",
    "audit:read": "Read and export the journal",
    "catalog:read": "See products, costs and price history",
    "catalog:write": "Create, change and archive products",
    "sales:read": "See sales",
    "demand:read": "See forecasts and how they came out",
    "market:read": "See competitors and their offers",
    "market:write": "Change competitors and decide matches",
    "prices:read": "See prices, proposals, policies and runs",
    "prices:propose": "Start a repricing run, edit proposals",
    "prices:approve": "Approve, reject and schedule proposals",
    "prices:apply": "Apply approved prices and roll them back",
    "policies:write": "Change pricing policies",
    "prices:halt": "Use the kill switch",
    "imports:read": "See imports and their rejected rows",
    "imports:write": "Upload files, run and undo imports",
    "figures:read": "See the dashboard: figures of sales, prices, market and stock",
    "operations:read": "See requests, queues, jobs and loops behind the shop",
    "operations:manage": "Cancel and retry jobs, decide on events that could not be handled",
    "system:read": "See the health of the installation",
    "system:manage": "Operate the installation",
}

_WATCHED = {"audit:read", "operations:read", "system:read"}
_READ = {name for name in PERMISSIONS if name.endswith(":read") and name not in _WATCHED}
_OWN = {"account:own", "tokens:own", "preferences:own"}
_VIEWER = frozenset(_READ - {"users:read"} | _OWN)
_OPERATOR = _VIEWER | {"catalog:write", "imports:write", "market:write", "prices:propose"}
_ANALYST = _VIEWER | {"imports:write", "prices:propose", "audit:read"}
_INSTALLATION = {"system:read", "system:manage"}
_OWNER = frozenset(PERMISSIONS) - _INSTALLATION
_ADMIN = _OWNER - {"owners:appoint"}

BUILT_IN_ROLES: Final[dict[str, frozenset[str]]] = {
    "owner": _OWNER,
    "admin": _ADMIN,
    "analyst": frozenset(_ANALYST),
    "operator": frozenset(_OPERATOR),
    "viewer": _VIEWER,
}

INSTALLATION_ROLES: Final[dict[str, frozenset[str]]] = {
    "installation_operator": frozenset(
        _INSTALLATION
        | _OWN
        | {
            "account:read",
            "operations:read",
            "operations:manage",
            "users:read",
            "users:manage",
            "owners:appoint",
            "tokens:manage",
            "audit:read",
            "tenant:read",
        }
    ),
}
"""Roles of the system tenant only."""

OWNER: Final = "owner"
OPERATOR: Final = "installation_operator"

EVERYBODYS: Final = frozenset({"account:own", "account:read"})
"""What each person who is signed in may do, whatever the role."""

EVERY_TOKENS: Final = frozenset({"account:read"})
"""What each API token may do, whatever its scopes."""

SESSIONS_ONLY: Final = frozenset({"account:own", "tokens:own"})
"""What an API token never holds: a token that leaks must not make tokens or change passwords."""


def built_in_roles(tenant: TenantId) -> Mapping[str, frozenset[str]]:
    """Return the roles that every tenant has, or those of the system tenant."""
    return INSTALLATION_ROLES if tenant == SYSTEM_TENANT else BUILT_IN_ROLES


def ruling_role(tenant: TenantId) -> str:
    """Return the role that a tenant is never left without."""
    return OPERATOR if tenant == SYSTEM_TENANT else OWNER


def grantable(tenant: TenantId) -> frozenset[str]:
    """Return the permissions that a role of one's own may hold in this tenant."""
    return frozenset(PERMISSIONS) if tenant == SYSTEM_TENANT else _OWNER


def permissions_of(tenant: TenantId, role: str, custom: Iterable[str] | None) -> frozenset[str]:
    """Resolve a role: `custom` are the permissions of the tenant's own role of that name, None when it has none.

    A role that does not exist (any more) leaves what everybody has; so does a permission that does not.
    """
    held = built_in_roles(tenant).get(role)
    if held is None:
        held = frozenset(custom or ()) & grantable(tenant)
    return held | EVERYBODYS


def within_scopes(held: frozenset[str], scopes: Iterable[str]) -> frozenset[str]:
    """Return what an API token may do: what its owner may and its scopes name, and what every token may."""
    return (held & frozenset(scopes)) - SESSIONS_ONLY | EVERY_TOKENS

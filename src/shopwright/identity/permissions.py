"""The table of permissions and built-in roles. docs/permissions.md shows the same table and is held to it.

A permission is `resource:verb`. Endpoints and tools declare the one that they need; roles are sets of them.
"""

from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    "tenant:read": "See the tenant and its settings",
    "tenant:manage": "Change the tenant's settings",
    "users:read": "See users and roles",
    "users:manage": "Invite, change, deactivate users; define roles",
    "tokens:own": "Make and revoke one's own API tokens",
    "tokens:manage": "See and revoke the API tokens of others",
    "preferences:own": "Keep one's own preferences",
    "audit:read": "Read and export the journal",
    "catalog:read": "See products, costs and price history",
    "catalog:write": "Create, change and archive products",
    "sales:read": "See sales",
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
    "system:read": "See the health of the installation",
    "system:manage": "Operate the installation",
}

_READ = {name for name in PERMISSIONS if name.endswith(":read") and name not in {"audit:read", "system:read"}}
_OWN = {"tokens:own", "preferences:own"}
_VIEWER = frozenset(_READ - {"users:read"} | _OWN)
_OPERATOR = _VIEWER | {"catalog:write", "imports:write", "market:write", "prices:propose"}
_ANALYST = _VIEWER | {"imports:write", "prices:propose", "audit:read"}
_INSTALLATION = {"system:read", "system:manage"}
_OWNER = frozenset(PERMISSIONS) - _INSTALLATION
_ADMIN = _OWNER

BUILT_IN_ROLES: Final[dict[str, frozenset[str]]] = {
    "owner": _OWNER,
    "admin": _ADMIN,
    "analyst": frozenset(_ANALYST),
    "operator": frozenset(_OPERATOR),
    "viewer": _VIEWER,
}

INSTALLATION_ROLES: Final[dict[str, frozenset[str]]] = {
    "installation_operator": frozenset(
        _INSTALLATION | _OWN | {"users:read", "users:manage", "audit:read", "tenant:read"}
    ),
}
"""Roles of the system tenant only."""

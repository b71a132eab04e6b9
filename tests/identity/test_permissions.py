from uuid import uuid4

import pytest

from shopwright.identity.permissions import (
    BUILT_IN_ROLES,
    EVERYBODYS,
    INSTALLATION_ROLES,
    PERMISSIONS,
    SESSIONS_ONLY,
    built_in_roles,
    grantable,
    permissions_of,
    ruling_role,
    within_scopes,
)
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

SHOP = TenantId(uuid4())
INSTALLATION = {"system:read", "system:manage"}


def test_built_in_roles_hold_known_permissions_only() -> None:
    for held in (*BUILT_IN_ROLES.values(), *INSTALLATION_ROLES.values()):
        assert held <= set(PERMISSIONS)


def test_no_role_of_a_shop_operates_the_installation() -> None:
    assert not any(held & INSTALLATION for held in BUILT_IN_ROLES.values())
    assert not grantable(SHOP) & INSTALLATION
    assert grantable(SYSTEM_TENANT) >= INSTALLATION


def test_only_the_owner_appoints_owners() -> None:
    assert [role for role, held in BUILT_IN_ROLES.items() if "owners:appoint" in held] == ["owner"]
    assert BUILT_IN_ROLES["admin"] == BUILT_IN_ROLES["owner"] - {"owners:appoint"}


def test_a_viewer_changes_nothing_but_what_is_their_own() -> None:
    assert all(name.endswith((":read", ":own")) for name in BUILT_IN_ROLES["viewer"])


@pytest.mark.parametrize("role", sorted(BUILT_IN_ROLES))
def test_a_built_in_role_cannot_be_overridden(role: str) -> None:
    assert permissions_of(SHOP, role, ("system:manage", "prices:halt")) == BUILT_IN_ROLES[role] | EVERYBODYS


def test_a_role_of_ones_own_holds_what_it_names_within_what_a_shop_can_give() -> None:
    assert (
        permissions_of(SHOP, "buyer", ("catalog:read", "system:manage", "gone:verb")) == {"catalog:read"} | EVERYBODYS
    )


def test_a_role_that_is_gone_leaves_ones_own_account() -> None:
    assert permissions_of(SHOP, "gone", None) == EVERYBODYS


def test_a_shops_roles_mean_nothing_in_the_system_tenant_and_the_other_way_round() -> None:
    assert permissions_of(SYSTEM_TENANT, "owner", None) == EVERYBODYS
    assert permissions_of(SHOP, "installation_operator", None) == EVERYBODYS
    assert (ruling_role(SHOP), ruling_role(SYSTEM_TENANT)) == ("owner", "installation_operator")
    assert built_in_roles(SYSTEM_TENANT) is INSTALLATION_ROLES


def test_a_token_holds_what_its_owner_and_its_scopes_share_and_never_the_account() -> None:
    held = permissions_of(SHOP, "viewer", None)
    assert within_scopes(held, {"catalog:read", "prices:apply", *SESSIONS_ONLY}) == {"catalog:read", "account:read"}

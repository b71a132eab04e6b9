from uuid import uuid4

import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import Account, cipher_of, fresh_email

from shopwright.identity.people import GrantExceedsOwn, InvalidRole, RoleExists, RoleInUse, RoleNotFound
from shopwright.identity.permissions import BUILT_IN_ROLES
from shopwright.identity.service.roles import RoleService
from shopwright.identity.service.users import UserService
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead

BUYER = frozenset({"catalog:read", "market:read"})


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


async def test_a_tenant_defines_roles_of_its_own_beside_the_built_in_ones(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        roles = RoleService(unit, owner.principal)
        made = await roles.create("buyer", BUYER)
        listed = await roles.list_all()
    assert [role.name for role in listed] == [*BUILT_IN_ROLES, "buyer"]
    assert listed[-1] == made
    assert [role.built_in for role in listed] == [True] * 5 + [False]
    (entry,) = await journal.entries(database, owner.tenant, "identity.role_created")
    assert entry["after"] == {"name": "buyer", "permissions": sorted(BUYER)}


async def test_a_role_is_one_tenants_own(database: Database, owner: Account) -> None:
    stranger = await people.shop(database)
    async with database.unit(owner.tenant) as unit:
        made = await RoleService(unit, owner.principal).create("buyer", BUYER)
    assert made.id is not None
    async with database.unit(stranger.tenant) as unit:
        roles = RoleService(unit, stranger.principal)
        assert [role.name for role in await roles.list_all()] == list(BUILT_IN_ROLES)
        with pytest.raises(RoleNotFound):
            await roles.change(made.id, frozenset())
        with pytest.raises(RoleNotFound):
            await roles.delete(made.id)
        await roles.create("buyer", BUYER)


async def test_names_are_unique_and_the_built_in_ones_taken(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        roles = RoleService(unit, owner.principal)
        await roles.create("buyer", BUYER)
        for name in ("buyer", "owner", "viewer"):
            with pytest.raises(RoleExists):
                await roles.create(name, BUYER)
        for name, held in (("Buyer!", BUYER), ("root", {"system:manage"}), ("odd", {"no:such"})):
            with pytest.raises(InvalidRole):
                await roles.create(name, frozenset(held))


async def test_nobody_makes_or_changes_a_role_that_holds_more_than_they_do(database: Database, owner: Account) -> None:
    clerk = people.principal(owner.tenant, {"users:manage", "catalog:read"})
    async with database.unit(owner.tenant) as unit:
        strong = await RoleService(unit, owner.principal).create("strong", frozenset({"catalog:read", "prices:apply"}))
        assert strong.id is not None
        roles = RoleService(unit, clerk)
        for refused in (
            roles.create("mine", frozenset({"prices:apply"})),
            roles.change(strong.id, frozenset({"catalog:read"})),
            roles.change(strong.id, frozenset({"catalog:read", "prices:apply", "prices:halt"})),
            roles.delete(strong.id),
        ):
            with pytest.raises(GrantExceedsOwn):
                await refused
        with_users = await roles.change(strong.id, strong.permissions | {"users:manage"})
        assert "users:manage" in with_users.permissions


async def test_a_role_changes_for_everybody_who_has_it_and_that_is_told(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        roles = RoleService(unit, owner.principal)
        made = await roles.create("buyer", BUYER)
        assert made.id is not None
        changed = await roles.change(made.id, BUYER | {"sales:read"}, expected_version=1)
        assert (changed.version, changed.permissions) == (2, BUYER | {"sales:read"})
        with pytest.raises(ChangedSinceRead):
            await roles.change(made.id, BUYER, expected_version=1)
        with pytest.raises(InvalidRole):
            await roles.change(made.id, frozenset({"system:read"}))
    (entry,) = await journal.entries(database, owner.tenant, "identity.role_changed")
    assert entry["before"] == {"permissions": sorted(BUYER)}
    assert entry["after"] == {"permissions": sorted(BUYER | {"sales:read"})}


async def test_a_role_that_somebody_has_or_is_invited_to_stays(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        roles, users = RoleService(unit, owner.principal), UserService(unit, cipher_of(), owner.principal)
        made = await roles.create("buyer", BUYER)
        assert made.id is not None
        invitation, _ = await users.invite(fresh_email(), "buyer")
        with pytest.raises(RoleInUse):
            await roles.delete(made.id)
        await users.revoke_invitation(invitation.id)
    member = await people.colleague(database, owner, "buyer")
    async with database.unit(owner.tenant) as unit:
        roles, users = RoleService(unit, owner.principal), UserService(unit, cipher_of(), owner.principal)
        with pytest.raises(RoleInUse):
            await roles.delete(made.id)
        await users.change(member.member, role="viewer")
        await roles.delete(made.id)
        with pytest.raises(RoleNotFound):
            await roles.delete(made.id)
        with pytest.raises(RoleNotFound):
            await roles.change(uuid4(), BUYER)
    (entry,) = await journal.entries(database, owner.tenant, "identity.role_deleted")
    assert entry["before"] == {"name": "buyer", "permissions": sorted(BUYER)}

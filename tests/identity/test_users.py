import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import Account, cipher_of, fresh_email

from shopwright.identity.domain import Principal
from shopwright.identity.people import (
    AlreadyMember,
    GrantExceedsOwn,
    InvitationNotFound,
    LastOwner,
    Member,
    MemberNotFound,
    MemberStatus,
    OnCallForOperatorsOnly,
    RoleNotFound,
)
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.roles import RoleService
from shopwright.identity.service.users import ContactService, UserService
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.time import FixedClock

CIPHER = cipher_of()


def users(unit: UnitOfWork, principal: Principal) -> UserService:
    return UserService(unit, CIPHER, principal)


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


async def test_users_are_listed_by_when_they_came_page_by_page(
    database: Database, owner: Account, clock: FixedClock
) -> None:
    came = [owner]
    for _ in range(4):
        clock.advance(timedelta(seconds=1))
        came.append(await people.colleague(database, owner))
    seen: list[Member] = []
    after = None
    async with database.unit(owner.tenant) as unit:
        while True:
            page = await users(unit, owner.principal).list_users(after, 2)
            seen += page.items
            if page.next_cursor is None:
                break
            after = (page.items[-1].created_at, page.items[-1].id)
    assert [(user.id, user.email) for user in seen] == [(one.member, one.email) for one in came]


async def test_another_tenants_users_are_nowhere_to_be_seen(database: Database, owner: Account) -> None:
    stranger = await people.shop(database)
    async with database.unit(owner.tenant) as unit:
        service = users(unit, owner.principal)
        assert [user.id for user in (await service.list_users(None, 100)).items] == [owner.member]
        for call in (service.get, service.deactivate, service.reactivate):
            with pytest.raises(MemberNotFound):
                await call(stranger.member)
        with pytest.raises(MemberNotFound):
            await service.change(stranger.member, role="viewer")


async def test_an_invitation_shows_its_token_once_and_keeps_a_hash(database: Database, owner: Account) -> None:
    email = fresh_email()
    async with database.unit(owner.tenant) as unit:
        made, token = await users(unit, owner.principal).invite(email, "analyst")
        (listed,) = await users(unit, owner.principal).list_invitations()
        row = await unit.connection.fetchrow(
            "select email, token_hash from invitation where tenant_id = $1", owner.tenant
        )
    assert row is not None
    assert made == listed
    assert (listed.email, listed.role, listed.invited_by) == (email, "analyst", owner.member)
    assert email.encode() not in row["email"]
    assert token.encode() not in row["token_hash"]


async def test_nobody_is_invited_twice_or_as_what_does_not_exist(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        service = users(unit, owner.principal)
        with pytest.raises(AlreadyMember):
            await service.invite(owner.email, "viewer")
        with pytest.raises(RoleNotFound):
            await service.invite(fresh_email(), "emperor")
        with pytest.raises(InvitationNotFound):
            await service.revoke_invitation(uuid4())
        made, _ = await service.invite(fresh_email(), "viewer")
        await service.revoke_invitation(made.id)
        with pytest.raises(InvitationNotFound):
            await service.revoke_invitation(made.id)


async def test_another_role_holds_from_now_on_and_is_told(database: Database, owner: Account) -> None:
    member = await people.colleague(database, owner, "viewer")
    async with database.unit(owner.tenant) as unit:
        changed = await users(unit, owner.principal).change(member.member, role="analyst", expected_version=1)
        assert (changed.role, changed.version) == ("analyst", 2)
        assert await users(unit, owner.principal).change(member.member, role="analyst") == changed
        with pytest.raises(ChangedSinceRead):
            await users(unit, owner.principal).change(member.member, role="viewer", expected_version=1)
        with pytest.raises(RoleNotFound):
            await users(unit, owner.principal).change(member.member, role="emperor")
        with pytest.raises(OnCallForOperatorsOnly):
            await users(unit, owner.principal).change(member.member, on_call=True)
    (entry,) = await journal.entries(database, owner.tenant, "identity.member_role_changed")
    assert (entry["before"], entry["after"]) == ({"role": "viewer"}, {"role": "analyst"})


async def test_an_administrator_neither_makes_owners_nor_unmakes_them(database: Database, owner: Account) -> None:
    admin = await people.colleague(database, owner, "admin")
    other = await people.colleague(database, owner, "viewer")
    async with database.unit(owner.tenant) as unit:
        service = users(unit, admin.principal)
        for refused in (
            service.invite(fresh_email(), "owner"),
            service.change(other.member, role="owner"),
            service.change(owner.member, role="viewer"),
            service.deactivate(owner.member),
        ):
            with pytest.raises(GrantExceedsOwn):
                await refused
        assert (await service.change(other.member, role="admin")).role == "admin"


async def test_who_manages_users_only_grants_no_more_than_that(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        held = frozenset({"users:read", "users:manage", "catalog:read"})
        await RoleService(unit, owner.principal).create("hr", held)
    clerk = await people.colleague(database, owner, "hr")
    principal = people.principal(owner.tenant, held | {"account:own"}, member=clerk.member)
    async with database.unit(owner.tenant) as unit:
        service = users(unit, principal)
        for role in ("admin", "viewer"):
            with pytest.raises(GrantExceedsOwn):
                await service.invite(fresh_email(), role)
        await service.invite(fresh_email(), "hr")
        with pytest.raises(GrantExceedsOwn):
            await service.deactivate(owner.member)


async def test_the_last_owner_stays(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        service = users(unit, owner.principal)
        with pytest.raises(LastOwner):
            await service.deactivate(owner.member)
        with pytest.raises(LastOwner):
            await service.change(owner.member, role="admin")
    second = await people.colleague(database, owner, "owner")
    async with database.unit(owner.tenant) as unit:
        await users(unit, owner.principal).deactivate(owner.member)
        with pytest.raises(LastOwner):
            await users(unit, second.principal).deactivate(second.member)
        assert (await users(unit, second.principal).get(owner.member)).status is MemberStatus.DEACTIVATED


async def test_two_owners_who_step_down_at_once_do_not_both_go(database: Database, owner: Account) -> None:
    second = await people.colleague(database, owner, "owner")

    async def step_down(account: Account) -> None:
        async with database.unit(owner.tenant) as unit:
            await users(unit, account.principal).change(account.member, role="viewer")

    results = await asyncio.gather(step_down(owner), step_down(second), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["LastOwner", "NoneType"]


async def test_deactivating_ends_sessions_and_tokens_and_tells_how_many(database: Database, owner: Account) -> None:
    member = await people.colleague(database, owner)
    async with database.unit(owner.tenant) as unit:
        await TokenService(unit, member.principal).create("script", ["catalog:read"])
    async with database.unit(owner.tenant) as unit:
        service = users(unit, owner.principal)
        gone = await service.deactivate(member.member)
        assert gone.status is MemberStatus.DEACTIVATED
        assert await service.deactivate(member.member) == gone
        assert await TokenService(unit, owner.principal).list_of(member.member) == []
        back = await service.reactivate(member.member)
        assert back.status is MemberStatus.ACTIVE
        assert await service.reactivate(member.member) == back
        assert await TokenService(unit, owner.principal).list_of(member.member) == [], "tokens stay revoked"
    (entry,) = await journal.entries(database, owner.tenant, "identity.member_deactivated")
    assert entry["payload"] == {"sessions_ended": 1, "tokens_revoked": 1}
    assert (entry["before"], entry["after"]) == ({"status": "active"}, {"status": "deactivated"})
    assert len(await journal.entries(database, owner.tenant, "identity.member_reactivated")) == 1


async def test_those_to_tell_are_the_active_owners_and_administrators(database: Database, owner: Account) -> None:
    admin = await people.colleague(database, owner, "admin")
    gone = await people.colleague(database, owner, "admin")
    await people.colleague(database, owner, "viewer")
    async with database.unit(owner.tenant) as unit:
        await users(unit, owner.principal).deactivate(gone.member)
        found = await ContactService(unit, CIPHER).list_administrators()
    assert {one.email for one in found} == {owner.email, admin.email}

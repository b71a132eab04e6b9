import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import PASSWORD, caller, fresh_email

from shopwright.identity.access import Access, AccessPolicy
from shopwright.identity.credentials import (
    NoMembership,
    RefreshRefused,
    SessionNeeded,
    SessionNotFound,
    SignInRefused,
    SignInThrottled,
    TenantChoiceNeeded,
)
from shopwright.identity.passwords import Passwords
from shopwright.identity.people import InvalidEmail
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.service import signing_in
from shopwright.identity.service.accounts import AccountService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantNotFound, TenantStatus
from shopwright.identity.tokens import OpaqueKind, make_opaque
from shopwright.infra.db import Database
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import SYSTEM_TENANT, new_tenant_id
from shopwright.kit.time import FixedClock


@pytest.fixture
def access(database: Database) -> Access:
    return people.make_access(database, policy=AccessPolicy(free_attempts=3))


@pytest.fixture
def door(access: Access) -> SignInService:
    return SignInService(access, caller())


async def test_who_knows_the_password_gets_a_session_in_their_only_tenant(
    database: Database, door: SignInService, access: Access
) -> None:
    account = await people.shop(database)
    signed_in = await door.log_in(f"  {account.email.upper()} ", PASSWORD)
    assert (signed_in.tenant, signed_in.member, signed_in.role) == (account.tenant, account.member, "owner")
    assert signed_in.session != account.session
    assert access.tokens.read(signed_in.access_token).session == signed_in.session
    assert (signed_in.access_seconds, signed_in.refresh_seconds) == (900, 30 * 86_400)
    assert signed_in.access_token not in repr(signed_in)
    assert signed_in.refresh_token not in repr(signed_in)


async def test_a_wrong_password_and_somebody_unknown_are_answered_alike(
    database: Database, door: SignInService
) -> None:
    account = await people.shop(database)
    answers = []
    for email in (account.email, fresh_email()):
        with pytest.raises(SignInRefused) as refused:
            await door.log_in(email, "wrong password")
        answers.append((refused.value.message, refused.value.details))
    assert answers[0] == answers[1]
    told = await journal.entries(database, SYSTEM_TENANT, "identity.sign_in_failed")
    assert [e["actor_kind"] for e in told if e["subject_id"] == str(account.person)] == ["anonymous"]
    with pytest.raises(InvalidEmail):
        await door.log_in("nobody", "wrong password")


async def test_who_belongs_to_several_tenants_says_which(database: Database, door: SignInService) -> None:
    one = await people.shop(database, shop_name="One")
    two = await people.shop(database, shop_name="Two", email=one.email)
    with pytest.raises(TenantChoiceNeeded) as choice:
        await door.log_in(one.email, PASSWORD)
    assert choice.value.details["tenants"] == [
        {"tenant": str(one.tenant), "name": "One", "simulated": False},
        {"tenant": str(two.tenant), "name": "Two", "simulated": False},
    ]
    assert (await door.log_in(one.email, PASSWORD, two.tenant)).tenant == two.tenant


async def test_nobody_enters_a_tenant_that_they_do_not_belong_to(database: Database, door: SignInService) -> None:
    account, stranger = await people.shop(database), await people.shop(database)
    with pytest.raises(NoMembership):
        await door.log_in(account.email, PASSWORD, stranger.tenant)
    async with database.unit(account.tenant) as unit:
        await TenantService(unit).set_status(TenantStatus.SUSPENDED)
    with pytest.raises(NoMembership):
        await door.log_in(account.email, PASSWORD)


async def test_who_was_deactivated_cannot_sign_in(database: Database, door: SignInService, access: Access) -> None:
    owner = await people.shop(database)
    member = await people.colleague(database, owner)
    async with database.unit(owner.tenant) as unit:
        await UserService(unit, access.cipher, owner.principal).deactivate(member.member)
    with pytest.raises(NoMembership):
        await door.log_in(member.email, PASSWORD)
    with pytest.raises(RefreshRefused):
        await door.refresh(member.refresh_token)
    async with database.unit(owner.tenant) as unit:
        await UserService(unit, access.cipher, owner.principal).reactivate(member.member)
    assert (await door.log_in(member.email, PASSWORD)).member == member.member


async def test_a_person_who_was_shut_out_of_the_installation_cannot_sign_in(
    database: Database, door: SignInService
) -> None:
    account = await people.shop(database)
    async with database.unit(SYSTEM_TENANT) as unit:
        await unit.connection.execute(
            "update person set status = 'deactivated' where tenant_id = $1 and id = $2", SYSTEM_TENANT, account.person
        )
    with pytest.raises(SignInRefused):
        await door.log_in(account.email, PASSWORD)


async def test_guessing_has_to_wait_longer_and_longer_even_with_the_right_password(
    database: Database, access: Access, clock: FixedClock
) -> None:
    account = await people.shop(database)

    async def attempt(password: str) -> None:
        await SignInService(access, caller()).log_in(account.email, password)  # each from another address

    for _ in range(3):
        with pytest.raises(SignInRefused):
            await attempt("wrong password")
    with pytest.raises(SignInThrottled) as refused:
        await attempt(PASSWORD)
    assert (refused.value.retry_after, refused.value.status) == (15, 429)
    clock.advance(timedelta(seconds=15))
    with pytest.raises(SignInRefused):
        await attempt("wrong password")
    with pytest.raises(SignInThrottled) as refused:
        await attempt(PASSWORD)
    assert refused.value.retry_after == 30
    clock.advance(timedelta(seconds=30))
    await attempt(PASSWORD)
    for _ in range(2):
        with pytest.raises(SignInRefused):
            await attempt("wrong password")
    told = await journal.entries(database, SYSTEM_TENANT, "identity.sign_in_blocked")
    of_account = [entry["payload"] for entry in told if entry["subject_id"] == str(account.person)]
    assert of_account == [{"by": "account"}] * 3


async def test_guessing_at_many_accounts_has_to_wait_by_address(database: Database, access: Access) -> None:
    account = await people.shop(database)
    guesser = SignInService(access, caller("198.51.100.7"))
    for _ in range(3):
        with pytest.raises(SignInRefused):
            await guesser.log_in(fresh_email(), "password of many")
    with pytest.raises(SignInThrottled):
        await guesser.log_in(account.email, PASSWORD)
    assert (await SignInService(access, caller()).log_in(account.email, PASSWORD)).member == account.member


async def test_guesses_side_by_side_count_as_if_one_after_another(database: Database, access: Access) -> None:
    account = await people.shop(database)

    async def attempt() -> None:
        await SignInService(access, caller()).log_in(account.email, "wrong password")

    results = await asyncio.gather(*(attempt() for _ in range(9)), return_exceptions=True)
    assert sum(isinstance(result, SignInRefused) for result in results) == 3
    assert sum(isinstance(result, SignInThrottled) for result in results) == 6


async def test_a_password_is_hashed_anew_when_todays_hash_is_stronger(database: Database, access: Access) -> None:
    account = await people.shop(database)

    async def kept() -> str | None:
        async with database.unit(SYSTEM_TENANT) as unit:
            person = await PersonRepository(unit).find(account.person)
        return person.password_hash if person else None

    before = await kept()
    stronger = Access(
        database, access.cipher, Passwords(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1)), access.tokens,
        access.cookies, access.policy,
    )  # fmt: skip
    await SignInService(stronger, caller()).log_in(account.email, PASSWORD)
    after = await kept()
    assert after != before
    await SignInService(stronger, caller()).log_in(account.email, PASSWORD)
    assert await kept() == after


async def test_a_refresh_token_is_exchanged_and_used_up(
    database: Database, door: SignInService, access: Access, clock: FixedClock
) -> None:
    account = await people.shop(database)
    clock.advance(timedelta(minutes=20))
    once = await door.refresh(account.refresh_token)
    assert (once.session, once.member, once.tenant) == (account.session, account.member, account.tenant)
    assert once.refresh_token != account.refresh_token
    assert access.tokens.read(once.access_token).session == account.session
    twice = await door.refresh(once.refresh_token)
    async with database.unit(account.tenant) as unit:
        (session,) = await SessionService(unit, account.principal).list_own()
    assert (session.last_used_at, session.expires_at) == (clock.now(), clock.now() + timedelta(days=30))
    assert twice.session == account.session


async def test_a_refresh_token_that_comes_twice_ends_its_session(database: Database, door: SignInService) -> None:
    account = await people.shop(database)
    elsewhere = await door.log_in(account.email, PASSWORD)
    stolen = await door.refresh(account.refresh_token)
    with pytest.raises(RefreshRefused):
        await door.refresh(account.refresh_token)
    with pytest.raises(RefreshRefused):
        await door.refresh(stolen.refresh_token)
    with pytest.raises(RefreshRefused):
        await door.refresh(account.refresh_token)
    assert (await door.refresh(elsewhere.refresh_token)).session == elsewhere.session
    told = await journal.names(database, account.tenant)
    assert told.count("identity.refresh_token_reused") == 2
    (ended,) = await journal.entries(database, account.tenant, "identity.session_ended")
    assert (ended["subject_id"], ended["payload"]["why"]) == (str(account.session), "refresh_reused")


async def test_of_two_who_refresh_side_by_side_one_is_a_thief(database: Database, access: Access) -> None:
    account = await people.shop(database)

    async def refresh() -> object:
        return await SignInService(access, caller()).refresh(account.refresh_token)

    results = await asyncio.gather(refresh(), refresh(), return_exceptions=True)
    assert sum(isinstance(result, RefreshRefused) for result in results) == 1
    async with database.unit(account.tenant) as unit:
        assert await SessionService(unit, account.principal).list_own() == []


async def test_a_refresh_token_that_was_made_up_or_is_over_is_refused_without_ending_anything(
    database: Database, door: SignInService, clock: FixedClock
) -> None:
    account = await people.shop(database)
    guessed = account.refresh_token[:-43] + "A" * 43
    unknown = make_opaque(OpaqueKind.REFRESH, account.tenant, uuid4()).text
    for wrong in ("", "swr_", guessed, unknown, account.access_token):
        with pytest.raises(RefreshRefused):
            await door.refresh(wrong)
    async with database.unit(account.tenant) as unit:
        assert len(await SessionService(unit, account.principal).list_own()) == 1
    clock.advance(timedelta(days=30))
    with pytest.raises(RefreshRefused):
        await door.refresh(account.refresh_token)


async def test_changing_the_tenant_opens_a_session_there_and_ends_the_one_here(
    database: Database, door: SignInService
) -> None:
    here = await people.shop(database)
    there = await people.shop(database, email=here.email)
    signed_in = await door.switch(here.principal, there.tenant)
    assert (signed_in.tenant, signed_in.member) == (there.tenant, there.member)
    with pytest.raises(RefreshRefused):
        await door.refresh(here.refresh_token)
    assert (await journal.names(database, here.tenant))[-1] == "identity.session_ended"


async def test_nobody_changes_to_a_tenant_of_others_and_no_token_changes_at_all(
    database: Database, door: SignInService
) -> None:
    account, stranger = await people.shop(database), await people.shop(database)
    with pytest.raises(NoMembership):
        await door.switch(account.principal, stranger.tenant)
    assert (await door.refresh(account.refresh_token)).session == account.session
    token = people.principal(account.tenant, kind=ActorKind.TOKEN, person=account.person)
    with pytest.raises(SessionNeeded):
        await door.switch(token, account.tenant)


async def test_the_demo_is_open_where_the_settings_say_so(
    database: Database, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = new_tenant_id()
    monkeypatch.setattr(signing_in, "DEMO_TENANT", demo)
    open_access = people.make_access(database, policy=AccessPolicy(open_demo=True))
    with pytest.raises(TenantNotFound):
        await SignInService(access, caller()).enter_demo()
    with pytest.raises(TenantNotFound):
        await SignInService(open_access, caller()).enter_demo()
    accounts = AccountService(access, caller())
    await accounts.ensure_tenant(demo, "Demo", simulated=True)
    owner = await accounts.ensure_owner(demo, fresh_email(), "Demo")
    signed_in = await SignInService(open_access, caller()).enter_demo()
    assert (signed_in.tenant, signed_in.simulated, signed_in.member) == (demo, True, owner.member)


async def test_a_member_sees_and_ends_their_own_sessions_only(database: Database, access: Access) -> None:
    owner = await people.shop(database)
    other = await people.colleague(database, owner)
    more = [await SignInService(access, caller()).log_in(owner.email, PASSWORD) for _ in range(2)]
    async with database.unit(owner.tenant) as unit:
        sessions = SessionService(unit, owner.principal)
        assert {one.id for one in await sessions.list_own()} == {owner.session, *(one.session for one in more)}
        with pytest.raises(SessionNotFound):
            await sessions.end(other.session)
        await sessions.end(more[0].session)
        with pytest.raises(SessionNotFound):
            await sessions.end(more[0].session)
        assert await sessions.end_others() == 1
        assert [one.id for one in await sessions.list_own()] == [owner.session]
    told = await journal.entries(database, owner.tenant, "identity.session_ended")
    assert [entry["payload"]["why"] for entry in told] == ["revoked", "revoked"]

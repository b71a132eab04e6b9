import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import PASSWORD, Account, caller, fresh_email

from shopwright.identity.access import Access, AccessPolicy
from shopwright.identity.credentials import SessionNeeded, SignInRefused, SignUpClosed
from shopwright.identity.passwords import WeakPassword
from shopwright.identity.people import AlreadyMember, EmailTaken, InvalidName, InvitationInvalid
from shopwright.identity.personal import EMAIL, NAME, email_index
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.service.accounts import AccountService, Applicant
from shopwright.identity.service.installation import accounts_of_installation
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import ContactService, UserService
from shopwright.identity.tenants import TenantNotFound, TenantSettings, TenantStatus
from shopwright.identity.tokens import OpaqueKind, make_opaque
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_tenant_id
from shopwright.kit.time import FixedClock


@pytest.fixture
def access(database: Database) -> Access:
    return people.make_access(database)


@pytest.fixture
def accounts(access: Access) -> AccountService:
    return AccountService(access, caller())


async def test_signing_up_makes_a_tenant_with_its_owner_and_tells_who_did_it(database: Database) -> None:
    account = await people.shop(database)
    told = await journal.entries(database, account.tenant)
    assert [entry["name"] for entry in told] == [
        "identity.tenant_created", "identity.member_added", "identity.session_started",
    ]  # fmt: skip
    assert {(entry["actor_kind"], entry["actor_id"]) for entry in told} == {("person", account.member)}
    assert told[1]["after"] == {"role": "owner"}


async def test_where_signing_up_is_closed_the_installation_alone_opens_shops(database: Database) -> None:
    access = people.make_access(database, policy=AccessPolicy(sign_up=False))
    applicant = Applicant(fresh_email(), PASSWORD, "Ada Lovelace")
    with pytest.raises(SignUpClosed):
        await AccountService(access, caller()).sign_up(applicant, "Engines", TenantSettings())
    async with database.unit(SYSTEM_TENANT) as unit:
        assert await PersonRepository(unit).find_by_email(email_index(access.cipher, applicant.email)) is None
    made = await accounts_of_installation(access).sign_up(applicant, "Engines", TenantSettings())
    assert made.role == "owner"


async def test_names_and_addresses_are_encrypted_and_stand_in_no_journal(database: Database, access: Access) -> None:
    account = await people.shop(database)
    async with database.unit(SYSTEM_TENANT) as unit:
        person = await PersonRepository(unit).find(account.person)
        written = await unit.connection.fetchval(
            "select string_agg(journal::text, ' ') from journal where tenant_id = $1", SYSTEM_TENANT
        )
    assert person is not None
    assert account.email.encode() not in person.email
    assert access.cipher.decrypt(person.email, tenant=SYSTEM_TENANT, field=EMAIL) == account.email
    assert access.cipher.decrypt(person.name, tenant=SYSTEM_TENANT, field=NAME) == "Ada Lovelace"
    assert person.password_hash is not None
    assert PASSWORD not in person.password_hash
    assert account.email not in written
    async with database.unit(account.tenant) as unit:
        own = await unit.connection.fetchval(
            "select string_agg(journal::text, ' ') from journal where tenant_id = $1", account.tenant
        )
    assert account.email not in own
    assert "Ada" not in own


async def test_a_person_who_signs_up_again_gets_one_more_tenant(database: Database) -> None:
    first = await people.shop(database)
    second = await people.shop(database, email=first.email.upper())
    assert first.person == second.person
    assert first.tenant != second.tenant
    async with database.unit(first.tenant) as unit:
        places = await TenantService(unit).list_places(first.person)
    assert {place.tenant for place in places} == {first.tenant, second.tenant}


async def test_an_address_that_is_taken_needs_its_own_password(database: Database, accounts: AccountService) -> None:
    account = await people.shop(database)
    with pytest.raises(EmailTaken):
        await accounts.sign_up(Applicant(account.email, "another password", "Eve"), "Shop", TenantSettings())
    async with database.unit(account.tenant) as unit:
        assert len(await TenantService(unit).list_places(account.person)) == 1


@pytest.mark.parametrize(
    ("applicant", "shop", "error"),
    [
        (Applicant("new@example.com", "short", "Ada"), "Shop", WeakPassword),
        (Applicant("new@example.com", PASSWORD, " "), "Shop", InvalidName),
        (Applicant("new@example.com", PASSWORD, "Ada"), "", InvalidName),
    ],
)
async def test_a_refused_sign_up_leaves_nothing(
    database: Database, accounts: AccountService, access: Access, applicant: Applicant, shop: str,
    error: type[Exception],
) -> None:  # fmt: skip
    with pytest.raises(error):
        await accounts.sign_up(applicant, shop, TenantSettings())
    async with database.unit(SYSTEM_TENANT) as unit:
        index = email_index(access.cipher, "new@example.com")
        assert await PersonRepository(unit).find_by_email(index) is None


async def test_of_two_who_sign_up_at_once_with_one_address_one_person_comes_out(
    database: Database, access: Access
) -> None:
    applicant = Applicant(fresh_email(), PASSWORD, "Ada")

    async def sign_up() -> object:
        return await AccountService(access, caller()).sign_up(applicant, "Shop", TenantSettings())

    results = await asyncio.gather(sign_up(), sign_up(), return_exceptions=True)
    made = [result for result in results if not isinstance(result, BaseException)]
    assert made
    assert all(isinstance(result, EmailTaken) for result in results if isinstance(result, BaseException))
    async with database.unit(SYSTEM_TENANT) as unit:
        count = await unit.connection.fetchval(
            "select count(*) from person where tenant_id = $1 and email_index = $2",
            SYSTEM_TENANT, email_index(access.cipher, applicant.email),
        )  # fmt: skip
    assert count == 1


async def invited(database: Database, owner: Account, email: str, role: str = "analyst") -> str:
    access = people.make_access(database)
    async with database.unit(owner.tenant, people.owner_of(owner)) as unit:
        _, token = await UserService(unit, access.cipher, owner.principal).invite(email, role)
    return token


async def test_who_is_invited_gets_a_place_with_the_role_that_was_offered(
    database: Database, accounts: AccountService
) -> None:
    owner = await people.shop(database)
    token = await invited(database, owner, fresh_email())
    signed_in = await accounts.accept_invitation(token, PASSWORD, "Charles Babbage")
    assert (signed_in.tenant, signed_in.role, signed_in.tenant_name) == (owner.tenant, "analyst", "Corner shop")
    told = await journal.names(database, owner.tenant)
    assert told[-3:] == ["identity.member_added", "identity.invitation_accepted", "identity.session_started"]


async def test_who_has_an_account_proves_it_to_accept_an_invitation(
    database: Database, accounts: AccountService
) -> None:
    owner, person = await people.shop(database), await people.shop(database)
    token = await invited(database, owner, person.email)
    with pytest.raises(SignInRefused):
        await accounts.accept_invitation(token, "guessed password", "Mallory")
    signed_in = await accounts.accept_invitation(token, person.password, "another name")
    assert signed_in.person == person.person
    async with database.unit(owner.tenant) as unit:
        user = await UserService(unit, people.make_access(database).cipher, owner.principal).get(signed_in.member)
    assert user.name == "Ada Lovelace", "the account keeps its name"


async def test_an_invitation_is_good_once(database: Database, accounts: AccountService) -> None:
    owner = await people.shop(database)
    token = await invited(database, owner, fresh_email())
    await accounts.accept_invitation(token, PASSWORD, "Charles")
    with pytest.raises(InvitationInvalid):
        await accounts.accept_invitation(token, PASSWORD, "Charles")


async def test_an_invitation_that_is_wrong_revoked_or_old_is_refused(
    database: Database, accounts: AccountService, access: Access, clock: FixedClock
) -> None:
    owner = await people.shop(database)
    token = await invited(database, owner, fresh_email())
    revoked = await invited(database, owner, fresh_email())
    async with database.unit(owner.tenant) as unit:
        service = UserService(unit, access.cipher, owner.principal)
        newest = (await service.list_invitations())[0]
        await service.revoke_invitation(newest.id)
        assert newest.id.hex in revoked or newest.id.hex in token
    gone, kept = (revoked, token) if newest.id.hex in revoked else (token, revoked)
    forged = make_opaque(OpaqueKind.INVITATION, owner.tenant, uuid4()).text
    guessed = kept[:-43] + "A" * 43
    for wrong in ("", "swi_x", forged, guessed, gone, owner.refresh_token):
        with pytest.raises(InvitationInvalid):
            await accounts.accept_invitation(wrong, PASSWORD, "Charles")
    clock.advance(timedelta(days=7))
    with pytest.raises(InvitationInvalid):
        await accounts.accept_invitation(kept, PASSWORD, "Charles")


async def test_nobody_joins_a_tenant_that_was_suspended(database: Database, accounts: AccountService) -> None:
    owner = await people.shop(database)
    token = await invited(database, owner, fresh_email())
    async with database.unit(owner.tenant) as unit:
        await TenantService(unit).set_status(TenantStatus.SUSPENDED)
    with pytest.raises(InvitationInvalid):
        await accounts.accept_invitation(token, PASSWORD, "Charles")
    assert (await journal.names(database, owner.tenant))[-1] == "identity.tenant_status_changed"


async def test_of_two_new_passwords_at_once_one_counts(database: Database, access: Access) -> None:
    account = await people.shop(database)

    async def change(new: str) -> str:
        await AccountService(access, caller()).change_password(account.principal, PASSWORD, new)
        return new

    results = await asyncio.gather(change("first new password"), change("second new password"), return_exceptions=True)
    (kept,) = [result for result in results if isinstance(result, str)]
    assert [type(result) for result in results if not isinstance(result, str)] == [ChangedSinceRead]
    assert (await SignInService(access, caller()).log_in(account.email, kept)).member == account.member


async def test_a_person_has_one_place_in_a_tenant(database: Database, accounts: AccountService) -> None:
    owner = await people.shop(database)
    email = fresh_email()
    first, second = await invited(database, owner, email), await invited(database, owner, email, "viewer")
    await accounts.accept_invitation(first, PASSWORD, "Charles")
    with pytest.raises(AlreadyMember):
        await accounts.accept_invitation(second, PASSWORD, "Charles")


async def test_a_new_password_ends_the_persons_other_sessions_in_all_tenants(
    database: Database, access: Access, accounts: AccountService
) -> None:
    here = await people.shop(database)
    there = await people.shop(database, email=here.email)
    stranger = await people.shop(database)
    again = await SignInService(access, caller()).log_in(here.email, PASSWORD, here.tenant)
    ended = await accounts.change_password(here.principal, PASSWORD, "a much better one")
    assert ended == 2
    for account, left in ((here, [here.session]), (there, []), (stranger, [stranger.session])):
        async with database.unit(account.tenant) as unit:
            assert [one.id for one in await SessionService(unit, account.principal).list_own()] == left
    assert again.session != here.session
    with pytest.raises(SignInRefused):
        await SignInService(access, caller()).log_in(here.email, PASSWORD, here.tenant)
    await SignInService(access, caller()).log_in(here.email, "a much better one", here.tenant)
    told = await journal.entries(database, SYSTEM_TENANT, "identity.password_changed")
    assert [e["payload"] for e in told if e["subject_id"] == str(here.person)] == [{"sessions_ended": 2}]


async def test_the_present_password_is_needed_and_the_new_one_has_to_be_good(
    database: Database, accounts: AccountService
) -> None:
    account = await people.shop(database)
    with pytest.raises(SignInRefused):
        await accounts.change_password(account.principal, "not the password", "a much better one")
    with pytest.raises(WeakPassword):
        await accounts.change_password(account.principal, PASSWORD, "short")
    with pytest.raises(SessionNeeded):
        token = people.principal(account.tenant, kind=ActorKind.TOKEN, person=account.person)
        await accounts.change_password(token, PASSWORD, "a much better one")
    with pytest.raises(SignInRefused):
        await accounts.change_password(people.principal(account.tenant), PASSWORD, "a much better one")


async def test_sessions_of_a_person_are_ended_only_from_where_people_are_looked_after(database: Database) -> None:
    account = await people.shop(database)
    async with database.unit(account.tenant) as unit:
        ended = await unit.connection.fetchval(
            "select end_sessions_of($1, $2, 'revoked', now())", account.person, uuid4()
        )
    assert ended == 0


async def test_the_fixed_tenants_are_made_once_with_an_owner_without_a_password(
    database: Database, accounts: AccountService, access: Access
) -> None:
    local: TenantId = new_tenant_id()
    email = fresh_email()
    with pytest.raises(TenantNotFound):
        await accounts.ensure_owner(local, email, "Owner")
    for _ in range(2):
        await accounts.ensure_tenant(local, "My shop", simulated=True)
    first = await accounts.ensure_owner(local, email, "Owner")
    again = await accounts.ensure_owner(local, email, "Owner")
    assert first == again
    assert first.may("owners:appoint")
    assert (await journal.names(database, local)).count("identity.tenant_created") == 1
    with pytest.raises(SignInRefused):
        await SignInService(access, caller()).log_in(email, "", local)


async def test_operators_are_appointed_and_put_on_call(
    database: Database, accounts: AccountService, access: Access
) -> None:
    applicant = Applicant(fresh_email(), PASSWORD, "Grace Hopper")
    member = await accounts.appoint_operator(applicant)
    with pytest.raises(AlreadyMember):
        await accounts.appoint_operator(applicant)
    signed_in = await SignInService(access, caller()).log_in(applicant.email, PASSWORD, SYSTEM_TENANT)
    assert (signed_in.member, signed_in.role) == (member, "installation_operator")
    principal = people.principal(SYSTEM_TENANT, role="installation_operator", member=member)
    async with database.unit(SYSTEM_TENANT) as unit:
        users, contacts = UserService(unit, access.cipher, principal), ContactService(unit, access.cipher)
        assert member in {one.id for one in await contacts.list_administrators()}
        assert member in {one.id for one in await contacts.list_on_call()}, "nobody on call: all are told"
        assert (await users.change(member, on_call=True)).on_call
        assert [one.email for one in await contacts.list_on_call()] == [applicant.email]
        await users.change(member, on_call=False)

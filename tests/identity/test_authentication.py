from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import HTTPConnection
from tests.factories import http
from tests.factories import identity as people
from tests.factories.identity import Account

from shopwright.identity.access import Access
from shopwright.identity.authentication import LocalAuthenticator, RequestAuthenticator
from shopwright.identity.cookies import Cookies
from shopwright.identity.domain import CredentialExpired, CredentialInvalid, CredentialMissing, CrossSiteRequest
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantStatus
from shopwright.identity.tokens import AccessClaims, OpaqueKind, make_opaque
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock


@pytest.fixture
def access(database: Database) -> Access:
    return people.make_access(database)


@pytest.fixture
def verified(database: Database, clock: FixedClock) -> VerifiedCredentials:
    cache = VerifiedCredentials(clock)
    cache.trust(True)
    database.on_published = cache.published
    return cache


@pytest.fixture
def authenticator(access: Access, verified: VerifiedCredentials) -> RequestAuthenticator:
    return http.real_authenticator(access, verified)


def request(
    authorization: str | None = None, *, method: str = "GET", client: str | None = "127.0.0.1", **headers: str
) -> HTTPConnection:
    pairs = {"host": "shop.test", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if authorization is not None:
        pairs["authorization"] = authorization
    scope: dict[str, Any] = {
        "type": "http", "method": method, "scheme": "http", "path": "/", "query_string": b"",
        "server": ("shop.test", 80), "client": (client, 1) if client else None,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()],
    }  # fmt: skip
    return HTTPConnection(scope)


async def api_token(database: Database, account: Account, *scopes: str, lifetime: timedelta | None = None) -> str:
    async with database.unit(account.tenant) as unit:
        until = unit.clock.now() + lifetime if lifetime else None
        _, text = await TokenService(unit, account.principal).create("script", scopes or ("catalog:read",), until)
    return text


async def test_a_session_is_known_by_its_access_token(authenticator: RequestAuthenticator, database: Database) -> None:
    account = await people.shop(database)
    for scheme in ("Bearer", "bearer", "BEARER"):
        principal = await authenticator.authenticate(request(f"{scheme} {account.access_token}"))
        assert principal == account.principal
        assert principal.kind is ActorKind.PERSON


async def test_an_api_token_is_known_and_holds_no_more_than_its_scopes(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    text = await api_token(database, account, "catalog:read", "prices:apply")
    principal = await authenticator.authenticate(request(f"Bearer {text}"))
    assert (principal.tenant, principal.member, principal.kind) == (account.tenant, account.member, ActorKind.TOKEN)
    assert principal.permissions == {"catalog:read", "prices:apply", "account:read"}


async def test_a_token_shrinks_with_the_role_of_its_owner(
    authenticator: RequestAuthenticator, database: Database, access: Access
) -> None:
    owner = await people.shop(database)
    member = await people.colleague(database, owner, "admin")
    text = await api_token(database, member, "catalog:read", "prices:apply")
    assert (await authenticator.authenticate(request(f"Bearer {text}"))).may("prices:apply")
    async with database.unit(owner.tenant) as unit:
        await UserService(unit, access.cipher, owner.principal).change(member.member, role="viewer")
    assert (await authenticator.authenticate(request(f"Bearer {text}"))).permissions == {"catalog:read", "account:read"}


async def test_when_a_token_was_used_is_kept_to_five_minutes(
    database: Database, access: Access, clock: FixedClock
) -> None:
    account = await people.shop(database)
    text = await api_token(database, account)
    authenticator = http.real_authenticator(access)

    async def used() -> Any:
        await authenticator.authenticate(request(f"Bearer {text}"))
        async with database.unit(account.tenant) as unit:
            (token,) = await TokenService(unit, account.principal).list_of(account.member)
            return token.last_used_at

    first = clock.now()
    assert await used() == first
    clock.advance(timedelta(minutes=4))
    assert await used() == first
    clock.advance(timedelta(minutes=2))
    assert await used() == clock.now()


async def test_the_cookie_serves_when_there_is_no_header(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    cookie = f"shopwright_session={account.access_token}"
    assert await authenticator.authenticate(request(cookie=cookie)) == account.principal
    changing = {"cookie": cookie, "x_requested_with": "web", "origin": "http://shop.test"}
    assert await authenticator.authenticate(request(method="POST", **changing)) == account.principal


async def test_another_site_cannot_use_the_cookie_even_when_it_was_verified_a_moment_ago(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    cookie = f"shopwright_session={account.access_token}"
    await authenticator.authenticate(request(cookie=cookie))
    with pytest.raises(CrossSiteRequest):
        await authenticator.authenticate(request(method="POST", cookie=cookie, origin="http://evil.test"))


async def test_a_header_that_does_not_hold_is_not_mended_by_a_cookie(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    with pytest.raises(CredentialInvalid):
        await authenticator.authenticate(request("Bearer wrong", cookie=f"shopwright_session={account.access_token}"))


@pytest.mark.parametrize("cookie", ["", "shopwright_session=", "other=1"])
async def test_without_a_credential_nobody_is_known(authenticator: RequestAuthenticator, cookie: str) -> None:
    with pytest.raises(CredentialMissing):
        await authenticator.authenticate(request(cookie=cookie))


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer \xff\xfe", "Bearer sw_", "Bearer sw_x_y_z", f"Bearer {'a' * 2_001}"],
)  # fmt: skip
async def test_what_is_no_credential_is_refused(authenticator: RequestAuthenticator, authorization: str) -> None:
    with pytest.raises(CredentialInvalid):
        await authenticator.authenticate(request(authorization))


async def test_tokens_of_other_kinds_are_not_for_requests(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    with pytest.raises(CredentialInvalid):
        await authenticator.authenticate(request(f"Bearer {account.refresh_token}"))


async def test_an_api_token_that_was_made_up_is_refused(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    text = await api_token(database, account)
    prefix, tenant, identifier, _ = text.split("_", 3)
    another = make_opaque(OpaqueKind.API, account.tenant, uuid4()).text
    elsewhere = make_opaque(OpaqueKind.API, TenantId(uuid4()), uuid4()).text
    guessed = f"{prefix}_{tenant}_{identifier}_{'A' * 43}"
    moved = f"{prefix}_{uuid4().hex}_{text.split('_', 2)[2]}"
    for wrong in (another, elsewhere, guessed, moved):
        with pytest.raises(CredentialInvalid):
            await authenticator.authenticate(request(f"Bearer {wrong}"))


async def test_an_api_token_ends_at_its_expiry_although_it_is_cached(
    authenticator: RequestAuthenticator, database: Database, clock: FixedClock
) -> None:
    text = await api_token(database, await people.shop(database), lifetime=timedelta(seconds=10))
    await authenticator.authenticate(request(f"Bearer {text}"))
    clock.advance(timedelta(seconds=10))
    with pytest.raises(CredentialExpired):
        await authenticator.authenticate(request(f"Bearer {text}"))


async def test_an_access_token_ends_with_its_time_and_with_its_session(
    authenticator: RequestAuthenticator, database: Database, access: Access, clock: FixedClock
) -> None:
    account = await people.shop(database)
    await authenticator.authenticate(request(f"Bearer {account.access_token}"))
    clock.advance(timedelta(minutes=15))
    with pytest.raises(CredentialExpired):
        await authenticator.authenticate(request(f"Bearer {account.access_token}"))
    clock.advance(timedelta(days=31))
    claims = AccessClaims(account.tenant, account.member, account.person, account.session)
    with pytest.raises(CredentialExpired, match="session"):
        await authenticator.authenticate(request(f"Bearer {access.tokens.sign(claims)}"))


async def test_a_session_of_somebody_else_does_not_make_a_token_good(
    authenticator: RequestAuthenticator, database: Database, access: Access
) -> None:
    one = await people.shop(database)
    other = await people.shop(database)
    for claims in (
        AccessClaims(one.tenant, other.member, one.person, one.session),
        AccessClaims(other.tenant, one.member, one.person, one.session),
        AccessClaims(one.tenant, one.member, one.person, uuid4()),
    ):
        with pytest.raises(CredentialInvalid):
            await authenticator.authenticate(request(f"Bearer {access.tokens.sign(claims)}"))


async def test_revocation_shows_in_the_next_request(
    authenticator: RequestAuthenticator, database: Database, access: Access
) -> None:
    owner = await people.shop(database)
    member = await people.colleague(database, owner, "viewer")
    text = await api_token(database, member)
    for credential in (member.access_token, text):
        await authenticator.authenticate(request(f"Bearer {credential}"))
    async with database.unit(owner.tenant) as unit:
        await UserService(unit, access.cipher, owner.principal).deactivate(member.member)
    for credential in (member.access_token, text):
        with pytest.raises(CredentialInvalid):
            await authenticator.authenticate(request(f"Bearer {credential}"))
    await authenticator.authenticate(request(f"Bearer {owner.access_token}"))


async def test_logging_out_shows_in_the_next_request(authenticator: RequestAuthenticator, database: Database) -> None:
    account = await people.shop(database)
    await authenticator.authenticate(request(f"Bearer {account.access_token}"))
    async with database.unit(account.tenant) as unit:
        await SessionService(unit, account.principal).log_out()
    with pytest.raises(CredentialInvalid):
        await authenticator.authenticate(request(f"Bearer {account.access_token}"))


async def test_nobody_is_served_in_a_tenant_that_was_suspended(
    authenticator: RequestAuthenticator, database: Database
) -> None:
    account = await people.shop(database)
    text = await api_token(database, account)
    for credential in (account.access_token, text):
        await authenticator.authenticate(request(f"Bearer {credential}"))
    async with database.unit(account.tenant) as unit:
        await TenantService(unit).set_status(TenantStatus.SUSPENDED)
    for credential in (account.access_token, text):
        with pytest.raises(CredentialInvalid):
            await authenticator.authenticate(request(f"Bearer {credential}"))


LOCAL = people.principal(TenantId(uuid4()))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_with_signing_in_switched_off_this_machine_is_the_owner(host: str) -> None:
    authenticator = LocalAuthenticator(LOCAL, Cookies(secure=False))
    assert await authenticator.authenticate(request(method="POST", host=host)) is LOCAL
    own_page = request(method="POST", host=host, origin=f"http://{host}")
    assert await authenticator.authenticate(own_page) is LOCAL


@pytest.mark.parametrize("client", ["10.1.2.3", "2001:db8::1", None])
async def test_with_signing_in_switched_off_no_other_machine_is_served(client: str | None) -> None:
    authenticator = LocalAuthenticator(LOCAL, Cookies(secure=False))
    with pytest.raises(CredentialInvalid):
        await authenticator.authenticate(request(host="localhost", client=client))


@pytest.mark.parametrize(
    "headers",
    [{"host": "rebound.evil.test"}, {"host": "localhost", "origin": "http://evil.test"}, {"host": "localhost", "origin": "null"}],
)  # fmt: skip
async def test_with_signing_in_switched_off_no_other_site_is_served(headers: dict[str, str]) -> None:
    authenticator = LocalAuthenticator(LOCAL, Cookies(secure=False))
    with pytest.raises(CrossSiteRequest):
        await authenticator.authenticate(request(method="POST", **headers))

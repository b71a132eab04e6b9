"""Laws of identity: nobody unknown is served, roles hold, tenancy is checked each time, preferences come back."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.identity.access import Access
from shopwright.identity.deps import GuardedRoute
from shopwright.identity.permissions import BUILT_IN_ROLES, PERMISSIONS
from shopwright.identity.preferences import LEAST_PRIORITY, LONGEST_LIST, LONGEST_TEXT
from shopwright.identity.routes import ROUTERS
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantStatus
from shopwright.identity.tokens import AccessTokens, OpaqueKind, make_opaque
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock
from tests.architecture.routers import discovered_routers
from tests.conftest import NOON
from tests.factories import http, journal
from tests.factories import identity as people
from tests.factories.http import Trusting
from tests.factories.identity import SECRET, Account

GUARDED = [
    (min(route.methods or ()), route.path, route.permission)
    for router in discovered_routers()
    for route in router.routes
    if isinstance(route, GuardedRoute) and route.permission is not None
]
NAMES = sorted(PERMISSIONS)
NOT_JSON = b"{this is not read"
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def filled(path: str, identifier: UUID | None = None) -> str:
    """Return an address of a route, with identifiers in its places."""
    return re.sub(r"\{[^}]*\}", lambda _: str(identifier or uuid4()), path)


def test_no_address_is_taken_by_an_earlier_one_with_an_identifier_in_its_place() -> None:
    """The law about recorded attempts found one: `/bulk/approve` behind `/{id}/approve` is never reached."""
    for router in discovered_routers():
        routes = [route for route in router.routes if isinstance(route, GuardedRoute)]
        for place, route in enumerate(routes):
            address = filled(route.path)
            earlier = [one for one in routes[:place] if one.methods == route.methods]
            assert not [one.path for one in earlier if one.path_regex.match(address)], route.path


def test_there_are_routes_to_ask() -> None:
    assert len(GUARDED) >= 30


# --- 51: no request is processed without authentication ---------------------------------------------------------------


def forged(**changes: Any) -> str:
    now = int(NOON.timestamp())
    claims = {"iss": "shopwright", "iat": now, "exp": now + 900, "jti": "1"}
    claims |= {name: uuid4().hex for name in ("tenant", "member", "person", "session")}
    return jwt.encode(claims | changes, "a secret that somebody else has, and long", "HS256", headers={"kid": "0" * 12})


def well_signed(**changes: Any) -> str:
    """A token that was signed here, for a session that there is not."""
    tokens = AccessTokens([SECRET], timedelta(minutes=15), FixedClock(NOON))
    kid = tokens._signing
    now = int(NOON.timestamp())
    claims = {"iss": "shopwright", "iat": now, "exp": now + 900, "jti": "1"}
    claims |= {name: uuid4().hex for name in ("tenant", "member", "person", "session")}
    return jwt.encode(claims | changes, SECRET, "HS256", headers={"kid": kid})


HEADER_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=200)
CREDENTIALS = st.one_of(
    st.none(),
    HEADER_TEXT,
    HEADER_TEXT.map(lambda text: f"Bearer {text}"),
    st.builds(forged).map(lambda text: f"Bearer {text}"),
    st.builds(well_signed).map(lambda text: f"Bearer {text}"),
    st.integers(-(10**6), 0).map(lambda ago: f"Bearer {well_signed(exp=int(NOON.timestamp()) + ago)}"),
    st.sampled_from(["tenant", "member", "person", "session", "exp", "iat"]).map(
        lambda name: f"Bearer {well_signed(**{name: 'wrong'})}"
    ),
    st.sampled_from(OpaqueKind).map(
        lambda kind: f"Bearer {make_opaque(kind, TenantId(uuid4()), uuid4()).text}"
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(pool_database: Database) -> FastAPI:
    """The application of every router that there is, which authenticates for real."""
    clock = FixedClock(NOON)
    return http.make_app(Database(pool_database.pool, clock), clock, *discovered_routers())


@pytest.fixture(scope="module")
def stage(pool_database: Database) -> tuple[FastAPI, Trusting]:
    """The same application with an authenticator that takes everybody for whom the test says."""
    clock, trusting = FixedClock(NOON), Trusting(people.principal(TenantId(uuid4())))
    database = Database(pool_database.pool, clock)
    return http.make_app(database, clock, *discovered_routers(), authenticator=trusting), trusting


@pytest.fixture
async def strangers(whole: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with http.client_for(whole) as client:
        yield client


async def refused(client: httpx2.AsyncClient, method: str, path: str, **sent: Any) -> None:
    answer = await client.request(method, filled(path), content=NOT_JSON, **sent)
    assert answer.status_code == 401, (method, path, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["category"] == "security"


@pytest.mark.property_test(51)
@pytest.mark.parametrize(("method", "path", "permission"), GUARDED)
async def test_no_route_serves_who_is_not_signed_in(
    strangers: httpx2.AsyncClient, method: str, path: str, permission: str
) -> None:
    await refused(strangers, method, path)
    await refused(strangers, method, path, headers={"authorization": f"Bearer {well_signed()}"})
    await refused(strangers, method, path, headers={"x-permission": permission})


@pytest.mark.property_test(51)
@shared
@given(credential=CREDENTIALS, route=st.sampled_from(GUARDED), as_cookie=st.booleans())
async def test_no_made_up_credential_opens_any_route(
    strangers: httpx2.AsyncClient, credential: str | None, route: tuple[str, str, str], as_cookie: bool
) -> None:
    method, path, _ = route
    if as_cookie:
        text = "".join(c for c in (credential or "").removeprefix("Bearer ") if c.isascii() and c not in ';," \\')
        proof = {"x-requested-with": "web", "origin": http.HOST}
        await refused(strangers, method, path, headers={"cookie": f"shopwright_session={text}", **proof})
    else:
        sent = {} if credential is None else {"authorization": credential.encode("latin-1")}
        await refused(strangers, method, path, headers=sent)


@pytest.mark.property_test(51)
@shared
@given(data=st.data())
async def test_a_true_credential_with_any_change_opens_nothing(
    strangers: httpx2.AsyncClient, database: Database, data: st.DataObject
) -> None:
    account = await people.shop(database)
    async with database.unit(account.tenant) as unit:
        _, api_token = await TokenService(unit, account.principal).create("x", ["tenant:read"])
    text = data.draw(st.sampled_from([account.access_token, api_token]))
    at = data.draw(st.integers(0, len(text) - 2))  # the last character of a signature has bits that mean nothing
    other = data.draw(st.sampled_from("AZaz09_-.").filter(lambda character: character != text[at]))
    changed = text[:at] + other + text[at + 1 :]
    await refused(strangers, "GET", "/api/v1/tenants/current", headers={"authorization": f"Bearer {changed}"})


# --- 52: roles hold ---------------------------------------------------------------------------------------------------


async def is_refused(client: httpx2.AsyncClient, method: str, path: str, permission: str) -> bool:
    """Tell whether a route refused for want of its permission; whatever else it answered is another matter."""
    answer = await client.request(method, filled(path), json={})
    assert answer.status_code != 401, path
    if answer.status_code != 403 or answer.json()["code"] != "permission_missing":
        return False
    return bool(answer.json()["details"]["permission"] == permission)


@pytest.mark.property_test(52)
@pytest.mark.parametrize(("method", "path", "permission"), GUARDED)
async def test_each_route_holds_its_own_permission_and_no_other_will_do(
    stage: tuple[FastAPI, Trusting], database: Database, tenant: TenantId, method: str, path: str, permission: str
) -> None:
    app, trusting = stage
    trusting.principal = people.principal(tenant, set(NAMES) - {permission})
    async with http.client_for(app) as client:
        assert await is_refused(client, method, path, permission)
        told = await journal.names(database, tenant)
        assert set(told) == {"identity.access_refused"}, "and nothing was done"
        trusting.principal = people.principal(tenant, {permission})
        assert not await is_refused(client, method, path, permission)


@pytest.mark.property_test(52)
@shared
@given(held=st.sets(st.sampled_from(NAMES)), routes=st.lists(st.sampled_from(GUARDED), min_size=3, max_size=6))
async def test_whatever_somebody_holds_decides_what_they_reach(
    stage: tuple[FastAPI, Trusting], tenant: TenantId, held: set[str], routes: list[tuple[str, str, str]]
) -> None:
    app, trusting = stage
    trusting.principal = people.principal(tenant, held)
    async with http.client_for(app) as client:
        for method, path, permission in routes:
            assert await is_refused(client, method, path, permission) is (permission not in held)


@pytest.mark.property_test(52)
@shared
@given(
    role=st.sampled_from(sorted(BUILT_IN_ROLES)),
    scopes=st.sets(st.sampled_from(NAMES), min_size=1),
    routes=st.lists(st.sampled_from(GUARDED), min_size=3, max_size=6),
)
async def test_a_real_token_reaches_what_role_and_scopes_share(
    whole: FastAPI, database: Database, role: str, scopes: set[str], routes: list[tuple[str, str, str]]
) -> None:
    owner = await people.shop(database)
    account = owner if role == "owner" else await people.colleague(database, owner, role)
    possible = (scopes & BUILT_IN_ROLES[role]) - {"account:own", "tokens:own"}
    if not possible:
        return
    async with database.unit(owner.tenant) as unit:
        _, token = await TokenService(unit, account.principal).create("x", possible)
    async with http.client_for(whole) as client:
        client.headers["authorization"] = f"Bearer {token}"
        for method, path, permission in routes:
            reached = permission in possible | {"account:read"}
            assert await is_refused(client, method, path, permission) is not reached


# --- 84, 85: the tenant is checked on every request, and an attempt is refused and recorded ---------------------------

ACTIONS = st.lists(
    st.sampled_from(
        ["ask", "ask", "ask", "deactivate", "reactivate", "demote", "promote", "suspend", "resume", "log out", "log in",
         "revoke token", "wait"]
    ),
    min_size=4, max_size=12,
)  # fmt: skip


class Place:
    """What should hold for a member's session and token after each action."""

    def __init__(
        self, database: Database, access: Access, owner: Account, member: Account, token: tuple[UUID, str]
    ) -> None:
        self.database, self.access, self.owner, self.member = database, access, owner, member
        self.token_id, self.token = token
        self.active, self.open, self.session_ended, self.token_revoked, self.role = True, True, False, False, "admin"
        self.access_token, self.session = member.access_token, member.session

    async def act(self, action: str) -> None:
        async with self.database.unit(self.owner.tenant) as unit:
            users, tenants = UserService(unit, self.access.cipher, self.owner.principal), TenantService(unit)
            if action == "deactivate":
                await users.deactivate(self.member.member)
                self.session_ended, self.token_revoked, self.active = True, True, False
            elif action == "reactivate":
                await users.reactivate(self.member.member)
                self.active = True
            elif action in {"demote", "promote"}:
                self.role = "viewer" if action == "demote" else "admin"
                await users.change(self.member.member, role=self.role)
            elif action in {"suspend", "resume"}:
                self.open = action == "resume"
                await tenants.set_status(TenantStatus.ACTIVE if self.open else TenantStatus.SUSPENDED)
            elif action == "log out" and not self.session_ended:
                await SessionService(unit, self._principal()).log_out()
                self.session_ended = True
            elif action == "revoke token" and not self.token_revoked:
                await TokenService(unit, self._principal()).revoke(self.token_id, self.member.member)
                self.token_revoked = True
        if action == "log in" and self.active and self.open:
            signed_in = await SignInService(self.access, people.caller()).log_in(self.member.email, people.PASSWORD)
            self.access_token, self.session, self.session_ended = signed_in.access_token, signed_in.session, False

    def _principal(self) -> Any:
        return people.principal(
            self.owner.tenant, role=self.role, member=self.member.member, credential=self.session
        )  # fmt: skip

    def expected(self, *, by_token: bool) -> dict[str, int]:
        """The status of reading the tenant, and of reading its users, which takes an administrator."""
        ended = self.token_revoked if by_token else self.session_ended
        if ended or not self.active or not self.open:
            return {"tenants/current": 401, "users": 401}
        return {"tenants/current": 200, "users": 200 if self.role == "admin" else 403}


@pytest.mark.property_test(84)
@shared
@given(actions=ACTIONS)
async def test_whatever_happened_between_two_requests_counts_in_the_second(
    database: Database, clock: FixedClock, actions: list[str]
) -> None:
    """With the cache on, and all that happens happening in this process: nothing stale is ever believed."""
    verified = VerifiedCredentials(clock)
    verified.trust(True)
    database.on_published = verified.published
    access = people.make_access(database)
    app = http.make_app(
        database, clock, *ROUTERS, access=access, authenticator=http.real_authenticator(access, verified)
    )
    owner = await people.shop(database)
    member = await people.colleague(database, owner, "admin")
    async with database.unit(owner.tenant) as unit:
        made, text = await TokenService(unit, member.principal).create("x", ["tenant:read", "users:read"])
    place = Place(database, access, owner, member, (made.id, text))
    async with http.client_for(app) as client:
        for action in actions:
            if action == "wait":
                clock.advance(timedelta(seconds=10))
            await place.act(action)
            for by_token, credential in ((False, place.access_token), (True, place.token)):
                for path, status in place.expected(by_token=by_token).items():
                    answer = await client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {credential}"})
                    assert answer.status_code == status, (action, path, answer.text)


WITH_PLACES = [route for route in GUARDED if "{" in route[1]]


@pytest.mark.property_test(84, 85)
@shared
@given(route=st.sampled_from(WITH_PLACES), where=st.sampled_from(["path", "query", "body"]))
async def test_another_tenants_object_is_not_there_and_asking_for_it_is_recorded(
    stage: tuple[FastAPI, Trusting], database: Database, route: tuple[str, str, str], where: str
) -> None:
    mine, theirs = await people.shop(database), await people.shop(database)
    foreign, own = new_id(theirs.tenant, NOON), new_id(mine.tenant, NOON)
    app, trusting = stage
    trusting.principal = people.principal(mine.tenant, NAMES, member=mine.member, person=mine.person)
    method, path, _ = route
    before = await journal.names(database, theirs.tenant)
    async with http.client_for(app) as client:
        answer = await client.request(
            "POST" if where == "body" else method,
            "/api/v1/auth/tokens" if where == "body" else filled(path, foreign if where == "path" else own),
            params={"related": str(foreign)} if where == "query" else {},
            json={"name": str(foreign), "scopes": ["tenant:read"]} if where == "body" else {},
        )
    if where == "path":
        assert answer.status_code in {400, 403, 404, 409, 422}, (method, path, answer.text)
    told = await journal.entries(database, mine.tenant, "identity.foreign_object_requested")
    assert [entry["payload"]["identifiers"] for entry in told] == [[str(foreign)]]
    assert told[0]["subject_id"] == str(mine.member)
    assert await journal.names(database, theirs.tenant) == before, "and nothing happened over there"


@pytest.mark.property_test(84)
@shared
@given(victim=st.sampled_from(["users", "users/tokens", "auth/sessions", "auth/tokens", "users/roles"]))
async def test_real_objects_of_another_tenant_answer_as_those_that_do_not_exist(
    database: Database, clock: FixedClock, victim: str
) -> None:
    mine, theirs = await people.shop(database), await people.shop(database)
    async with database.unit(theirs.tenant) as unit:
        made, _ = await TokenService(unit, theirs.principal).create("x", ["tenant:read"])
    targets: dict[str, tuple[str, str]] = {
        "users": ("GET", "users/{}"),
        "users/tokens": ("DELETE", f"users/{theirs.member}/tokens/{{}}"),
        "auth/sessions": ("DELETE", "auth/sessions/{}"),
        "auth/tokens": ("DELETE", "auth/tokens/{}"),
        "users/roles": ("DELETE", "users/roles/{}"),
    }
    real = {"users": theirs.member, "auth/sessions": theirs.session}.get(victim, made.id)
    method, template = targets[victim]
    async with http.client_for(http.make_app(database, clock, *ROUTERS), mine) as client:
        there = await client.request(method, f"/api/v1/{template.format(real)}")
        nowhere = await client.request(method, f"/api/v1/{template.format(uuid4())}")
    assert there.status_code == nowhere.status_code == 404
    assert there.json()["code"] == nowhere.json()["code"]
    assert there.json()["detail"] == nowhere.json()["detail"]


@pytest.mark.property_test(85)
@shared
@given(attempts=st.lists(st.sampled_from(GUARDED), min_size=1, max_size=5))
async def test_every_refused_attempt_of_a_member_is_recorded_with_route_and_permission(
    stage: tuple[FastAPI, Trusting], database: Database, tenant: TenantId, attempts: list[tuple[str, str, str]]
) -> None:
    app, trusting = stage
    trusting.principal = people.principal(tenant, ())
    before = len(await journal.names(database, tenant))
    async with http.client_for(app) as client:
        for method, path, _ in attempts:
            assert (await client.request(method, filled(path), json={})).status_code == 403
    told = (await journal.entries(database, tenant))[before:]
    assert [(e["name"], e["payload"]["method"], e["payload"]["route"], e["payload"]["permission"]) for e in told] == [
        ("identity.access_refused", *attempt) for attempt in attempts
    ]


# --- 39: preferences come back unchanged ------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40) | st.just(
    "x" * LONGEST_TEXT
)
TEXTS = st.lists(TEXT, max_size=6) | st.just(["x"] * LONGEST_LIST)
GOALS = st.lists(st.fixed_dictionaries({"goal": TEXT, "priority": st.integers(1, LEAST_PRIORITY)}), max_size=6)
UI = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT | TEXTS, max_size=5)
PREFERENCES = st.fixed_dictionaries(
    {"kpi_preferences": TEXTS, "marketplace_focus": TEXTS, "business_goals": GOALS, "ui": UI}
)


@pytest.fixture
async def served(database: Database, clock: FixedClock) -> FastAPI:
    return http.make_app(database, clock, *ROUTERS)


@pytest.mark.property_test(39)
@shared
@given(first=PREFERENCES, kpis=TEXTS)
async def test_preferences_come_back_unchanged_in_later_sessions(
    served: FastAPI, database: Database, first: dict[str, Any], kpis: list[str]
) -> None:
    account = await people.shop(database)
    async with http.client_for(served, account) as client:
        kept = await client.put("/api/v1/preferences", json=first)
        assert kept.status_code == 200, kept.text
    login = {"email": account.email, "password": account.password}
    async with http.client_for(served) as later:
        for _ in range(2):
            signed_in = (await later.post("/api/v1/auth/login", json=login)).json()
            later.headers["authorization"] = f"Bearer {signed_in['access_token']}"
            assert (await later.get("/api/v1/preferences")).json() == first
        await later.put("/api/v1/preferences/kpis", json={"kpi_preferences": kpis})
        signed_in = (await later.post("/api/v1/auth/login", json=login)).json()
        later.headers["authorization"] = f"Bearer {signed_in['access_token']}"
        assert (await later.get("/api/v1/preferences")).json() == {**first, "kpi_preferences": kpis}

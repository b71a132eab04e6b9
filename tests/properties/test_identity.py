"""Laws of identity: nobody unknown is served, roles hold, preferences come back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import jwt
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.identity.deps import GuardedRoute
from shopwright.identity.permissions import BUILT_IN_ROLES, PERMISSIONS
from shopwright.identity.preferences import LEAST_PRIORITY, LONGEST_LIST, LONGEST_TEXT
from shopwright.identity.routes import ROUTERS
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.tokens import AccessTokens, OpaqueKind, make_opaque
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from tests.architecture.routers import discovered_routers
from tests.conftest import NOON
from tests.factories import http, journal, routes
from tests.factories import identity as people
from tests.factories.http import Trusting
from tests.factories.identity import SECRET
from tests.factories.routes import GUARDED, filled

NAMES = sorted(PERMISSIONS)
NOT_JSON = b"{this is not read"
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_no_address_is_taken_by_an_earlier_one_with_an_identifier_in_its_place() -> None:
    """The law about recorded attempts found one: `/bulk/approve` behind `/{id}/approve` is never reached."""
    for router in discovered_routers():
        guarded = [route for route in router.routes if isinstance(route, GuardedRoute)]
        for place, route in enumerate(guarded):
            address = filled(route.path)
            earlier = [one for one in guarded[:place] if one.methods == route.methods]
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
    return routes.whole_app(pool_database)


@pytest.fixture(scope="module")
def stage(pool_database: Database) -> tuple[FastAPI, Trusting]:
    return routes.trusting_app(pool_database)


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
@given(held=st.sets(st.sampled_from(NAMES)), asked=st.lists(st.sampled_from(GUARDED), min_size=3, max_size=6))
async def test_whatever_somebody_holds_decides_what_they_reach(
    stage: tuple[FastAPI, Trusting], tenant: TenantId, held: set[str], asked: list[tuple[str, str, str]]
) -> None:
    app, trusting = stage
    trusting.principal = people.principal(tenant, held)
    async with http.client_for(app) as client:
        for method, path, permission in asked:
            assert await is_refused(client, method, path, permission) is (permission not in held)


@pytest.mark.property_test(52)
@shared
@given(
    role=st.sampled_from(sorted(BUILT_IN_ROLES)),
    scopes=st.sets(st.sampled_from(NAMES), min_size=1),
    asked=st.lists(st.sampled_from(GUARDED), min_size=3, max_size=6),
)
async def test_a_real_token_reaches_what_role_and_scopes_share(
    whole: FastAPI, database: Database, role: str, scopes: set[str], asked: list[tuple[str, str, str]]
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
        for method, path, permission in asked:
            reached = permission in possible | {"account:read"}
            assert await is_refused(client, method, path, permission) is not reached


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

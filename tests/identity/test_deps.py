from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import Body, FastAPI, Request, UploadFile, WebSocket, WebSocketDisconnect
from starlette.testclient import TestClient
from tests.conftest import NOON
from tests.factories import http, journal
from tests.factories import identity as people
from tests.factories.http import Trusting

from shopwright.identity.addresses import NOWHERE, address_of, caller_tag
from shopwright.identity.deps import (
    guarded_router,
    needs,
    open_to_all,
    open_to_probes,
    principal_of,
    unit_of,
)
from shopwright.identity.domain import CredentialExpired, CredentialInvalid, CredentialMissing, Principal
from shopwright.infra.db import Database, DatabaseUnavailable
from shopwright.infra.web.rates import RequestLimits
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_id
from shopwright.kit.time import FixedClock


class ShelfMoved(Event, name="test_deps.shelf_moved", subject="shelf"):
    """Something happened."""


router = guarded_router(prefix="/shelves", tag="shelves")


@router.get("/open")
@open_to_all
async def open_shelf() -> str:
    return "open"


@router.get("/alive")
@open_to_probes
async def alive() -> str:
    return "alive"


@router.get("/{shelf_id}")
@needs("catalog:read")
async def get_shelf(request: Request, shelf_id: UUID) -> dict[str, str]:
    bound = await unit_of(request).connection.fetchval("select bound_tenant()")
    return {"shelf": str(shelf_id), "tenant": str(bound), "member": str(principal_of(request).member)}


@router.post("")
@needs("catalog:write")
async def move_shelf(request: Request, body: Annotated[dict[str, Any], Body()]) -> dict[str, str]:
    made = new_id(unit_of(request).tenant, unit_of(request).clock.now())
    unit_of(request).publish(ShelfMoved(subject_id=str(made)))
    if body.get("also") is not None:
        principal_of(request).demand(body["also"])
    if body.get("fails"):
        raise ValueError("a fault of the program")
    return {"id": str(made)}


@router.post("/upload")
@needs("imports:write")
async def upload(request: Request, file: UploadFile) -> dict[str, str]:
    made = new_id(unit_of(request).tenant, unit_of(request).clock.now())
    return {"id": str(made), "bytes": str(len(await file.read()))}


@router.post("/free")
@needs("account:own", in_unit=False)
async def without_unit(request: Request) -> bool:
    return hasattr(request.state, "unit")


@router.websocket("/live")
@needs("catalog:read")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(str(principal_of(socket).member))
    await socket.close()


class Failing:
    """An authenticator that knows nobody."""

    def __init__(self, error: ShopwrightError) -> None:
        self._error = error

    async def authenticate(self, request: object) -> Principal:
        raise self._error


def app_for(database: Database, principal: Principal, limits: RequestLimits | None = None) -> FastAPI:
    return http.make_app(database, database.clock, router, authenticator=Trusting(principal), limits=limits)


@pytest.fixture
def principal(tenant: TenantId) -> Principal:
    return people.principal(tenant)


@pytest.fixture
async def client(database: Database, principal: Principal) -> AsyncIterator[httpx2.AsyncClient]:
    async with http.client_for(app_for(database, principal)) as opened:
        yield opened


async def test_an_endpoint_that_declares_nothing_cannot_be_registered() -> None:
    async def forgotten() -> None:
        """Declare nothing."""

    with pytest.raises(TypeError, match="declare what it needs"):
        guarded_router(prefix="/x", tag="x").get("/forgotten")(forgotten)


def test_a_permission_that_does_not_exist_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="not in the table"):
        needs("shelves:move")


def test_nothing_can_be_registered_past_the_guard() -> None:
    fresh = guarded_router(prefix="/x", tag="x")

    async def anything(_: Any) -> Any:
        """Declare nothing."""

    with pytest.raises(TypeError):
        fresh.add_route("/bare", anything)
    with pytest.raises(TypeError):
        fresh.mount("/mounted", FastAPI())
    with pytest.raises(TypeError):
        fresh.websocket("/socket")(anything)
    with pytest.raises(TypeError):
        fresh.websocket("/open-socket")(open_to_all(anything))


def test_the_reference_says_what_an_endpoint_needs(database: Database, principal: Principal) -> None:
    paths = app_for(database, principal).openapi()["paths"]
    assert paths["/api/v1/shelves/{shelf_id}"]["get"]["x-permission"] == "catalog:read"
    assert paths["/api/v1/shelves/open"]["get"]["security"] == []


async def test_an_endpoint_runs_in_a_unit_of_the_callers_tenant(
    client: httpx2.AsyncClient, principal: Principal
) -> None:
    identifier = new_id(principal.tenant, NOON)
    answer = await client.get(f"/api/v1/shelves/{identifier}")
    assert answer.json()["tenant"] == str(principal.tenant)
    assert answer.json()["member"] == str(principal.member)


async def test_what_was_published_names_who_did_it(
    client: httpx2.AsyncClient, database: Database, principal: Principal
) -> None:
    answer = await client.post("/api/v1/shelves", json={})
    (entry,) = await journal.entries(database, principal.tenant)
    assert (entry["name"], entry["subject_id"]) == ("test_deps.shelf_moved", answer.json()["id"])
    assert (entry["actor_kind"], entry["actor_id"]) == ("person", principal.member)


async def test_a_request_that_fails_leaves_nothing(
    client: httpx2.AsyncClient, database: Database, principal: Principal
) -> None:
    answer = await client.post("/api/v1/shelves", json={"fails": True})
    assert answer.status_code == 500
    assert await journal.names(database, principal.tenant) == []


async def test_an_endpoint_may_do_without_a_unit(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/api/v1/shelves/free")).json() is False


async def test_who_lacks_the_permission_is_refused_before_the_body_is_read_and_it_is_recorded(
    database: Database, tenant: TenantId
) -> None:
    principal = people.principal(tenant, {"catalog:read"})
    async with http.client_for(app_for(database, principal)) as client:
        answer = await client.post("/api/v1/shelves", content=b"{not even json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")
    (entry,) = await journal.entries(database, tenant)
    assert (entry["name"], entry["subject_id"]) == ("identity.access_refused", str(principal.member))
    assert entry["payload"] == {"permission": "catalog:write", "method": "POST", "route": "/api/v1/shelves"}


async def test_a_permission_that_is_missing_deeper_down_is_recorded_too_and_the_rest_taken_back(
    database: Database, tenant: TenantId
) -> None:
    principal = people.principal(tenant, {"catalog:write"})
    async with http.client_for(app_for(database, principal)) as client:
        answer = await client.post("/api/v1/shelves", json={"also": "prices:apply"})
    assert answer.status_code == 403
    (entry,) = await journal.entries(database, tenant)
    assert (entry["name"], entry["payload"]["permission"]) == ("identity.access_refused", "prices:apply")


@pytest.mark.property_test(85)
@pytest.mark.parametrize("where", ["path", "query", "body"])
async def test_naming_another_tenants_object_is_recorded_wherever_it_stood(
    client: httpx2.AsyncClient, database: Database, principal: Principal, other_tenant: TenantId, where: str
) -> None:
    now = database.clock.now()
    foreign, own, persons = new_id(other_tenant, now), new_id(principal.tenant, now), new_id(SYSTEM_TENANT, now)
    if where == "path":
        await client.get(f"/api/v1/shelves/{str(foreign).upper()}")
    elif where == "query":
        await client.get(f"/api/v1/shelves/{own}", params={"beside": str(foreign), "by": str(persons)})
    else:
        await client.post("/api/v1/shelves", json={"rows": [{"id": str(foreign)}, {"id": str(own)}], "x": str(uuid4())})
    (entry,) = await journal.entries(database, principal.tenant, "identity.foreign_object_requested")
    assert entry["payload"]["identifiers"] == [str(foreign)]
    assert entry["subject_id"] == str(principal.member)
    assert await journal.names(database, other_tenant) == []


async def test_a_flood_of_foreign_identifiers_makes_one_short_event(
    client: httpx2.AsyncClient, database: Database, principal: Principal, other_tenant: TenantId
) -> None:
    many = [str(new_id(other_tenant, database.clock.now())) for _ in range(100)]
    await client.post("/api/v1/shelves", json={"ids": many})
    (entry,) = await journal.entries(database, principal.tenant, "identity.foreign_object_requested")
    assert len(entry["payload"]["identifiers"]) == 20


async def test_a_write_that_is_sent_twice_happens_once(
    client: httpx2.AsyncClient, database: Database, principal: Principal
) -> None:
    key = {"idempotency-key": uuid4().hex}
    first = await client.post("/api/v1/shelves", json={"a": 1}, headers=key)
    again = await client.post("/api/v1/shelves", json={"a": 1}, headers=key)
    other = await client.post("/api/v1/shelves", json={"a": 2}, headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert await journal.names(database, principal.tenant) == ["test_deps.shelf_moved"]


async def test_an_upload_that_is_sent_twice_happens_once_without_being_read_for_it(client: httpx2.AsyncClient) -> None:
    key = {"idempotency-key": uuid4().hex}
    first = await client.post("/api/v1/shelves/upload", files={"file": b"1;2"}, headers=key)
    again = await client.post("/api/v1/shelves/upload", files={"file": b"1;2"}, headers=key)
    longer = await client.post("/api/v1/shelves/upload", files={"file": b"1;2;3"}, headers=key)
    assert first.json()["bytes"] == "3"
    assert first.json() == again.json()
    assert longer.status_code == 409


async def test_an_idempotency_key_means_nothing_for_a_read(client: httpx2.AsyncClient, principal: Principal) -> None:
    key = {"idempotency-key": "same"}
    for _ in range(2):
        own = new_id(principal.tenant, NOON)
        answer = await client.get(f"/api/v1/shelves/{own}", headers=key)
        assert answer.json()["shelf"] == str(own)


@pytest.mark.parametrize("which", ["user", "tenant"])
async def test_beyond_its_limit_a_user_and_a_tenant_have_to_wait(
    database: Database, principal: Principal, clock: FixedClock, which: str
) -> None:
    most = {"user": 1_000, "tenant": 1_000, "address": 1_000, which: 2}
    limits = RequestLimits.per_minute(**most, clock=clock)
    async with http.client_for(app_for(database, principal, limits)) as client:
        codes = [(await client.post("/api/v1/shelves", json={})).status_code for _ in range(3)]
        refused = await client.post("/api/v1/shelves", json={})
    assert codes == [200, 200, 429]
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) == 30
    assert len(await journal.names(database, principal.tenant)) == 2


async def test_open_endpoints_are_limited_by_address_and_probes_are_not(
    database: Database, principal: Principal, clock: FixedClock
) -> None:
    limits = RequestLimits.per_minute(user=1_000, tenant=1_000, address=2, clock=clock)
    app = app_for(database, principal, limits)
    async with http.client_for(app) as client, http.client_for(app, address="10.0.0.9") as other:
        assert [(await client.get("/api/v1/shelves/open")).status_code for _ in range(3)] == [200, 200, 429]
        assert (await other.get("/api/v1/shelves/open")).status_code == 200
        assert {(await client.get("/api/v1/shelves/alive")).status_code for _ in range(9)} == {200}


async def test_who_is_not_known_is_refused_recorded_and_then_made_to_wait(
    database: Database, clock: FixedClock
) -> None:
    limits = RequestLimits.per_minute(user=1_000, tenant=1_000, address=8, clock=clock)
    app = http.make_app(database, clock, router, authenticator=Failing(CredentialInvalid("forged")), limits=limits)
    async with http.client_for(app, address="10.9.8.7") as client:
        answers = [await client.post("/api/v1/shelves", content=b"{") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [401] * 8 + [429] * 2
    assert answers[0].headers["www-authenticate"] == "Bearer"
    subject = caller_tag("10.9.8.7")
    kept = [e for e in await journal.entries(database, SYSTEM_TENANT) if e["subject_id"] == subject]
    assert len(kept) == 6, "the journal keeps six a minute of one address"
    assert kept[0]["actor_kind"] == "anonymous"
    assert kept[0]["payload"] == {"error": "credential_invalid", "method": "POST", "route": "/api/v1/shelves"}


async def test_a_token_that_ran_out_is_refused_but_not_recorded(database: Database, clock: FixedClock) -> None:
    app = http.make_app(database, clock, router, authenticator=Failing(CredentialExpired("over")))
    async with http.client_for(app, address="10.9.8.6") as client:
        assert (await client.get(f"/api/v1/shelves/{uuid4()}")).status_code == 401
    assert caller_tag("10.9.8.6") not in [e["subject_id"] for e in await journal.entries(database, SYSTEM_TENANT)]


async def test_when_the_database_is_away_a_refusal_stays_a_refusal(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = http.make_app(database, clock, router, authenticator=Failing(CredentialMissing("nobody")))

    def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(database, "unit", away)
    async with http.client_for(app) as client:
        assert (await client.get(f"/api/v1/shelves/{uuid4()}")).status_code == 401


async def test_when_the_database_is_away_authentication_says_so(database: Database, clock: FixedClock) -> None:
    app = http.make_app(database, clock, router, authenticator=Failing(DatabaseUnavailable("away")))
    async with http.client_for(app) as client:
        assert (await client.get(f"/api/v1/shelves/{uuid4()}")).status_code == 503


def test_a_web_socket_is_guarded_before_it_is_accepted(
    database: Database, clock: FixedClock, principal: Principal
) -> None:
    with TestClient(app_for(database, principal)).websocket_connect("/api/v1/shelves/live") as socket:
        assert socket.receive_text() == str(principal.member)
    refusals: list[tuple[FastAPI, str]] = [
        (http.make_app(database, clock, router, authenticator=Failing(CredentialMissing("x"))), "credential_missing"),
        (app_for(database, people.principal(principal.tenant, ())), "permission_missing"),
    ]
    for app, code in refusals:
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            TestClient(app).websocket_connect("/api/v1/shelves/live"),
        ):
            pass
        assert (closed.value.code, closed.value.reason) == (1008, code)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_caller_is_an_address_or_a_network_of_64_bits(host: str, key: str) -> None:
    scope: dict[str, Any] = {"type": "http", "headers": [], "client": (host, 1), "path": "/", "method": "GET"}
    assert address_of(Request(scope)) == key
    assert address_of(Request({**scope, "client": None})) == NOWHERE
    assert host not in caller_tag(key)

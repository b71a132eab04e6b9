from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from tests.factories import http, journal
from tests.factories import identity as people
from tests.factories.identity import PASSWORD, Account, fresh_email

from shopwright.identity.access import AccessPolicy
from shopwright.identity.routes import ROUTERS
from shopwright.identity.service.installation import open_doors
from shopwright.identity.tenants import DEMO_TENANT
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.time import FixedClock

SIGN_UP = {"password": PASSWORD, "name": "Ada Lovelace", "shop": "Engines", "country": "AT"}


@pytest.fixture
def app(database: Database, clock: FixedClock) -> FastAPI:
    return http.make_app(database, clock, *ROUTERS)


@pytest.fixture
async def nobody(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with http.client_for(
        app, address=f"10.{uuid4().int % 256}.{uuid4().int % 256}.{uuid4().int % 256}"
    ) as client:
        yield client


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


@pytest.fixture
async def client(app: FastAPI, owner: Account) -> AsyncIterator[httpx2.AsyncClient]:
    async with http.client_for(app, owner) as opened:
        yield opened


def bearer(answer: httpx2.Response) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_from_signing_up_to_logging_out(nobody: httpx2.AsyncClient) -> None:
    email = fresh_email()
    made = await nobody.post("/api/v1/auth/signup", json={**SIGN_UP, "email": email})
    assert (made.status_code, made.json()["tenant"]["name"]) == (201, "Engines")
    again = await nobody.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    me = (await nobody.get("/api/v1/auth/me", headers=bearer(again))).json()
    assert (me["email"], me["name"], me["role"], me["credential"]) == (email, "Ada Lovelace", "owner", "person")
    assert me["tenant"] == made.json()["tenant"]
    assert "prices:apply" in me["permissions"]
    fresh = await nobody.post("/api/v1/auth/refresh", json={"refresh_token": again.json()["refresh_token"]})
    assert fresh.json()["session_id"] == again.json()["session_id"]
    assert (await nobody.post("/api/v1/auth/logout", headers=bearer(fresh))).status_code == 204
    for used in (again, fresh):
        assert (await nobody.get("/api/v1/auth/me", headers=bearer(used))).status_code == 401
    late = await nobody.post("/api/v1/auth/refresh", json={"refresh_token": fresh.json()["refresh_token"]})
    assert (late.status_code, late.json()["code"]) == (401, "refresh_refused")
    settings = await nobody.get("/api/v1/settings", headers=bearer(made))
    assert (settings.json()["country"], settings.json()["tax_ppm"]) == ("AT", 200_000)


async def test_a_browser_keeps_its_session_in_cookies_that_no_script_reads(
    nobody: httpx2.AsyncClient, database: Database
) -> None:
    account = await people.shop(database)
    login = {"email": account.email, "password": PASSWORD, "cookie": True}
    made = await nobody.post("/api/v1/auth/login", json=login)
    assert (made.json()["access_token"], made.json()["refresh_token"]) == (None, None)
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in made.headers.get_list("set-cookie"))
    assert (await nobody.get("/api/v1/auth/me")).json()["email"] == account.email
    page = {"x-requested-with": "web", "origin": http.HOST}
    for headers in ({}, {"origin": http.HOST}, {**page, "origin": "http://evil.test"}):
        for path in ("/api/v1/auth/refresh", "/api/v1/auth/logout"):
            refused = await nobody.post(path, json={}, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")
    refreshed = await nobody.post("/api/v1/auth/refresh", json={}, headers=page)
    assert (refreshed.status_code, refreshed.json()["access_token"]) == (200, None)
    assert (await nobody.get("/api/v1/auth/me")).status_code == 200
    assert (await nobody.post("/api/v1/auth/logout", headers=page)).status_code == 204
    assert "shopwright_session" not in nobody.cookies
    assert "shopwright_refresh" not in nobody.cookies
    assert (await nobody.get("/api/v1/auth/me")).json()["code"] == "credential_missing"


@pytest.mark.parametrize("path", ["login", "signup", "demo", "invitations/accept"])
async def test_another_site_cannot_sign_a_visitor_in(nobody: httpx2.AsyncClient, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "login": {"email": "a@b.c", "password": "x"},
        "signup": {**SIGN_UP, "email": "a@b.c"},
        "demo": {},
        "invitations/accept": {"token": "x", "password": "x", "name": "x"},
    }
    refused = await nobody.post(f"/api/v1/auth/{path}", json=bodies[path], headers={"origin": "http://evil.test"})
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")


async def test_a_refresh_without_a_token_is_refused(nobody: httpx2.AsyncClient) -> None:
    page = {"x-requested-with": "web", "origin": http.HOST}
    assert (await nobody.post("/api/v1/auth/refresh", json={}, headers=page)).status_code == 401


async def test_guessing_over_http_answers_429_with_the_time_to_wait(
    nobody: httpx2.AsyncClient, database: Database
) -> None:
    account = await people.shop(database)
    login = {"email": account.email, "password": "wrong password"}
    codes = [(await nobody.post("/api/v1/auth/login", json=login)).status_code for _ in range(10)]
    refused = await nobody.post("/api/v1/auth/login", json={**login, "password": PASSWORD})
    assert codes == [401] * 10
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
        429, "sign_in_throttled", "15",
    )  # fmt: skip


async def test_the_sign_in_page_learns_what_it_may_offer(
    nobody: httpx2.AsyncClient, database: Database, clock: FixedClock
) -> None:
    assert (await nobody.get("/api/v1/auth/options")).json() == {"sign_in": True, "demo": False}
    assert (await nobody.post("/api/v1/auth/demo", json={})).status_code == 404
    access = people.make_access(database, policy=AccessPolicy(open_demo=True))
    await open_doors(access, VerifiedCredentials(clock))
    async with http.client_for(http.make_app(database, clock, *ROUTERS, access=access)) as client:
        assert (await client.get("/api/v1/auth/options")).json()["demo"] is True
        entered = await client.post("/api/v1/auth/demo", json={})
        me = (await client.get("/api/v1/auth/me", headers=bearer(entered))).json()
    assert me["tenant"] == {"id": str(DEMO_TENANT), "name": "Demo shop", "simulated": True}
    assert me["tenant_status"] == "active"


async def test_anybody_may_ask_what_the_installation_offers(
    app: FastAPI, nobody: httpx2.AsyncClient, database: Database, clock: FixedClock
) -> None:
    offered = (await nobody.get("/api/v1/installation")).json()
    assert offered == {"version": app.version, "sign_in": True, "sign_up": True, "demo_mode": False}
    access = people.make_access(database, policy=AccessPolicy(open_demo=True, sign_up=False))
    async with http.client_for(http.make_app(database, clock, *ROUTERS, access=access)) as client:
        offered = (await client.get("/api/v1/installation")).json()
        assert (offered["sign_up"], offered["demo_mode"]) == (False, True)
        refused = await client.post("/api/v1/auth/signup", json={**SIGN_UP, "email": fresh_email()})
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_up_closed")


async def test_going_to_another_tenant_and_back(client: httpx2.AsyncClient, owner: Account, database: Database) -> None:
    other = await people.shop(database, email=owner.email, shop_name="Another")
    listed = (await client.get("/api/v1/tenants")).json()
    assert [(one["name"], one["current"]) for one in listed] == [("Another", False), ("Corner shop", True)]
    gone = await client.post("/api/v1/auth/switch", json={"tenant": str(other.tenant)})
    assert gone.json()["tenant"]["name"] == "Another"
    assert (await client.get("/api/v1/tenants")).status_code == 401, "the session here has ended"
    back = await client.post("/api/v1/auth/switch", json={"tenant": str(owner.tenant)}, headers=bearer(gone))
    assert back.json()["tenant"]["id"] == str(owner.tenant)
    stranger = await people.shop(database)
    refused = await client.post("/api/v1/auth/switch", json={"tenant": str(stranger.tenant)}, headers=bearer(back))
    assert (refused.status_code, refused.json()["code"]) == (403, "no_membership")


async def test_sessions_and_password_over_http(client: httpx2.AsyncClient, owner: Account, app: FastAPI) -> None:
    login = {"email": owner.email, "password": PASSWORD}
    async with http.client_for(app) as stranger:
        more = [await stranger.post("/api/v1/auth/login", json=login) for _ in range(3)]
    listed = (await client.get("/api/v1/auth/sessions")).json()
    assert [one["current"] for one in listed].count(True) == 1
    assert len(listed) == 4
    gone = await client.delete(f"/api/v1/auth/sessions/{more[0].json()['session_id']}")
    assert gone.status_code == 204
    assert (await client.delete(f"/api/v1/auth/sessions/{uuid4()}")).json()["code"] == "session_not_found"
    assert (await client.delete("/api/v1/auth/sessions")).json() == {"sessions_ended": 2}
    changed = await client.post("/api/v1/auth/password", json={"current": PASSWORD, "new": "a much better one"})
    assert changed.json() == {"sessions_ended": 0}
    wrong = await client.post("/api/v1/auth/password", json={"current": PASSWORD, "new": "yet another one"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_refused")


async def test_tokens_over_http(client: httpx2.AsyncClient, owner: Account, database: Database) -> None:
    made = await client.post("/api/v1/auth/tokens", json={"name": "nightly", "scopes": ["tenant:read"]})
    assert made.status_code == 201
    token = {"authorization": f"Bearer {made.json()['token']}"}
    assert (await client.get("/api/v1/tenants/current", headers=token)).status_code == 200
    me = (await client.get("/api/v1/auth/me", headers=token)).json()
    assert (me["credential"], me["permissions"]) == ("token", ["account:read", "tenant:read"])
    for method, path in (("GET", "users"), ("GET", "auth/tokens"), ("POST", "auth/logout"), ("GET", "auth/sessions")):
        refused = await client.request(method, f"/api/v1/{path}", headers=token)
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    (listed,) = (await client.get("/api/v1/auth/tokens")).json()
    assert "token" not in listed
    assert (await client.delete(f"/api/v1/auth/tokens/{listed['id']}")).status_code == 204
    assert (await client.get("/api/v1/tenants/current", headers=token)).status_code == 401
    refusals = await journal.entries(database, owner.tenant, "identity.access_refused")
    assert {entry["actor_kind"] for entry in refusals} == {"token"}


async def test_managing_users_over_http(client: httpx2.AsyncClient, app: FastAPI, owner: Account) -> None:
    email = fresh_email()
    made = await client.post("/api/v1/users/invitations", json={"email": email, "role": "viewer"})
    assert made.status_code == 201
    assert [one["email"] for one in (await client.get("/api/v1/users/invitations")).json()] == [email]
    body = {"token": made.json()["token"], "password": PASSWORD, "name": "Charles"}
    async with http.client_for(app) as stranger:
        joined = await stranger.post("/api/v1/auth/invitations/accept", json=body)
    assert (joined.status_code, joined.json()["role"]) == (201, "viewer")
    member = joined.json()["member_id"]
    page = (await client.get("/api/v1/users", params={"limit": 1})).json()
    rest = (await client.get("/api/v1/users", params={"limit": 5, "cursor": page["next_cursor"]})).json()
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {str(owner.member), member}
    one = await client.get(f"/api/v1/users/{member}")
    assert one.headers["etag"] == 'W/"1"'
    changed = await client.patch(
        f"/api/v1/users/{member}", json={"role": "analyst"}, headers={"if-match": one.headers["etag"]}
    )
    assert (changed.json()["role"], changed.headers["etag"]) == ("analyst", 'W/"2"')
    stale = await client.patch(
        f"/api/v1/users/{member}", json={"role": "viewer"}, headers={"if-match": one.headers["etag"]}
    )
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_since_read")
    made_token = await client.post(
        "/api/v1/auth/tokens", json={"name": "x", "scopes": ["tenant:read"]}, headers=bearer(joined)
    )
    (token,) = (await client.get(f"/api/v1/users/{member}/tokens")).json()
    assert token["id"] == made_token.json()["id"]
    assert (await client.delete(f"/api/v1/users/{member}/tokens/{token['id']}")).status_code == 204
    assert (await client.post(f"/api/v1/users/{member}/deactivate")).json()["status"] == "deactivated"
    assert (await client.get("/api/v1/auth/me", headers=bearer(joined))).status_code == 401
    assert (await client.post(f"/api/v1/users/{member}/reactivate")).json()["status"] == "active"
    last = await client.post(f"/api/v1/users/{owner.member}/deactivate")
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")


async def test_an_invitation_can_be_taken_back_over_http(client: httpx2.AsyncClient) -> None:
    made = await client.post("/api/v1/users/invitations", json={"email": fresh_email(), "role": "viewer"})
    assert (await client.delete(f"/api/v1/users/invitations/{made.json()['id']}")).status_code == 204
    assert (await client.get("/api/v1/users/invitations")).json() == []


async def test_roles_over_http(client: httpx2.AsyncClient) -> None:
    names = {one["name"] for one in (await client.get("/api/v1/users/permissions")).json()}
    assert "prices:approve" in names
    made = await client.post("/api/v1/users/roles", json={"name": "buyer", "permissions": ["catalog:read"]})
    assert made.status_code == 201
    path = f"/api/v1/users/roles/{made.json()['id']}"
    changed = await client.put(path, json={"permissions": ["market:read"]}, headers={"if-match": 'W/"1"'})
    assert (changed.json()["permissions"], changed.json()["version"]) == (["market:read"], 2)
    assert [one["built_in"] for one in (await client.get("/api/v1/users/roles")).json()] == [True] * 5 + [False]
    assert (await client.delete(path)).status_code == 204
    refused = await client.post("/api/v1/users/roles", json={"name": "root", "permissions": ["system:manage"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_role")


async def test_the_tenant_and_its_settings_at_both_addresses(client: httpx2.AsyncClient, owner: Account) -> None:
    tenant = await client.get("/api/v1/tenants/current")
    assert (tenant.json()["id"], tenant.headers["etag"]) == (str(owner.tenant), 'W/"1"')
    renamed = await client.patch("/api/v1/tenants/current", json={"name": "New"}, headers={"if-match": 'W/"1"'})
    assert (renamed.json()["name"], renamed.headers["etag"]) == ("New", 'W/"2"')
    settings = (await client.get("/api/v1/tenants/current/settings")).json()
    assert settings == (await client.get("/api/v1/settings")).json()
    wanted = {**settings, "currency": "SEK", "repricing": {"after_collection": False, "every_minutes": 60}}
    changed = await client.put("/api/v1/settings", json=wanted, headers={"if-match": 'W/"2"'})
    assert (changed.json(), changed.headers["etag"]) == (wanted, 'W/"3"')
    assert (await client.get("/api/v1/tenants/current/settings")).json() == wanted
    wrong = await client.put("/api/v1/tenants/current/settings", json={**wanted, "country": "XX", "tax_ppm": -1})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_tenant_settings")
    assert wrong.json()["details"]["fields"].keys() == {"country", "tax_ppm"}
    unknown = await client.put("/api/v1/settings", json={**wanted, "curency": "EUR"})
    assert unknown.status_code == 422


async def test_preferences_at_both_addresses(client: httpx2.AsyncClient) -> None:
    empty = await client.get("/api/v1/preferences")
    assert empty.json() == {"kpi_preferences": [], "marketplace_focus": [], "business_goals": [], "ui": {}}
    wanted = {
        "kpi_preferences": ["margin", "revenue"],
        "marketplace_focus": ["amazon"],
        "business_goals": [{"goal": "sell the winter stock", "priority": 1}],
        "ui": {"theme": "dark", "rows": 50, "wide": True, "columns": ["sku", "price"], "note": None},
    }
    kept = await client.put("/api/v1/preferences", json=wanted, headers={"if-match": empty.headers["etag"]})
    assert kept.json() == wanted
    kpis = await client.put("/api/v1/preferences/kpis", json={"kpi_preferences": ["units"]})
    assert kpis.json() == (await client.get("/api/v1/preferences/kpis")).json() == {"kpi_preferences": ["units"]}
    assert (await client.get("/api/v1/preferences")).json() == {**wanted, "kpi_preferences": ["units"]}
    wrong = await client.put("/api/v1/preferences", json={"business_goals": [{"goal": "x", "priority": 0}]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_preferences")

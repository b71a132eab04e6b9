"""Laws of identity: the tenant is checked on every request; an attempt at another is refused and recorded."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.identity.access import Access
from shopwright.identity.permissions import PERMISSIONS
from shopwright.identity.routes import ROUTERS
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantStatus
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock
from tests.conftest import NOON
from tests.factories import http, journal, routes
from tests.factories import identity as people
from tests.factories.http import Trusting
from tests.factories.identity import Account
from tests.factories.routes import GUARDED, filled

NAMES = sorted(PERMISSIONS)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def stage(pool_database: Database) -> tuple[FastAPI, Trusting]:
    return routes.trusting_app(pool_database)


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

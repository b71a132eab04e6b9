"""The whole program with shops in it: signed up over HTTP, each with at least one object of every kind.

OBJECTS is the registry: whoever adds a kind of object that an address names adds its factory here, and every
operation is tried with it as a stranger.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import FastAPI

from shopwright.app.http import describe, equip
from shopwright.app.live.feed import LiveFeed
from shopwright.app.wiring import ROUTERS
from shopwright.demand.service import DemandService
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.platform import Platform
from shopwright.infra.settings import load_settings
from shopwright.kit.ids import TenantId, new_id, new_tenant_id
from shopwright.pricing.jobs import RepriceShop
from shopwright.pricing.repository import ProposalRepository
from shopwright.sales.service import SalesService
from tests.factories import reviews, sales
from tests.factories.calls import NATURAL
from tests.factories.http import client_for, generous_limits, real_authenticator
from tests.factories.identity import PASSWORD, Account, make_access
from tests.factories.inventory import count_stock
from tests.factories.market import offers
from tests.factories.proposals import new_proposal

NO_SUCH_ENTRY: Final = 2**40


def make_program(database: Database) -> FastAPI:
    """The application as it is served, on the database of the test run, with its cache of credentials at work."""
    access, settings = make_access(database), load_settings({"SHOPWRIGHT_ENVIRONMENT": "test"})
    verified = VerifiedCredentials(database.clock)
    verified.trust(heard=True)
    database.on_published = verified.published
    platform = Platform(database.clock, database)
    return equip(
        describe(ROUTERS),
        platform,
        settings,
        authenticator=real_authenticator(access, verified),
        access=access,
        limits=generous_limits(database.clock),
        live=LiveFeed(database, platform.metrics.live, most_per_tenant=100),
        observe=platform.metrics.http.observe,
    )


@dataclass
class Shop:
    """A tenant with its owner. `marker` stands in every text of the shop and in no other's."""

    app: FastAPI
    database: Database
    owner: Account
    marker: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def tenant(self) -> TenantId:
        return self.owner.tenant

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, status: int = 200) -> Any:
        """Call as the owner; return the answer's body."""
        async with client_for(self.app, self.owner) as client:
            answer = await client.request(method, f"/api/v1{path}", json=body)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def fresh(self, what: str = "") -> str:
        """A text that is the shop's alone."""
        return f"{self.marker}{what}{secrets.token_hex(4)}"

    def unissued(self, name: str) -> str:
        """An id of the registry's kind that was never given to anything."""
        if name == "entry_id":
            return str(NO_SUCH_ENTRY + secrets.randbelow(10**6))
        if name == "tenant":
            return str(new_tenant_id())
        return str(new_id(self.tenant, self.database.clock.now()))


async def open_shop(app: FastAPI, database: Database) -> Shop:
    """Sign a shop up over HTTP and give it one object of every kind, and some history."""
    marker = f"zq{uuid4().hex[:12]}"
    email = f"{marker}@example.com"
    body = {"email": email, "password": PASSWORD, "name": f"Owner {marker}", "shop": f"Shop {marker}"}
    shop = Shop(app, database, await signed_in(app, "/auth/signup", body), marker)
    for name, make in OBJECTS.items():
        shop.ids[name] = await make(shop)
    await _history(shop)
    return shop


async def signed_in(app: FastAPI, path: str, body: Mapping[str, Any], email: str | None = None) -> Account:
    """Open a session by one of the ways in."""
    async with client_for(app, address=somewhere()) as client:
        answer = await client.post(f"/api/v1{path}", json=body)
    assert answer.is_success, answer.text
    got = answer.json()
    member, person, session = (UUID(got[name]) for name in ("member_id", "person_id", "session_id"))
    return Account(
        TenantId(UUID(got["tenant"]["id"])), member, person, session, got["role"], email or body["email"],
        body["password"], got["access_token"], got["refresh_token"],
    )  # fmt: skip


def somewhere() -> str:
    """An address that has not tried to sign in yet."""
    return f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


async def log_in(app: FastAPI, account: Account) -> Account:
    """Open one more session of an account."""
    body = {"email": account.email, "password": account.password, "tenant": str(account.tenant)}
    return await signed_in(app, "/auth/login", body)


async def hire(shop: Shop, role: str) -> Account:
    """Invite somebody over HTTP and let them accept."""
    email = f"{shop.fresh()}@example.com"
    invitation = await shop.call("POST", "/users/invitations", {"email": email, "role": role}, 201)
    body = {"token": invitation["token"], "password": PASSWORD, "name": shop.fresh("Hired ")}
    return await signed_in(shop.app, "/auth/invitations/accept", body, email)


async def _member(shop: Shop) -> str:
    return str((await hire(shop, "viewer")).member)


async def _session(shop: Shop) -> str:
    return str((await log_in(shop.app, shop.owner)).session)


async def _api_token(shop: Shop) -> str:
    body = {"name": shop.fresh(), "scopes": ["catalog:read"]}
    return str((await shop.call("POST", "/auth/tokens", body, 201))["id"])


async def _role(shop: Shop) -> str:
    body = {"name": shop.fresh("_"), "permissions": ["catalog:read"]}
    return str((await shop.call("POST", "/users/roles", body, 201))["id"])


async def _invitation(shop: Shop) -> str:
    body = {"email": f"{shop.fresh()}@example.com", "role": "viewer"}
    return str((await shop.call("POST", "/users/invitations", body, 201))["id"])


async def _product(shop: Shop, **changes: Any) -> str:
    body = {
        "sku": shop.fresh("-"), "name": shop.fresh("Mug "), "brand": shop.marker, "category": shop.marker,
        "currency": "EUR", "price": "10", "cost": "5", "min_price": "6", "max_price": "20", **changes,
    }  # fmt: skip
    return str((await shop.call("POST", "/catalog/products", body, 201))["id"])


async def _offer(shop: Shop) -> str:
    product = await shop.call("GET", f"/catalog/products/{await _product(shop)}")
    async with shop.database.unit(shop.tenant) as unit:
        await offers(unit, {"competitor": shop.fresh("Rival "), "sku": product["sku"], "title": shop.fresh()})
    found = await shop.call("GET", f"/market/offers?product_id={product['id']}")
    return str(found["items"][0]["id"])


async def _competitor(shop: Shop) -> str:
    await _offer(shop)
    return str((await shop.call("GET", "/market/offers"))["items"][0]["competitor_id"])


async def _policy(shop: Shop) -> str:
    body = {"name": shop.fresh(), "scope": "sku", "scope_value": shop.fresh("-"), "rules": {}}
    return str((await shop.call("POST", "/policies", body, 201))["id"])


async def _experiment(shop: Shop) -> str:
    body = {"name": shop.fresh(), "category": shop.marker, "treatment_policy": await _policy(shop)}
    return str((await shop.call("POST", "/pricing/experiments", body, 201))["id"])


async def _proposal(shop: Shop) -> str:
    product = await _product(shop)
    async with shop.database.unit(shop.tenant) as unit:
        proposal = new_proposal(unit, UUID(product), reason=shop.marker)
        await ProposalRepository(unit).add_all(new_id(unit.tenant, unit.clock.now()), [proposal])
    return str(proposal.id)


async def _run(shop: Shop) -> str:
    await _product(shop, cost=None)
    return str((await shop.call("POST", "/prices/optimize", {"category": shop.marker}))["run"]["id"])


async def _import(shop: Shop) -> str:
    table = f"Artikelnummer,Bezeichnung,price\n{shop.fresh('-')},Mug,9.99\n{shop.fresh('-')},{shop.fresh()},no price\n"
    async with client_for(shop.app, shop.owner) as client:
        query = {"file_name": f"{shop.marker}.csv"}
        answer = await client.post("/api/v1/csv/upload/products", content=table, params=query)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _entry(shop: Shop) -> str:
    return str((await shop.call("GET", "/audit?limit=1"))["items"][0]["id"])


async def _view(shop: Shop) -> str:
    body = {"page": "catalog", "name": shop.fresh(), "content": {"text": shop.marker}, "shared": True}
    return str((await shop.call("POST", "/views", body, 201))["id"])


async def _job(shop: Shop) -> str:
    async with shop.database.unit(shop.tenant) as unit:
        return str(await JobQueue().enqueue(unit, RepriceShop(trigger=shop.marker)))


async def _tenant(shop: Shop) -> str:
    return str(shop.tenant)


async def _history(shop: Shop) -> None:
    """Give the shop what has no id of its own in an address: sales, reviews, stock, rates, preferences."""
    product = UUID(shop.ids["product_id"])
    async with shop.database.unit(shop.tenant) as unit:
        await sales.add_lines(unit, product, {"order_ref": shop.marker, "channel": shop.marker})
        await reviews.add_reviews(unit, product, {"text": shop.fresh("Fine "), "source": shop.marker})
        await count_stock(unit, product, "7", warehouse=shop.marker)
        await SalesService(unit).rebuild_daily()
        await DemandService(unit).make_forecasts()
    pair = "/".join(NATURAL[name] for name in ("base", "quote", "day"))
    await shop.call("PUT", f"/catalog/exchange-rates/{pair}", {"rate": "7.654321", "source": shop.marker})
    goals = [{"goal": shop.fresh(), "priority": 1}]
    await shop.call("PUT", "/preferences", {"kpi_preferences": [shop.marker], "business_goals": goals})
    await shop.call("PUT", "/prices/control", {"halted": False, "reason": shop.marker})


OBJECTS: Final[dict[str, Callable[[Shop], Awaitable[str]]]] = {
    "tenant": _tenant,
    "member_id": _member,
    "session_id": _session,
    "token_id": _api_token,
    "role_id": _role,
    "invitation_id": _invitation,
    "product_id": _product,
    "offer_id": _offer,
    "competitor_id": _competitor,
    "policy_id": _policy,
    "control_policy": _policy,
    "treatment_policy": _policy,
    "experiment_id": _experiment,
    "proposal_id": _proposal,
    "run_id": _run,
    "import_id": _import,
    "view_id": _view,
    "job_id": _job,
    "entry_id": _entry,
}
"""Name of a parameter or field -> what makes such an object in a shop and returns its id."""

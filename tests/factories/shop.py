"""A shop as its people reach it: a tenant with settings, and a client of several contexts at once."""

from decimal import Decimal

import httpx2
from fastapi import APIRouter

from shopwright.compliance.routes import router as audit
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.market.routes import router as market
from shopwright.pricing.routes.policies import router as policies
from shopwright.pricing.routes.prices import router as prices
from shopwright.pricing.routes.proposals import router as proposals
from shopwright.pricing.routes.simulations import router as simulations
from tests.factories import market as rivals
from tests.factories.callers import principal
from tests.factories.http import Trusting, make_app
from tests.factories.proposals import product

ROUTERS: tuple[APIRouter, ...] = (market, policies, prices, proposals, simulations, audit)


async def open_shop(database: Database, tenant: TenantId) -> None:
    """One product at 10.00 EUR with a rival at 9.00, and an offer that nobody matched."""
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
        await product(unit, "A-1")
        await rivals.offers(
            unit,
            {"competitor": "Beanhaus", "sku": "A-1", "price": Decimal("9.00")},
            {"competitor": "Roastly", "title": "Something else", "price": Decimal("3.00")},
        )


def client_of(database: Database, tenant: TenantId) -> httpx2.AsyncClient:
    """A client of somebody who may do everything in a tenant."""
    app = make_app(database, database.clock, *ROUTERS, authenticator=Trusting(principal(tenant)))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://shop.test/api/v1")

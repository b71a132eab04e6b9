"""The one place where the contexts meet: their routers, the handlers of events, the jobs and the schedules."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter

from shopwright.app.http import describe
from shopwright.catalog.routes import router as catalog
from shopwright.compliance.routes import router as audit
from shopwright.identity.routes import ROUTERS as IDENTITY
from shopwright.infra.jobs.execution import JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.schedules import Schedule
from shopwright.infra.journal.consumers import Consumer
from shopwright.inventory.routes import router as inventory
from shopwright.market.routes import router as market
from shopwright.pricing.jobs import ApplyDuePrices, RepriceShop, apply_due_prices, reprice_shop
from shopwright.pricing.routes.policies import router as policies
from shopwright.pricing.routes.prices import router as prices
from shopwright.pricing.routes.proposals import router as proposals
from shopwright.reviews.routes import router as reviews
from shopwright.sales.routes import router as sales

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *IDENTITY,
    catalog,
    sales,
    market,
    reviews,
    inventory,
    prices,
    proposals,
    policies,
    audit,
)

CONSUMERS: Final[tuple[Consumer, ...]] = ()
"""Event class -> handlers, a consumer a purpose."""

JOBS: Final[Mapping[type[Job], JobHandler]] = {
    ApplyDuePrices: apply_due_prices,
    RepriceShop: reprice_shop,
}

SCHEDULES: Final[Sequence[Schedule]] = (
    Schedule("apply due prices", "* * * * *", ApplyDuePrices, per_tenant=True),
    Schedule("reprice every shop", "0 2 * * *", RepriceShop, per_tenant=True),
)


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the whole program."""
    return describe(ROUTERS).openapi()

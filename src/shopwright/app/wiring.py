"""The one place where the contexts meet: their routers, the handlers of events, the jobs and the schedules."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from fastapi import APIRouter

from shopwright.app.http import describe
from shopwright.app.live.routes import router as live
from shopwright.catalog.routes import router as catalog
from shopwright.compliance.routes import router as audit
from shopwright.demand.domain import MOST_DAYS, Absence, ForecastsMade
from shopwright.demand.forecasting.panel import Floats
from shopwright.demand.jobs import (
    EstimateResponses,
    ForecastShop,
    LookBack,
    forecast_handler,
    look_back_handler,
    response_handler,
)
from shopwright.demand.responses import PriceResponsesEstimated, RivalPrices
from shopwright.demand.routes.forecasts import router as demand
from shopwright.demand.routes.responses import router as responses
from shopwright.figures.jobs import KeepStates, keep_states
from shopwright.figures.routes.dashboard import router as dashboard
from shopwright.figures.routes.products import router as products
from shopwright.figures.service import LONGEST_KEPT, FigureService
from shopwright.identity.jobs import ForgetOldAccess, forget_old_access
from shopwright.identity.routes import ROUTERS as IDENTITY
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.schedules import Schedule
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.late import BELIEFS, late
from shopwright.infra.platform import Platform
from shopwright.ingestion.domain import ImportCompleted, ImportUndone
from shopwright.ingestion.routes import router as imports
from shopwright.ingestion.runs import RunImport, import_handler
from shopwright.ingestion.schemas import Kind
from shopwright.inventory.routes import router as inventory
from shopwright.inventory.service import InventoryService
from shopwright.kit.events import Event
from shopwright.market.routes import router as market
from shopwright.market.service import MarketService
from shopwright.operations.jobs import MakeMonths, make_months
from shopwright.operations.routes import router as operations
from shopwright.pricing.belief_service import BeliefService
from shopwright.pricing.experiments.jobs import JudgeExperiments, experiments_handler
from shopwright.pricing.jobs import ApplyDuePrices, RepriceShop, apply_due_prices, reprice_shop
from shopwright.pricing.learning.jobs import MeetPriceOutcomes, outcomes_handler
from shopwright.pricing.routes.experiments import router as experiments
from shopwright.pricing.routes.expressions import router as expressions
from shopwright.pricing.routes.outcomes import router as outcomes
from shopwright.pricing.routes.policies import router as policies
from shopwright.pricing.routes.prices import router as prices
from shopwright.pricing.routes.proposals import router as proposals
from shopwright.pricing.routes.simulations import router as simulations
from shopwright.reviews.routes import router as reviews
from shopwright.sales.domain import SalesTotalsRebuilt
from shopwright.sales.routes import router as sales
from shopwright.sales.service import SalesService

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *IDENTITY,
    catalog,
    sales,
    market,
    reviews,
    inventory,
    demand,
    responses,
    imports,
    prices,
    proposals,
    policies,
    simulations,
    outcomes,
    experiments,
    expressions,
    audit,
    live,
    dashboard,
    products,
    operations,
)


async def rebuild_sales_totals(unit: UnitOfWork, _: Entry, event: Event) -> None:
    """Make the daily totals anew for the days that an import of sales wrote or took away."""
    if isinstance(event, ImportCompleted | ImportUndone) and event.kind == Kind.SALES.value:
        removed = isinstance(event, ImportUndone)
        await SalesService(unit).rebuild_daily(event.first_day, event.last_day, removed=removed)


NIGHTLY_FORECAST: Final = Schedule("forecast every shop", "10 1 * * *", ForecastShop, per_tenant=True)


async def forecast_anew(unit: UnitOfWork, _: Entry, __: Event) -> None:
    """Have the shop forecast when what it sold has changed, unless it is about to or at it: then the night sees to it."""
    job = ForecastShop()
    await JobQueue().enter(unit, job, job.payload(), key=NIGHTLY_FORECAST.key)


async def show_counted_stock(unit: UnitOfWork, _: Entry, event: Event) -> None:
    """Have products show what was counted, after an import of counts came or went."""
    if isinstance(event, ImportCompleted | ImportUndone) and event.kind == Kind.STOCK_LEVELS.value:
        await InventoryService(unit).refresh_catalog()


async def keep_past_states(unit: UnitOfWork, _: Entry, event: Event) -> None:
    """Read the past states of figures anew, after an import of what they are made from came or went."""
    if isinstance(event, ImportCompleted | ImportUndone) and event.kind in _STATES_COME_FROM:
        await FigureService(unit).keep_states(LONGEST_KEPT)


async def days_without_stock(unit: UnitOfWork) -> list[Absence]:
    """Tell forecasts when shelves were empty: from the day of the count on, and until the day of the next one."""
    zone = (await TenantService(unit).get()).settings.zone
    since = unit.clock.now() - timedelta(days=MOST_DAYS)
    return [
        Absence(
            shelf.product_id,
            shelf.since.astimezone(zone).date(),
            None if shelf.until is None else shelf.until.astimezone(zone).date(),
        )
        for shelf in await InventoryService(unit).empty_shelves(since)
    ]


async def rivals_by_day(unit: UnitOfWork, first: date, days: int) -> RivalPrices:
    """Tell price responses what rivals asked on each day on which they were seen."""
    zone = (await TenantService(unit).get()).settings.time_zone
    found = await MarketService(unit).days(first, days, zone)
    counts = [len(seen) for _, _, seen, _ in found]
    return RivalPrices(
        product_ids=[product for product, _, _, _ in found],
        product=np.repeat(np.arange(len(found)), counts),
        rival=np.repeat(np.array([rival for _, rival, _, _ in found], dtype=np.int64), counts),
        day=np.fromiter((day for _, _, seen, _ in found for day in seen), np.int64, sum(counts)),
        price=np.fromiter((price for _, _, _, asked in found for price in asked), np.float64, sum(counts)),
    )


def follow_shares(ours: Floats, rivals: Floats) -> Floats:
    """Tell price responses how far rivals follow our prices, as pricing sees it."""
    shares: Floats = late(BELIEFS).follow_shares(ours, rivals)
    return shares


async def estimate_anew(unit: UnitOfWork, _: Entry, __: Event) -> None:
    """Have it estimated how demand answers to prices after each forecast: of the night, and of sales that came in."""
    job = EstimateResponses()
    await JobQueue().enter(unit, job, job.payload(), key="after the forecast")


async def form_beliefs(unit: UnitOfWork, _: Entry, __: Event) -> None:
    """Have pricing make up its mind when responses were estimated anew."""
    await BeliefService(unit, (await TenantService(unit).get()).settings.tax_ppm).form()


_STATES_COME_FROM: Final = {Kind.STOCK_LEVELS.value, Kind.COMPETITOR_PRICES.value}

CONSUMERS: Final[tuple[Consumer, ...]] = (
    Consumer(
        "sales totals",
        {ImportCompleted: rebuild_sales_totals, ImportUndone: rebuild_sales_totals},
        timeout=timedelta(minutes=10),
    ),
    Consumer("forecasts", {SalesTotalsRebuilt: forecast_anew}),
    Consumer("price responses", {ForecastsMade: estimate_anew}),
    Consumer("beliefs", {PriceResponsesEstimated: form_beliefs}, timeout=timedelta(minutes=10)),
    Consumer(
        "counted stock",
        {ImportCompleted: show_counted_stock, ImportUndone: show_counted_stock},
        timeout=timedelta(minutes=5),
    ),
    Consumer(
        "states of figures",
        {ImportCompleted: keep_past_states, ImportUndone: keep_past_states},
        timeout=timedelta(minutes=10),
    ),
)
"""Event class -> handlers, a consumer a purpose."""


def jobs(platform: Platform) -> Mapping[type[Job], JobHandler]:
    """Return what the worker can do: job class -> handler."""
    return {
        ApplyDuePrices: apply_due_prices,
        RepriceShop: reprice_shop,
        ForecastShop: forecast_handler(days_without_stock),
        LookBack: look_back_handler(days_without_stock),
        EstimateResponses: response_handler(days_without_stock, rivals_by_day, follow_shares),
        JudgeExperiments: experiments_handler(days_without_stock),
        MeetPriceOutcomes: outcomes_handler(days_without_stock),
        RunImport: import_handler(platform.storage),
        ForgetOldAccess: forget_old_access,
        KeepStates: keep_states,
        MakeMonths: make_months,
    }


SCHEDULES: Final[Sequence[Schedule]] = (
    Schedule("apply due prices", "* * * * *", ApplyDuePrices, per_tenant=True),
    NIGHTLY_FORECAST,
    Schedule("reprice every shop", "0 2 * * *", RepriceShop, per_tenant=True),
    Schedule("judge experiments", "50 1 * * *", JudgeExperiments, per_tenant=True),
    Schedule("meet outcomes of prices", "40 1 * * *", MeetPriceOutcomes, per_tenant=True),
    Schedule("make months ahead", "23 0 * * *", MakeMonths),
    Schedule("keep the states of figures", "7 * * * *", KeepStates, per_tenant=True),
    Schedule("forget old access of shops", "17 3 * * *", ForgetOldAccess, per_tenant=True),
    Schedule("forget old access of the installation", "47 3 * * *", ForgetOldAccess),
)


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the whole program."""
    return describe(ROUTERS).openapi()

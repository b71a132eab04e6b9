"""What follows upon an import: the handlers of the wiring, on events as the journal gives them back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from tests.factories.catalog import product_of
from tests.factories.inventory import count_stock
from tests.factories.market import offers

from shopwright.app.wiring import (
    estimate_anew,
    follow_shares,
    form_beliefs,
    keep_past_states,
    rivals_by_day,
    show_counted_stock,
)
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import ForecastsMade
from shopwright.demand.responses import PriceResponsesEstimated
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.entries import Entry
from shopwright.ingestion.domain import ImportCompleted
from shopwright.ingestion.schemas import Kind
from shopwright.kit.events import SYSTEM, Event
from shopwright.kit.ids import TenantId


def completed(kind: Kind) -> ImportCompleted:
    return ImportCompleted(
        subject_id="1", kind=kind.value, source="test", counts={}, products=1, created_products=0
    )  # fmt: skip


def entry(unit: UnitOfWork, event: Event) -> Entry:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Entry(1, 1, unit.tenant, at, event.wire_name, 1, SYSTEM, "import", "1", None, {}, {}, {})


async def shelf(database: Database, tenant: TenantId) -> UUID:
    """A product that was counted empty, and shows nothing of it yet."""
    product = await product_of(database, tenant)
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
        await count_stock(unit, product.id, "0")
    return product.id


async def test_products_show_what_an_import_counted(database: Database, tenant: TenantId) -> None:
    product = await shelf(database, tenant)
    async with database.unit(tenant) as unit:
        sales = completed(Kind.SALES)
        await show_counted_stock(unit, entry(unit, sales), sales)
        assert (await CatalogService(unit).get_product(product)).inventory_level is None
        counts = completed(Kind.STOCK_LEVELS)
        await show_counted_stock(unit, entry(unit, counts), counts)
        assert (await CatalogService(unit).get_product(product)).inventory_level == 0


async def test_past_states_follow_what_an_import_counted(database: Database, tenant: TenantId) -> None:
    await shelf(database, tenant)
    async with database.unit(tenant) as unit:
        for kind, states in ((Kind.REVIEWS, 0), (Kind.STOCK_LEVELS, 1)):
            event = completed(kind)
            await keep_past_states(unit, entry(unit, event), event)
            kept = await unit.connection.fetchval("select count(*) from figure_day where tenant_id = $1", tenant)
            assert kept == states


async def test_responses_are_estimated_once_after_forecasts(database: Database, tenant: TenantId) -> None:
    made = ForecastsMade(subject_id=str(tenant), products=1, first_day=date(2026, 3, 2), days_of_history=60)
    async with database.unit(tenant) as unit:
        for _ in range(2):
            await estimate_anew(unit, entry(unit, made), made)
        open_jobs = await unit.connection.fetch("select kind, state from job_progress where tenant_id = $1", tenant)
    assert [tuple(row) for row in open_jobs] == [("demand.estimate_responses", "queued")]


async def test_beliefs_are_formed_when_responses_were_estimated(database: Database, tenant: TenantId) -> None:
    await shelf(database, tenant)
    made = PriceResponsesEstimated(
        subject_id=str(tenant), products=1, refused=1, first_day=date(2026, 3, 2), days_of_history=60
    )
    async with database.unit(tenant) as unit:
        now = unit.clock.now()
        await unit.connection.execute(
            """insert into price_belief select $1, id, $2, 'EUR', 1, 1, 1, -1, -1, 1, 1, 1, 0, 0, 0, 0, 0 from product
                where tenant_id = $1""",
            tenant,
            now,
        )
        await form_beliefs(unit, entry(unit, made), made)
        left = await unit.connection.fetchval("select count(*) from price_belief where tenant_id = $1", tenant)
    assert left == 0  # what has no estimate is believed no more


async def test_responses_see_what_rivals_asked_by_day(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    product = await shelf(database, tenant)
    async with database.unit(other_tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
        assert (await rivals_by_day(unit, date(2026, 2, 1), 60)).product_ids == []
    async with database.unit(tenant) as unit:
        now, sku = unit.clock.now(), {"sku": "MUG-1"}
        yesterday = {**sku, "seen_at": now - timedelta(days=1)}
        await offers(unit, {**yesterday, "price": Decimal(9), "shipping": Decimal(2)})
        await offers(
            unit,
            {**sku, "availability": "out_of_stock"},
            {**yesterday, "competitor": "Other", "price": Decimal(8)},
            {**sku, "competitor": "Used", "condition": "used"},
            {**sku, "competitor": "Abroad", "currency": "CHF"},
            {**sku, "competitor": "Wholesale", "tax_basis": "net"},
        )
        first = (now - timedelta(days=5)).date()
        seen = await rivals_by_day(unit, first, 10)
        assert len((await rivals_by_day(unit, now.date() + timedelta(days=1), 10)).day) == 0
    assert set(seen.product_ids) == {product}
    found = sorted(zip(seen.day.tolist(), np.nan_to_num(seen.price, nan=-1).tolist(), strict=True))
    assert found == [(4, 8.0), (4, 11.0), (5, -1.0)]
    assert len(set(seen.rival.tolist())) == 2


def test_how_far_rivals_follow_is_what_pricing_sees() -> None:
    ours = np.log(10 + np.sin(np.arange(120) / 9)[None])
    follows = np.concatenate([ours[:, :1], ours[:, :-1]], axis=1)
    assert follow_shares(ours, follows[None])[0] > follow_shares(ours, np.zeros((1, 1, 120)))[0] == 0

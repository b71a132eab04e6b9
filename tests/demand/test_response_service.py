from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from tests.demand.test_service import sell
from tests.factories.catalog import product_of
from tests.factories.price_moves import sell_at
from tests.factories.sales import FIRST, add_lines

from shopwright.catalog.domain import ProductNotFound
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import Absence
from shopwright.demand.response_service import PriceResponseService
from shopwright.demand.responses import COUNTS, FIGURES, PriceResponsesEstimated, ResponseReport, RivalPrices
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId, new_id
from shopwright.pricing.beliefs import follow_shares

WEEKS = 30
PRICES = [12, 9, 11, 13, 10] * 6  # the last is the product's own
SOLD = np.random.default_rng(3).poisson([40 * (price / 10) ** -2 for price in PRICES]).tolist()


async def no_rivals(_: UnitOfWork, __: date, ___: int) -> RivalPrices:
    none = np.zeros(0, dtype=np.int64)
    return RivalPrices([], none, none, none, np.zeros(0))


async def estimate(database: Database, tenant: TenantId, absences: Sequence[Absence] = ()) -> int:
    async with database.unit(tenant) as unit:
        return await PriceResponseService(unit).estimate(absences, no_rivals, follow_shares)


async def report_of(database: Database, tenant: TenantId, product: UUID) -> ResponseReport:
    async with database.unit(tenant) as unit:
        found = await PriceResponseService(unit).find_report(product)
    assert found is not None
    return found


async def test_a_response_is_learnt_from_prices_and_sales(database: Database, tenant: TenantId) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await sell(database, tenant, pot.id, 4, FIRST, 7 * WEEKS)
    async with database.unit(tenant) as unit:
        assert await PriceResponseService(unit).estimate((), no_rivals, follow_shares) == 2
        assert unit.events == (
            PriceResponsesEstimated(
                subject_id=str(tenant), products=2, refused=1, first_day=FIRST, days_of_history=7 * WEEKS
            ),
        )
    known = (await report_of(database, tenant, mug.id)).response
    assert known.elasticity_low < -2 < known.elasticity_high < 0
    assert known.elasticity == pytest.approx(-2, abs=0.3)
    assert known.own_share > 0.5
    assert known.own_share + known.category_share + known.shop_share == pytest.approx(1)
    assert (known.changes, known.refusals, known.days, known.rivals) == (WEEKS - 1, 0, 7 * WEEKS, 0)
    assert known.reference == pytest.approx(10.5, abs=0.6)
    assert known.base_units * 7 == pytest.approx(40 * (known.reference / 10) ** -2, rel=0.1)


async def test_a_price_that_never_moved_is_refused_with_a_sentence_and_a_trial(
    database: Database, tenant: TenantId
) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await sell(database, tenant, pot.id, 4, FIRST, 7 * WEEKS)
    await estimate(database, tenant)
    refused = await report_of(database, tenant, pot.id)
    assert "too_few_changes" in [reason.code for reason in refused.refusals]
    assert "The price hardly ever changed" in refused.refusals[0].sentence
    assert refused.response.own_share < 0.01
    assert 0 < refused.response.trial_step <= 0.1
    assert 4 <= refused.response.trial_weeks <= 16


async def test_the_curve_covers_the_allowed_prices_and_falls(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)  # bounds 6 to 20, cost 5
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await estimate(database, tenant)
    curve = (await report_of(database, tenant, mug.id)).curve
    assert (curve[0].price, curve[-1].price) == (Decimal("6.00"), Decimal("20.00"))
    units = [point.units for point in curve]
    assert units == sorted(units, reverse=True)
    assert all(point.low_80 < point.units < point.high_80 for point in curve)
    near = min(curve, key=lambda point: abs(point.price - 10))
    assert near.units == pytest.approx(40 * (float(near.price) / 10) ** -2, rel=0.15)
    # What a unit earns: 19 % tax in the price, cost 5.
    assert near.profit is not None
    assert float(near.profit) == pytest.approx((float(near.price) / 1.19 - 5) * near.units, abs=0.05)


async def test_without_bounds_and_cost_the_curve_is_about_the_usual_price(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant, min_price=None, max_price=None, cost=None)
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await estimate(database, tenant)
    report = await report_of(database, tenant, mug.id)
    assert report.usual_price is not None
    assert report.curve[0].price == pytest.approx(report.usual_price * Decimal("0.7"), abs=Decimal("0.01"))
    assert report.curve[-1].price == pytest.approx(report.usual_price * Decimal("1.3"), abs=Decimal("0.01"))
    assert {point.profit for point in report.curve} == {None}


async def test_days_without_stock_teach_nothing(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await estimate(database, tenant, [Absence(mug.id, FIRST, FIRST + timedelta(days=7 * 20))])
    report = await report_of(database, tenant, mug.id)
    assert report.response.days == 7 * 10
    assert report.response.stock_out_share == pytest.approx(2 / 3)
    assert [reason.code for reason in report.refusals] == ["mostly_out_of_stock"]


async def test_new_estimates_replace_the_old_ones(database: Database, tenant: TenantId) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    await sell_at(database, tenant, mug.id, PRICES, SOLD)
    await estimate(database, tenant)
    async with database.unit(tenant) as unit:
        await CatalogService(unit).set_status(mug.id, mug.status.ARCHIVED)
    assert await estimate(database, tenant) == 1
    async with database.unit(tenant) as unit:
        service = PriceResponseService(unit)
        table = await service.table()
        assert table.product_ids == [pot.id]
        assert set(table.columns) == {*FIGURES, *COUNTS}
        assert {len(column) for column in table.columns.values()} == {1}
        assert await service.find_report(mug.id) is None
        with pytest.raises(ProductNotFound):
            await service.find_report(new_id(tenant, database.clock.now()))


async def test_promotions_are_told_apart_from_prices(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    promoted = [week for week, price in enumerate(PRICES) if price == 9 and week % 2]
    await sell_at(database, tenant, mug.id, PRICES, [(1 + (week in promoted)) * SOLD[week] for week in range(WEEKS)])
    await estimate(database, tenant)
    taken_for_the_price = (await report_of(database, tenant, mug.id)).response.elasticity
    async with database.unit(tenant) as unit:
        days = [FIRST + timedelta(days=7 * week + day) for week in promoted for day in (0, 3, 6)]
        await add_lines(unit, mug.id, *({"sold_on": day, "quantity": Decimal(0), "promotion": True} for day in days))
    await estimate(database, tenant)
    told_apart = (await report_of(database, tenant, mug.id)).response.elasticity
    assert taken_for_the_price < -2.7
    assert told_apart == pytest.approx(-2, abs=0.4)


async def test_a_shop_without_sales_or_products_has_no_responses(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    mug = await product_of(database, tenant)
    assert await estimate(database, tenant) == 0
    assert await estimate(database, other_tenant) == 0
    async with database.unit(tenant) as unit:
        assert await PriceResponseService(unit).find_report(mug.id) is None
        assert len(await PriceResponseService(unit).table()) == 0

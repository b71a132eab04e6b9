from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories.catalog import product_of
from tests.factories.sales import FIRST, add_lines

from shopwright.catalog.domain import ProductNotFound
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import HORIZONS, Absence, ForecastsMade, ProductForecast
from shopwright.demand.service import DemandService
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.sales.service import SalesService

DAYS = 60


async def sell(database: Database, tenant: TenantId, product: UUID, units: int, first: date, days: int) -> None:
    """Sell so many units of a product each day."""
    async with database.unit(tenant) as unit:
        lines = [
            {"sold_on": first + timedelta(days=day), "quantity": Decimal(units), "revenue": Decimal(units * 10)}
            for day in range(days)
        ]
        await add_lines(unit, product, *lines)
        await SalesService(unit).rebuild_daily()


async def make(database: Database, tenant: TenantId, *absences: Absence) -> int:
    async with database.unit(tenant) as unit:
        return await DemandService(unit).make_forecasts(absences)


async def forecast_of(database: Database, tenant: TenantId, product: UUID) -> ProductForecast:
    async with database.unit(tenant) as unit:
        found = await DemandService(unit).find_forecast(product)
    assert found is not None
    return found


async def test_every_active_product_has_a_forecast_of_its_days_and_totals(database: Database, tenant: TenantId) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    await sell(database, tenant, mug.id, 4, FIRST, DAYS)
    async with database.unit(tenant) as unit:
        assert await DemandService(unit).make_forecasts() == 2
        assert unit.events == (
            ForecastsMade(
                subject_id=str(tenant), products=2, first_day=FIRST + timedelta(days=DAYS), days_of_history=DAYS
            ),
        )
    found, unsold = await forecast_of(database, tenant, mug.id), await forecast_of(database, tenant, pot.id)
    assert (found.first_day, found.history_days, found.too_short) == (FIRST + timedelta(days=DAYS), DAYS, False)
    assert len(found.days) == max(HORIZONS)
    assert tuple(found.totals) == HORIZONS
    assert found.days[0].units == pytest.approx(4, rel=0.05)
    for horizon, total in found.totals.items():
        assert total.units == pytest.approx(sum(day.units for day in found.days[:horizon]), rel=1e-4)
        assert total.low_95 <= total.low_80 <= total.units <= total.high_80 <= total.high_95
    assert unsold.too_short
    assert unsold.confidence < found.confidence


async def test_new_forecasts_replace_the_old_ones(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    await sell(database, tenant, mug.id, 4, FIRST, DAYS)
    await make(database, tenant)
    async with database.unit(tenant) as unit:
        await CatalogService(unit).set_status(mug.id, mug.status.ARCHIVED)
    pot = await product_of(database, tenant, "POT-1")
    assert await make(database, tenant) == 1
    assert (await forecast_of(database, tenant, pot.id)).too_short
    async with database.unit(tenant) as unit:
        assert await DemandService(unit).find_forecast(mug.id) is None
        with pytest.raises(ProductNotFound):
            await DemandService(unit).find_forecast(new_id(tenant, database.clock.now()))


async def test_days_without_stock_are_not_taken_for_days_without_demand(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    await sell(database, tenant, mug.id, 4, FIRST, DAYS)
    empty = FIRST + timedelta(days=DAYS)
    pot = await product_of(database, tenant, "POT-1")
    await sell(database, tenant, pot.id, 1, empty + timedelta(days=19), 1)  # the shop went on selling, without mugs
    await make(database, tenant)
    taken_for_no_demand = (await forecast_of(database, tenant, mug.id)).totals[30].units
    await make(database, tenant, Absence(mug.id, empty, None))
    known_to_be_empty = (await forecast_of(database, tenant, mug.id)).totals[30].units
    assert known_to_be_empty == pytest.approx(120, rel=0.1)
    assert taken_for_no_demand < known_to_be_empty / 2


async def test_forecasts_are_met_with_what_was_sold(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    await sell(database, tenant, mug.id, 4, FIRST, DAYS)
    await make(database, tenant)
    await sell(database, tenant, mug.id, 5, FIRST + timedelta(days=DAYS), 6)
    await make(database, tenant)  # not a week later: nothing new is kept, and no horizon has passed
    async with database.unit(tenant) as unit:
        assert await DemandService(unit).accuracy(since=FIRST) == []
    await sell(database, tenant, mug.id, 5, FIRST + timedelta(days=DAYS + 6), 1)
    await make(database, tenant)
    async with database.unit(tenant) as unit:
        [week] = await DemandService(unit).accuracy(mug.id, since=FIRST)
        assert await DemandService(unit).accuracy(since=FIRST + timedelta(days=365)) == []
    assert (week.horizon, week.forecasts, week.sold) == (7, 1, 35)
    assert week.wape == pytest.approx(0.2, abs=0.03)
    assert week.bias == pytest.approx(-0.2, abs=0.03)
    assert {week.within_80, week.within_95} <= {0.0, 1.0}


async def test_a_shop_looks_back_at_what_it_would_have_forecast(database: Database, tenant: TenantId) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    await sell(database, tenant, mug.id, 4, FIRST, 120)
    await sell(database, tenant, mug.id, 6, FIRST + timedelta(days=120), 14)  # nobody could know
    await sell(database, tenant, pot.id, 1, FIRST + timedelta(days=126), 8)  # was not there yet
    async with database.unit(tenant) as unit:
        demand = DemandService(unit)
        assert await demand.has_kept_none()
        assert await demand.look_back(2) == 1
        assert await demand.look_back(2) == 1  # a job may run again
        assert await demand.look_back(7) == 0
        assert not await demand.has_kept_none()
        [week] = await demand.accuracy(since=FIRST)
    assert (week.horizon, week.forecasts, week.hindsight, week.sold) == (7, 1, 1, 42)
    assert week.bias == pytest.approx(4 / 6 - 1, abs=0.03)
    await make(database, tenant)
    async with database.unit(tenant) as unit:
        assert await DemandService(unit).look_back(1) == 2
        [week] = await DemandService(unit).accuracy(since=FIRST)
    assert (week.forecasts, week.hindsight) == (3, 3)


async def test_a_shop_without_sales_or_products_has_no_forecasts(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    await product_of(database, tenant)
    assert await make(database, tenant) == 0
    async with database.unit(tenant) as unit:
        assert await DemandService(unit).look_back(1) == 0
    mug = await product_of(database, other_tenant)
    await sell(database, other_tenant, mug.id, 1, FIRST, 3)
    async with database.unit(other_tenant) as unit:
        await CatalogService(unit).set_status(mug.id, mug.status.ARCHIVED)
    assert await make(database, other_tenant) == 0

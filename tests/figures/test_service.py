from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.factories.catalog import add_product
from tests.factories.sales import add_lines
from tests.figures.conftest import TODAY, ago

from shopwright.catalog.service import CatalogService, ExchangeRateService
from shopwright.figures.definitions import DEFINITIONS, FigureName
from shopwright.figures.domain import Dashboard, Figure, Severity, Verdict
from shopwright.figures.periods import Comparison, PeriodName
from shopwright.figures.service import LONGEST_KEPT, FigureService
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.money import Currency, ExchangeRate
from shopwright.kit.time import FixedClock
from shopwright.pricing.policy_service import PolicyService
from shopwright.sales.service import SalesService


async def look(database: Database, tenant: TenantId, period: str = "7d", **wanted: Any) -> Dashboard:
    async with database.unit(tenant) as unit:
        return await FigureService(unit).dashboard(PeriodName(period), **wanted)


def figures(dashboard: Dashboard) -> Mapping[FigureName, Figure]:
    return {figure.name: figure for figure in dashboard.figures}


class TestSales:
    async def test_revenue_is_net_of_what_came_back_whenever_it_did(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        found = figures(await look(database, tenant))[FigureName.REVENUE]
        assert (str(found.value), found.currency, str(found.compared)) == ("139.00", "EUR", "11.90")
        assert found.verdict is Verdict.GOOD
        assert [str(point.value) for point in found.spark if point.value] == ["139.00"]
        assert found.newest == ago(1)

    async def test_what_no_rate_converts_stands_beside_the_total(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        before = await look(database, tenant)
        assert [(one.currency, str(one.amount)) for one in before.foreign] == [("USD", "30.00")]
        async with database.unit(tenant) as unit:
            rate = ExchangeRate(Currency("EUR"), Currency("USD"), Decimal("1.25"), ago(5), "test")
            await ExchangeRateService(unit).record(rate)
        after = await look(database, tenant)
        assert after.foreign == []
        assert str(figures(after)[FigureName.REVENUE].value) == "163.00"

    async def test_profit_is_without_tax_and_leaves_out_what_has_no_cost(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        found = figures(await look(database, tenant))
        profit, margin = found[FigureName.GROSS_PROFIT], found[FigureName.MARGIN]
        assert (str(profit.value), str(profit.coverage)) == ("50.00", "0.856")  # 119 / 1.19 - 10 x 5; 119 of 139
        assert (str(margin.value), str(margin.compared), str(margin.change)) == ("50.0", "50.0", "0.0")
        assert margin.change_unit == "points"

    async def test_an_order_of_two_products_is_one(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        orders = figures(await look(database, tenant))[FigureName.ORDERS]
        assert [str(one) for one in (orders.value, orders.compared, orders.change)] == ["3", "1", "2"]

    async def test_orders_follow_the_days_that_are_made_anew(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        async with database.unit(tenant) as unit:
            await unit.connection.execute(
                "delete from order_line where tenant_id = $1 and order_ref = 'A' and product_id = $2",
                tenant, shop["mug"],
            )  # fmt: skip
            await SalesService(unit).rebuild_daily(ago(1), ago(1), [shop["mug"]])
            assert await self.orders_of(unit, ago(1)) == 2
            await unit.connection.execute("delete from order_line where tenant_id = $1 and order_ref = 'A'", tenant)
            await SalesService(unit).rebuild_daily(ago(1), ago(1))
            assert await self.orders_of(unit, ago(1)) == 1

    @staticmethod
    async def orders_of(unit: Any, day: Any) -> int:
        found: int = await unit.connection.fetchval(
            "select orders from daily_orders where tenant_id = $1 and day = $2", unit.tenant, day
        )
        return found

    async def test_a_period_ends_where_it_is_told_to(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        found = await look(database, tenant, until=ago(7), comparison=Comparison.NONE)
        assert str(figures(found)[FigureName.REVENUE].value) == "11.90"
        assert (found.days.until, found.compared_days) == (ago(7), None)
        assert {figure.compared for figure in found.figures} == {None}

    async def test_each_day_stands_beside_the_one_it_is_compared_with(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        [eighth] = [day for day in (await look(database, tenant)).revenue if day.compared_day == ago(8)]
        assert (eighth.day, str(eighth.revenue), str(eighth.compared)) == (ago(1), "139.00", "11.90")

    async def test_a_year_ago_is_the_same_weekday(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        found = await look(database, tenant, comparison=Comparison.YEAR)
        assert found.compared_days is not None
        assert (found.days.since - found.compared_days.since) == timedelta(weeks=52)


class TestStates:
    async def test_the_index_is_our_price_over_the_rivals_with_shipping(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        index = figures(await look(database, tenant))[FigureName.PRICE_INDEX]
        assert (str(index.value), index.compared, index.verdict) == ("125.0", None, Verdict.NEITHER)
        assert len(index.spark) == 8

    async def test_an_index_of_the_past_takes_the_prices_of_then(
        self, database: Database, tenant: TenantId, clock: FixedClock, shop: dict[str, UUID]
    ) -> None:
        clock.advance(timedelta(days=3))
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(shop["mug"], {"price": Decimal(16)})
            assert await FigureService(unit).keep_states() > 0
            assert await FigureService(unit).keep_states() == 2
        index = figures(await look(database, tenant))[FigureName.PRICE_INDEX]
        told = [None if point.value is None else str(point.value) for point in index.spark[-5:]]
        assert told == [None, "125.0", "125.0", "125.0", "200.0"]

    async def test_empty_shelves_are_counted_now_and_then(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        async with database.unit(tenant) as unit:
            await FigureService(unit).keep_states(LONGEST_KEPT)
        stock = figures(await look(database, tenant))[FigureName.OUT_OF_STOCK]
        assert [str(one) for one in (stock.value, stock.compared, stock.change)] == ["1", "0", "1"]
        assert stock.verdict is Verdict.BAD
        assert stock.link.rows == "/api/v1/catalog/products?stock=out&status=active"

    async def test_a_shop_that_was_never_counted_has_no_figure_of_stock(
        self, database: Database, other_tenant: TenantId
    ) -> None:
        async with database.unit(other_tenant) as unit:
            from_nothing = FigureService(unit)
            await add_product(unit)
            await unit.connection.execute("insert into tenant (tenant_id, name) values ($1, 'Empty')", other_tenant)
            found = figures(await from_nothing.dashboard())
        assert found[FigureName.OUT_OF_STOCK].value is None
        assert found[FigureName.PRICE_INDEX].value is None
        assert found[FigureName.MARGIN].value is None
        assert found[FigureName.REVENUE].newest is None


class TestNeeds:
    async def test_what_waits_is_counted_with_what_is_at_stake(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        needs = {need.kind: need for need in (await look(database, tenant)).needs}
        assert set(needs) == {"proposals", "out_of_stock", "without_cost"}
        assert (needs["proposals"].count, str(needs["proposals"].amount)) == (1, "12.50")
        assert needs["out_of_stock"].sentence == "1 product out of stock, all of which sold in the last 28 days."

    async def test_the_kill_switch_comes_first(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID]
    ) -> None:
        async with database.unit(tenant) as unit:
            await PolicyService(unit).set_halted(None, halted=True, reason="Audit")
        first = (await look(database, tenant)).needs[0]
        assert (first.kind, first.severity) == ("kill_switch", Severity.CRITICAL)
        assert "(Audit)" in first.sentence

    async def test_old_data_are_told(
        self, database: Database, tenant: TenantId, clock: FixedClock, shop: dict[str, UUID]
    ) -> None:
        clock.advance(timedelta(days=3))
        needs = {need.kind: need.sentence for need in (await look(database, tenant)).needs}
        assert needs["old_market_data"] == "1 rival was not seen for 72 hours."
        assert needs["old_sales"] == "The newest sale is 4 days old."

    @pytest.mark.parametrize(("operating", "told"), [(True, True), (False, False)])
    async def test_parked_events_are_for_operators(
        self, database: Database, tenant: TenantId, shop: dict[str, UUID], *, operating: bool, told: bool
    ) -> None:
        async with database.unit(tenant) as unit:
            await unit.connection.execute(
                """insert into delivery (tenant_id, consumer, tx, journal_id, state)
                   select $1, 'test', pg_current_xact_id(), 1, 'parked'""",
                tenant,
            )
        found = await look(database, tenant, operating=operating)
        assert ("parked_deliveries" in {need.kind for need in found.needs}) is told


async def test_what_changed_is_told_by_kind(
    database: Database, tenant: TenantId, clock: FixedClock, shop: dict[str, UUID]
) -> None:
    clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        await CatalogService(unit).change(shop["mug"], {"price": Decimal(11)})
        await PolicyService(unit).set_halted(None, halted=True, reason="Test")
    found = await look(database, tenant, until=TODAY + timedelta(days=1))
    assert [one.sentence for one in found.happenings if one.kind == "price.edit"] == ["1 price edited by hand."]
    assert {"pricing.halt_changed"} <= {one.kind for one in found.happenings}


@pytest.mark.usefixtures("shop")
async def test_sales_of_products_that_are_gone_count_as_revenue(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_lines(unit, tenant, {"sold_on": ago(3), "revenue": Decimal(7)})
        await SalesService(unit).rebuild_daily()
    assert str(figures(await look(database, tenant))[FigureName.REVENUE].value) == "146.00"


def test_every_figure_is_defined() -> None:
    assert set(DEFINITIONS) == set(FigureName)
    assert all(one.sentence.endswith(".") and one.rows.startswith("/api/v1/") for one in DEFINITIONS.values())

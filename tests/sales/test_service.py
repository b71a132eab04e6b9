from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.factories.catalog import product_of
from tests.factories.sales import FIRST, add_lines

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.sales.domain import (
    LONGEST_RETURN_DAYS,
    Grain,
    InvalidPeriod,
    LineFilter,
    LineKind,
    Period,
    SalesPace,
    SalesTotalsRebuilt,
    TotalsFilter,
)
from shopwright.sales.service import SalesService

DAY = timedelta(days=1)


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    return (await product_of(database, tenant, category="Mugs")).id


async def rebuild(database: Database, tenant: TenantId, first: date | None = None, last: date | None = None) -> int:
    async with database.unit(tenant) as unit:
        return await SalesService(unit).rebuild_daily(first, last)


async def sell(database: Database, tenant: TenantId, product: UUID, *lines: dict[str, Any]) -> None:
    async with database.unit(tenant) as unit:
        await add_lines(unit, product, *lines)
    await rebuild(database, tenant)


async def totals(database: Database, tenant: TenantId, **wanted: Any) -> list[tuple[Any, ...]]:
    async with database.unit(tenant) as unit:
        page = await SalesService(unit).totals(TotalsFilter(**wanted))
    return [
        (total.period.isoformat(), int(total.units), int(total.units_returned), int(total.units_cancelled),
         int(total.units_net), str(total.revenue_net))
        for total in page.items
    ]  # fmt: skip


class TestRebuild:
    async def test_returns_and_cancellations_count_on_the_day_of_their_sale(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        await sell(
            database, tenant, mug,
            {"order_ref": "O-1", "quantity": Decimal(3), "revenue": Decimal(30)},
            {"order_ref": "O-2"},
            {"order_ref": "O-3", "sold_on": FIRST + DAY},
            {"order_ref": "O-1", "kind": "return", "sold_on": FIRST + 9 * DAY},
            {"order_ref": "O-2", "kind": "cancellation", "sold_on": FIRST + DAY},
        )  # fmt: skip
        assert await totals(database, tenant) == [
            ("2026-03-02", 4, 1, 1, 2, "20.00"),
            ("2026-03-03", 1, 0, 0, 1, "10.00"),
        ]

    async def test_a_return_that_names_no_known_sale_counts_on_its_own_day(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        late = FIRST + (LONGEST_RETURN_DAYS + 1) * DAY
        await sell(
            database, tenant, mug,
            {"order_ref": "O-1"},
            {"kind": "return", "sold_on": FIRST + DAY},
            {"order_ref": "O-9", "kind": "return", "sold_on": FIRST + 2 * DAY},
            {"order_ref": "O-1", "kind": "return", "sold_on": late},
        )  # fmt: skip
        assert [(day, returned) for day, _, returned, *_ in await totals(database, tenant)] == [
            ("2026-03-02", 0), ("2026-03-03", 1), ("2026-03-04", 1), (late.isoformat(), 1),
        ]  # fmt: skip

    async def test_a_load_of_returns_corrects_the_days_of_their_sales(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        await sell(database, tenant, mug, {"order_ref": "O-1"})
        returned = FIRST + 20 * DAY
        async with database.unit(tenant) as unit:
            await add_lines(unit, mug, {"order_ref": "O-1", "kind": "return", "sold_on": returned})
            assert await SalesService(unit).rebuild_daily(returned, returned) == 1
            [event] = unit.events
        assert isinstance(event, SalesTotalsRebuilt)
        assert (event.first, event.last, event.rows) == (returned, returned, 1)
        assert await totals(database, tenant) == [("2026-03-02", 1, 1, 0, 0, "0.00")]

    async def test_taking_the_returns_back_corrects_them_again(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        returned = FIRST + 20 * DAY
        await sell(
            database, tenant, mug, {"order_ref": "O-1"}, {"order_ref": "O-1", "kind": "return", "sold_on": returned}
        )
        async with database.unit(tenant) as unit:
            await unit.connection.execute("delete from order_line where tenant_id = $1 and kind = 'return'", tenant)
            await SalesService(unit).rebuild_daily(returned, returned, removed=True)
        assert await totals(database, tenant) == [("2026-03-02", 1, 0, 0, 1, "10.00")]

    async def test_days_without_lines_lose_their_totals(self, database: Database, tenant: TenantId, mug: UUID) -> None:
        await sell(database, tenant, mug, {}, {"sold_on": FIRST + DAY})
        async with database.unit(tenant) as unit:
            await unit.connection.execute("delete from order_line where tenant_id = $1 and sold_on = $2", tenant, FIRST)
            assert await SalesService(unit).rebuild_daily(FIRST, FIRST) == 0
        assert [total[0] for total in await totals(database, tenant)] == ["2026-03-03"]

    async def test_other_days_products_and_tenants_are_left_alone(
        self, database: Database, tenant: TenantId, other_tenant: TenantId, mug: UUID
    ) -> None:
        cup = (await product_of(database, tenant, "CUP-1")).id
        theirs = (await product_of(database, other_tenant)).id
        async with database.unit(tenant) as unit:
            await add_lines(unit, mug, {}, {"sold_on": FIRST + DAY})
            await add_lines(unit, cup, {})
        async with database.unit(other_tenant) as unit:
            await add_lines(unit, theirs, {})
        async with database.unit(tenant) as unit:
            assert await SalesService(unit).rebuild_daily(FIRST, FIRST, [mug]) == 1
        assert len(await totals(database, tenant, by_product=True)) == 1
        assert await totals(database, other_tenant) == []

    async def test_rebuilding_twice_is_rebuilding_once(self, database: Database, tenant: TenantId, mug: UUID) -> None:
        await sell(database, tenant, mug, {"order_ref": "O-1"}, {"order_ref": "O-1", "kind": "return"})
        before = await totals(database, tenant)
        assert await rebuild(database, tenant) == await rebuild(database, tenant, FIRST, FIRST) == 1
        assert await totals(database, tenant) == before

    async def test_nothing_sold_is_nothing_to_build(self, database: Database, tenant: TenantId) -> None:
        assert await rebuild(database, tenant) == 0

    async def test_an_order_counts_once_a_product_and_day(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        await sell(database, tenant, mug, {"order_ref": "O-1"}, {"order_ref": "O-1"}, {}, {})
        async with database.unit(tenant) as unit:
            [total] = (await SalesService(unit).totals(TotalsFilter())).items
        assert total.orders == 3


class TestPace:
    async def test_the_pace_is_net_units_a_week_up_to_the_newest_day(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        await sell(
            database, tenant, mug,
            {"order_ref": "O-1", "quantity": Decimal(100)},
            {"order_ref": "O-2", "quantity": Decimal(9), "sold_on": FIRST + 20 * DAY},
            {"order_ref": "O-2", "kind": "return", "quantity": Decimal(3), "sold_on": FIRST + 21 * DAY},
            {"order_ref": "O-3", "quantity": Decimal(2), "sold_on": FIRST + 27 * DAY},
        )  # fmt: skip
        async with database.unit(tenant) as unit:
            pace = await SalesService(unit).pace(14)
        assert pace == SalesPace(FIRST + 27 * DAY, 14, {mug: 4.0})

    async def test_a_young_shop_is_seen_over_the_days_it_has(
        self, database: Database, tenant: TenantId, other_tenant: TenantId, mug: UUID
    ) -> None:
        await sell(database, tenant, mug, {}, {"order_ref": "O-2", "sold_on": FIRST + 2 * DAY})
        async with database.unit(tenant) as unit:
            pace = await SalesService(unit).pace(56)
        assert pace.days == 3
        assert pace.weekly_units[mug] == pytest.approx(14 / 3)
        async with database.unit(other_tenant) as unit:
            assert await SalesService(unit).pace(56) == SalesPace(None, 0, {})


class TestTotals:
    @pytest.fixture
    async def sold(self, database: Database, tenant: TenantId, mug: UUID) -> UUID:
        cup = (await product_of(database, tenant, "CUP-1", category="Cups")).id
        async with database.unit(tenant) as unit:
            await add_lines(
                unit, mug, {}, {"sold_on": FIRST + 6 * DAY}, {"sold_on": FIRST + 7 * DAY, "currency": "CHF"},
                {"sold_on": date(2026, 4, 1)},
            )  # fmt: skip
            await add_lines(unit, cup, {"revenue": Decimal("2.50")})
        await rebuild(database, tenant)
        return cup

    @pytest.mark.usefixtures("sold")
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (
                {"grain": Grain.WEEK},
                [("2026-03-02", "22.50"), ("2026-03-09", "10.00"), ("2026-03-30", "10.00")],
            ),
            ({"grain": Grain.MONTH}, [("2026-03-01", "10.00"), ("2026-03-01", "22.50"), ("2026-04-01", "10.00")]),
            ({"period": Period(FIRST, FIRST + DAY)}, [("2026-03-02", "12.50")]),
            ({"category": "Cups"}, [("2026-03-02", "2.50")]),
            ({"brand": "None"}, []),
            ({"products": ()}, []),
        ],
    )
    async def test_totals_by_grain_and_filter(
        self, database: Database, tenant: TenantId, wanted: dict[str, Any], found: list[tuple[str, str]]
    ) -> None:
        rows = await totals(database, tenant, **wanted)
        assert [(row[0], row[-1]) for row in rows] == found

    async def test_pages_tell_products_and_currencies_apart(
        self, database: Database, tenant: TenantId, mug: UUID, sold: UUID
    ) -> None:
        wanted = TotalsFilter(grain=Grain.MONTH, by_product=True)
        found, cursor = [], None
        async with database.unit(tenant) as unit:
            while True:
                page = await SalesService(unit).totals(wanted, cursor=cursor, limit=1)
                found += [(total.product_id, total.currency, int(total.units_net)) for total in page.items]
                if (cursor := page.next_cursor) is None:
                    break
        expected = [(mug, "CHF", 1), (mug, "EUR", 2), (sold, "EUR", 1), (mug, "EUR", 1)]
        assert sorted(map(str, found)) == sorted(map(str, expected))

    @pytest.mark.usefixtures("sold")
    @pytest.mark.property_test(82)
    async def test_the_neighbour_sees_nothing(self, database: Database, other_tenant: TenantId) -> None:
        async with database.unit(other_tenant) as unit:
            sales = SalesService(unit)
            assert list((await sales.totals(TotalsFilter())).items) == []
            assert list((await sales.list_lines(LineFilter())).items) == []
            assert list((await sales.traffic(Period())).items) == []
            assert [batch async for batch in sales.export_lines(LineFilter())] == []

    def test_a_period_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(InvalidPeriod):
            Period(FIRST, FIRST - DAY)


class TestLines:
    async def test_lines_are_filtered_and_paged_newest_first(
        self, database: Database, tenant: TenantId, mug: UUID
    ) -> None:
        cup = (await product_of(database, tenant, "CUP-1")).id
        async with database.unit(tenant) as unit:
            await add_lines(
                unit, mug, {"order_ref": "O-1"}, {"sold_on": FIRST + DAY, "channel": "web"},
                {"sold_on": FIRST + DAY, "kind": "return"},
            )  # fmt: skip
            await add_lines(unit, cup, {"sold_on": FIRST + 2 * DAY})
            sales = SalesService(unit)
            first = await sales.list_lines(LineFilter(), limit=3)
            rest = await sales.list_lines(LineFilter(), limit=3, cursor=first.next_cursor)
            chosen = [
                [line.line_key for line in (await sales.list_lines(wanted)).items]
                for wanted in (
                    LineFilter(product_id=mug),
                    LineFilter(period=Period(FIRST, FIRST + DAY)),
                    LineFilter(kind=LineKind.RETURN),
                    LineFilter(channel="web"),
                    LineFilter(order_ref="O-1"),
                )
            ]
        lines = [*first.items, *rest.items]
        assert [(line.line_key, line.sku) for line in lines] == [
            ("4", "CUP-1"), ("3", "MUG-1"), ("2", "MUG-1"), ("1", "MUG-1"),
        ]  # fmt: skip
        assert chosen == [["3", "2", "1"], ["1"], ["3"], ["2"], ["1"]]
        assert (str(lines[3].quantity), str(lines[3].revenue), lines[3].sold_at) == ("1", "10.00", None)


class TestTraffic:
    async def test_traffic_is_listed_by_day_and_product(
        self, database: Database, tenant: TenantId, other_tenant: TenantId, mug: UUID
    ) -> None:
        async with database.unit(tenant) as unit:
            await unit.connection.execute(
                """insert into traffic (tenant_id, product_id, day, sessions, views)
                   select $1, $2, $3::date + n, n, 2 * n from generate_series(0, 4) n""",
                tenant,
                mug,
                FIRST,
            )
            sales = SalesService(unit)
            first = await sales.traffic(Period(FIRST, FIRST + 4 * DAY), limit=3)
            rest = await sales.traffic(Period(FIRST, FIRST + 4 * DAY), limit=3, cursor=first.next_cursor)
        assert [day.views for day in (*first.items, *rest.items)] == [6, 4, 2, 0]
        async with database.unit(other_tenant) as unit:
            assert list((await SalesService(unit).traffic(Period(), product_id=mug)).items) == []

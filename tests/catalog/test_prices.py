import asyncio
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.factories.catalog import add_product, add_products, product_of
from tests.factories.journal import events_of

from shopwright.catalog.domain import (
    InventoryLevelsChanged,
    PriceChanged,
    PriceChanges,
    PriceOrigin,
    PriceOutcome,
    ProductFilter,
    ProductStatus,
    RowResult,
)
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.kit.amounts import MISSING
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.money import TaxBasis
from shopwright.kit.time import FixedClock

HOUR = timedelta(hours=1)


async def test_prices_are_set_where_the_terms_are_those_expected(
    database: Database, tenant: TenantId, other_tenant: TenantId, clock: FixedClock
) -> None:
    fine, moved, same, free = [await product_of(database, tenant, sku) for sku in "ABCD"]
    theirs = await product_of(database, other_tenant)
    proposal = new_id(tenant, clock.now())
    async with database.unit(tenant) as unit:
        await CatalogService(unit).change(moved.id, {"cost": Decimal(4)})
    clock.advance(HOUR)
    changes = PriceChanges(
        [fine.id, moved.id, same.id, free.id, theirs.id],
        [Decimal("9.49"), Decimal(9), Decimal(10), Decimal(11), Decimal(1)],
        [1, 1, 1, None, None],
        [proposal, None, None, None, None],
    )
    async with database.unit(tenant) as unit:
        catalog = CatalogService(unit)
        outcomes = {row.product_id: row for row in await catalog.set_prices(changes, PriceOrigin.PROPOSAL)}
        events = unit.events
        history = (await catalog.price_history(fine.id)).items
        unmoved = await catalog.get_product(moved.id)
    assert outcomes[fine.id] == PriceOutcome(
        fine.id, RowResult.CHANGED, Decimal(10), Decimal("9.49"), "EUR", TaxBasis.GROSS, 2
    )
    assert {product_id: row.result for product_id, row in outcomes.items()} == {
        fine.id: RowResult.CHANGED,
        moved.id: RowResult.CHANGED_SINCE,
        same.id: RowResult.UNCHANGED,
        free.id: RowResult.CHANGED,
        theirs.id: RowResult.GONE,
    }
    assert outcomes[moved.id].version == 2
    assert unmoved.price == 10
    newest = history[0]
    assert (newest.price, newest.origin, newest.proposal_id) == (
        Decimal("9.49"),
        "proposal",
        proposal,
    )
    changed = [event for event in events if isinstance(event, PriceChanged)]
    assert sorted(event.subject_id for event in changed) == sorted([str(fine.id), str(free.id)])
    [mine] = [event for event in changed if event.subject_id == str(fine.id)]
    assert (mine.before, mine.proposal_id) == ({"price": Decimal(10)}, str(proposal))
    async with database.unit(other_tenant) as unit:
        assert await CatalogService(unit).get_product(theirs.id) == theirs


async def test_nothing_to_set_is_nothing_done(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        assert await CatalogService(unit).set_prices(PriceChanges([], []), PriceOrigin.SYNC) == []


async def test_of_a_product_named_twice_the_last_row_counts(database: Database, tenant: TenantId) -> None:
    made = await product_of(database, tenant)
    async with database.unit(tenant) as unit:
        changes = PriceChanges([made.id, made.id], [Decimal(11), Decimal(12)])
        [outcome] = await CatalogService(unit).set_prices(changes, PriceOrigin.SYNC)
    assert (outcome.result, outcome.after) == (RowResult.CHANGED, Decimal(12))


async def test_a_new_name_or_stock_does_not_spoil_a_price_and_a_new_cost_does(
    database: Database, tenant: TenantId
) -> None:
    made = await product_of(database, tenant)
    async with database.unit(tenant) as unit:
        catalog = CatalogService(unit)
        await catalog.change(made.id, {"name": "Renamed"})
        await catalog.set_inventory({made.id: Decimal(3)})
        assert (await catalog.columns_for_pricing(ProductFilter())).version.tolist() == [1]
        await catalog.change(made.id, {"cost": Decimal(1)})
        assert (await catalog.columns_for_pricing(ProductFilter())).version.tolist() == [2]


async def test_two_that_price_the_same_product_at_once_do_not_overwrite_each_other(
    database: Database, tenant: TenantId
) -> None:
    made = [await product_of(database, tenant, f"P-{n}") for n in range(20)]

    async def attempt(price: int, *, backwards: bool) -> list[RowResult]:
        order = made[::-1] if backwards else made
        changes = PriceChanges([p.id for p in order], [Decimal(price)] * 20, [1] * 20)
        async with database.unit(tenant) as unit:
            outcomes = await CatalogService(unit).set_prices(changes, PriceOrigin.PROPOSAL)
            await asyncio.sleep(0.02)
        return [outcome.result for outcome in outcomes]

    first, second = await asyncio.gather(attempt(11, backwards=False), attempt(12, backwards=True))
    assert {*first} | {*second} == {RowResult.CHANGED, RowResult.CHANGED_SINCE}
    assert all({a, b} == {RowResult.CHANGED, RowResult.CHANGED_SINCE} for a, b in zip(first, second, strict=True))
    assert len([event for event in await events_of(database, tenant) if isinstance(event, PriceChanged)]) == 20


class TestColumns:
    async def test_columns_hold_millionths_and_blanks(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_product(unit, "A", price=Decimal("9.99"), map_price=Decimal("9.5"), brand="Acme", category="Mugs")
            await add_product(unit, "B", price=None, cost=None, currency="JPY", tax_basis=TaxBasis.NET)
            gone = await add_product(unit, "C")
            catalog = CatalogService(unit)
            await catalog.set_status(gone.id, ProductStatus.ARCHIVED)
            columns = await catalog.columns_for_pricing(ProductFilter())
        row = {sku: place for place, sku in enumerate(columns.skus)}
        a, b = row["A"], row["B"]
        assert sorted(columns.skus) == ["A", "B"]
        assert (columns.price[a], columns.map_price[a], columns.cost[a]) == (9_990_000, 9_500_000, 5_000_000)
        assert (columns.price[b], columns.cost[b], columns.map_price[b]) == (MISSING, MISSING, MISSING)
        assert (columns.inventory[a], columns.gross.tolist()[a], columns.gross.tolist()[b]) == (MISSING, True, False)
        assert (columns.brands[a], columns.categories[a], columns.brands[b]) == ("Acme", "Mugs", None)
        assert (columns.currencies[a], columns.currencies[b]) == ("EUR", "JPY")

    async def test_a_filter_selects(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, 50)
            columns = await CatalogService(unit).columns_for_pricing(ProductFilter(category="Category 3"))
        assert sorted(columns.skus) == ["SKU-28", "SKU-3"]
        assert columns.ids == sorted(columns.ids)

    @pytest.mark.parametrize(
        ("hours", "day_ago", "week_ago"),
        [
            ([], 10, 10),
            ([2], 10, 10),
            ([30], 11, 10),
            ([200], 11, 11),
            ([200, 30, 2], 12, 11),
            ([24], 11, 10),
            ([168], 11, 11),
        ],
    )
    async def test_prices_of_a_day_and_a_week_ago_are_those_in_force_then(
        self,
        database: Database,
        tenant: TenantId,
        clock: FixedClock,
        hours: list[int],
        day_ago: int,
        week_ago: int,
    ) -> None:
        """The price was 10 long ago, and one more at each of the given hours before now."""
        now = clock.now()
        clock.advance(-1000 * HOUR)
        made = await product_of(database, tenant)
        for step, before in enumerate(hours, 1):
            clock.advance(now - before * HOUR - clock.now())
            async with database.unit(tenant) as unit:
                changes = PriceChanges([made.id], [Decimal(10 + step)])
                await CatalogService(unit).set_prices(changes, PriceOrigin.PROPOSAL)
        clock.advance(now - clock.now())
        async with database.unit(tenant) as unit:
            columns = await CatalogService(unit).columns_for_pricing(ProductFilter())
        assert columns.price_day_ago.tolist() == [day_ago * 1_000_000]
        assert columns.price_week_ago.tolist() == [week_ago * 1_000_000]

    @pytest.mark.parametrize("change", [{"currency": "CHF"}, {"tax_basis": TaxBasis.NET}])
    async def test_a_price_of_another_kind_is_not_compared(
        self, database: Database, tenant: TenantId, clock: FixedClock, change: Any
    ) -> None:
        made = await product_of(database, tenant)
        clock.advance(48 * HOUR)
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(made.id, change)
        clock.advance(2 * HOUR)
        async with database.unit(tenant) as unit:
            columns = await CatalogService(unit).columns_for_pricing(ProductFilter())
        assert columns.price_day_ago.tolist() == [MISSING]

    async def test_a_product_of_this_week_had_no_price_a_week_ago(
        self, database: Database, tenant: TenantId, clock: FixedClock
    ) -> None:
        await product_of(database, tenant)
        clock.advance(30 * HOUR)
        async with database.unit(tenant) as unit:
            columns = await CatalogService(unit).columns_for_pricing(ProductFilter())
        assert (columns.price_day_ago.tolist(), columns.price_week_ago.tolist()) == ([10_000_000], [MISSING])

    @pytest.mark.slow
    async def test_fifty_thousand_products_are_read_within_a_second(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, 50_000)
        async with database.unit(tenant) as unit:
            started = time.perf_counter()
            columns = await CatalogService(unit).columns_for_pricing(ProductFilter())
            taken = time.perf_counter() - started
        assert len(columns) == 50_000
        assert taken < 3, "three times the bar, for a machine that is busy"


class TestInventory:
    async def test_levels_are_set_and_told_in_one_event(
        self, database: Database, tenant: TenantId, other_tenant: TenantId
    ) -> None:
        first, second = [await product_of(database, tenant, sku, inventory_level=Decimal(4)) for sku in "AB"]
        theirs = await product_of(database, other_tenant)
        levels = {first.id: Decimal("7.5"), second.id: Decimal(4), theirs.id: Decimal(1)}
        async with database.unit(tenant) as unit:
            catalog = CatalogService(unit)
            assert await catalog.set_inventory(levels) == 1
            [event] = unit.events
            assert isinstance(event, InventoryLevelsChanged)
            assert event.products == (str(first.id),)
            after = await catalog.get_product(first.id)
        assert (str(after.inventory_level), after.version) == ("7.5", 1)
        async with database.unit(other_tenant) as unit:
            assert (await CatalogService(unit).get_product(theirs.id)).inventory_level is None


class TestResolve:
    async def test_a_sku_finds_its_product_by_itself_or_else_by_its_letters_and_digits(
        self, database: Database, tenant: TenantId, other_tenant: TenantId
    ) -> None:
        async with database.unit(tenant) as unit:
            exact = await add_product(unit, "mug-1")
            twin = await add_product(unit, "MUG/1")
            alone = await add_product(unit, "CUP 7")
            await add_product(unit, "CUP-7", marketplace="ebay")
            found = await CatalogService(unit).resolve_skus(["mug-1", "MUG/1", "Mug 1", "cup-7", "cup-7", "x"], "own")
        assert found == {"mug-1": exact.id, "MUG/1": twin.id, "cup-7": alone.id}
        async with database.unit(other_tenant) as unit:
            assert await CatalogService(unit).resolve_skus(["mug-1"], "own") == {}

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from tests.factories.catalog import add_product, add_products, product_of

from shopwright.catalog.domain import Blank, Product, ProductFilter, ProductSort, ProductStatus
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.infra.web.pages import InvalidCursor
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock


@pytest.fixture
async def shelf(database: Database, tenant: TenantId) -> None:
    """Four products that differ in all that a filter can ask."""
    async with database.unit(tenant) as unit:
        await add_product(unit, "A-1", name="Blue mug", brand="Acme", category="Mugs")
        await add_product(unit, "B-2", name="Red mug", brand="Bolt", category="Mugs", price=Decimal("7.5"), cost=None)
        await add_product(unit, "C-3", name="100% wool", category="Socks", price=None, min_price=None)
        gone = await add_product(unit, "D-4", marketplace="ebay", name="Old mug", brand="Acme", price=Decimal(20))
        await CatalogService(unit).set_status(gone.id, ProductStatus.ARCHIVED)


async def skus(database: Database, tenant: TenantId, wanted: ProductFilter, **order: Any) -> list[str]:
    async with database.unit(tenant) as unit:
        page = await CatalogService(unit).list_products(wanted, **order)
    return [product.sku for product in page.items]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProductFilter(), ["A-1", "B-2", "C-3", "D-4"]),
        (ProductFilter(category="Mugs"), ["A-1", "B-2"]),
        (ProductFilter(category="Mugs", brand="Acme"), ["A-1"]),
        (ProductFilter(marketplace="ebay"), ["D-4"]),
        (ProductFilter(status=ProductStatus.ACTIVE), ["A-1", "B-2", "C-3"]),
        (ProductFilter(text="MUG"), ["A-1", "B-2", "D-4"]),
        (ProductFilter(text="b-2"), ["B-2"]),
        (ProductFilter(text="acme"), ["A-1", "D-4"]),
        (ProductFilter(text="0%"), ["C-3"]),
        (ProductFilter(text="_"), []),
        (ProductFilter(blank=(Blank.COST,)), ["B-2"]),
        (ProductFilter(blank=(Blank.COST, Blank.MIN_PRICE)), ["B-2", "C-3"]),
        (ProductFilter(price_from=Decimal("7.5"), price_to=Decimal(10)), ["A-1", "B-2"]),
        (ProductFilter(ids=()), []),
    ],
)
async def test_filters_select(database: Database, tenant: TenantId, wanted: ProductFilter, found: list[str]) -> None:
    assert await skus(database, tenant, wanted) == found


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (ProductSort.SKU, ["A-1", "B-2", "C-3", "D-4"]),
        (ProductSort.NAME, ["C-3", "A-1", "D-4", "B-2"]),
        (ProductSort.PRICE, ["C-3", "B-2", "A-1", "D-4"]),
    ],
)
async def test_lists_have_an_order_and_its_reverse(
    database: Database, tenant: TenantId, sort: ProductSort, found: list[str]
) -> None:
    assert await skus(database, tenant, ProductFilter(), sort=sort) == found
    assert await skus(database, tenant, ProductFilter(), sort=sort, descending=True) == found[::-1]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(ProductSort))
async def test_pages_hold_every_product_once_in_order(
    database: Database, tenant: TenantId, sort: ProductSort, descending: bool
) -> None:
    async with database.unit(tenant) as unit:
        await add_products(unit, 60)
        await unit.connection.execute("update product set price = null, category = null where sku like '%7'")
        catalog, cursor = CatalogService(unit), None
        found: list[Product] = []
        while True:
            page = await catalog.list_products(
                ProductFilter(), sort=sort, descending=descending, cursor=cursor, limit=7
            )
            found += page.items
            if (cursor := page.next_cursor) is None:
                break
    assert len({product.id for product in found}) == len(found) == 60
    keys = [(getattr(product, sort.value) or lowest(sort)) for product in found]
    assert all(a >= b if descending else a <= b for a, b in pairwise(keys))


def lowest(sort: ProductSort) -> Any:
    return "" if sort in {ProductSort.CATEGORY, ProductSort.BRAND} else Decimal(-1)


async def test_a_cursor_of_another_order_is_refused(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_products(unit, 3)
        catalog = CatalogService(unit)
        cursor = (await catalog.list_products(ProductFilter(), limit=1)).next_cursor
        for order in ({"sort": ProductSort.NAME}, {"descending": True}):
            with pytest.raises(InvalidCursor):
                await catalog.list_products(ProductFilter(), cursor=cursor, **order)


@pytest.mark.property_test(82)
@pytest.mark.usefixtures("shelf")
async def test_the_neighbour_sees_nothing(database: Database, other_tenant: TenantId) -> None:
    assert await skus(database, other_tenant, ProductFilter()) == []
    assert await skus(database, other_tenant, ProductFilter(text="mug")) == []
    async with database.unit(other_tenant) as unit:
        assert [batch async for batch in CatalogService(unit).export(ProductFilter())] == []
        assert len(await CatalogService(unit).columns_for_pricing(ProductFilter())) == 0
        assert await CatalogService(unit).resolve_skus(["A-1"], "own") == {}


async def test_an_export_streams_all_rows_in_batches(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_products(unit, 4_500)
        batches = [
            [product.sku for product in batch]
            async for batch in CatalogService(unit).export(ProductFilter(), sort=ProductSort.CREATED)
        ]
    assert [len(batch) for batch in batches] == [2_000, 2_000, 500]
    assert len({sku for batch in batches for sku in batch}) == 4_500


async def test_the_price_history_is_paged_and_bounded_in_time(
    database: Database, tenant: TenantId, other_tenant: TenantId, clock: FixedClock
) -> None:
    start = clock.now()
    made = await product_of(database, tenant)
    for step in range(1, 6):
        clock.advance(timedelta(days=1))
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(made.id, {"price": Decimal(10 + step)})
    async with database.unit(tenant) as unit:
        catalog = CatalogService(unit)
        first = await catalog.price_history(made.id, limit=4)
        rest = await catalog.price_history(made.id, limit=4, cursor=first.next_cursor)
        middle = await catalog.price_history(made.id, since=start + timedelta(days=1), until=start + timedelta(days=3))
    assert [int(point.price) for point in (*first.items, *rest.items)] == [15, 14, 13, 12, 11, 10]
    assert rest.next_cursor is None
    assert [int(point.price) for point in middle.items] == [12, 11]
    async with database.unit(other_tenant) as unit:
        assert await unit.connection.fetchval("select count(*) from price_point") == 0

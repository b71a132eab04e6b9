import csv
import io
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.inventory import count_stock

from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.inventory.domain import StockFilter
from shopwright.inventory.routes import StockAnswer, router
from shopwright.inventory.service import InventoryService
from shopwright.kit.ids import TenantId

LEVELS = "/api/v1/inventory/levels"


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    """A product with three counts in two warehouses."""
    made = await product_of(database, tenant, inventory_level=Decimal(99))
    async with database.unit(tenant) as unit:
        await count_stock(unit, made.id, "4", hours_ago=2)
        await count_stock(unit, made.id, "3.5")
        await count_stock(unit, made.id, "2", warehouse="annex", hours_ago=5)
    return made.id


async def counted(database: Database, tenant: TenantId, wanted: StockFilter) -> list[tuple[str, str]]:
    async with database.unit(tenant) as unit:
        page = await InventoryService(unit).list_counts(wanted)
    return [(count.warehouse, str(count.quantity)) for count in page.items]


async def test_the_newest_count_of_a_warehouse_is_in_force(database: Database, tenant: TenantId, mug: UUID) -> None:
    assert await counted(database, tenant, StockFilter()) == [("annex", "2"), ("main", "3.5")]
    assert await counted(database, tenant, StockFilter(warehouse="main")) == [("main", "3.5")]
    everything = await counted(database, tenant, StockFilter(product_id=mug, history=True))
    assert everything == [("annex", "2"), ("main", "3.5"), ("main", "4")]


async def test_pages_hold_every_count_once(database: Database, tenant: TenantId, mug: UUID) -> None:
    other = await product_of(database, tenant, "CUP-1")
    async with database.unit(tenant) as unit:
        await count_stock(unit, other.id, "1")
        inventory, found, cursor = InventoryService(unit), [], None
        while True:
            page = await inventory.list_counts(StockFilter(history=True), cursor=cursor, limit=1)
            found += [(count.product_id, count.quantity) for count in page.items]
            if (cursor := page.next_cursor) is None:
                break
        assert [count async for batch in inventory.export(StockFilter(history=True)) for count in batch]
    counts = [(mug, Decimal(2)), (mug, Decimal("3.5")), (mug, Decimal(4)), (other.id, Decimal(1))]
    assert found == sorted(counts, key=lambda count: count[0]), "by product, then warehouse, then newest"


async def test_the_catalog_shows_the_sum_of_all_warehouses(database: Database, tenant: TenantId, mug: UUID) -> None:
    uncounted = await product_of(database, tenant, "CUP-1", inventory_level=Decimal(7))
    async with database.unit(tenant) as unit:
        assert await InventoryService(unit).refresh_catalog() == 1
        assert await InventoryService(unit).refresh_catalog([mug]) == 0
        catalog = CatalogService(unit)
        assert str((await catalog.get_product(mug)).inventory_level) == "5.5"
        assert (await catalog.get_product(uncounted.id)).inventory_level == 7


@pytest.mark.usefixtures("mug")
async def test_levels_are_listed_and_exported_as_documented(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["catalog:read"]) as client:
        sent = await client.get(f"{LEVELS}?warehouse=main&limit=1")
        file = await client.get(f"{LEVELS}/export?history=true")
    [level] = Page[StockAnswer].model_validate_json(sent.content).items
    assert (level.sku, str(level.quantity)) == ("MUG-1", "3.5")
    assert set(sent.json()["items"][0]) == set(StockAnswer.model_fields)
    assert [row["quantity"] for row in csv.DictReader(io.StringIO(file.text))] == ["2", "3.5", "4"]


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_nothing(database: Database, other_tenant: TenantId, mug: UUID) -> None:
    assert await counted(database, other_tenant, StockFilter(product_id=mug, history=True)) == []
    async with database.unit(other_tenant) as unit:
        assert await InventoryService(unit).refresh_catalog() == 0
    async with caller(database, other_tenant, router, ["catalog:read"]) as client:
        assert (await client.get(LEVELS)).json() == {"items": [], "next_cursor": None}


@pytest.mark.property_test(52)
async def test_without_the_permission_nothing_is_served(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["sales:read"]) as stranger:
        assert (await stranger.get(LEVELS)).status_code == 403
        assert (await stranger.get(f"{LEVELS}/export")).status_code == 403


async def test_a_shelf_is_empty_from_a_count_of_nothing_to_the_next_of_something(
    database: Database, tenant: TenantId
) -> None:
    jug = (await product_of(database, tenant, "JUG-1")).id
    async with database.unit(tenant) as unit:
        for hours_ago, quantity in ((50, "3"), (40, "0"), (30, "0"), (20, "2"), (10, "0")):
            await count_stock(unit, jug, quantity, hours_ago=hours_ago)
        now = unit.clock.now()
        found = await InventoryService(unit).empty_shelves(now - timedelta(hours=60))
        assert [(shelf.product_id, shelf.since, shelf.until) for shelf in found] == [
            (jug, now - timedelta(hours=40), now - timedelta(hours=20)),
            (jug, now - timedelta(hours=10), None),
        ]
        assert len(await InventoryService(unit).empty_shelves(now - timedelta(hours=15))) == 1


async def test_a_product_has_nothing_when_every_warehouse_has_nothing(database: Database, tenant: TenantId) -> None:
    jug = (await product_of(database, tenant, "JUG-1")).id
    async with database.unit(tenant) as unit:
        await count_stock(unit, jug, "0", hours_ago=50)
        await count_stock(unit, jug, "1", hours_ago=40, warehouse="annex")
        await count_stock(unit, jug, "0", hours_ago=30, warehouse="annex")
        await count_stock(unit, jug, "5", hours_ago=20)
        now = unit.clock.now()
        found = await InventoryService(unit).empty_shelves(now - timedelta(hours=60))
    hours = [(int((now - shelf.since).total_seconds()), int((now - (shelf.until or now)).total_seconds()))
             for shelf in found]  # fmt: skip
    assert hours == [(50 * 3600, 40 * 3600), (30 * 3600, 20 * 3600)]

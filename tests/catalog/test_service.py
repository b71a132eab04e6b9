from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories.catalog import add_products, product_of
from tests.factories.journal import events_of

from shopwright.catalog.bulk import BulkChange
from shopwright.catalog.domain import (
    InvalidProduct,
    Product,
    ProductArchived,
    ProductChanged,
    ProductCreated,
    ProductDeleted,
    ProductHasSales,
    ProductNotFound,
    ProductStatus,
    RowResult,
    SkuTaken,
    TooManyProducts,
)
from shopwright.catalog.service import MOST_AT_ONCE, CatalogService
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock

DAY = timedelta(days=1)


@pytest.fixture
async def catalog(database: Database, tenant: TenantId) -> AsyncIterator[CatalogService]:
    async with database.unit(tenant) as unit:
        yield CatalogService(unit)


async def stored(database: Database, tenant: TenantId, product_id: UUID) -> Product:
    async with database.unit(tenant) as unit:
        return await CatalogService(unit).get_product(product_id)


async def points(database: Database, tenant: TenantId, product_id: UUID) -> list[tuple[str, str]]:
    async with database.unit(tenant) as unit:
        page = await CatalogService(unit).price_history(product_id)
    return [(str(point.price), point.origin) for point in page.items]


class TestCreate:
    async def test_a_product_comes_back_as_it_was_given(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant, brand="Acme", gtin="4006381333931", attributes={"colour": "blue"})
        assert await stored(database, tenant, made.id) == made
        assert await points(database, tenant, made.id) == [("10.00", "created")]

    async def test_it_is_in_the_journal_whole(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        [event] = await events_of(database, tenant)
        assert isinstance(event, ProductCreated)
        assert (event.subject_id, event.after["sku"], event.after["price"]) == (str(made.id), "MUG-1", "10.00")

    async def test_a_sku_is_taken_once_a_marketplace(self, database: Database, tenant: TenantId) -> None:
        await product_of(database, tenant)
        await product_of(database, tenant, marketplace="ebay")
        before = await events_of(database, tenant)
        with pytest.raises(SkuTaken):
            await product_of(database, tenant, name="Another")
        assert await events_of(database, tenant) == before

    async def test_the_neighbour_may_use_the_same_sku(
        self, database: Database, tenant: TenantId, other_tenant: TenantId
    ) -> None:
        assert (await product_of(database, tenant)).id != (await product_of(database, other_tenant)).id

    async def test_a_refusal_writes_nothing(self, database: Database, tenant: TenantId) -> None:
        with pytest.raises(InvalidProduct):
            await product_of(database, tenant, price=Decimal(0))
        assert await events_of(database, tenant) == []


class TestChange:
    @pytest.mark.property_test(54)
    async def test_a_correction_keeps_action_time_and_old_value(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(made.id, {"cost": Decimal("4.50"), "name": "Mug, blue"})
        async with database.unit(tenant) as unit:
            row = await unit.connection.fetchrow("select * from journal where name = 'catalog.product_changed'")
        assert row is not None
        assert row["before"] == {"cost": "5.00", "name": "Product MUG-1"}
        assert row["after"] == {"cost": "4.50", "name": "Mug, blue"}
        assert row["at"] == database.clock.now()

    async def test_a_new_price_is_a_point_in_the_history(
        self, database: Database, tenant: TenantId, clock: FixedClock
    ) -> None:
        made = await product_of(database, tenant)
        clock.advance(DAY)
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(made.id, {"price": Decimal("9.50")}, version=1)
        assert await points(database, tenant, made.id) == [("9.50", "edit"), ("10.00", "created")]

    async def test_a_change_of_what_somebody_else_changed_is_refused(
        self, database: Database, tenant: TenantId
    ) -> None:
        made = await product_of(database, tenant)
        async with database.unit(tenant) as unit:
            changed = await CatalogService(unit).change(made.id, {"name": "Cup"})
        before = await events_of(database, tenant)
        with pytest.raises(ChangedSinceRead) as caught:
            async with database.unit(tenant) as unit:
                await CatalogService(unit).change(made.id, {"name": "Bowl"}, version=1)
        assert caught.value.details == {"expected": 1, "found": 2}
        assert await stored(database, tenant, made.id) == changed
        assert await events_of(database, tenant) == before

    async def test_saying_nothing_new_writes_nothing(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        async with database.unit(tenant) as unit:
            assert (await CatalogService(unit).change(made.id, {"name": made.name})).version == 1
            assert unit.events == ()

    async def test_a_taken_sku_is_refused(self, database: Database, tenant: TenantId) -> None:
        await product_of(database, tenant, "A")
        other = await product_of(database, tenant, "B")
        with pytest.raises(SkuTaken):
            async with database.unit(tenant) as unit:
                await CatalogService(unit).change(other.id, {"sku": "A"})
        assert (await stored(database, tenant, other.id)).sku == "B"

    @pytest.mark.property_test(82)
    async def test_the_neighbours_product_does_not_exist(
        self, database: Database, tenant: TenantId, other_tenant: TenantId
    ) -> None:
        theirs = await product_of(database, other_tenant)
        async with database.unit(tenant) as unit:
            catalog = CatalogService(unit)
            for attempt in (
                catalog.get_product(theirs.id),
                catalog.change(theirs.id, {"name": "Mine"}),
                catalog.set_status(theirs.id, ProductStatus.ARCHIVED),
                catalog.delete(theirs.id),
                catalog.price_history(theirs.id),
            ):
                with pytest.raises(ProductNotFound):
                    await attempt
            assert unit.events == ()
        assert await stored(database, other_tenant, theirs.id) == theirs


class TestArchiveAndDelete:
    async def test_an_archived_product_can_be_restored(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        async with database.unit(tenant) as unit:
            catalog = CatalogService(unit)
            assert (await catalog.set_status(made.id, ProductStatus.ARCHIVED)).status is ProductStatus.ARCHIVED
            restored = await catalog.set_status(made.id, ProductStatus.ACTIVE, version=2)
        assert (restored.status, restored.version) == (ProductStatus.ACTIVE, 3)
        archived = (await events_of(database, tenant))[1]
        assert isinstance(archived, ProductArchived)
        assert (archived.before, archived.after) == ({"status": "active"}, {"status": "archived"})

    @pytest.mark.property_test(56)
    async def test_a_deletion_leaves_a_record_of_what_and_when(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant, brand="Acme")
        async with database.unit(tenant) as unit:
            await CatalogService(unit).delete(made.id, version=1)
        with pytest.raises(ProductNotFound):
            await stored(database, tenant, made.id)
        deleted = (await events_of(database, tenant))[-1]
        assert isinstance(deleted, ProductDeleted)
        assert deleted.subject_id == str(made.id)
        assert (deleted.before["sku"], deleted.before["brand"], deleted.before["price"]) == ("MUG-1", "Acme", "10.00")

    async def test_a_product_with_sales_stays(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        async with database.unit(tenant) as unit:
            await unit.connection.execute(
                """insert into daily_sales (tenant_id, product_id, day, currency, orders, units, units_returned,
                     units_cancelled, revenue, revenue_returned, revenue_cancelled)
                   values ($1, $2, '2026-03-01', 'EUR', 1, 1, 0, 0, 10, 0, 0)""",
                tenant,
                made.id,
            )
        with pytest.raises(ProductHasSales):
            async with database.unit(tenant) as unit:
                await CatalogService(unit).delete(made.id)
        assert await stored(database, tenant, made.id) == made

    async def test_another_version_is_not_deleted(self, database: Database, tenant: TenantId) -> None:
        made = await product_of(database, tenant)
        with pytest.raises(ChangedSinceRead):
            async with database.unit(tenant) as unit:
                await CatalogService(unit).delete(made.id, version=7)
        assert await stored(database, tenant, made.id) == made


class TestBulkEdit:
    async def test_each_row_says_what_became_of_it(
        self, database: Database, tenant: TenantId, other_tenant: TenantId
    ) -> None:
        plain, tight, moved, same = [
            await product_of(database, tenant, sku, **changes)
            for sku, changes in (
                ("A", {}),
                ("B", {"min_price": Decimal("9.5")}),
                ("C", {}),
                ("D", {"max_price": Decimal(9), "price": Decimal(8)}),
            )
        ]
        theirs = await product_of(database, other_tenant)
        ids = [plain.id, tight.id, moved.id, same.id, theirs.id, plain.id]
        async with database.unit(tenant) as unit:
            rows = await CatalogService(unit).change_many(ids, BulkChange({"max_price": Decimal(9)}), {moved.id: 4})
            events = unit.events
        assert [(row.id, row.result) for row in rows] == [
            (plain.id, RowResult.CHANGED),
            (tight.id, RowResult.REFUSED),
            (moved.id, RowResult.CHANGED_SINCE),
            (same.id, RowResult.UNCHANGED),
            (theirs.id, RowResult.GONE),
        ]
        assert rows[1].reason == "max_price is below min_price"
        assert [(type(event), event.subject_id) for event in events] == [(ProductChanged, str(plain.id))]
        assert (await stored(database, tenant, plain.id)).max_price == 9
        for untouched in (tight, moved, same):
            assert await stored(database, tenant, untouched.id) == untouched
        assert await stored(database, other_tenant, theirs.id) == theirs

    async def test_one_statement_writes_them_all(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, 500)
            ids = [row["id"] for row in await unit.connection.fetch("select id from product")]
            asked: list[str] = []
            with unit.connection.query_logger(lambda query: asked.append(query.query)):
                rows = await CatalogService(unit).change_many(
                    ids, BulkChange({"category": "Sale", "price": Decimal(12)})
                )
        assert {row.result for row in rows} == {RowResult.CHANGED}
        assert sum(query.lstrip().startswith("update product") for query in asked) == 1
        assert len(asked) <= 4
        assert len([event for event in await events_of(database, tenant) if isinstance(event, ProductChanged)]) == 500

    async def test_too_many_or_a_sku_for_all_is_refused(self, catalog: CatalogService) -> None:
        with pytest.raises(TooManyProducts):
            await catalog.change_many([UUID(int=n) for n in range(MOST_AT_ONCE + 1)], BulkChange({"name": "x"}))
        with pytest.raises(InvalidProduct):
            await catalog.change_many([], BulkChange({"sku": "x"}))

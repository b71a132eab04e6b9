"""What follows upon an import: the handlers of the wiring, on events as the journal gives them back."""

from datetime import UTC, datetime
from uuid import UUID

from tests.factories.catalog import product_of
from tests.factories.inventory import count_stock

from shopwright.app.wiring import keep_past_states, show_counted_stock
from shopwright.catalog.service import CatalogService
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.entries import Entry
from shopwright.ingestion.domain import ImportCompleted
from shopwright.ingestion.schemas import Kind
from shopwright.kit.events import SYSTEM
from shopwright.kit.ids import TenantId


def completed(kind: Kind) -> ImportCompleted:
    return ImportCompleted(
        subject_id="1", kind=kind.value, source="test", counts={}, products=1, created_products=0
    )  # fmt: skip


def entry(unit: UnitOfWork, event: ImportCompleted) -> Entry:
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

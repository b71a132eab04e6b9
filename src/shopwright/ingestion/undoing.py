"""Taking an import back: the rows of its kind, then the products that they made."""

from uuid import UUID

from shopwright.catalog.loading import ProductDefaults, ProductLoad
from shopwright.infra.bulk import KeyedLoad, UndoCounts
from shopwright.infra.db import UnitOfWork
from shopwright.ingestion.domain import Import
from shopwright.ingestion.repository import ImportRepository
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.targets import keyed_table
from shopwright.market.loading import OfferLoad
from shopwright.sales.loading import OrderLineLoad


async def undo_load(unit: UnitOfWork, import_: Import) -> tuple[UndoCounts, UndoCounts]:
    """Return what became of the rows, and of the products that were made for them."""
    written = import_.counts.written
    if import_.kind is Kind.PRODUCTS:
        return await _products(unit, import_.id, written), UndoCounts()
    rows = await _rows(unit, import_, written)
    return rows, await _products(unit, import_.id, import_.report.created_products)


async def _rows(unit: UnitOfWork, import_: Import, written: int) -> UndoCounts:
    if import_.kind is Kind.COMPETITOR_PRICES:
        return await OfferLoad(unit, import_.id, import_.source).undo(written)
    if import_.kind is not Kind.SALES:
        table, _ = keyed_table(import_.kind)
        return await KeyedLoad(unit, import_.id, table).undo(written)
    first, last = import_.report.first_day, import_.report.last_day
    if first is None or last is None:
        return UndoCounts()
    return await OrderLineLoad(unit, import_.id).undo(first, last, written)


async def _products(unit: UnitOfWork, import_id: UUID, made: int) -> UndoCounts:
    """Remove the products that the import added; those that other rows refer to are archived."""
    if not made:
        return UndoCounts()
    in_use = await ImportRepository(unit).products_in_use(import_id)
    return await ProductLoad(unit, import_id, ProductDefaults("EUR")).undo(made, in_use)

"""The use cases of stock: reading the counts, and telling the catalog how much there is."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from shopwright.catalog.service import CatalogService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.inventory.domain import EmptyShelf, StockCount, StockFilter
from shopwright.inventory.repository import StockRepository

_EXPORT_BATCH = 2_000


class InventoryService:
    """The stock of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._stock = StockRepository(unit)

    async def list_counts(
        self, wanted: StockFilter, *, cursor: str | None = None, limit: int = 100
    ) -> Slice[StockCount]:
        """Return a page of counts by product and warehouse, newest first. Raises InvalidCursor."""
        decoded = decode_cursor(cursor, UUID, str, datetime)
        after = None if decoded is None else (decoded[0], decoded[1], decoded[2])
        counts = await self._stock.list_page(wanted, after, limit + 1)
        return page_of(counts, limit, lambda count: (count.product_id, count.warehouse, count.counted_at))

    def export(self, wanted: StockFilter) -> AsyncIterator[list[StockCount]]:
        """Yield all counts of a filter in batches, from one snapshot and in bounded memory."""
        return self._stock.stream(wanted, _EXPORT_BATCH)

    async def empty_shelves(self, since: datetime) -> list[EmptyShelf]:
        """Return when products had nothing to sell, as far as counts tell and as it reaches beyond a moment."""
        return await self._stock.empty_shelves(since)

    async def refresh_catalog(self, products: Sequence[UUID] | None = None) -> int:
        """Set the stock that products show to the sum of their warehouses' newest counts; all products for None.

        Call it after counts were loaded or taken away. A product without any count keeps what it shows. Returns how
        many products changed.
        """
        return await CatalogService(self._unit).set_inventory(await self._stock.totals(products))

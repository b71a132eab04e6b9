"""Reads of many products at once: lean rows for a table, and what a selection comes to."""

from shopwright.catalog.domain import ProductFilter, ProductSort
from shopwright.catalog.ordering import decode_place, encode_place
from shopwright.catalog.selection import FIELDS, ProductRows, ProductTotals
from shopwright.catalog.selection_repository import SelectionRepository
from shopwright.infra.db import UnitOfWork


class SelectionService:
    """Selections of products of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._selections = SelectionRepository(unit)

    async def rows(
        self,
        wanted: ProductFilter,
        sort: ProductSort = ProductSort.SKU,
        *,
        descending: bool = False,
        cursor: str | None = None,
        limit: int = 1_000,
    ) -> ProductRows:
        """Return up to `limit` lean rows, as `selection.FIELDS` orders their cells. Raises InvalidCursor."""
        after = decode_place(cursor, sort, descending=descending)
        total = await self._selections.count(wanted)
        found = await self._selections.rows(wanted, sort, descending=descending, after=after, limit=limit + 1)
        rows = [cells for _, cells in found[:limit]]
        place = None
        if len(found) > limit:
            place = encode_place(found[limit - 1][0], rows[-1][0], sort, descending=descending)
        return ProductRows(FIELDS, rows, total, place)

    async def totals(self, wanted: ProductFilter) -> ProductTotals:
        """Return what the products of a filter come to."""
        return await self._selections.totals(wanted)

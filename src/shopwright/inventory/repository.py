"""Counted stock in the database. Every statement names the tenant."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shopwright.catalog.domain import plain
from shopwright.infra.db import UnitOfWork
from shopwright.inventory.domain import StockCount, StockFilter

_COUNTS: Final = """
select l.*, p.sku from (
  select s.product_id, s.warehouse, s.counted_at, s.quantity, s.import_id, s.row_number from stock_level s
   where s.tenant_id = $1
     and ($2::uuid is null or s.product_id = $2) and ($3::text is null or s.warehouse = $3)
     and ($4::boolean or not exists (
           select from stock_level newer
            where newer.tenant_id = $1 and newer.product_id = s.product_id and newer.warehouse = s.warehouse
              and newer.counted_at > s.counted_at))
     and ($5::uuid is null or s.product_id > $5 or (s.product_id = $5 and s.warehouse > $6)
          or (s.product_id = $5 and s.warehouse = $6 and s.counted_at < $7::timestamptz))
   order by s.product_id, s.warehouse, s.counted_at desc limit $8) l
left join product p on p.tenant_id = $1 and p.id = l.product_id
order by l.product_id, l.warehouse, l.counted_at desc
"""


class StockRepository:
    """The questions that the service asks about stock of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_page(
        self, wanted: StockFilter, after: tuple[UUID, str, datetime] | None, limit: int
    ) -> list[StockCount]:
        """Return up to `limit` counts by product and warehouse, newest first, behind the one of `after`."""
        behind = after or (None, None, None)
        rows = await self._unit.connection.fetch(_COUNTS, *self._selection(wanted), *behind, limit)
        return [_count(row) for row in rows]

    async def stream(self, wanted: StockFilter, batch: int) -> AsyncIterator[list[StockCount]]:
        """Yield all counts of a filter in batches, from one snapshot and in bounded memory."""
        cursor = await self._unit.connection.cursor(_COUNTS, *self._selection(wanted), None, None, None, None)
        while rows := await cursor.fetch(batch):
            yield [_count(row) for row in rows]

    async def totals(self, products: Sequence[UUID] | None) -> dict[UUID, Decimal]:
        """Add up the newest counts of all warehouses, by product."""
        rows = await self._unit.connection.fetch(
            """select product_id, sum(quantity) as quantity from (
                 select distinct on (product_id, warehouse) product_id, quantity from stock_level
                  where tenant_id = $1 and ($2::uuid[] is null or product_id = any($2))
                  order by product_id, warehouse, counted_at desc) newest
               group by product_id""",
            self._unit.tenant,
            None if products is None else list(products),
        )
        return {row["product_id"]: plain(row["quantity"]) for row in rows}

    def _selection(self, wanted: StockFilter) -> tuple[Any, ...]:
        return (self._unit.tenant, wanted.product_id, wanted.warehouse, wanted.history)


def _count(row: Any) -> StockCount:
    return StockCount(**{**dict(row), "quantity": plain(row["quantity"])})

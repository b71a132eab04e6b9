"""Counted stock in the database. Every statement names the tenant."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shopwright.catalog.domain import plain
from shopwright.infra.db import UnitOfWork
from shopwright.inventory.domain import EmptyShelf, StockCount, StockFilter

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

# Every count ends the one before it in its warehouse; a product has nothing where all warehouses that count it have none.
_EMPTY_SHELVES: Final = """
with doubtful as (
  select distinct product_id from stock_level where tenant_id = $1 and quantity <= 0
), counted as (
  select s.product_id, s.warehouse, s.counted_at, s.quantity from stock_level s join doubtful d using (product_id)
   where s.tenant_id = $1
), changes as (
  select product_id, counted_at,
         (quantity > 0)::int - coalesce((lag(quantity) over one > 0)::int, 0) as filled
    from counted window one as (partition by product_id, warehouse order by counted_at)
), moments as (
  select product_id, counted_at, sum(sum(filled)) over (partition by product_id order by counted_at) as full_ones
    from changes group by product_id, counted_at
), turned as (
  select product_id, counted_at, full_ones = 0 as is_empty,
         lag(full_ones = 0) over (partition by product_id order by counted_at) as was_empty from moments
), spans as (
  select product_id, is_empty, counted_at as since,
         lead(counted_at) over (partition by product_id order by counted_at) as until
    from turned where is_empty is distinct from was_empty
)
select product_id, since, until from spans
 where is_empty and coalesce(until, 'infinity') > $2 order by product_id, since
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

    async def empty_shelves(self, since: datetime) -> list[EmptyShelf]:
        """Return when products had nothing in any warehouse, as far as that reaches beyond a moment."""
        rows = await self._unit.connection.fetch(_EMPTY_SHELVES, self._unit.tenant, since)
        return [EmptyShelf(row["product_id"], row["since"], row["until"]) for row in rows]

    def _selection(self, wanted: StockFilter) -> tuple[Any, ...]:
        return (self._unit.tenant, wanted.product_id, wanted.warehouse, wanted.history)


def _count(row: Any) -> StockCount:
    return StockCount(**{**dict(row), "quantity": plain(row["quantity"])})

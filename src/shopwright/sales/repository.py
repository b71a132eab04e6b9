"""Order lines, daily totals and traffic in the database. Every statement names the tenant."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from shopwright.catalog.domain import plain, trimmed
from shopwright.infra.bulk import rows_of
from shopwright.infra.db import UnitOfWork
from shopwright.kit.money import TaxBasis
from shopwright.sales.domain import (
    ALL_PRODUCTS,
    LONGEST_RETURN_DAYS,
    DailyTakings,
    DailyUnits,
    LineFilter,
    LineKind,
    OrderLine,
    Period,
    SalesTotal,
    TotalsFilter,
    TrafficDay,
)

_SORT_MEMORY: Final = "128MB"  # totals of a million lines sort in memory; it is given back with the transaction
_THOUSANDTHS: Final = 1_000  # units have three decimals; whole numbers are read in a third of the time
_LONGEST_RETURN: Final = timedelta(days=LONGEST_RETURN_DAYS)


class SalesRepository:
    """The questions that the service asks about sales of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_lines(self, wanted: LineFilter, after: tuple[date, int] | None, limit: int) -> list[OrderLine]:
        """Return up to `limit` lines, newest first, behind the one of `after`."""
        rows = await self._unit.connection.fetch(_LINES, *self._selection(wanted), *(after or (None, None)), limit)
        return [_line(row) for row in rows]

    async def stream_lines(self, wanted: LineFilter, batch: int) -> AsyncIterator[list[OrderLine]]:
        """Yield all lines of a filter in batches, newest first, from one snapshot and in bounded memory."""
        cursor = await self._unit.connection.cursor(_LINES, *self._selection(wanted), None, None, None)
        while rows := await cursor.fetch(batch):
            yield [_line(row) for row in rows]

    def _selection(self, wanted: LineFilter) -> tuple[Any, ...]:
        return (
            self._unit.tenant,
            wanted.period.since,
            wanted.period.until,
            wanted.product_id,
            None if wanted.kind is None else wanted.kind.value,
            wanted.channel,
            wanted.order_ref,
        )

    async def list_totals(
        self, wanted: TotalsFilter, after: tuple[date, UUID, str] | None, limit: int
    ) -> list[SalesTotal]:
        """Return up to `limit` totals by period, product and currency, behind the one of `after`."""
        period, product_id, currency = (None, None, None) if after is None else after
        rows = await self._unit.connection.fetch(
            _TOTALS,
            self._unit.tenant,
            wanted.grain.value,
            wanted.by_product,
            wanted.period.since,
            wanted.period.until,
            None if wanted.products is None else list(wanted.products),
            wanted.category,
            wanted.brand,
            period,
            product_id,
            currency,
            limit,
        )
        return [_total(row) for row in rows]

    async def days_with_sales(self) -> tuple[date | None, date | None]:
        """Return the oldest and the newest day on which anything was sold."""
        [row] = await self._unit.connection.fetch(
            "select min(day) as first, max(day) as last from daily_sales where tenant_id = $1", self._unit.tenant
        )
        return row["first"], row["last"]

    async def units_since(self, first: date) -> dict[UUID, Decimal]:
        """Return the net units of each product that was sold on this day or later."""
        rows = await self._unit.connection.fetch(
            """select product_id, sum(units - units_returned - units_cancelled) as units
                 from daily_sales where tenant_id = $1 and day >= $2 group by product_id""",
            self._unit.tenant,
            first,
        )
        return {row["product_id"]: row["units"] for row in rows}

    async def units_by_day(self, first: date, days: int) -> DailyUnits:
        """Return net units of `days` days from the first on, in one query that gives a row a product."""
        rows = await self._unit.connection.fetch(
            """select product_id, array_agg(day - $2) as days,
                      array_agg(((units - units_returned - units_cancelled) * 1000)::bigint) as thousandths
                 from daily_sales where tenant_id = $1 and day >= $2 and day < $2 + $3::integer group by product_id""",
            self._unit.tenant,
            first,
            days,
        )
        counts = [len(row["days"]) for row in rows]
        return DailyUnits(
            first=first,
            days=days,
            product_ids=[row["product_id"] for row in rows],
            row=np.repeat(np.arange(len(rows)), counts).astype(np.int64),
            day=_joined([row["days"] for row in rows]).astype(np.int64),
            units=_joined([row["thousandths"] for row in rows]) / _THOUSANDTHS,
        )

    async def takings_by_day(self, first: date, days: int, products: Sequence[UUID], currency: str) -> DailyTakings:
        """Return what products took in a currency on `days` days from the first on, a row a product."""
        rows = await self._unit.connection.fetch(
            """select product_id, array_agg(day - $2) as days,
                      array_agg(((units - units_returned - units_cancelled) * 1000)::bigint) as units,
                      array_agg((units_returned * 1000)::bigint) as returned,
                      array_agg(((revenue - revenue_returned - revenue_cancelled) * 1000)::bigint) as revenue
                 from daily_sales
                where tenant_id = $1 and day >= $2 and day < $2 + $3::integer and product_id = any($4) and currency = $5
                group by product_id""",
            self._unit.tenant,
            first,
            days,
            list(products),
            currency,
        )
        counts = [len(row["days"]) for row in rows]
        units, returned, revenue = (
            _joined([row[name] for row in rows]) / _THOUSANDTHS for name in ("units", "returned", "revenue")
        )
        row = np.repeat(np.arange(len(rows)), counts).astype(np.int64)
        day = _joined([row["days"] for row in rows]).astype(np.int64)
        return DailyTakings(first, days, [row["product_id"] for row in rows], row, day, units, returned, revenue)

    async def promoted_days(self, first: date, days: int) -> list[tuple[UUID, list[int]]]:
        """Return for each product the days, counted from the first, on which it was sold in a promotion."""
        rows = await self._unit.connection.fetch(
            """select product_id, array_agg(distinct sold_on - $2::date) as days from order_line
                where tenant_id = $1 and sold_on >= $2 and sold_on < $2 + $3::integer and promotion and kind = 'sale'
                group by product_id""",
            self._unit.tenant,
            first,
            days,
        )
        return [(row["product_id"], row["days"]) for row in rows]

    async def list_traffic(
        self, period: Period, product_id: UUID | None, after: tuple[date, UUID] | None, limit: int
    ) -> list[TrafficDay]:
        """Return up to `limit` days of traffic, newest first, behind the one of `after`."""
        day, after_product = (None, None) if after is None else after
        rows = await self._unit.connection.fetch(
            """select product_id, day, sessions, views from traffic
                where tenant_id = $1
                  and ($2::date is null or day >= $2) and ($3::date is null or day < $3)
                  and ($4::uuid is null or product_id = $4)
                  and ($5::date is null or (day, product_id) < ($5, $6))
                order by day desc, product_id desc limit $7""",
            self._unit.tenant,
            period.since,
            period.until,
            product_id,
            day,
            after_product,
            limit,
        )
        return [TrafficDay(row["product_id"], row["day"], row["sessions"], row["views"]) for row in rows]

    async def rebuild_daily(self, first: date | None, last: date | None, products: Sequence[UUID] | None) -> int:
        """Make the daily totals anew that lines of [first, last] bear on; return how many rows there are now."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute(f"set local work_mem = '{_SORT_MEMORY}'")
        if products is None and await self._is_everything(first, last):
            await connection.execute("delete from daily_sales where tenant_id = $1", tenant)
            await self._rebuild_orders(None)
            return rows_of(await connection.execute(_REBUILT.format(chosen=""), tenant, None, None, _LONGEST_RETURN))
        await connection.execute("drop table if exists pg_temp.touched_day")
        await connection.execute(_NO_TOUCHED)
        chosen = None if products is None else list(products)
        await connection.execute(_TOUCHED, tenant, first, last, chosen, _LONGEST_RETURN)
        await connection.execute("analyze touched_day")
        await connection.execute(
            """delete from daily_sales d using touched_day t
                where d.tenant_id = $1 and d.product_id = t.product_id and d.day = t.day""",
            tenant,
        )
        days = await connection.fetch("select min(day) as first, max(day) as last from touched_day")
        if days[0]["first"] is None:
            return 0
        only_touched = "join touched_day t on t.product_id = c.product_id and t.day = c.day"
        added = await connection.execute(
            _REBUILT.format(chosen=only_touched), tenant, days[0]["first"], days[0]["last"], _LONGEST_RETURN
        )
        touched = await connection.fetch("select distinct day from touched_day")
        await self._rebuild_orders([row["day"] for row in touched])
        await connection.execute("drop table touched_day")
        return rows_of(added)

    async def _rebuild_orders(self, days: Sequence[date] | None) -> None:
        """Count the orders of days anew; of all days for None."""
        connection, tenant = self._unit.connection, self._unit.tenant
        chosen = None if days is None else list(days)
        await connection.execute(
            "delete from daily_orders where tenant_id = $1 and ($2::date[] is null or day = any($2))", tenant, chosen
        )
        await connection.execute(
            """insert into daily_orders (tenant_id, day, orders)
               select $1, sold_on, count(distinct coalesce(order_ref, line_key::text)) from order_line
                where tenant_id = $1 and kind = 'sale' and ($2::date[] is null or sold_on = any($2))
                group by sold_on""",
            tenant,
            chosen,
        )

    async def _is_everything(self, first: date | None, last: date | None) -> bool:
        """Tell whether no line lies outside of the period, as at the first import: then there is nothing to look for."""
        if first is None and last is None:
            return True
        outside: bool = await self._unit.connection.fetchval(
            """select exists (select from order_line where tenant_id = $1 and (sold_on < $2 or sold_on > $3))
                   or exists (select from daily_sales where tenant_id = $1 and (day < $2 or day > $3))""",
            self._unit.tenant,
            first,
            last,
        )
        return not outside


def _joined(parts: list[list[int]]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.array(part, dtype=np.int64) for part in parts] or [np.zeros(0, dtype=np.int64)])


_LINES: Final = """
select l.*, p.sku from (
  select * from order_line
   where tenant_id = $1
     and ($2::date is null or sold_on >= $2) and ($3::date is null or sold_on < $3)
     and ($4::uuid is null or product_id = $4)
     and ($5::text is null or kind = $5) and ($6::text is null or channel = $6)
     and ($7::text is null or order_ref = $7)
     and ($8::date is null or (sold_on, line_key) < ($8, $9::bigint))
   order by sold_on desc, line_key desc limit $10) l
left join product p on p.tenant_id = $1 and p.id = l.product_id
order by l.sold_on desc, l.line_key desc
"""

_TOTALS: Final = f"""
select date_trunc($2, d.day)::date as period,
       case when $3 then d.product_id else '{ALL_PRODUCTS}'::uuid end as product,
       d.currency, sum(d.orders)::bigint as orders, sum(d.units) as units, sum(d.units_returned) as units_returned,
       sum(d.units_cancelled) as units_cancelled, sum(d.revenue) as revenue,
       sum(d.revenue_returned) as revenue_returned, sum(d.revenue_cancelled) as revenue_cancelled
  from daily_sales d
 where d.tenant_id = $1
   and ($4::date is null or d.day >= $4) and ($5::date is null or d.day < $5)
   and ($6::uuid[] is null or d.product_id = any($6))
   and (($7::text is null and $8::text is null) or d.product_id in (
         select p.id from product p
          where p.tenant_id = $1 and ($7::text is null or p.category = $7) and ($8::text is null or p.brand = $8)))
 group by 1, 2, 3
having $9::date is null
    or (date_trunc($2, d.day)::date, case when $3 then d.product_id else '{ALL_PRODUCTS}'::uuid end, d.currency)
       > ($9, $10::uuid, $11::text)
 order by 1, 2, 3
 limit $12
"""

_NO_TOUCHED: Final = "create temp table touched_day (product_id uuid, day date) on commit drop"

# Days that lines of the period bear on: their own; totals that are there already, since their lines may be gone; and
# for returns (a return up to LONGEST_RETURN after the period may belong to a sale in it) their own day and that of
# every sale that they could be of, since a line that came or went can move them from one day to another.
_TOUCHED: Final = """
with returned as (
  select product_id, order_ref, sold_on from order_line
   where tenant_id = $1 and kind <> 'sale' and ($4::uuid[] is null or product_id = any($4))
     and ($2::date is null or sold_on >= $2) and ($3::date is null or sold_on <= $3::date + $5::interval)
)
insert into touched_day (product_id, day)
select product_id, sold_on from order_line
 where tenant_id = $1 and ($2::date is null or sold_on >= $2) and ($3::date is null or sold_on <= $3)
   and ($4::uuid[] is null or product_id = any($4))
union
select product_id, day from daily_sales
 where tenant_id = $1 and ($2::date is null or day >= $2) and ($3::date is null or day <= $3)
   and ($4::uuid[] is null or product_id = any($4))
union
select product_id, sold_on from returned
union
select s.product_id, s.sold_on
  from returned r
  join order_line s on s.tenant_id = $1 and s.order_ref = r.order_ref and s.product_id = r.product_id
                   and s.kind = 'sale' and s.sold_on between r.sold_on - $5::interval and r.sold_on
 where ($2::date is null or s.sold_on >= $2::date - $5::interval)
   and ($3::date is null or s.sold_on <= $3::date + $5::interval)
"""

_REBUILT: Final = """
with returned as (
  select product_id, sold_on, line_key, order_ref, currency, kind, quantity, revenue from order_line
   where tenant_id = $1 and kind <> 'sale'
     and ($2::date is null or sold_on between $2::date and $3::date + $4::interval)
), dated as (
  select r.sold_on, r.line_key, min(s.sold_on) as day
    from returned r
    join order_line s on s.tenant_id = $1 and s.order_ref = r.order_ref and s.product_id = r.product_id
                     and s.kind = 'sale' and s.sold_on between r.sold_on - $4::interval and r.sold_on
                     and ($2::date is null or s.sold_on between $2::date - $4::interval and $3::date + $4::interval)
   group by r.sold_on, r.line_key
), counted as (
  select product_id, sold_on as day, currency, order_ref, line_key, kind, quantity, revenue from order_line
   where tenant_id = $1 and kind = 'sale' and ($2::date is null or sold_on between $2 and $3)
  union all
  select r.product_id, coalesce(d.day, r.sold_on), r.currency, r.order_ref, r.line_key, r.kind, r.quantity, r.revenue
    from returned r left join dated d on d.sold_on = r.sold_on and d.line_key = r.line_key
)
insert into daily_sales (tenant_id, product_id, day, currency, orders, units, units_returned, units_cancelled, revenue,
                         revenue_returned, revenue_cancelled)
select $1, c.product_id, c.day, c.currency,
       count(distinct coalesce(c.order_ref, c.line_key::text)) filter (where c.kind = 'sale'),
       coalesce(sum(c.quantity) filter (where c.kind = 'sale'), 0),
       coalesce(sum(c.quantity) filter (where c.kind = 'return'), 0),
       coalesce(sum(c.quantity) filter (where c.kind = 'cancellation'), 0),
       coalesce(sum(c.revenue) filter (where c.kind = 'sale'), 0),
       coalesce(sum(c.revenue) filter (where c.kind = 'return'), 0),
       coalesce(sum(c.revenue) filter (where c.kind = 'cancellation'), 0)
  from counted c {chosen}
 group by c.product_id, c.day, c.currency
"""


def _line(row: Any) -> OrderLine:
    currency: str = row["currency"]
    return OrderLine(
        sold_on=row["sold_on"],
        line_key=str(row["line_key"]),
        sold_at=row["sold_at"],
        product_id=row["product_id"],
        sku=row["sku"],
        order_ref=row["order_ref"],
        kind=LineKind(row["kind"]),
        quantity=plain(row["quantity"]),
        revenue=trimmed(row["revenue"], currency),
        list_price=None if row["list_price"] is None else trimmed(row["list_price"], currency),
        currency=currency,
        tax_basis=TaxBasis(row["tax_basis"]),
        channel=row["channel"],
        country=row["country"],
        promotion=row["promotion"],
        import_id=row["import_id"],
        row_number=row["row_number"],
    )


def _total(row: Any) -> SalesTotal:
    currency: str = row["currency"]
    units, returned, cancelled = row["units"], row["units_returned"], row["units_cancelled"]
    revenue, given_back, lost = row["revenue"], row["revenue_returned"], row["revenue_cancelled"]
    return SalesTotal(
        period=row["period"],
        product_id=None if row["product"] == ALL_PRODUCTS else row["product"],
        currency=currency,
        orders=row["orders"],
        units=plain(units),
        units_returned=plain(returned),
        units_cancelled=plain(cancelled),
        units_net=plain(units - returned - cancelled),
        revenue=trimmed(revenue, currency),
        revenue_returned=trimmed(given_back, currency),
        revenue_cancelled=trimmed(lost, currency),
        revenue_net=trimmed(revenue - given_back - lost, currency),
    )

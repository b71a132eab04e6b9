"""What the figures are made from, read across contexts, a statement each. Every statement names the tenant.

It reads tables that other contexts own and changes none of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shopwright.figures.periods import Days
from shopwright.figures.takings import Rates, SalesRow
from shopwright.infra.bulk import rows_of
from shopwright.infra.db import UnitOfWork
from shopwright.kit.money import TaxBasis


class FigureRepository:
    """The questions about one tenant's figures."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def sales(self, days: Days, compared: Days | None) -> list[SalesRow]:
        """Add up net sales by day, currency of sale and cost, and tax basis."""
        rows = await self._unit.connection.fetch(_SALES, self._unit.tenant, *_ranges(days, compared))
        return [SalesRow(**{**dict(row), "tax_basis": TaxBasis(row["tax_basis"])}) for row in rows]

    async def orders(self, days: Days, compared: Days | None) -> Mapping[date, int]:
        """Return the orders of each day that has some."""
        rows = await self._unit.connection.fetch(
            """select day, orders from daily_orders
                where tenant_id = $1 and (day >= $2 and day < $3 or day >= $4 and day < $5)""",
            self._unit.tenant,
            *_ranges(days, compared),
        )
        return {row["day"]: row["orders"] for row in rows}

    async def rates(self, wanted: Sequence[tuple[str, date]], home: str) -> Rates:
        """Return what currencies cost in the home currency on days, by the newest rate on or before each."""
        if not wanted:
            return {}
        currencies, days = zip(*wanted, strict=True)
        rows = await self._unit.connection.fetch(_RATES, self._unit.tenant, list(currencies), list(days), home)
        return {(row["currency"], row["on_day"]): row["rate"] for row in rows}

    async def price_index(self, now: datetime) -> Decimal | None:
        """Return our present price over the rivals' times 100, None with nothing to compare."""
        found: Decimal | None = await self._unit.connection.fetchval(_INDEX_NOW, self._unit.tenant, now)
        return found

    async def kept(self, first: date, last: date) -> Mapping[tuple[str, date], Decimal]:
        """Return the states of figures that were kept for the days first to last, both included."""
        rows = await self._unit.connection.fetch(
            "select figure, day, value from figure_day where tenant_id = $1 and day between $2 and $3",
            self._unit.tenant,
            first,
            last,
        )
        return {(row["figure"], row["day"]): row["value"] for row in rows}

    async def last_kept(self) -> date | None:
        """Return the newest day with a kept state."""
        found: date | None = await self._unit.connection.fetchval(
            "select max(day) from figure_day where tenant_id = $1", self._unit.tenant
        )
        return found

    async def keep(self, ends: Mapping[date, datetime]) -> int:
        """Read the states at these ends of days from all sightings and counts, and keep them; return how many."""
        connection, tenant, days = self._unit.connection, self._unit.tenant, list(ends)
        await connection.execute("delete from figure_day where tenant_id = $1 and day = any($2)", tenant, days)
        kept = 0
        for statement in (_KEEP_INDEX, _KEEP_EMPTY):
            kept += rows_of(await connection.execute(statement, tenant, days, list(ends.values())))
        return kept

    async def state(self, now: datetime, today: date, home: str) -> Mapping[str, Any]:
        """Return how fresh everything is and how much of everything waits, in one row."""
        row = await self._unit.connection.fetchrow(_STATE, self._unit.tenant, now, today, home)
        return dict(row or {})

    async def happenings(self, since: datetime, until: datetime) -> list[Mapping[str, Any]]:
        """Count by kind what changed from one moment to another, both included."""
        rows = await self._unit.connection.fetch(_HAPPENINGS, self._unit.tenant, since, until)
        return [dict(row) for row in rows]


def _ranges(days: Days, compared: Days | None) -> tuple[date, date, date, date]:
    other = compared or Days(days.since, days.since)
    return days.since, days.until, other.since, other.until


_SALES: Final = """
select d.day, d.currency, coalesce(p.currency, d.currency) as cost_currency, coalesce(p.tax_basis, 'gross') as tax_basis,
       sum(d.revenue - d.revenue_returned - d.revenue_cancelled) as revenue,
       coalesce(sum(d.revenue - d.revenue_returned - d.revenue_cancelled) filter (where p.cost is not null), 0) as costed,
       coalesce(sum((d.units - d.units_returned - d.units_cancelled) * p.cost), 0) as cost
  from daily_sales d
  left join product p on p.tenant_id = $1 and p.id = d.product_id
 where d.tenant_id = $1 and (d.day >= $2 and d.day < $3 or d.day >= $4 and d.day < $5)
 group by 1, 2, 3, 4
"""

_RATES: Final = """
select w.currency, w.day as on_day, r.rate
  from unnest($2::text[], $3::date[]) as w(currency, day)
  cross join lateral (
    select case when base = w.currency then rate else 1 / rate end as rate from exchange_rate
     where tenant_id = $1 and day <= w.day
       and ((base = w.currency and quote = $4) or (base = $4 and quote = w.currency))
     order by day desc, base = w.currency desc limit 1) r
"""

_INDEX_NOW: Final = """
select avg(p.price / (o.price + coalesce(o.shipping, 0))) * 100
  from offer o
  join competitor c on c.tenant_id = $1 and c.id = o.competitor_id and not c.is_own and c.status = 'active'
  join product p on p.tenant_id = $1 and p.id = o.product_id and p.status = 'active'
 where o.tenant_id = $1 and o.match_state in ('automatic', 'confirmed') and o.condition = 'new'
   and o.pack_quantity = 1 and o.availability = 'in_stock' and o.seen_at > $2::timestamptz - interval '7 days'
   and o.price + coalesce(o.shipping, 0) > 0 and p.price > 0
   and p.currency = o.currency and p.tax_basis = o.tax_basis
"""

_KEEP_INDEX: Final = """
insert into figure_day (tenant_id, figure, day, value)
select $1, 'price_index', m.day, avg(ours.price / seen.delivered) * 100
  from unnest($2::date[], $3::timestamptz[]) as m(day, at)
  join offer o on o.tenant_id = $1 and o.match_state in ('automatic', 'confirmed') and o.condition = 'new'
              and o.pack_quantity = 1
  join competitor c on c.tenant_id = $1 and c.id = o.competitor_id and not c.is_own and c.status = 'active'
  join product p on p.tenant_id = $1 and p.id = o.product_id and p.status = 'active'
  cross join lateral (
    select s.price + coalesce(s.shipping, 0) as delivered, s.availability from offer_point s
     where s.tenant_id = $1 and s.offer_id = o.id and s.seen_at <= m.at and s.seen_at > m.at - interval '7 days'
     order by s.seen_at desc limit 1) seen
  cross join lateral (
    select w.price, w.currency, w.tax_basis from price_point w
     where w.tenant_id = $1 and w.product_id = p.id and w.at <= m.at
     order by w.at desc limit 1) ours
 where seen.availability = 'in_stock' and seen.delivered > 0 and ours.price > 0
   and ours.currency = o.currency and ours.tax_basis = o.tax_basis
 group by m.day
"""

_KEEP_EMPTY: Final = """
with counted as (
  select product_id, warehouse, counted_at, quantity,
         lead(counted_at) over (partition by product_id, warehouse order by counted_at) as until
    from stock_level where tenant_id = $1
), recent as (
  select * from counted where until is null or until > (select min(m.at) from unnest($3::timestamptz[]) as m(at))
), shelves as (
  select m.day, c.product_id, sum(c.quantity) as quantity
    from unnest($2::date[], $3::timestamptz[]) as m(day, at)
    join recent c on c.counted_at <= m.at and (c.until is null or c.until > m.at)
   group by m.day, c.product_id
)
insert into figure_day (tenant_id, figure, day, value)
select $1, 'out_of_stock', s.day, count(*) filter (where s.quantity <= 0)
  from shelves s join product p on p.tenant_id = $1 and p.id = s.product_id and p.status = 'active'
 group by s.day
"""

_STATE: Final = """
with shelf as (
  select count(*) filter (where p.inventory_level <= 0) as out_of_stock,
         count(*) filter (where p.inventory_level is not null) as counted,
         count(*) filter (where p.cost is null) as without_cost,
         count(*) filter (where p.min_price is null or p.max_price is null) as without_bounds,
         count(*) filter (where p.inventory_level <= 0 and exists (
           select from daily_sales d
            where d.tenant_id = $1 and d.product_id = p.id and d.day >= $3::date - 28
              and d.units > d.units_cancelled)) as selling
    from product p where p.tenant_id = $1 and p.status = 'active'
), waiting as (
  select count(*) as proposals, min(created_at) as proposals_since,
         sum((expected #>> '{gain,1}')::numeric) filter (where currency = $4) as expected_gain
    from proposal where tenant_id = $1 and state = 'proposed' and expires_at > $2
), prices as (
  select count(*) as failed, max(coalesce(sent_at, decided_at)) as failed_at
    from proposal where tenant_id = $1 and state in ('failed', 'unknown') and created_at > $2 - interval '7 days'
), failed_import as (
  select count(*) as imports, min(coalesce(i.finished_at, i.created_at)) as since
    from import i
   where i.tenant_id = $1 and i.state = 'failed' and i.created_at > $2 - interval '7 days'
     and not exists (select from import later
                      where later.tenant_id = $1 and later.kind = i.kind and later.source = i.source
                        and later.state = 'completed' and later.created_at > i.created_at)
), rival as (
  select count(*) filter (where newest <= $2 - interval '24 hours') as old_rivals, min(newest) as oldest,
         max(newest) as newest_offer
    from (select max(o.seen_at) as newest from offer o
            join competitor c on c.tenant_id = $1 and c.id = o.competitor_id and not c.is_own and c.status = 'active'
           where o.tenant_id = $1 group by o.competitor_id) seen
), run as (
  select state, halt_reason, finished_at from pricing_run where tenant_id = $1 order by id desc limit 1
)
select shelf.*, waiting.*, prices.failed as failed_prices, prices.failed_at as failed_prices_at,
       failed_import.imports as failed_imports, failed_import.since as failed_imports_since, rival.*,
       run.state = 'halted' as run_halted, run.halt_reason as run_halt_reason, run.finished_at as run_finished_at,
       control.halted, control.reason as halt_reason, control.changed_at as halted_at,
       (select max(day) from daily_sales where tenant_id = $1) as newest_sale,
       (select max(counted_at) from stock_level where tenant_id = $1) as newest_count,
       (select count(*) from offer where tenant_id = $1 and match_state = 'review') as matches,
       (select count(*) from delivery where tenant_id = $1 and state = 'parked') as parked
  from shelf cross join waiting cross join prices cross join failed_import cross join rival
  left join run on true
  left join pricing_control control on control.tenant_id = $1
"""

_HAPPENINGS: Final = """
select 'price.' || origin as kind, count(*)::integer as count, max(at) as newest, null::bigint as rows
  from price_point where tenant_id = $1 and at >= $2 and at <= $3 and origin <> 'created' group by origin
union all
select 'import.' || kind, count(*)::integer, max(finished_at), sum(rows_new + rows_changed)::bigint
  from import where tenant_id = $1 and state = 'completed' and finished_at >= $2 and finished_at <= $3 group by kind
union all
select name, count(*)::integer, max(at), null
  from journal
 where tenant_id = $1 and at >= $2 and at <= $3
   and (subject_kind = 'pricing_policy' or (subject_kind = 'tenant' and name in
        ('pricing.halt_changed', 'identity.tenant_settings_changed')))
 group by name
union all
select 'market.rival_price_moved', count(*)::integer, max(at), null
  from journal where tenant_id = $1 and subject_kind = 'offer' and name = 'market.rival_price_moved' and at >= $2 and at <= $3
having count(*) > 0
"""

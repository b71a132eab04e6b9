"""One product's figures, read across contexts, a statement each. Every statement names the tenant."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from shopwright.catalog.domain import ProductNotFound, plain, trimmed
from shopwright.figures.products import OwnPoint, ProductDay, RivalPoint, RivalSeries
from shopwright.infra.db import UnitOfWork

_COMPARABLE: Final = """o.tenant_id = $1 and o.product_id = $2 and o.match_state in ('automatic', 'confirmed')
  and not c.is_own and c.status = 'active'"""


class ProductFigureRepository:
    """The questions about figures of one product."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def figures(self, product_id: UUID, now: datetime, since: date) -> Any:
        """Return the row that key figures are made from. Raises ProductNotFound."""
        row = await self._unit.connection.fetchrow(_FIGURES, self._unit.tenant, product_id, now, since)
        if row is None:
            raise ProductNotFound("There is no such product.", id=str(product_id))
        return row

    async def own_prices(self, product_id: UUID, since: datetime, until: datetime) -> list[OwnPoint]:
        """Return the own price in force at `since`, and those set until `until`, oldest first."""
        rows = await self._unit.connection.fetch(_OWN, self._unit.tenant, product_id, since, until)
        return [
            OwnPoint(row["at"], trimmed(row["price"], row["currency"]), row["origin"], row["proposal_id"])
            for row in rows
        ]

    async def rivals(self, product_id: UUID, since: datetime, until: datetime) -> list[RivalSeries]:
        """Return matched offers with the points at which they changed, by competitor."""
        rows = await self._unit.connection.fetch(_RIVALS, self._unit.tenant, product_id, since, until)
        return [_series(list(group)) for _, group in groupby(rows, key=itemgetter("offer_id"))]

    async def days(self, product_id: UUID, since: date, until: date, zone: str) -> list[ProductDay]:
        """Return every day of [since, until), oldest first."""
        rows = await self._unit.connection.fetch(_DAYS, self._unit.tenant, product_id, since, until, zone)
        return [_day(row) for row in rows]


_FIGURES: Final = f"""
select p.id, p.sku, p.name, p.currency, p.tax_basis, p.price, p.cost, p.inventory_level,
       market.*, sold.units, sold.revenue, (select max(day) from daily_sales where tenant_id = $1 and product_id = $2) as newest_sale,
       open.id as proposal_id, open.proposed_price
  from product p
  left join lateral (
    select count(*) filter (where comparable)::integer as offers,
           count(*) filter (where comparable and delivered < p.price)::integer as cheaper,
           min(delivered) filter (where comparable) as lowest_offer,
           avg(p.price / delivered) filter (where comparable) * 100 as index, max(seen_at) as newest_offer
      from (select o.price + coalesce(o.shipping, 0) as delivered, o.seen_at,
                   o.availability = 'in_stock' and o.condition = 'new' and o.pack_quantity = 1
                     and o.currency = p.currency and o.tax_basis = p.tax_basis
                     and o.seen_at > $3::timestamptz - interval '7 days'
                     and o.price + coalesce(o.shipping, 0) > 0 as comparable
              from offer o join competitor c on c.tenant_id = $1 and c.id = o.competitor_id
             where {_COMPARABLE}) offers) market on true
  left join lateral (
    select coalesce(sum(units - units_returned - units_cancelled), 0) as units,
           coalesce(sum(revenue - revenue_returned - revenue_cancelled) filter (where currency = p.currency), 0) as revenue
      from daily_sales where tenant_id = $1 and product_id = $2 and day >= $4) sold on true
  left join proposal open on open.tenant_id = $1 and open.product_id = $2
                         and open.state in ('proposed', 'approved', 'sent', 'unknown')
 where p.tenant_id = $1 and p.id = $2
"""

_OWN: Final = """
(select greatest(at, $3) as at, price, currency, origin, proposal_id from price_point
  where tenant_id = $1 and product_id = $2 and at <= $3 order by price_point.at desc limit 1)
union all
(select at, price, currency, origin, proposal_id from price_point
  where tenant_id = $1 and product_id = $2 and at > $3 and at < $4)
order by at
"""

_RIVALS: Final = f"""
with listed as (
  select o.id, o.competitor_id, c.name, o.currency, o.condition, o.pack_quantity
    from offer o join competitor c on c.tenant_id = $1 and c.id = o.competitor_id where {_COMPARABLE}
), seen as (
  select l.id, greatest(s.seen_at, $3) as at, s.price + coalesce(s.shipping, 0) as price,
         s.availability <> 'out_of_stock' as available, s.promotion
    from listed l cross join lateral (
      select * from offer_point s where s.tenant_id = $1 and s.offer_id = l.id and s.seen_at <= $3
       order by s.seen_at desc limit 1) s
  union all
  select l.id, s.seen_at, s.price + coalesce(s.shipping, 0), s.availability <> 'out_of_stock', s.promotion
    from listed l join offer_point s on s.tenant_id = $1 and s.offer_id = l.id and s.seen_at > $3 and s.seen_at < $4
), marked as (
  select *, (price, available, promotion) is distinct from
            (lag(price) over w, lag(available) over w, lag(promotion) over w) as moved, lead(at) over w is null as last
    from seen window w as (partition by id order by at)
)
select l.id as offer_id, l.competitor_id, l.name, l.currency, l.condition, l.pack_quantity, m.at, m.price, m.available,
       m.promotion
  from listed l join marked m on m.id = l.id and (m.moved or m.last)
 order by l.name, l.id, m.at
"""

_DAYS: Final = """
select d.day::date as day, coalesce(s.units, 0) as units, coalesce(s.units_net, 0) as units_net,
       coalesce(s.revenue_net, 0) as revenue_net, p.currency, stock.quantity as stock, t.sessions, t.views
  from product p
  cross join generate_series($3::date, $4::date - 1, interval '1 day') as d(day)
  left join lateral (
    select sum(units) as units, sum(units - units_returned - units_cancelled) as units_net,
           sum(revenue - revenue_returned - revenue_cancelled) filter (where currency = p.currency) as revenue_net
      from daily_sales where tenant_id = $1 and product_id = $2 and day = d.day::date) s on true
  left join traffic t on t.tenant_id = $1 and t.product_id = $2 and t.day = d.day::date
  left join lateral (
    select sum(quantity) as quantity from (
      select distinct on (warehouse) quantity from stock_level
       where tenant_id = $1 and product_id = $2 and counted_at < (d.day::date + 1)::timestamp at time zone $5
       order by warehouse, counted_at desc) newest) stock on true
 where p.tenant_id = $1 and p.id = $2
 order by d.day
"""


def _series(rows: Sequence[Any]) -> RivalSeries:
    first = rows[0]
    return RivalSeries(
        offer_id=first["offer_id"],
        competitor_id=first["competitor_id"],
        competitor=first["name"],
        currency=first["currency"],
        condition=first["condition"],
        pack_quantity=first["pack_quantity"],
        points=[
            RivalPoint(row["at"], trimmed(row["price"], first["currency"]), row["available"], row["promotion"])
            for row in rows
        ],
    )


def _day(row: Any) -> ProductDay:
    return ProductDay(
        day=row["day"],
        units=plain(row["units"]),
        units_net=plain(row["units_net"]),
        revenue_net=trimmed(row["revenue_net"], row["currency"]),
        stock=None if row["stock"] is None else plain(row["stock"]),
        sessions=row["sessions"],
        views=row["views"],
    )

"""Own prices over time, prices set in bulk, whole catalogs as columns, exchange rates. Every statement names the tenant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import PriceMoves, ProductColumns
from shopwright.catalog.domain import (
    PriceChanges,
    PriceOrigin,
    PriceOutcome,
    PricePoint,
    Product,
    ProductFilter,
    RowResult,
    plain,
    trimmed,
)
from shopwright.catalog.repository import SELECTED, selection
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import INVALID, MISSING, Integers, scaled
from shopwright.kit.money import Currency, ExchangeRate, TaxBasis

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SCALED: Final = ("price", "cost", "min_price", "max_price", "map_price", "inventory_level", "day_ago", "week_ago")
_AMOUNTS: Final = ", ".join(
    f"""array_agg(case when {name} is null then {MISSING} when {name} = 'NaN' then {INVALID}
                       else ({name} * 1000000)::bigint end order by id) as {name}"""
    for name in _SCALED
)


class PriceRepository:
    """The questions that the service asks about own prices of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add_points(self, changed: Sequence[tuple[Product | None, Product]], origin: PriceOrigin) -> None:
        """Write a point for each (before, after) whose price differs; a price that was taken away leaves none.

        A point follows those that are there, though the clock was set back since: the newest is the price in force.
        """
        rows = [
            (after, before.price if before is not None and _comparable(before, after) else None)
            for before, after in changed
            if after.price is not None and (before is None or before.price_differs(after))
        ]
        if not rows:
            return
        now = self._unit.clock.now()
        await self._ensure_month(now)
        await self._unit.connection.execute(
            """insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin)
               select $1, n.id, coalesce(t.later, $2), n.price, n.previous, n.currency, n.tax_basis, $3
                 from unnest($4::uuid[], $5::numeric[], $6::numeric[], $7::text[], $8::text[])
                   as n(id, price, previous, currency, tax_basis),
                   lateral (select max(at) + interval '1 microsecond' as later from price_point
                             where tenant_id = $1 and product_id = n.id and at >= $2) t""",
            self._unit.tenant,
            now,
            origin.value,
            [after.id for after, _ in rows],
            [after.price for after, _ in rows],
            [previous for _, previous in rows],
            [after.currency for after, _ in rows],
            [after.tax_basis.value for after, _ in rows],
        )

    async def list_points(
        self, product_id: UUID, since: datetime | None, until: datetime | None, after: datetime | None, limit: int
    ) -> list[PricePoint]:
        """Return up to `limit` points of a product, newest first, in [since, until), before the one at `after`."""
        rows = await self._unit.connection.fetch(
            """select at, price, currency, tax_basis, origin, proposal_id, import_id from price_point
                where tenant_id = $1 and product_id = $2
                  and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
                  and ($5::timestamptz is null or at < $5)
                order by at desc limit $6""",
            self._unit.tenant,
            product_id,
            since,
            until,
            after,
            limit,
        )
        return [_point(row) for row in rows]

    async def set_prices(self, changes: PriceChanges, origin: PriceOrigin) -> list[PriceOutcome]:
        """Set prices where the expected version still holds, and write their points, in one statement.

        A point follows those that are there, though the clock was set back since.
        """
        wanted = _last_rows(changes)
        now = self._unit.clock.now()
        await self._ensure_month(now)
        rows = await self._unit.connection.fetch(
            _SET_PRICES,
            self._unit.tenant,
            list(wanted),
            [price for price, _, _ in wanted.values()],
            [version for _, version, _ in wanted.values()],
            [proposal_id for _, _, proposal_id in wanted.values()],
            now,
            origin.value,
        )
        found = {row["id"]: row for row in sorted(rows, key=itemgetter("done"))}
        return [
            _price_outcome(product_id, price, found.get(product_id)) for product_id, (price, _, _) in wanted.items()
        ]

    async def moves(self, since: datetime, at_least: int) -> PriceMoves:
        """Read the own prices set since a moment, of products that were set so often at least."""
        rows = await self._unit.connection.fetch(
            """select product_id, at, price, previous from (
                 select product_id, extract(epoch from at)::bigint as at, price, previous,
                        count(*) over (partition by product_id) as times
                   from price_point where tenant_id = $1 and at >= $2) as moved
                where times >= $3""",
            self._unit.tenant,
            since,
            at_least,
        )
        return PriceMoves(
            [row["product_id"] for row in rows],
            np.array([row["at"] for row in rows], dtype=np.int64),
            scaled((row["price"] for row in rows), up=False),
            scaled((row["previous"] for row in rows), up=False),
        )

    async def columns(self, wanted: ProductFilter) -> ProductColumns:
        """Read active products as columns, in one query."""
        now = self._unit.clock.now()
        rows = await self._unit.connection.fetch(
            _PRICING_COLUMNS, *selection(self._unit, wanted), now - _DAY, now - _WEEK
        )
        row = rows[0]
        return ProductColumns(
            ids=row["ids"] or [],
            skus=row["skus"] or [],
            marketplaces=row["marketplaces"] or [],
            categories=row["categories"] or [],
            brands=row["brands"] or [],
            currencies=row["currencies"] or [],
            gross=np.array(row["gross"] or [], dtype=np.bool_),
            price=_integers(row["price"]),
            cost=_integers(row["cost"]),
            min_price=_integers(row["min_price"]),
            max_price=_integers(row["max_price"]),
            map_price=_integers(row["map_price"]),
            inventory=_integers(row["inventory_level"]),
            price_day_ago=_integers(row["day_ago"]),
            price_week_ago=_integers(row["week_ago"]),
            version=_integers(row["versions"]),
        )

    async def _ensure_month(self, moment: datetime) -> None:
        await self._unit.connection.execute("select ensure_month('price_point', $1)", moment.date())


class RateRepository:
    """The questions that the service asks about exchange rates of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def put(self, rate: ExchangeRate) -> ExchangeRate | None:
        """Record a rate and return the one of the same pair and day that it replaces."""
        rows = await self._unit.connection.fetch(
            """insert into exchange_rate as e (tenant_id, base, quote, day, rate, source, recorded_at)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (tenant_id, base, quote, day) do update set
                 rate = excluded.rate, source = excluded.source, recorded_at = excluded.recorded_at
               returning old.base as base, old.quote as quote, old.day as day, old.rate as rate, old.source as source""",
            self._unit.tenant,
            rate.base.code,
            rate.quote.code,
            rate.on,
            rate.rate,
            rate.source,
            self._unit.clock.now(),
        )
        return None if rows[0]["base"] is None else _rate(rows[0])

    async def list_page(
        self, base: str | None, quote: str | None, after: tuple[date, str, str] | None, limit: int
    ) -> list[ExchangeRate]:
        """Return up to `limit` rates, newest day first."""
        day, after_base, after_quote = (None, None, None) if after is None else after
        rows = await self._unit.connection.fetch(
            """select base, quote, day, rate, source from exchange_rate
                where tenant_id = $1 and ($2::text is null or base = $2) and ($3::text is null or quote = $3)
                  and ($4::date is null or day < $4 or (day = $4 and (base, quote) > ($5, $6)))
                order by day desc, base, quote limit $7""",
            self._unit.tenant,
            base,
            quote,
            day,
            after_base,
            after_quote,
            limit,
        )
        return [_rate(row) for row in rows]

    async def newest(self, day: date) -> list[ExchangeRate]:
        """Return for each pair the newest rate on or before a day."""
        rows = await self._unit.connection.fetch(
            """select distinct on (base, quote) base, quote, day, rate, source from exchange_rate
                where tenant_id = $1 and day <= $2 order by base, quote, day desc""",
            self._unit.tenant,
            day,
        )
        return [_rate(row) for row in rows]

    async def find(self, base: str, quote: str, day: date) -> ExchangeRate | None:
        """Find the newest rate of a pair on or before a day, recorded in either direction."""
        row = await self._unit.connection.fetchrow(
            """select base, quote, day, rate, source from exchange_rate
                where tenant_id = $1 and day <= $4 and ((base = $2 and quote = $3) or (base = $3 and quote = $2))
                order by day desc, base = $2 desc limit 1""",
            self._unit.tenant,
            base,
            quote,
            day,
        )
        return None if row is None else _rate(row)


# Locks in the order of ids, so that two bulk changes cannot deadlock, then changes what still has the expected
# version. Rows are joined to the table by its key only: joining the intermediate results, whose sizes the planner
# does not know, to each other costs minutes for 50,000 rows. So both come back, and Python puts them together.
_SET_PRICES: Final = """
with locked as (
  select p.id, p.price as before, w.price, w.version as expected, w.proposal_id, p.pricing_version as version
    from unnest($2::uuid[], $3::numeric[], $4::integer[], $5::uuid[]) as w(id, price, version, proposal_id)
    join product p on p.tenant_id = $1 and p.id = w.id
   order by p.id for update of p
), changed as (
  update product p set price = l.price, version = p.version + 1, updated_at = $6 from locked l
   where p.tenant_id = $1 and p.id = l.id and (l.expected is null or p.pricing_version = l.expected)
     and p.price is distinct from l.price
  returning p.id, old.price as before, p.currency, p.tax_basis, new.pricing_version as version, l.price, l.proposal_id
), points as (
  insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin, proposal_id)
  select $1, id, coalesce(t.later, $6), price, before, currency, tax_basis, $7, proposal_id
    from changed, lateral (select max(at) + interval '1 microsecond' as later from price_point
                            where tenant_id = $1 and product_id = changed.id and at >= $6) t
)
select id, before, version, null as currency, null as tax_basis, expected is not null and expected <> version as moved,
       false as done
  from locked
union all
select id, before, version, currency, tax_basis, false, true from changed
"""

_PRICING_COLUMNS: Final = f"""
with day as (
  select distinct on (product_id) product_id, previous, currency, tax_basis from price_point
   where tenant_id = $1 and at > $14 order by product_id, at
), week as (
  select distinct on (product_id) product_id, previous, currency, tax_basis from price_point
   where tenant_id = $1 and at > $15 order by product_id, at
), chosen as (
  select p.*,
         case when d.product_id is null then p.price
              when d.currency = p.currency and d.tax_basis = p.tax_basis then d.previous end as day_ago,
         case when w.product_id is null then p.price
              when w.currency = p.currency and w.tax_basis = p.tax_basis then w.previous end as week_ago
    from product p left join day d on d.product_id = p.id left join week w on w.product_id = p.id
   where {SELECTED} and p.status = 'active'
)
select array_agg(id order by id) as ids, array_agg(sku order by id) as skus,
       array_agg(marketplace order by id) as marketplaces, array_agg(category order by id) as categories,
       array_agg(brand order by id) as brands, array_agg(currency order by id) as currencies,
       array_agg(tax_basis = 'gross' order by id) as gross, array_agg(pricing_version order by id) as versions,
       {_AMOUNTS}
  from chosen
"""


def _comparable(before: Product, after: Product) -> bool:
    return before.currency == after.currency and before.tax_basis is after.tax_basis


def _integers(values: list[int] | None) -> Integers:
    return np.array(values or [], dtype=np.int64)


def _last_rows(changes: PriceChanges) -> dict[UUID, tuple[Decimal, int | None, UUID | None]]:
    versions = changes.versions or repeat(None, len(changes.product_ids))
    proposals = changes.proposal_ids or repeat(None, len(changes.product_ids))
    rows = zip(changes.product_ids, changes.prices, versions, proposals, strict=True)
    return {product_id: (price, version, proposal_id) for product_id, price, version, proposal_id in rows}


def _price_outcome(product_id: UUID, price: Decimal, row: Any) -> PriceOutcome:
    if row is None:
        return PriceOutcome(product_id, RowResult.GONE, None, price, None, None, None)
    kept = RowResult.CHANGED_SINCE if row["moved"] else RowResult.UNCHANGED
    return PriceOutcome(
        product_id=product_id,
        result=RowResult.CHANGED if row["done"] else kept,
        before=None if row["before"] is None else plain(row["before"]),
        after=price,
        currency=row["currency"],
        tax_basis=None if row["tax_basis"] is None else TaxBasis(row["tax_basis"]),
        version=row["version"],
    )


def _point(row: Any) -> PricePoint:
    return PricePoint(
        at=row["at"],
        price=trimmed(row["price"], row["currency"]),
        currency=row["currency"],
        tax_basis=TaxBasis(row["tax_basis"]),
        origin=row["origin"],
        proposal_id=row["proposal_id"],
        import_id=row["import_id"],
    )


def _rate(row: Any) -> ExchangeRate:
    return ExchangeRate(Currency(row["base"]), Currency(row["quote"]), plain(row["rate"]), row["day"], row["source"])

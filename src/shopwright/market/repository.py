"""Competitors and offers in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np

from shopwright.catalog.domain import trimmed
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import INVALID, MISSING, Integers
from shopwright.market.domain import (
    Competitor,
    CompetitorNotFound,
    CompetitorStatus,
    MatchState,
    Offer,
    OfferColumns,
    OfferFilter,
    OfferNotFound,
)

_OFFER: Final = """
  o.id, o.competitor_id, c.name as competitor, o.product_id, o.title, o.gtin, o.mpn, o.brand, o.price, o.shipping,
  o.currency, o.tax_basis, o.availability, o.condition, o.pack_quantity, o.promotion, o.regular_price,
  o.promoted_since, o.promoted_until, o.url, o.source, o.seen_at, o.match_state, o.match_confidence, o.match_reason,
  o.version
"""
_FROM: Final = "from offer o join competitor c on c.tenant_id = o.tenant_id and c.id = o.competitor_id"
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class OfferPoint:
    """What an offer was at one sighting."""

    seen_at: datetime
    price: Decimal
    shipping: Decimal | None
    availability: str
    promotion: bool
    source: str


class MarketRepository:
    """The questions about one tenant's market."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_competitors(self, after: UUID | None, limit: int) -> list[Competitor]:
        """Return competitors with the number of their offers, behind the one with id `after`."""
        rows = await self._unit.connection.fetch(
            """select c.id, c.name, c.is_own, c.status, c.version,
                      (select count(*) from offer o where o.tenant_id = $1 and o.competitor_id = c.id) as offers
                 from competitor c
                where c.tenant_id = $1 and ($2::uuid is null or c.id > $2) order by c.id limit $3""",
            self._unit.tenant,
            after,
            limit,
        )
        return [_competitor(row) for row in rows]

    async def get_competitor(self, competitor_id: UUID) -> Competitor:
        """Return one competitor, locked for change. Raises CompetitorNotFound."""
        row = await self._unit.connection.fetchrow(
            """select c.id, c.name, c.is_own, c.status, c.version,
                      (select count(*) from offer o where o.tenant_id = $1 and o.competitor_id = c.id) as offers
                 from competitor c where c.tenant_id = $1 and c.id = $2 for update of c""",
            self._unit.tenant,
            competitor_id,
        )
        if row is None:
            raise CompetitorNotFound("There is no such competitor.", id=str(competitor_id))
        return _competitor(row)

    async def save_competitor(self, competitor: Competitor) -> None:
        """Write the state of a competitor that was read locked."""
        await self._unit.connection.execute(
            "update competitor set is_own = $3, status = $4, version = $5 where tenant_id = $1 and id = $2",
            self._unit.tenant,
            competitor.id,
            competitor.is_own,
            competitor.status.value,
            competitor.version,
        )

    async def list_offers(self, wanted: OfferFilter, after: UUID | None, limit: int) -> list[Offer]:
        """Return offers behind the one with id `after`."""
        rows = await self._unit.connection.fetch(
            f"""select {_OFFER} {_FROM}
                 where o.tenant_id = $1
                   and ($2::uuid is null or o.product_id = $2)
                   and ($3::uuid is null or o.competitor_id = $3)
                   and ($4::text[] is null or o.match_state = any($4))
                   and ($5::text is null or o.availability = $5)
                   and ($6::uuid is null or o.id > $6)
                 order by o.id
                 limit $7""",
            self._unit.tenant,
            wanted.product_id,
            wanted.competitor_id,
            None if wanted.states is None else [state.value for state in wanted.states],
            wanted.availability,
            after,
            limit,
        )
        return [_offer(row) for row in rows]

    async def get_offer(self, offer_id: UUID, *, locked: bool = False) -> Offer:
        """Return one offer, locked for change if asked. Raises OfferNotFound."""
        lock = "for update of o" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select {_OFFER} {_FROM} where o.tenant_id = $1 and o.id = $2 {lock}",
            self._unit.tenant,
            offer_id,
        )
        if row is None:
            raise OfferNotFound("There is no such offer.", id=str(offer_id))
        return _offer(row)

    async def save_match(self, offer: Offer) -> None:
        """Write what was decided on the match of an offer."""
        await self._unit.connection.execute(
            """update offer set product_id = $3, match_state = $4, match_confidence = $5, match_reason = $6, version = $7
                where tenant_id = $1 and id = $2""",
            self._unit.tenant,
            offer.id,
            offer.product_id,
            offer.match_state.value,
            offer.match_confidence,
            offer.match_reason,
            offer.version,
        )

    async def list_points(self, offer_id: UUID, before: datetime | None, limit: int) -> list[OfferPoint]:
        """Return what an offer was, newest first."""
        rows = await self._unit.connection.fetch(
            """select s.seen_at, s.price, s.shipping, s.availability, s.promotion, s.source, o.currency
                 from offer_point s join offer o on o.tenant_id = $1 and o.id = s.offer_id
                where s.tenant_id = $1 and s.offer_id = $2 and ($3::timestamptz is null or s.seen_at < $3)
                order by s.seen_at desc limit $4""",
            self._unit.tenant,
            offer_id,
            before,
            limit,
        )
        return [_point(row) for row in rows]

    async def moves(self, products: Sequence[UUID], since: datetime) -> list[tuple[UUID, int, int, Decimal]]:
        """Read the delivered prices at which matched new single items in stock were seen since a moment.

        One row a sighting: product, number of the competitor, seconds since 1970, price.
        """
        rows = await self._unit.connection.fetch(
            """select o.product_id, dense_rank() over (order by o.competitor_id) as competitor,
                      extract(epoch from p.seen_at)::bigint as at, p.price + coalesce(p.shipping, 0) as price
                 from offer o
                 join competitor c on c.tenant_id = o.tenant_id and c.id = o.competitor_id
                 join offer_point p on p.tenant_id = o.tenant_id and p.offer_id = o.id
                where o.tenant_id = $1 and o.product_id = any($2) and p.seen_at >= $3
                  and o.match_state in ('automatic', 'confirmed') and o.condition = 'new' and o.pack_quantity = 1
                  and p.availability = 'in_stock' and not c.is_own and c.status = 'active'""",
            self._unit.tenant,
            list(products),
            since,
        )
        return [(row["product_id"], row["competitor"], row["at"], row["price"]) for row in rows]

    async def days(self, first: date, days: int, zone: str) -> list[tuple[UUID, int, list[int], list[float]]]:
        """Read the lowest delivered price by product, competitor and day; see `MarketService.days`."""
        rows = await self._unit.connection.fetch(_DAYS, self._unit.tenant, first, days, zone)
        return [(row["product_id"], row["competitor"], row["days"], row["prices"]) for row in rows]

    async def columns(self) -> OfferColumns:
        """Read every offer that has a product, in one query that returns one row of arrays."""
        rows = await self._unit.connection.fetch(_OFFER_COLUMNS, self._unit.tenant)
        row = rows[0]
        of_competitor: list[str] = row["competitors"] or []
        names = sorted(set(of_competitor))
        number = {name: place for place, name in enumerate(names)}
        return OfferColumns(
            product_ids=row["product_ids"] or [],
            competitors=names,
            competitor=_integers([number[name] for name in of_competitor]),
            price=_integers(row["prices"]),
            shipping=_integers(row["shippings"]),
            currencies=row["currencies"] or [],
            gross=np.array(row["gross"] or [], dtype=np.bool_),
            availability=row["availability"] or [],
            condition=row["condition"] or [],
            pack_quantity=_integers(row["pack_quantity"]),
            seen_at=_integers(row["seen_at"]),
            match_ppm=_integers(row["match_ppm"]),
            match_state=row["match_state"] or [],
            is_own=np.array(row["is_own"] or [], dtype=np.bool_),
            is_ignored=np.array(row["is_ignored"] or [], dtype=np.bool_),
        )


_OFFER_COLUMNS: Final = f"""
select array_agg(product_id) as product_ids, array_agg(name) as competitors,
       array_agg(case when price = 'NaN' then {INVALID} else (price * 1000000)::bigint end) as prices,
       array_agg(case when shipping is null then {MISSING} when shipping = 'NaN' then {INVALID}
                      else (shipping * 1000000)::bigint end) as shippings,
       array_agg(currency) as currencies, array_agg(tax_basis = 'gross') as gross,
       array_agg(availability) as availability, array_agg(condition) as condition,
       array_agg(pack_quantity::bigint) as pack_quantity, array_agg(extract(epoch from seen_at)::bigint) as seen_at,
       array_agg((match_confidence * 1000000)::bigint) as match_ppm, array_agg(match_state) as match_state,
       array_agg(is_own) as is_own, array_agg(status = 'ignored') as is_ignored
  from (
    select o.product_id, o.price, o.shipping, o.currency, o.tax_basis, o.availability, o.condition, o.pack_quantity,
           o.seen_at, o.match_confidence, o.match_state, c.name, c.is_own, c.status
      from offer o join competitor c on c.tenant_id = o.tenant_id and c.id = o.competitor_id
     where o.tenant_id = $1 and o.product_id is not null
     order by o.product_id, o.id) as matched
"""


# Only offers that need no exchange rate and no tax to stand beside our price: a rate that moves is no rival that does.
_DAYS: Final = """
select product_id, dense_rank() over (order by competitor_id) - 1 as competitor, array_agg(day) as days,
       array_agg(price) as prices
  from (
    select o.product_id, o.competitor_id, (p.seen_at at time zone $4)::date - $2::date as day,
           coalesce((min(p.price + coalesce(p.shipping, 0)) filter (where p.availability <> 'out_of_stock'))::float8,
                    'NaN') as price
      from offer o
      join competitor c on c.tenant_id = o.tenant_id and c.id = o.competitor_id
      join product own on own.tenant_id = o.tenant_id and own.id = o.product_id
      join offer_point p on p.tenant_id = o.tenant_id and p.offer_id = o.id
     where o.tenant_id = $1 and o.match_state in ('automatic', 'confirmed') and o.condition = 'new'
       and o.pack_quantity = 1 and o.currency = own.currency and o.tax_basis = own.tax_basis
       and p.price > 0 and not c.is_own and c.status = 'active'
       and p.seen_at >= $2::date::timestamp at time zone $4
       and p.seen_at < ($2::date + $3::integer)::timestamp at time zone $4
     group by 1, 2, 3) as seen
 group by product_id, competitor_id
"""


def _integers(values: list[int] | None) -> Integers:
    return np.array(values or [], dtype=np.int64)


def _competitor(row: Any) -> Competitor:
    return Competitor(
        row["id"], row["name"], row["is_own"], CompetitorStatus(row["status"]), row["offers"], row["version"]
    )


def _offer(row: Any) -> Offer:
    amounts = {name: _shown(row[name], row["currency"]) for name in ("price", "shipping", "regular_price")}
    return Offer(**{**dict(row), **amounts, "match_state": MatchState(row["match_state"])})


def _point(row: Any) -> OfferPoint:
    values = {**dict(row), **{name: _shown(row[name], row["currency"]) for name in ("price", "shipping")}}
    del values["currency"]
    return OfferPoint(**values)


def _shown(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else trimmed(amount, currency)

"""Offers in bulk: the newest sighting of each is kept, every sighting joins the history, equal identifiers match.

An older sighting never replaces a newer one. Decisions of people on matches outlive every load.
"""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from shopwright.infra.bulk import LoadCounts, UndoCounts, rows_of, stage
from shopwright.infra.db import UnitOfWork
from shopwright.market.domain import PRICE_MOVE_PERCENT, OffersRecorded, RivalPriceMoved

STAGED: Final = {
    "competitor": "text",
    "name_key": "text",
    "item_key": "text",
    "sku": "text",
    "gtin": "text",
    "mpn": "text",
    "brand": "text",
    "title": "text",
    "price": "numeric",
    "shipping": "numeric",
    "currency": "text",
    "tax_basis": "text",
    "availability": "text",
    "condition": "text",
    "pack_quantity": "integer",
    "promotion": "boolean",
    "regular_price": "numeric",
    "url": "text",
    "seen_at": "timestamptz",
    "row_number": "bigint",
}
"""The columns of a chunk. `name_key` is the competitor's normalised name, `item_key` what names the item at that
competitor (its own id, else an identifier, else the title); `sku` is ours where the source knows it."""

_KEPT = "title, gtin, mpn, brand, price, shipping, currency, tax_basis, availability, condition, pack_quantity, promotion, regular_price, url"
_MOST_MOVES_TOLD = 1_000  # a load that moves a whole market is told by its counts, not by a thousand alerts

_NEWEST = """
create temp table newest_offer on commit drop as
select distinct on (c.id, s.item_key, s.condition) c.id as competitor_id, s.*,
       nullif(ltrim(translate(s.gtin, ' -', ''), '0'), '') as gtin_key,
       lower(trim(s.brand)) || ' ' || upper(nullif(regexp_replace(s.mpn, '[^[:alnum:]]', '', 'g'), '')) as mpn_key
  from staged_offer s join competitor c on c.tenant_id = $1 and c.name_key = s.name_key
 order by c.id, s.item_key, s.condition, s.seen_at desc, s.row_number desc
"""
# One join for each identifier: a single join on "this or that is equal" compares every offer with every product.
# Listings of one own item on several marketplaces share their normalised SKU and are one candidate, our own shop's
# listing first. Equal identifiers of a lesser kind do not outweigh a GTIN that is another one.
_MATCH = """
create temp table matched_offer on commit drop as
select competitor_id, item_key, condition, count(distinct normalised_sku) as candidates,
       (array_agg(id order by marketplace <> 'own', id))[1] as product_id,
       string_agg(distinct how, ' and ' order by how) as how,
       bool_or(contradicts) and not bool_or(how = 'gtin') as contradicted
  from (
    select n.competitor_id, n.item_key, n.condition, p.id, p.normalised_sku, p.marketplace, 'sku' as how,
           p.gtin_key <> n.gtin_key as contradicts
      from newest_offer n join product p on p.tenant_id = $1 and p.status = 'active' and p.sku = n.sku
    union all
    select n.competitor_id, n.item_key, n.condition, p.id, p.normalised_sku, p.marketplace, 'gtin', false
      from newest_offer n join product p on p.tenant_id = $1 and p.status = 'active' and p.gtin_key = n.gtin_key
    union all
    select n.competitor_id, n.item_key, n.condition, p.id, p.normalised_sku, p.marketplace, 'mpn',
           p.gtin_key <> n.gtin_key
      from newest_offer n join product p on p.tenant_id = $1 and p.status = 'active' and p.mpn_key = n.mpn_key
  ) as found
 group by competitor_id, item_key, condition
"""
_CERTAIN = "m.candidates = 1 and m.contradicted is not true"
_MATCH_STATE = f"""
case when m.candidates is null then 'unmatched' when {_CERTAIN} then 'automatic' else 'review' end
"""
_MATCH_CONFIDENCE = f"case when m.candidates is null then 0 when {_CERTAIN} then 1 else 0.5 end"
_MATCH_REASON = f"""
case when {_CERTAIN} then 'equal ' || m.how
     when m.candidates > 1 then 'identifiers name ' || m.candidates || ' products'
     when m.candidates = 1 then 'equal ' || m.how || ', but another GTIN' end
"""


class OfferLoad:
    """Loads the offers of one import or collection into the unit's tenant."""

    def __init__(self, unit: UnitOfWork, load_id: UUID, source: str) -> None:
        self._unit = unit
        self._load = load_id
        self._source = source

    async def load(self, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Stage the chunks, then add competitors, offers and history, and tell what moved."""
        connection, tenant = self._unit.connection, self._unit.tenant
        staged = await stage(self._unit, "staged_offer", STAGED, chunks)
        if staged == 0:
            return LoadCounts()
        await self._add_competitors()
        await connection.execute(_NEWEST, tenant)
        await connection.execute("analyze newest_offer")
        await connection.execute(_MATCH, tenant)
        await connection.execute("analyze matched_offer")
        moves = await self._moves()
        changed = await self._replace()
        new = await self._add()
        await self._note_history()
        products = await connection.fetchval(
            "select count(distinct product_id) from offer where tenant_id = $1 and import_id = $2", tenant, self._load
        )
        total: int = await connection.fetchval("select count(*) from newest_offer")
        await connection.execute("drop table staged_offer, newest_offer, matched_offer")
        self._unit.publish(
            OffersRecorded(subject_id=str(self._load), source=self._source, new=new, changed=changed, products=products)
        )
        self._unit.publish_all(moves)
        return LoadCounts(new=new, changed=changed, unchanged=total - new - changed)

    async def _add_competitors(self) -> None:
        await self._unit.connection.execute(
            """insert into competitor (tenant_id, id, name, name_key)
               select $1, new_id($1), min(competitor), name_key from staged_offer group by name_key
               on conflict (tenant_id, name_key) do nothing""",
            self._unit.tenant,
        )

    async def _moves(self) -> list[RivalPriceMoved]:
        """Find prices that move by more than five percent against the newest sighting so far (property 12)."""
        rows = await self._unit.connection.fetch(
            """select o.id, o.product_id, c.name, o.price as old, n.price as new,
                      round((n.price - o.price) * 100 / o.price, 2) as percent
                 from newest_offer n
                 join offer o on o.tenant_id = $1 and o.competitor_id = n.competitor_id
                      and o.item_key = n.item_key and o.condition = n.condition
                 join competitor c on c.tenant_id = $1 and c.id = o.competitor_id
                where n.seen_at > o.seen_at and n.currency = o.currency and o.price > 0
                  and abs(n.price - o.price) * 100 > $3 * o.price
                order by abs(n.price - o.price) / o.price desc, o.id
                limit $2""",
            self._unit.tenant,
            _MOST_MOVES_TOLD,
            PRICE_MOVE_PERCENT,
        )
        return [_moved(row) for row in rows]

    async def _replace(self) -> int:
        """Replace older sightings by newer ones, keeping the old row for an undo."""
        connection, tenant = self._unit.connection, self._unit.tenant
        newer = """o.tenant_id = $1 and o.competitor_id = n.competitor_id and o.item_key = n.item_key
                   and o.condition = n.condition and n.seen_at > o.seen_at"""
        await connection.execute(
            f"""insert into overwritten_row (tenant_id, load_id, target, row_key, before)
                select $1, $2, 'offer', o.id::text, to_jsonb(o) from offer o join newest_offer n on {newer}""",
            tenant,
            self._load,
        )
        decided = "o.match_state in ('confirmed', 'rejected')"
        columns = [name.strip() for name in _KEPT.split(",") if name.strip() != "condition"]
        assigned = ", ".join(f"{name} = coalesce(n.{name}, o.{name})" for name in columns if name != "regular_price")
        done = await connection.execute(
            f"""update offer o set {assigned}, regular_price = n.regular_price, seen_at = n.seen_at, source = $3,
                   import_id = $2, row_number = n.row_number, version = o.version + 1,
                   promoted_since = case when not n.promotion then null else coalesce(o.promoted_since, n.seen_at) end,
                   promoted_until = case when n.promotion then n.seen_at end,
                   product_id = case when {decided} then o.product_id else m.product_id end,
                   match_state = case when {decided} then o.match_state else {_MATCH_STATE} end,
                   match_confidence = case when {decided} then o.match_confidence
                                           else {_MATCH_CONFIDENCE} end,
                   match_reason = case when {decided} then o.match_reason else {_MATCH_REASON} end
                  from newest_offer n left join matched_offer m using (competitor_id, item_key, condition)
                 where {newer}""",
            tenant,
            self._load,
            self._source,
        )
        return rows_of(done)

    async def _add(self) -> int:
        done = await self._unit.connection.execute(
            f"""insert into offer (tenant_id, id, competitor_id, item_key, product_id, {_KEPT}, source, seen_at,
                       promoted_since, promoted_until, match_state, match_confidence, match_reason,
                       import_id, row_number)
                select $1, new_id($1), n.competitor_id, n.item_key, m.product_id, n.title, n.gtin, n.mpn, n.brand,
                       n.price, n.shipping, n.currency, coalesce(n.tax_basis, 'gross'),
                       coalesce(n.availability, 'unknown'), n.condition, coalesce(n.pack_quantity, 1),
                       coalesce(n.promotion, false), n.regular_price, n.url, $3, n.seen_at,
                       case when n.promotion then n.seen_at end, case when n.promotion then n.seen_at end,
                       {_MATCH_STATE},
                       {_MATCH_CONFIDENCE},
                       {_MATCH_REASON}, $2, n.row_number
                  from newest_offer n left join matched_offer m using (competitor_id, item_key, condition)
                on conflict (tenant_id, competitor_id, item_key, condition) do nothing""",
            self._unit.tenant,
            self._load,
            self._source,
        )
        return rows_of(done)

    async def _note_history(self) -> None:
        """Write every sighting of the load into the history, the months of which are made where missing."""
        connection, tenant = self._unit.connection, self._unit.tenant
        months = await connection.fetch(
            "select distinct date_trunc('month', seen_at at time zone 'UTC')::date as month from staged_offer"
        )
        for row in months:
            await connection.execute("select ensure_month('offer_point', $1)", row["month"])
        await connection.execute(
            """insert into offer_point (tenant_id, offer_id, seen_at, price, shipping, availability, promotion, source,
                                        import_id, row_number)
               select distinct on (o.id, s.seen_at) $1, o.id, s.seen_at, s.price, s.shipping,
                      coalesce(s.availability, 'unknown'), coalesce(s.promotion, false), $3, $2, s.row_number
                 from staged_offer s
                 join competitor c on c.tenant_id = $1 and c.name_key = s.name_key
                 join offer o on o.tenant_id = $1 and o.competitor_id = c.id and o.item_key = s.item_key
                      and o.condition = s.condition
                order by o.id, s.seen_at, s.row_number desc
               on conflict (tenant_id, offer_id, seen_at) do nothing""",
            tenant,
            self._load,
            self._source,
        )

    async def undo(self, loaded: int) -> UndoCounts:
        """Take the load back: remove offers that it added, restore those that it replaced, remove its sightings.

        Offers that a person decided on or that a later load replaced stay as they are.
        """
        connection, tenant, load = self._unit.connection, self._unit.tenant, self._load
        await connection.execute("delete from offer_point where tenant_id = $1 and import_id = $2", tenant, load)
        removed = await connection.execute(
            """delete from offer o where o.tenant_id = $1 and o.import_id = $2 and o.version = 1
                  and not exists (select from overwritten_row w where w.tenant_id = $1 and w.load_id = $2
                                     and w.target = 'offer' and w.row_key = o.id::text)""",
            tenant,
            load,
        )
        columns = "product_id, seen_at, source, match_state, match_confidence, match_reason, promoted_since, promoted_until, import_id, row_number"
        kept = _KEPT.replace(" condition,", "")
        old = ", ".join(f"r.{name.strip()}" for name in f"{kept}, {columns}".split(","))
        restored = await connection.execute(
            f"""update offer o set ({kept}, {columns}) = ({old}), version = o.version + 1
                  from overwritten_row w, jsonb_populate_record(null::offer, w.before) r
                 where w.tenant_id = $1 and w.load_id = $2 and w.target = 'offer'
                   and o.tenant_id = $1 and o.id = r.id and o.import_id = $2 and o.version = r.version + 1""",
            tenant,
            load,
        )
        done = rows_of(removed) + rows_of(restored)
        return UndoCounts(removed=rows_of(removed), restored=rows_of(restored), kept=loaded - done)


def _moved(row: Any) -> RivalPriceMoved:
    return RivalPriceMoved(
        subject_id=str(row["id"]),
        product_id=None if row["product_id"] is None else str(row["product_id"]),
        competitor=row["name"],
        percent=str(row["percent"]),
        before={"price": str(row["old"])},
        after={"price": str(row["new"])},
    )

"""The use cases of the catalog. Every change is an event with old and new values; nothing here commits."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shopwright.catalog.bulk import BulkChange
from shopwright.catalog.columns import PriceMoves, ProductColumns
from shopwright.catalog.domain import (
    STATUS_EVENTS,
    ExchangeRateRecorded,
    InvalidProduct,
    InventoryLevelsChanged,
    PriceChanged,
    PriceChanges,
    PriceOrigin,
    PriceOutcome,
    PricePoint,
    Product,
    ProductChange,
    ProductChanged,
    ProductCreated,
    ProductDeleted,
    ProductFilter,
    ProductHasSales,
    ProductSort,
    ProductStatus,
    RateMissing,
    RowOutcome,
    RowResult,
    TooManyProducts,
)
from shopwright.catalog.normalisation import normalise_sku
from shopwright.catalog.ordering import decode_place, encode_place
from shopwright.catalog.price_repository import PriceRepository, RateRepository
from shopwright.catalog.repository import ProductRepository
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.events import Event
from shopwright.kit.ids import new_id
from shopwright.kit.money import Currency, ExchangeRate

MOST_AT_ONCE = 10_000
_EXPORT_BATCH = 2_000
_NAMED_IN_AN_EVENT = 1_000


class CatalogService:
    """Products and their own prices, of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._products = ProductRepository(unit)
        self._prices = PriceRepository(unit)

    async def get_product(self, product_id: UUID) -> Product:
        """Return a product, in one round trip. Raises ProductNotFound."""
        return await self._products.get(product_id)

    async def list_products(
        self,
        wanted: ProductFilter,
        *,
        sort: ProductSort = ProductSort.SKU,
        descending: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Slice[Product]:
        """Return a page of products. Raises InvalidCursor for a cursor of another list or order."""
        after = decode_place(cursor, sort, descending=descending)
        rows = await self._products.list_page(wanted, sort, descending=descending, after=after, limit=limit + 1)
        items = [product for _, product in rows[:limit]]
        if len(rows) <= limit:
            return Slice(items, None)
        return Slice(items, encode_place(rows[limit - 1][0], items[-1].id, sort, descending=descending))

    def export(
        self, wanted: ProductFilter, *, sort: ProductSort = ProductSort.SKU, descending: bool = False
    ) -> AsyncIterator[list[Product]]:
        """Yield all products of a filter in batches, from one snapshot and in bounded memory."""
        return self._products.stream(wanted, sort, descending=descending, batch=_EXPORT_BATCH)

    async def create(self, given: ProductChange, marketplace: str) -> Product:
        """Add a product; sku, name and currency have to be given. Raises InvalidProduct, SkuTaken."""
        now = self._unit.clock.now()
        product = Product.new(new_id(self._unit.tenant, now), now, marketplace, given)
        await self._products.add(product)
        await self._prices.add_points([(None, product)], PriceOrigin.CREATED)
        self._unit.publish(ProductCreated(subject_id=str(product.id), after=product.content()))
        return product

    async def change(self, product_id: UUID, change: ProductChange, version: int | None = None) -> Product:
        """Change the given fields only. Raises ProductNotFound, ChangedSinceRead, InvalidProduct, SkuTaken."""
        before = await self._locked(product_id, version)
        after = before.changed(change, self._unit.clock.now())
        await self._keep([(before, after)] if after is not before else [])
        return after

    async def change_many(
        self,
        ids: Sequence[UUID],
        change: BulkChange,
        versions: Mapping[UUID, int] | None = None,
        *,
        dry_run: bool = False,
    ) -> list[RowOutcome]:
        """Give many products the same; what cannot take it is left as it is, with the reason.

        A product that is named in `versions` with another version than it has is left too. A dry run says the same
        and changes nothing. Raises TooManyProducts, and InvalidProduct when a SKU is given: it is one product's own.
        """
        if len(ids) > MOST_AT_ONCE:
            raise TooManyProducts(f"At most {MOST_AT_ONCE} products at once.", found=len(ids), most=MOST_AT_ONCE)
        if "sku" in change.fields:
            raise InvalidProduct("A SKU belongs to one product.", fields=[{"field": "sku", "rule": "is not for many"}])
        wanted = list(dict.fromkeys(ids))
        found = {product.id: product for product in await self._products.list_by_id(wanted, locked=not dry_run)}
        now, expected = self._unit.clock.now(), versions or {}
        changed: list[tuple[Product, Product]] = []
        outcomes: list[RowOutcome] = []
        for product_id in wanted:
            before = found.get(product_id)
            outcome, after = _attempt(product_id, before, change, expected.get(product_id), now)
            outcomes.append(outcome)
            if before is not None and after is not None:
                changed.append((before, after))
        await self._keep([] if dry_run else changed)
        return outcomes

    async def change_selected(
        self, wanted: ProductFilter, change: BulkChange, *, dry_run: bool = False
    ) -> list[RowOutcome]:
        """Give all products of a filter the same, as `change_many` does. Raises TooManyProducts."""
        ids = await self._products.ids_of(wanted, MOST_AT_ONCE + 1)
        return await self.change_many(ids, change, dry_run=dry_run)

    async def set_status(self, product_id: UUID, status: ProductStatus, version: int | None = None) -> Product:
        """Archive a product or restore it. Raises ProductNotFound, ChangedSinceRead."""
        before = await self._locked(product_id, version)
        after = before.with_status(status, self._unit.clock.now())
        if after is not before:
            await self._products.save([after])
            old, new = before.differences(after)
            self._unit.publish(STATUS_EVENTS[status](subject_id=str(product_id), before=old, after=new))
        return after

    async def delete(self, product_id: UUID, version: int | None = None) -> None:
        """Delete a product for good; the journal keeps it whole.

        Raises ProductNotFound, ChangedSinceRead, ProductHasSales.
        """
        product = await self._locked(product_id, version)
        if await self._products.has_sales(product_id):
            raise ProductHasSales("This product has sales and can only be archived.", id=str(product_id))
        await self._products.delete(product_id)
        self._unit.publish(ProductDeleted(subject_id=str(product_id), before=product.content()))

    async def price_history(
        self,
        product_id: UUID,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Slice[PricePoint]:
        """Return own prices of [since, until), newest first. Raises ProductNotFound."""
        await self._products.get(product_id)
        decoded = decode_cursor(cursor, datetime)
        after = None if decoded is None else decoded[0]
        points = await self._prices.list_points(product_id, since, until, after, limit + 1)
        return page_of(points, limit, lambda point: (point.at,))

    async def set_prices(self, changes: PriceChanges, origin: PriceOrigin) -> list[PriceOutcome]:
        """Set many own prices in one statement, each with its price point and event.

        The limits of prices are the caller's to check. A row whose product has other terms (`ProductColumns.version`)
        than expected is CHANGED_SINCE, one that is not there GONE; both stay as they are. Of a product named twice the
        last row counts.
        """
        if not changes.product_ids:
            return []
        outcomes = await self._prices.set_prices(changes, origin)
        proposals = dict(zip(changes.product_ids, changes.proposal_ids, strict=False))
        self._unit.publish_all(
            _price_changed(outcome, origin, proposals.get(outcome.product_id))
            for outcome in outcomes
            if outcome.result is RowResult.CHANGED
        )
        return outcomes

    async def set_inventory(self, levels: Mapping[UUID, Decimal]) -> int:
        """Set the stock that products show and return how many changed; products that are not there are skipped."""
        changed = await self._products.set_inventory(list(levels), list(levels.values()))
        for start in range(0, len(changed), _NAMED_IN_AN_EVENT):
            named = tuple(str(product_id) for product_id in changed[start : start + _NAMED_IN_AN_EVENT])
            self._unit.publish(InventoryLevelsChanged(subject_id=str(self._unit.tenant), products=named))
        return len(changed)

    async def columns_for_pricing(self, wanted: ProductFilter) -> ProductColumns:
        """Read the active products of a filter as columns, in one query."""
        return await self._prices.columns(wanted)

    async def price_moves(self, since: datetime, at_least: int) -> PriceMoves:
        """Read the own prices set since a moment, of products that were set so often at least."""
        return await self._prices.moves(since, at_least)

    async def resolve_skus(self, skus: Sequence[str], marketplace: str) -> dict[str, UUID]:
        """Find the products of SKUs on a marketplace; SKUs that name none are not in the result.

        A SKU finds its product by itself, else by its normalised form if exactly one product has that.
        """
        distinct = list(dict.fromkeys(skus))
        return await self._products.resolve(distinct, [normalise_sku(sku) for sku in distinct], marketplace)

    async def _locked(self, product_id: UUID, version: int | None) -> Product:
        product = await self._products.get(product_id, locked=True)
        if version is not None and version != product.version:
            raise ChangedSinceRead(
                "The product was changed since you read it.", expected=version, found=product.version
            )
        return product

    async def _keep(self, changed: Sequence[tuple[Product, Product]]) -> None:
        await self._products.save([after for _, after in changed])
        await self._prices.add_points(changed, PriceOrigin.EDIT)
        for before, after in changed:
            self._unit.publish_all(_told(before, after))


class ExchangeRateService:
    """Recorded exchange rates: what they were on a day, and who said so."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._rates = RateRepository(unit)

    async def record(self, rate: ExchangeRate) -> None:
        """Record the rate of a day; a rate that was there is corrected, and the journal keeps the old one."""
        old = await self._rates.put(rate)
        if old == rate:
            return
        self._unit.publish(
            ExchangeRateRecorded(
                subject_id=f"{rate.base}/{rate.quote}/{rate.on}",
                before={} if old is None else _rate_values(old),
                after=_rate_values(rate),
            )
        )

    async def list_rates(
        self, *, base: str | None = None, quote: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> Slice[ExchangeRate]:
        """Return a page of rates, newest day first."""
        decoded = decode_cursor(cursor, date, str, str)
        after = None if decoded is None else (decoded[0], decoded[1], decoded[2])
        rates = await self._rates.list_page(base, quote, after, limit + 1)
        return page_of(rates, limit, lambda rate: (rate.on, rate.base.code, rate.quote.code))

    async def rate_on(self, base: str, quote: str, day: date) -> ExchangeRate:
        """Return the newest rate of a pair on or before a day, recorded in either direction. Raises RateMissing."""
        if base == quote:
            return ExchangeRate(Currency(base), Currency(quote), Decimal(1), day, "identity")
        rate = await self._rates.find(base, quote, day)
        if rate is None:
            raise RateMissing(f"No rate of {base}/{quote} is recorded on or before {day}.", base=base, quote=quote)
        return rate

    async def rates_on(self, day: date) -> list[ExchangeRate]:
        """Return for every recorded pair the newest rate on or before a day."""
        return await self._rates.newest(day)


def _told(before: Product, after: Product) -> Iterator[Event]:
    """Say what became of a product; that it is sold, or no longer, is an event of its own."""
    old, new = before.differences(after)
    status = new.pop("status", None)
    if status is not None:
        was = old.pop("status")
        yield STATUS_EVENTS[status](subject_id=str(after.id), before={"status": was}, after={"status": status})
    if new:
        yield ProductChanged(subject_id=str(after.id), before=old, after=new)


def _attempt(
    product_id: UUID, before: Product | None, change: BulkChange, expected: int | None, now: datetime
) -> tuple[RowOutcome, Product | None]:
    if before is None:
        return RowOutcome(product_id, RowResult.GONE), None
    if expected is not None and expected != before.version:
        return RowOutcome(product_id, RowResult.CHANGED_SINCE, before.version), None
    try:
        after = change.applied(before, now)
    except InvalidProduct as error:
        return RowOutcome(product_id, RowResult.REFUSED, before.version, _sentence(error)), None
    if after is before:
        return RowOutcome(product_id, RowResult.UNCHANGED, before.version), None
    return RowOutcome(product_id, RowResult.CHANGED, after.version), after


def _sentence(error: InvalidProduct) -> str:
    rules: Any = error.details.get("fields", ())
    return "; ".join(f"{rule['field']} {rule['rule']}" for rule in rules)


def _price_changed(outcome: PriceOutcome, origin: PriceOrigin, proposal_id: UUID | None) -> PriceChanged:
    return PriceChanged(
        subject_id=str(outcome.product_id),
        before={"price": outcome.before},
        after={"price": outcome.after, "currency": outcome.currency, "tax_basis": outcome.tax_basis},
        origin=origin.value,
        proposal_id=None if proposal_id is None else str(proposal_id),
    )


def _rate_values(rate: ExchangeRate) -> dict[str, Any]:
    return {"rate": rate.rate, "source": rate.source}

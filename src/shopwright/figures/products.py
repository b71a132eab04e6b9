"""What the page of one product shows: key figures, prices against rivals', sales and stock by day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from shopwright.kit.money import TaxBasis

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """One product's key figures at a moment; what is not known is None. Amounts in `currency`.

    `margin` is in percent of the price without tax; `rank` is 1 plus the comparable offers in stock that are cheaper
    with shipping; `index` is our price over theirs on average, times 100; `cover_days` is the stock over the pace of
    the last 28 days. Revenue is net, of 28 days, as charged.
    """

    id: UUID
    sku: str
    name: str
    currency: str
    price: Decimal | None
    cost: Decimal | None
    unit_profit: Decimal | None
    margin: Decimal | None
    rank: int | None
    offers: int
    lowest_offer: Decimal | None
    index: Decimal | None
    newest_offer: datetime | None
    inventory_level: Decimal | None
    cover_days: Decimal | None
    units: Decimal
    revenue: Decimal
    newest_sale: date | None
    proposal_id: UUID | None
    proposed_price: Decimal | None
    computed_at: datetime


def net_of(price: Decimal, basis: TaxBasis, tax_rate: Decimal) -> Decimal:
    """Return a price without tax."""
    return price / (1 + tax_rate) if basis is TaxBasis.GROSS else price


def margin_of(price: Decimal | None, cost: Decimal | None, basis: TaxBasis, tax_rate: Decimal) -> Decimal | None:
    """Return the margin in percent of the price without tax; None where price or cost is not known."""
    if price is None or cost is None or price <= 0:
        return None
    net = net_of(price, basis, tax_rate)
    return ((net - cost) * 100 / net).quantize(_TENTH, ROUND_HALF_UP)


def cover_of(level: Decimal | None, units: Decimal, days: int) -> Decimal | None:
    """Return for how many days the stock lasts at a pace; None where nothing sells or nothing was counted."""
    if level is None or units <= 0:
        return None
    return (max(level, Decimal(0)) * days / units).quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """An own price that was in force from `at` until the next point."""

    at: datetime
    price: Decimal
    origin: str
    proposal_id: UUID | None


@dataclass(frozen=True, slots=True)
class RivalPoint:
    """What an offer was from `at` until the next point; `price` is with shipping where that is known."""

    at: datetime
    price: Decimal
    available: bool
    promotion: bool


@dataclass(frozen=True, slots=True)
class RivalSeries:
    """One offer over time: only points at which something changed, and the last sighting."""

    offer_id: UUID
    competitor_id: UUID
    competitor: str
    currency: str
    condition: str
    pack_quantity: int
    points: Sequence[RivalPoint]


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """A product's prices against its rivals' in [since, until). `is_thinned` says that points were left out."""

    product_id: UUID
    currency: str
    since: datetime
    until: datetime
    own: Sequence[OwnPoint]
    rivals: Sequence[RivalSeries]
    is_thinned: bool


@dataclass(frozen=True, slots=True)
class ProductDay:
    """One business day of a product. Stock is what was left at its end by the counts; None before the first count."""

    day: date
    units: Decimal
    units_net: Decimal
    revenue_net: Decimal
    stock: Decimal | None
    sessions: int | None
    views: int | None

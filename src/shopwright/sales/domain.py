"""Order lines, what was returned or cancelled of them, totals by day, traffic. Pure.

A line's quantity and revenue are above zero; its kind gives the sign. Days are business days of the shop. Returns and
cancellations count on the day of their sale, so that the net of a day is what that day really sold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from shopwright.kit.errors import Invalid
from shopwright.kit.events import Event
from shopwright.kit.money import TaxBasis

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LONGEST_RETURN_DAYS: Final = 100
"""A return looks for its sale this far back; no usual right of return is longer. A later one counts on its own day."""


ALL_PRODUCTS: Final = UUID(int=0)
"""Stands for the product where totals do not tell products apart."""


class InvalidPeriod(Invalid):
    """A period ends before it begins."""

    code = "invalid_period"


class LineKind(StrEnum):
    """What a line says."""

    SALE = "sale"
    RETURN = "return"
    CANCELLATION = "cancellation"


class Grain(StrEnum):
    """The length of a period of totals; weeks begin on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Business days from `since` up to, not including, `until`; None is open. Raises InvalidPeriod."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise InvalidPeriod(
                "The period ends before it begins.", since=self.since.isoformat(), until=self.until.isoformat()
            )


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order, known by business day and key (an integer of 64 bits, as text: JSON would round it). `sold_at` is None where only the day is known."""

    sold_on: date
    line_key: str
    sold_at: datetime | None
    product_id: UUID
    sku: str | None
    order_ref: str | None
    kind: LineKind
    quantity: Decimal
    revenue: Decimal
    list_price: Decimal | None
    currency: str
    tax_basis: TaxBasis
    channel: str | None
    country: str | None
    promotion: bool | None
    import_id: UUID | None
    row_number: int | None


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which order lines; None means all."""

    period: Period = Period()
    product_id: UUID | None = None
    kind: LineKind | None = None
    channel: str | None = None
    order_ref: str | None = None


@dataclass(frozen=True, slots=True)
class SalesTotal:
    """What was sold in a period, in one currency; of one product, or of all when `product_id` is None.

    `units` and `revenue` are gross; the net is without what was returned or cancelled. `orders` counts an order once
    for each product in it and day.
    """

    period: date
    product_id: UUID | None
    currency: str
    orders: int
    units: Decimal
    units_returned: Decimal
    units_cancelled: Decimal
    units_net: Decimal
    revenue: Decimal
    revenue_returned: Decimal
    revenue_cancelled: Decimal
    revenue_net: Decimal


@dataclass(frozen=True, slots=True)
class SalesPace:
    """How fast products sell: net units a week, over `days` days up to the newest day with sales.

    A product that is not in `weekly_units` sold nothing in that time. A shop without sales has no pace: 0 days.
    """

    until: date | None
    days: int
    weekly_units: Mapping[UUID, float]


@dataclass(frozen=True, slots=True)
class DailyUnits:
    """Net units by product and day, one row a product and day with sales, in no order; days without are not there.

    `row` points into `product_ids`, `day` counts from `first`. Units of a day may be below zero: returns whose sale is not
    known count on their own day.
    """

    first: date
    days: int
    product_ids: Sequence[UUID]
    row: Integers
    day: Integers
    units: Floats


@dataclass(frozen=True, slots=True)
class DailyTakings:
    """Sales in one currency by product and day, one row a product and day with sales, in no order.

    `row` points into `product_ids`, `day` counts from `first`. `units` and `revenue` are net of what was returned and
    cancelled, dated to the sale; `returned` are the units that came back. Revenue is estimated with, not accounted: floats.
    """

    first: date
    days: int
    product_ids: Sequence[UUID]
    row: Integers
    day: Integers
    units: Floats
    returned: Floats
    revenue: Floats


@dataclass(frozen=True, slots=True)
class TotalsFilter:
    """Which totals; None means all. `by_product` tells products apart."""

    period: Period = Period()
    grain: Grain = Grain.DAY
    products: Sequence[UUID] | None = None
    category: str | None = None
    brand: str | None = None
    by_product: bool = False


@dataclass(frozen=True, slots=True)
class TrafficDay:
    """How often a product was looked at on a day."""

    product_id: UUID
    day: date
    sessions: int
    views: int


@dataclass(frozen=True, kw_only=True)
class SalesTotalsRebuilt(Event, name="sales.totals_rebuilt", subject="tenant"):
    """Daily totals were made anew from the order lines, of so many products and days."""

    first: date | None
    last: date | None
    rows: int

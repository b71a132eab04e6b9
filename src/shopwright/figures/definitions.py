"""What each figure means: one definition, shown wherever the figure is. Pure.

A definition says in a sentence how the figure is computed, in which unit, by what it can be told apart, how old it may
be, and which context owns the rows beneath it. Whoever computes a figure takes its name from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class FigureName(StrEnum):
    """The figures that there are."""

    REVENUE = "revenue"
    GROSS_PROFIT = "gross_profit"
    MARGIN = "margin"
    ORDERS = "orders"
    PRICE_INDEX = "price_index"
    OUT_OF_STOCK = "out_of_stock"


class Unit(StrEnum):
    """What a value counts. An index is 100 where our prices are those of the market."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    INDEX = "index"


class Better(StrEnum):
    """Which direction is good news; a price that goes up or down is neither."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Measured(StrEnum):
    """Whether a value is the sum of a period or the state at its end."""

    OVER_PERIOD = "over_period"
    AT_END = "at_end"


@dataclass(frozen=True, slots=True)
class Definition:
    """How one figure is computed. `dimensions` tell it apart, `fresh_for` is how old its newest row may be.

    `rows` is the address of the rows beneath it, `page` the page of the web interface that shows them.
    """

    name: FigureName
    title: str
    sentence: str
    unit: Unit
    better: Better
    measured: Measured
    grain: str
    dimensions: tuple[str, ...]
    fresh_for: timedelta
    owner: str
    page: str
    rows: str


_SALES_FRESH: Final = timedelta(days=2)
_STOCK_FRESH: Final = timedelta(days=7)
_MARKET_FRESH: Final = timedelta(hours=24)  # the age from which pricing leaves an offer out, unless a policy differs
_OF_SALES: Final = ("product", "category", "brand", "currency")

_ALL: Final = (
    Definition(
        FigureName.REVENUE,
        "Revenue",
        "What was sold on the business days of the period, less what of it was returned or cancelled since, as charged; "
        "other currencies are converted by the rate recorded for the day.",
        Unit.MONEY,
        Better.UP,
        Measured.OVER_PERIOD,
        "day",
        _OF_SALES,
        _SALES_FRESH,
        "sales",
        "sales",
        "/api/v1/sales/totals",
    ),
    Definition(
        FigureName.GROSS_PROFIT,
        "Gross profit",
        "Revenue without tax, less the present cost of the units that were sold and not given back; sales of products "
        "without a cost are left out of it.",
        Unit.MONEY,
        Better.UP,
        Measured.OVER_PERIOD,
        "day",
        _OF_SALES,
        _SALES_FRESH,
        "sales",
        "sales",
        "/api/v1/sales/totals",
    ),
    Definition(
        FigureName.MARGIN,
        "Margin",
        "Gross profit in percent of the revenue without tax that it was made from.",
        Unit.PERCENT,
        Better.UP,
        Measured.OVER_PERIOD,
        "day",
        _OF_SALES,
        _SALES_FRESH,
        "sales",
        "sales",
        "/api/v1/sales/totals",
    ),
    Definition(
        FigureName.ORDERS,
        "Orders",
        "Orders placed on the business days of the period, each counted once a day, cancelled ones among them; a line "
        "without an order number is an order of its own.",
        Unit.COUNT,
        Better.UP,
        Measured.OVER_PERIOD,
        "day",
        (),
        _SALES_FRESH,
        "sales",
        "sales",
        "/api/v1/sales/lines",
    ),
    Definition(
        FigureName.PRICE_INDEX,
        "Price index",
        "Our price over the rival's with its shipping, on average over all matched new single items in stock that were "
        "seen within the last 7 days, times 100: above 100 we are dearer than the market.",
        Unit.INDEX,
        Better.NEITHER,
        Measured.AT_END,
        "moment",
        ("product", "category", "brand", "competitor"),
        _MARKET_FRESH,
        "market",
        "market",
        "/api/v1/market/offers",
    ),
    Definition(
        FigureName.OUT_OF_STOCK,
        "Out of stock",
        "Products on sale of which nothing is left by the newest count; a product that was never counted is not among "
        "them.",
        Unit.COUNT,
        Better.DOWN,
        Measured.AT_END,
        "moment",
        ("product", "category", "brand"),
        _STOCK_FRESH,
        "inventory",
        "catalog",
        "/api/v1/catalog/products",
    ),
)

DEFINITIONS: Final[Mapping[FigureName, Definition]] = {one.name: one for one in _ALL}
"""Every figure by its name."""

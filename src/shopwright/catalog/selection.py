"""What many products come to, and as lean rows: for tables of the web interface. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

MOST_ROWS: Final = 10_000
"""Lean rows that one request may ask for."""
FIELDS: Final = (
    "id", "sku", "name", "brand", "category", "marketplace", "status", "currency", "price", "cost", "min_price",
    "max_price", "inventory_level", "tags", "version", "updated_at",
)  # fmt: skip
"""The cells of a lean row, in their order."""


@dataclass(frozen=True, slots=True)
class ProductRows:
    """Products as rows of cells; amounts and ids are texts. `total` counts the filter's products on all pages."""

    fields: tuple[str, ...]
    rows: list[list[Any]]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CurrencyTotals:
    """What the products of one currency come to; stock counts where it is above zero."""

    currency: str
    products: int
    stock_at_cost: Decimal
    stock_at_price: Decimal
    lowest_price: Decimal | None
    mean_price: Decimal | None
    highest_price: Decimal | None


@dataclass(frozen=True, slots=True)
class ProductTotals:
    """What a selection of products comes to."""

    products: int
    active: int
    out_of_stock: int
    without_price: int
    without_cost: int
    without_bounds: int
    units: Decimal
    currencies: list[CurrencyTotals]

"""The kinds of table that can be imported: their fields, what a value must be, and what is done where one is missing.

Declared once, here: mapping guesses by it, validation checks by it, the upload page and the docs show it. Column names and
types of validated frames follow from it: MONEY is Decimal(18, 6), QUANTITY Decimal(14, 3), MOMENT a datetime in UTC.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What the rows of a file are."""

    PRODUCTS = "products"
    SALES = "sales"
    REVIEWS = "reviews"
    COMPETITOR_PRICES = "competitor_prices"
    STOCK_LEVELS = "stock_levels"
    TRAFFIC = "traffic"
    CUSTOMERS = "customers"


class FieldType(StrEnum):
    """What a value is; `DTYPES` says how it is kept."""

    TEXT = "text"
    SKU = "sku"
    GTIN = "gtin"
    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"
    RATING = "rating"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "flag"
    CURRENCY = "currency"
    TAX_BASIS = "tax_basis"
    AVAILABILITY = "availability"
    CONDITION = "condition"
    SALE_KIND = "sale_kind"


MONEY, QUANTITY = pl.Decimal(18, 6), pl.Decimal(14, 3)
MOMENT = pl.Datetime("us", "UTC")
DTYPES: dict[FieldType, pl.DataType] = {
    **dict.fromkeys(FieldType, pl.String()),
    FieldType.MONEY: MONEY,
    FieldType.QUANTITY: QUANTITY,
    FieldType.COUNT: pl.Int32(),
    FieldType.RATING: pl.Int16(),
    FieldType.MOMENT: MOMENT,
    FieldType.DAY: pl.Date(),
    FieldType.FLAG: pl.Boolean(),
}
EXPECTED: dict[FieldType, str] = {
    FieldType.TEXT: "a text",
    FieldType.SKU: "an item number with a letter or digit",
    FieldType.GTIN: "a GTIN of 8 to 14 digits with its check digit",
    FieldType.MONEY: "an amount such as {1234.5}",
    FieldType.QUANTITY: "a number such as {12.5}",
    FieldType.COUNT: "a whole number",
    FieldType.RATING: "a rating from 1 to 5",
    FieldType.MOMENT: "a date with or without time",
    FieldType.DAY: "a date",
    FieldType.FLAG: "yes or no",
    FieldType.CURRENCY: "an ISO 4217 currency code or sign",
    FieldType.TAX_BASIS: "gross or net",
    FieldType.AVAILABILITY: "in stock, out of stock or unknown",
    FieldType.CONDITION: "new, refurbished, used or unknown",
    FieldType.SALE_KIND: "sale, return or cancellation",
}
"""What a rejected value should have been. Numbers in braces are shown in the notation of the column."""


class Missing(StrEnum):
    """What is done where a value is missing. Every use of it but ALLOW is logged with its row."""

    REJECT = "reject"
    DEFAULT = "default"
    DERIVE = "derive"
    INTERPOLATE = "interpolate"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a kind.

    `default` is a literal, or the name of a `ShopTerms` attribute in braces. A value of the wrong type rejects its row;
    with `set_aside` it is only taken out and logged, since the row is worth having without it. Bounds are inclusive unless
    `above` says that the value must exceed `minimum`. `personal` marks personal data, which is encrypted when stored.
    """

    name: str
    type: FieldType
    missing: Missing = Missing.ALLOW
    default: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above: bool = False
    set_aside: bool = False
    personal: bool = False
    how: str = ""

    @property
    def required(self) -> bool:
        """Whether a row without it, and without a way to fill it, is rejected."""
        return self.missing in {Missing.REJECT, Missing.INTERPOLATE}


@dataclass(frozen=True, slots=True)
class Rule:
    """A business rule over several fields. `broken` is true for the rows that break it (null counts as kept)."""

    name: str
    field: str
    expected: str
    broken: pl.Expr


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of table. `one_of` lists groups of fields of which at least one is needed.

    `identity` says which fields make two rows the same thing; an empty one means that equal rows are different things.
    `recency` is the field that says which of them is newer; the later row is, where it is absent or equal.
    """

    kind: Kind
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    rules: tuple[Rule, ...] = ()
    identity: tuple[str, ...] = ()
    recency: str | None = None

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(field.name for field in self.fields)


_ZERO, _ONE, _FIVE = Decimal(0), Decimal(1), Decimal(5)
_SKU = Field("sku", FieldType.SKU, Missing.REJECT)
_CURRENCY = Field("currency", FieldType.CURRENCY, Missing.DEFAULT, "{currency}")
_TAX = Field("tax_basis", FieldType.TAX_BASIS, Missing.DEFAULT, "{tax_basis}")
_GTIN = Field("gtin", FieldType.GTIN, set_aside=True)


def _text(name: str, *, personal: bool = False) -> Field:
    return Field(name, FieldType.TEXT, personal=personal)


def _bound(name: str) -> Field:
    """Declare an amount that guards prices: zero means that nobody filled it in, never 'no limit'."""
    return Field(name, FieldType.MONEY, minimum=_ZERO, above=True, set_aside=True)


_col = pl.col
PRODUCTS = Schema(
    Kind.PRODUCTS,
    (
        _SKU,
        Field("name", FieldType.TEXT, Missing.DERIVE, how="the SKU stands for a missing name"),
        _text("brand"),
        _text("category"),
        _GTIN,
        _text("mpn"),
        Field("price", FieldType.MONEY, minimum=_ZERO, above=True),
        _CURRENCY,
        _TAX,
        _bound("cost"),
        _bound("min_price"),
        _bound("max_price"),
        _bound("map_price"),
        Field("inventory_level", FieldType.QUANTITY, set_aside=True),
        Field("marketplace", FieldType.TEXT, Missing.DEFAULT, "{marketplace}"),
        Field("updated_at", FieldType.MOMENT, set_aside=True),
    ),
    rules=(
        Rule("bounds", "min_price", "a minimum price not above the maximum", _col("min_price") > _col("max_price")),
        Rule("cost_bound", "max_price", "a maximum price not below the cost", _col("cost") > _col("max_price")),
    ),
    identity=("marketplace", "sku"),
    recency="updated_at",
)
_BACK = _col("quantity") < 0
SALES = Schema(
    Kind.SALES,
    (
        _SKU,
        Field("sold_at", FieldType.MOMENT, Missing.REJECT),
        Field("quantity", FieldType.QUANTITY, Missing.REJECT),
        Field("revenue", FieldType.MONEY, Missing.DERIVE, how="quantity times unit price"),
        Field("unit_price", FieldType.MONEY, minimum=_ZERO),
        Field("list_price", FieldType.MONEY, minimum=_ZERO, set_aside=True),
        Field("unit_cost", FieldType.MONEY, minimum=_ZERO, above=True, set_aside=True),
        _CURRENCY,
        _TAX,
        Field("kind", FieldType.SALE_KIND, Missing.DERIVE, how="from the order reference and the sign of the quantity"),
        _text("order_ref"),
        _text("channel"),
        _text("country"),
        _text("customer_ref", personal=True),
        Field("promotion", FieldType.FLAG, set_aside=True),
    ),
    one_of=(("revenue", "unit_price"),),
    rules=(
        Rule("zero_quantity", "quantity", "a quantity other than zero", _col("quantity") == 0),
        Rule("sign", "revenue", "revenue of the sign of the quantity", (_col("revenue") < 0) & (_col("quantity") > 0)),
        Rule(
            "stock_correction",
            "quantity",
            "a return with its money: a negative quantity without any is a correction of stock",
            _BACK & (_col("revenue") == 0) & (_col("kind") == "return"),
        ),
    ),
)
REVIEWS = Schema(
    Kind.REVIEWS,
    (
        _SKU,
        Field("rating", FieldType.RATING, Missing.REJECT, minimum=_ONE, maximum=_FIVE),
        Field("text", FieldType.TEXT, Missing.REJECT),
        Field("written_on", FieldType.DAY, Missing.REJECT),
        _text("title"),
        _text("author_ref", personal=True),
        _text("language"),
        Field("source", FieldType.TEXT, Missing.DEFAULT, "file"),
    ),
    identity=("sku", "source", "author_ref", "written_on", "text"),
)
COMPETITOR_PRICES = Schema(
    Kind.COMPETITOR_PRICES,
    (
        Field("competitor", FieldType.TEXT, Missing.REJECT),
        Field("sku", FieldType.SKU),
        _GTIN,
        _text("mpn"),
        _text("title"),
        _text("brand"),
        Field("price", FieldType.MONEY, Missing.REJECT, minimum=_ZERO, above=True),
        Field("regular_price", FieldType.MONEY, minimum=_ZERO, above=True, set_aside=True),
        _CURRENCY,
        _TAX,
        Field("shipping", FieldType.MONEY, minimum=_ZERO, set_aside=True),
        Field("availability", FieldType.AVAILABILITY, Missing.DEFAULT, "unknown", set_aside=True),
        Field("condition", FieldType.CONDITION, Missing.DEFAULT, "unknown", set_aside=True),
        Field("pack_quantity", FieldType.COUNT, Missing.DEFAULT, "1", minimum=_ONE),
        _text("url"),
        Field("seen_at", FieldType.MOMENT, Missing.DEFAULT, "{now}"),
        Field("promotion", FieldType.FLAG, Missing.DEFAULT, "false", set_aside=True),
    ),
    one_of=(("sku", "gtin", "mpn", "title"),),
    identity=("competitor_key", "sku", "gtin", "mpn", "title", "condition", "seen_at"),
)
STOCK_LEVELS = Schema(
    Kind.STOCK_LEVELS,
    (
        _SKU,
        Field("warehouse", FieldType.TEXT, Missing.DEFAULT, "main"),
        Field("quantity", FieldType.QUANTITY, Missing.REJECT),
        Field("counted_at", FieldType.MOMENT, Missing.DEFAULT, "{now}"),
    ),
    identity=("sku", "warehouse", "counted_at"),
)
TRAFFIC = Schema(
    Kind.TRAFFIC,
    (
        _SKU,
        Field("day", FieldType.DAY, Missing.REJECT),
        Field(
            "sessions",
            FieldType.COUNT,
            Missing.INTERPOLATE,
            minimum=_ZERO,
            how="between the neighbouring days of the item in the same batch",
        ),
        Field("views", FieldType.COUNT, Missing.DERIVE, minimum=_ZERO, how="a session is at least one view"),
    ),
    identity=("sku", "day"),
)
CUSTOMERS = Schema(
    Kind.CUSTOMERS,
    (
        Field("customer_ref", FieldType.TEXT, Missing.REJECT, personal=True),
        _text("name", personal=True),
        _text("email", personal=True),
        _text("phone", personal=True),
        _text("country"),
        _text("language"),
        Field("first_seen_on", FieldType.DAY, set_aside=True),
        Field("consent", FieldType.FLAG, Missing.DEFAULT, "false", set_aside=True),
        Field("updated_at", FieldType.MOMENT, set_aside=True),
    ),
    identity=("customer_ref",),
    recency="updated_at",
)
SCHEMAS: dict[Kind, Schema] = {
    schema.kind: schema for schema in (PRODUCTS, SALES, REVIEWS, COMPETITOR_PRICES, STOCK_LEVELS, TRAFFIC, CUSTOMERS)
}

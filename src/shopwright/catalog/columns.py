"""Whole catalogs as columns: int64 arrays of millionths of a currency unit, MISSING where nothing is known. Pure."""

from dataclasses import dataclass
from uuid import UUID

from shopwright.kit.amounts import Amounts, Flags, Integers


@dataclass(frozen=True, slots=True)
class ProductColumns:
    """Products for pricing, one a row, active ones only, ordered by id. Amounts are int64 millionths or MISSING.

    `inventory` is in millionths of a unit. `version` counts the changes of price, cost and bounds: it is what
    `PriceChanges.versions` expects, not the product's own version, which a new name changes too. `price_day_ago` and
    `price_week_ago` are the prices in force 24 hours and 7 days ago, MISSING where none was or where it had another
    currency or tax basis.
    """

    ids: list[UUID]
    skus: list[str]
    marketplaces: list[str]
    categories: list[str | None]
    brands: list[str | None]
    currencies: list[str]
    gross: Flags
    price: Amounts
    cost: Amounts
    min_price: Amounts
    max_price: Amounts
    map_price: Amounts
    inventory: Integers
    price_day_ago: Amounts
    price_week_ago: Amounts
    version: Integers

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class PriceMoves:
    """Prices as they were set, one a row: product, moment (seconds since 1970), the amount and that before, in millionths.

    `previous` is MISSING where it was the first price, or another currency or tax basis was in force.
    """

    product_ids: list[UUID]
    at: Integers
    price: Amounts
    previous: Amounts

"""Products, their prices over time, and what happens to them. Pure.

Money is Decimal, in the product's own currency and tax basis (the cost is net), with at most six decimals. Whole
catalogs travel as columns: see `kit.amounts` for how a blank is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypedDict
from uuid import UUID

from shopwright.catalog.normalisation import normalise_sku
from shopwright.catalog.rules import AMOUNTS, broken_rules
from shopwright.kit.errors import Conflict, Insufficient, Invalid, NotFound
from shopwright.kit.events import Event
from shopwright.kit.money import Currency, TaxBasis

OWN_SHOP: Final = "own"
"""The marketplace of listings in the seller's own shop."""
_UNIT: Final = Decimal(1)
_BOOKKEEPING: Final = frozenset({"version", "updated_at", "normalised_sku"})


class ProductNotFound(NotFound):
    """No such product in this shop."""

    code = "product_not_found"


class SkuTaken(Conflict):
    """The marketplace has a product of this SKU already."""

    code = "sku_taken"
    action = "Change the existing product, or choose another SKU."


class ProductHasSales(Conflict):
    """Sales name the product; without it they could not be read."""

    code = "product_has_sales"
    action = "Archive the product instead."


class InvalidProduct(Invalid):
    """The product would break a rule. The details name each field with its rule."""

    code = "invalid_product"


class TooManyProducts(Invalid):
    """A bulk change names more products than one request may."""

    code = "too_many_products"
    action = "Send the products in several requests."


class RateMissing(Insufficient):
    """No exchange rate of the pair is recorded on or before the day."""

    code = "exchange_rate_missing"
    action = "Record a rate for this pair."


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class PriceOrigin(StrEnum):
    """What set a price."""

    CREATED = "created"
    EDIT = "edit"
    IMPORT = "import"
    PROPOSAL = "proposal"
    ROLLBACK = "rollback"
    SYNC = "sync"


class ProductChange(TypedDict, total=False):
    """The fields of a product that a change gives; what is not given stays."""

    sku: str
    name: str
    brand: str | None
    category: str | None
    gtin: str | None
    mpn: str | None
    price: Decimal | None
    currency: str
    tax_basis: TaxBasis
    cost: Decimal | None
    min_price: Decimal | None
    max_price: Decimal | None
    map_price: Decimal | None
    inventory_level: Decimal | None
    attributes: dict[str, Any]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One listing of an own item on one marketplace. `cost` is net; the other amounts have `tax_basis`."""

    id: UUID
    sku: str
    normalised_sku: str
    marketplace: str
    name: str
    currency: str
    created_at: datetime
    updated_at: datetime
    brand: str | None = None
    category: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    price: Decimal | None = None
    tax_basis: TaxBasis = TaxBasis.GROSS
    cost: Decimal | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    map_price: Decimal | None = None
    inventory_level: Decimal | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    status: ProductStatus = ProductStatus.ACTIVE
    import_id: UUID | None = None
    row_number: int | None = None
    version: int = 1

    @classmethod
    def new(cls, product_id: UUID, now: datetime, marketplace: str, given: ProductChange) -> "Product":
        """Make a product; sku, name and currency have to be given. Raises InvalidProduct."""
        content: dict[str, Any] = {**given, "sku": given["sku"].strip(), "name": given["name"].strip()}
        product = cls(
            id=product_id,
            marketplace=marketplace.strip(),
            normalised_sku=normalise_sku(given["sku"]),
            created_at=now,
            updated_at=now,
            **content,
        )
        return _checked(product, frozenset(content))

    def changed(self, change: ProductChange, now: datetime) -> "Product":
        """Return the product with the given fields; itself when they say nothing new. Raises InvalidProduct."""
        different: dict[str, Any] = {name: value for name, value in change.items() if getattr(self, name) != value}
        if not different:
            return self
        if "sku" in different:
            different["normalised_sku"] = normalise_sku(different["sku"])
        product = replace(self, **different, version=self.version + 1, updated_at=now)
        return _checked(product, frozenset(different))

    def with_status(self, status: ProductStatus, now: datetime) -> "Product":
        """Return the product archived or active; itself when it is so already."""
        if status is self.status:
            return self
        return replace(self, status=status, version=self.version + 1, updated_at=now)

    def content(self) -> dict[str, Any]:
        """Return all fields: what the journal keeps of a product that was created or deleted."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def differences(self, other: "Product") -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the fields that differ, as they are here and as they are in `other`, without bookkeeping."""
        before, after = self.content(), other.content()
        names = [name for name in before if name not in _BOOKKEEPING and before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}

    def price_differs(self, other: "Product") -> bool:
        """Tell whether the price in force is another: by amount, currency or tax basis."""
        return (self.price, self.currency, self.tax_basis) != (other.price, other.currency, other.tax_basis)


def _checked(product: Product, given: frozenset[str]) -> Product:
    Currency(product.currency)
    broken = broken_rules(product.content(), given)
    if broken:
        named = ", ".join(rule["field"] for rule in broken)
        raise InvalidProduct(f"The product breaks a rule: {named}.", fields=broken)
    return _as_written(product)


def _as_written(product: Product) -> Product:
    """Write the amounts as they come back from the database: the same product, whether it was read or just made."""
    written: dict[str, Any] = {
        name: trimmed(amount, product.currency) for name in AMOUNTS if (amount := getattr(product, name)) is not None
    }
    level = product.inventory_level
    return replace(product, **written, inventory_level=None if level is None else plain(level))


@lru_cache(maxsize=512)
def _minor_unit(currency: str) -> Decimal:
    return Currency(currency).minor_unit


def trimmed(amount: Decimal, currency: str) -> Decimal:
    """Return an amount as people write it: the currency's decimals, more only where they are not zero.

    The database returns six decimals for each amount; the value is the same.
    """
    short = amount.quantize(_minor_unit(currency))
    return short if short == amount else plain(amount)


def plain(quantity: Decimal) -> Decimal:
    """Return a number without zeros behind the point, and never in powers of ten: 3.500 is 3.5, 20.000 is 20."""
    short = quantity.normalize()
    return short if short != short.to_integral_value() else short.quantize(_UNIT)


class Blank(StrEnum):
    """Fields without which a product cannot be priced; a filter can look for those that are blank.

    BOUNDS is blank where the lowest or the highest price is.
    """

    PRICE = "price"
    COST = "cost"
    MIN_PRICE = "min_price"
    MAX_PRICE = "max_price"
    MAP_PRICE = "map_price"
    BOUNDS = "bounds"


class Stock(StrEnum):
    """Whether something of a product is left, by its inventory level; UNKNOWN when it has none."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class ProductSort(StrEnum):
    """What a list of products is ordered by; blanks count as lowest."""

    SKU = "sku"
    NAME = "name"
    CATEGORY = "category"
    BRAND = "brand"
    PRICE = "price"
    INVENTORY = "inventory_level"
    CREATED = "created_at"
    UPDATED = "updated_at"


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products; None means all. `blank` selects those where any of the fields is blank.

    `text` is a part of SKU, name or brand, whatever its case. The bounds of the price are both included.
    """

    ids: Sequence[UUID] | None = None
    category: str | None = None
    brand: str | None = None
    marketplace: str | None = None
    status: ProductStatus | None = None
    text: str | None = None
    blank: tuple[Blank, ...] | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    stock: Stock | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class PricePoint:
    """An own price that was in force from `at` until the next point."""

    at: datetime
    price: Decimal
    currency: str
    tax_basis: TaxBasis
    origin: str
    proposal_id: UUID | None = None
    import_id: UUID | None = None


class RowResult(StrEnum):
    """What became of one product of a bulk change."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CHANGED_SINCE = "changed_since"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """New own prices, one a row, in the currency and basis of the product. Empty columns mean none in any row.

    A row with an expected version (of `ProductColumns`) is left as it is when the product has another one by now.
    """

    product_ids: Sequence[UUID]
    prices: Sequence[Decimal]
    versions: Sequence[int | None] = ()
    proposal_ids: Sequence[UUID | None] = ()


@dataclass(frozen=True, slots=True)
class PriceOutcome:
    """What became of one new price: CHANGED, UNCHANGED, CHANGED_SINCE or GONE; `version` is the present one."""

    product_id: UUID
    result: RowResult
    before: Decimal | None
    after: Decimal
    currency: str | None
    tax_basis: TaxBasis | None
    version: int | None


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one product, and why when it was left as it was."""

    id: UUID
    result: RowResult
    version: int | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event, name="catalog.product_created", subject="product"):
    """A person added a product; `after` holds it whole."""


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event, name="catalog.product_changed", subject="product"):
    """A person changed fields of a product, its price perhaps among them; old and new values are kept."""


@dataclass(frozen=True, kw_only=True)
class ProductArchived(Event, name="catalog.product_archived", subject="product"):
    """A product is no longer sold; it stays readable and can be restored."""


@dataclass(frozen=True, kw_only=True)
class ProductRestored(Event, name="catalog.product_restored", subject="product"):
    """An archived product is sold again."""


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(Event, name="catalog.product_deleted", subject="product"):
    """A product was deleted for good; `before` keeps it whole."""


@dataclass(frozen=True, kw_only=True)
class PriceChanged(Event, name="catalog.price_changed", subject="product"):
    """An own price was set by the program (a proposal, a rollback, a shop's own change), not by an edit."""

    origin: str
    proposal_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class InventoryLevelsChanged(Event, name="catalog.inventory_levels_changed", subject="tenant"):
    """The stock that products show was set, at most 1,000 products an event."""

    products: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExchangeRateRecorded(Event, name="catalog.exchange_rate_recorded", subject="exchange_rate"):
    """A rate of a day was recorded, or corrected: then `before` holds the old one."""


STATUS_EVENTS: Final[Mapping[ProductStatus, type[ProductArchived] | type[ProductRestored]]] = {
    ProductStatus.ARCHIVED: ProductArchived,
    ProductStatus.ACTIVE: ProductRestored,
}

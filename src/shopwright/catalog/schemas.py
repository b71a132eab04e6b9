"""What the catalog's endpoints take and answer with. Amounts are strings; unknown fields are refused."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from shopwright.catalog.bulk import BulkChange
from shopwright.catalog.domain import (
    OWN_SHOP,
    Blank,
    ProductChange,
    ProductFilter,
    ProductSort,
    ProductStatus,
    RowResult,
    Stock,
)
from shopwright.catalog.rules import MOST_TAGS
from shopwright.catalog.selection import MOST_ROWS
from shopwright.catalog.service import MOST_AT_ONCE
from shopwright.infra.web.exports import ExportFormat
from shopwright.infra.web.fields import Amount, Line, Object, refuse_control_characters, refuse_float
from shopwright.infra.web.pages import LARGEST_PAGE
from shopwright.kit.money import ExchangeRate, TaxBasis

Sku = Annotated[Line, Field(examples=["MUG-350-BLUE"])]
Name = Annotated[
    str, Field(min_length=1, max_length=500, examples=["Mug 350 ml, blue"]), AfterValidator(refuse_control_characters)
]
CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]
Tag = Annotated[
    str, Field(min_length=1, max_length=50, examples=["seasonal"]), AfterValidator(refuse_control_characters)
]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS), AfterValidator(lambda tags: list(dict.fromkeys(tags)))]
_NOT_NULL = ("sku", "name", "currency", "tax_basis", "attributes", "tags")


class ProductFields(BaseModel):
    """Fields of a product that may be given. `null` takes a value away; a field left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    brand: Line | None = Field(default=None, examples=["Nordlicht"])
    category: Line | None = Field(default=None, examples=["Kitchen"])
    gtin: Line | None = Field(default=None, examples=["4006381333931"])
    mpn: Line | None = Field(default=None, examples=["NL-350-B"])
    price: Amount | None = None
    currency: CurrencyCode | None = None
    tax_basis: TaxBasis | None = Field(default=None, description="Whether tax is in the prices; costs are net.")
    cost: Amount | None = Field(default=None, description="What one unit costs us, net.")
    min_price: Amount | None = None
    max_price: Amount | None = None
    map_price: Amount | None = Field(default=None, description="The lowest price that the brand lets be advertised.")
    inventory_level: Amount | None = None
    attributes: Object | None = Field(default=None, examples=[{"colour": "blue"}])
    tags: Tags | None = Field(default=None, examples=[["seasonal"]], description="In place of those that are there.")

    @model_validator(mode="after")
    def _keep_what_cannot_be_taken_away(self) -> "ProductFields":
        nulls = [name for name in _NOT_NULL if name in self.model_fields_set and getattr(self, name) is None]
        if nulls:
            msg = f"cannot be null: {', '.join(nulls)}"
            raise ValueError(msg)
        return self

    def change(self) -> ProductChange:
        """Return the fields that were given."""
        given = self.model_dump(exclude_unset=True, exclude={"marketplace"})
        if "tags" in given:
            given["tags"] = tuple(given["tags"])
        return cast("ProductChange", given)


class ProductEdit(ProductFields):
    """A change of one product."""

    sku: Sku | None = None


class NewProduct(ProductFields):
    """A product to be added."""

    sku: Sku
    name: Name
    currency: CurrencyCode
    marketplace: Line = OWN_SHOP


class BulkFields(ProductFields):
    """What many products are given: fields, a status, tags beside those that they have."""

    status: ProductStatus | None = None
    add_tags: Tags | None = Field(default=None, examples=[["clearance"]])
    remove_tags: Tags | None = Field(default=None, examples=[["new"]])

    def wanted(self) -> BulkChange:
        """Return the change."""
        given = self.model_dump(exclude_unset=True, exclude={"status", "add_tags", "remove_tags"})
        if "tags" in given:
            given["tags"] = tuple(given["tags"])
        fields = cast("ProductChange", given)
        return BulkChange(fields, self.status, tuple(self.add_tags or ()), tuple(self.remove_tags or ()))


class BulkRow(BaseModel):
    """One product of a bulk change, with the version that the caller has read, if that matters."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    version: int | None = None


class BulkEdit(BaseModel):
    """The same fields for many products."""

    model_config = ConfigDict(extra="forbid")

    products: list[BulkRow] = Field(min_length=1, max_length=MOST_AT_ONCE)
    changes: BulkFields
    dry_run: bool = Field(default=False, description="Say what would become of each product, and change nothing.")


class BulkRowAnswer(BaseModel):
    """What became of one product of a bulk change."""

    id: UUID
    result: RowResult
    version: int | None
    reason: str | None


class BulkAnswer(BaseModel):
    """What became of a bulk change."""

    counts: dict[RowResult, int]
    rows: list[BulkRowAnswer]


class ProductAnswer(BaseModel):
    """A product. `cost` is net; the other amounts have `tax_basis`. `version` is the ETag."""

    id: UUID
    sku: str
    normalised_sku: str
    marketplace: str
    name: str
    currency: str
    created_at: datetime
    updated_at: datetime
    brand: str | None
    category: str | None
    gtin: str | None
    mpn: str | None
    price: Amount | None
    tax_basis: TaxBasis
    cost: Amount | None
    min_price: Amount | None
    max_price: Amount | None
    map_price: Amount | None
    inventory_level: Amount | None
    attributes: dict[str, Any]
    tags: list[str]
    status: ProductStatus
    import_id: UUID | None = Field(description="The import that wrote the product last.")
    row_number: int | None = Field(description="Its row in the file of that import.")
    version: int


class PricePointAnswer(BaseModel):
    """An own price that was in force from `at` until the next point."""

    at: datetime
    price: Amount
    currency: str
    tax_basis: TaxBasis
    origin: str
    proposal_id: UUID | None
    import_id: UUID | None


Rate = Annotated[
    Decimal,
    BeforeValidator(refuse_float),
    Field(gt=0, max_digits=20, decimal_places=10),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,10}(\.\d{1,10})?$", "examples": ["1.0842"]}),
]


class RateBody(BaseModel):
    """An exchange rate of a day."""

    model_config = ConfigDict(extra="forbid")

    rate: Rate = Field(description="What one unit of the base currency costs in the quote currency.")
    source: Line = "manual"


class RateAnswer(BaseModel):
    """One unit of `base` costs `rate` of `quote` on a day, as a source recorded it."""

    base: str
    quote: str
    on: date
    rate: Rate
    source: str

    @classmethod
    def of(cls, rate: ExchangeRate) -> "RateAnswer":
        """Show a recorded rate."""
        return cls(base=rate.base.code, quote=rate.quote.code, on=rate.on, rate=rate.rate, source=rate.source)


class ProductQuery(BaseModel):
    """Which products."""

    model_config = ConfigDict(extra="forbid")

    category: Line | None = None
    brand: Line | None = None
    marketplace: Line | None = None
    status: ProductStatus | None = None
    text: Line | None = Field(default=None, description="A part of SKU, name or brand, whatever its case.")
    blank: list[Blank] | None = Field(default=None, description="Products where any of these fields is blank.")
    price_from: Amount | None = None
    price_to: Amount | None = None
    tag: Line | None = Field(default=None, description="A tag that the products have.")
    stock: Stock | None = Field(default=None, description="Whether something is left; `unknown` if never counted.")

    def wanted(self) -> ProductFilter:
        """Return the filter."""
        return ProductFilter(
            category=self.category,
            brand=self.brand,
            marketplace=self.marketplace,
            status=self.status,
            text=self.text,
            blank=tuple(self.blank) if self.blank else None,
            price_from=self.price_from,
            price_to=self.price_to,
            stock=self.stock,
            tag=self.tag,
        )


class ProductOrder(ProductQuery):
    """Which products, in which order."""

    sort: ProductSort = ProductSort.SKU
    descending: bool = False


class ProductPage(ProductOrder):
    """Which page of which products."""

    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(default=100, ge=1, le=LARGEST_PAGE, description="Rows a page.")


class ProductExport(ProductOrder):
    """Which products as which kind of file."""

    format: ExportFormat = ExportFormat.CSV


class ProductRowsPage(ProductOrder):
    """Which products, as how many lean rows."""

    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the rows before.")
    limit: int = Field(default=1_000, ge=1, le=MOST_ROWS, description="Rows at once.")


class ProductRowsAnswer(BaseModel):
    """Products as rows of cells, in the order of `fields`: a third of the size of objects."""

    fields: list[str] = Field(examples=[["id", "sku", "name"]])
    rows: list[list[Any]]
    total: int = Field(description="Products of the filter, on all pages.")
    next_cursor: str | None


class EditByFilter(BaseModel):
    """The same fields for all products of a filter."""

    model_config = ConfigDict(extra="forbid")

    filter: ProductQuery = Field(examples=[{"category": "Kitchen", "status": "active"}])
    changes: BulkFields
    dry_run: bool = Field(default=False, description="Say what would become of each product, and change nothing.")


class TotalsOf(BaseModel):
    """Products by their ids, or by a filter; all products when neither is given."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(default=None, max_length=MOST_AT_ONCE)
    filter: ProductQuery = Field(default_factory=ProductQuery, examples=[{"category": "Kitchen"}])

    def wanted(self) -> ProductFilter:
        """Return the filter."""
        return replace(self.filter.wanted(), ids=self.ids)


class CurrencyTotalsAnswer(BaseModel):
    """What the products of one currency come to. Stock counts where it is above zero."""

    currency: str
    products: int
    stock_at_cost: Amount = Field(description="Units in stock times cost, net, of products with a cost.")
    stock_at_price: Amount = Field(description="Units in stock times price.")
    lowest_price: Amount | None
    mean_price: Amount | None
    highest_price: Amount | None


class ProductTotalsAnswer(BaseModel):
    """What a selection of products comes to; currencies are never added up."""

    products: int
    active: int
    out_of_stock: int
    without_price: int
    without_cost: int
    without_bounds: int
    units: Amount
    currencies: list[CurrencyTotalsAnswer]

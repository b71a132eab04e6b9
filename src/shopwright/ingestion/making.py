"""Products made from rows that name them: an order line tells the SKU, often the name, the price that was paid, the cost.

The newest line counts, a sale before a return. What the lines leave open stays open: without a cost or bounds nothing will
be priced, and that is right.
"""

from typing import Any
from uuid import UUID

import polars as pl

from shopwright.catalog.loading import STAGED, Precedence, ProductDefaults, ProductLoad
from shopwright.infra.bulk import as_csv, once
from shopwright.infra.db import UnitOfWork
from shopwright.ingestion.domain import ProductsChangedMeanwhile
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.skus import UNKNOWN, SkuBook
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.validation import validate_batch
from shopwright.kit.ids import TenantId, new_id

DESCRIPTIVE = ("sku", "name", "brand", "category", "gtin", "mpn")
"""The fields of a product that a line can tell beside its amounts."""
_MONEY = pl.Decimal(18, 6)
_SEEN = {
    "normalised_sku": pl.String(), "sku": pl.String(), "name": pl.String(), "brand": pl.String(), "category": pl.String(),
    "gtin": pl.String(), "mpn": pl.String(), "price": _MONEY, "cost": _MONEY, "currency": pl.String(),
    "tax_basis": pl.String(), "sold": pl.Boolean(), "at": pl.Datetime("us", "UTC"), "row_number": pl.Int64(),
}  # fmt: skip


class ProductMaker:
    """Makes the products that a shop does not have yet. `reading` maps the same columns to a product's fields."""

    def __init__(self, book: SkuBook, tenant: TenantId, terms: ShopTerms, reading: Mapping | None) -> None:
        self._book = book
        self._tenant = tenant
        self._terms = terms
        self._reading = reading
        self._seen = pl.DataFrame(schema=_SEEN)
        self._ids: dict[str, UUID] = {}

    @property
    def made(self) -> int:
        """How many products were made so far."""
        return len(self._ids)

    def see(self, rows: pl.DataFrame, places: pl.Series, batch: pl.DataFrame) -> None:
        """Take note of the rows (valid ones) whose product is not known, and of newer rows of products being made."""
        if self._ids:
            own = rows["normalised_sku"].is_in(list(self._ids))
            places = places.is_null() | own
        else:
            places = places.is_null()
        open_ = rows.filter(places)
        if not open_.height:
            return
        open_ = open_.filter(self._book.why_not(open_) == UNKNOWN)
        newest = _newest(pl.concat([self._seen, self._described(_newest(_as_seen(open_)), batch)]))
        self._seen = newest
        fresh = [sku for sku in newest["normalised_sku"] if sku not in self._ids]
        ids = [new_id(self._tenant, self._terms.now) for _ in fresh]
        self._ids.update(zip(fresh, ids, strict=True))
        self._book.add(fresh, ids)

    def _described(self, seen: pl.DataFrame, batch: pl.DataFrame) -> pl.DataFrame:
        """Read the lines that count as lines of a product file, for names and identifiers."""
        if self._reading is None:
            return seen
        raw = batch.filter(pl.col(ROW).is_in(seen["row_number"].implode()))
        described = validate_batch(raw, self._reading, self._terms).valid
        told = described.select(pl.col(ROW).alias("row_number"), *DESCRIPTIVE[1:])
        return seen.drop(DESCRIPTIVE[1:]).join(told, on="row_number", how="left").select(*_SEEN)

    async def load(self, unit: UnitOfWork, load_id: UUID) -> None:
        """Write the products. Raises ProductsChangedMeanwhile when somebody else added one of them."""
        if not self._ids:
            return
        ids = {sku: str(product_id) for sku, product_id in self._ids.items()}
        rows = self._seen.with_columns(
            id=pl.col("normalised_sku").replace_strict(ids, return_dtype=pl.String),
            marketplace=pl.lit(self._terms.marketplace),
        )
        absent = [name for name in STAGED if name not in rows.columns]
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
        defaults = ProductDefaults(self._terms.currency, self._terms.tax_basis)
        counts = await ProductLoad(unit, load_id, defaults, Precedence.SHOP).load(once(as_csv(rows, list(STAGED))))
        if counts.new != len(self._ids):
            raise ProductsChangedMeanwhile("Products of this file were added by somebody else meanwhile.")


def _as_seen(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what rows of any kind tell of their product."""
    have = set(rows.columns)
    given: dict[str, pl.Expr] = {"row_number": pl.col(ROW), "sold": pl.lit(True), "at": pl.lit(None)}  # noqa: FBT003
    if "unit_price" in have:
        paid = pl.coalesce("list_price", "unit_price", pl.col("revenue") / pl.col("quantity"))
        given |= {
            "price": pl.when(paid > 0).then(paid),
            "cost": pl.col("unit_cost"),
            "sold": (pl.col("kind") == "sale") & (paid > 0),
            "at": pl.col("sold_at"),
        }
    columns = [
        given.get(name, pl.col(name) if name in have else pl.lit(None)).cast(_SEEN[name]).alias(name) for name in _SEEN
    ]
    return rows.select(columns)


def _newest(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the line that tells most of each product: a sale with a price, the newest, the last of the file."""
    ordered = rows.sort("sold", "at", "row_number", nulls_last=False)
    return ordered.unique("normalised_sku", keep="last", maintain_order=True)


def reading_of(mapping: Mapping) -> Mapping | None:
    """Reduce a mapping for products to what describes one; None where that is the SKU alone."""
    fields: dict[str, Any] = {name: source for name, source in mapping.fields.items() if name in DESCRIPTIVE}
    if set(fields) <= {"sku"}:
        return None
    return Mapping(mapping.kind, fields, keep_attributes=False)

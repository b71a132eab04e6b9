"""What valid rows of each kind become: columns that a load takes, and the load itself.

`stage` is pure and runs in the thread that reads; `load` and `undo` run in the unit's own task.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

import polars as pl

from shopwright.catalog.loading import STAGED as STAGED_PRODUCTS
from shopwright.catalog.loading import Precedence, ProductDefaults, ProductLoad
from shopwright.infra.bulk import KeyedLoad, KeyedTable, LoadCounts, as_csv
from shopwright.infra.db import UnitOfWork
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.findings import REJECTS
from shopwright.ingestion.lines import LineKeys
from shopwright.ingestion.making import ProductMaker
from shopwright.ingestion.repository import ImportRepository
from shopwright.ingestion.schemas import Kind, Missing
from shopwright.ingestion.skus import EXPECTED, SkuBook
from shopwright.ingestion.validation import Validated
from shopwright.inventory.loading import STOCK_LEVELS
from shopwright.market.loading import STAGED as STAGED_OFFERS
from shopwright.market.loading import OfferLoad
from shopwright.reviews.loading import REVIEWS
from shopwright.sales.loading import TRAFFIC, LineChunk, OrderLineLoad, line_chunk

Chunk = TypeVar("Chunk")
_SAID_BY_DEFAULT = {Missing.DEFAULT.value, Missing.DERIVE.value}


@dataclass(frozen=True, slots=True)
class Staged:
    """The rows of a batch as a load takes them, and those that no product takes (as `findings.REJECTS`)."""

    rows: pl.DataFrame
    rejects: pl.DataFrame


@dataclass(slots=True)
class Touched:
    """What the staged rows are about."""

    places: set[int] = field(default_factory=set)
    first_day: date | None = None
    last_day: date | None = None
    products: int = 0
    unmatched: int = 0

    def add(self, rows: pl.DataFrame, day: str) -> None:
        """Add a batch of staged rows about known products."""
        self.places.update(rows["product"].unique())
        self.add_days(rows, day)

    def add_days(self, rows: pl.DataFrame, day: str) -> None:
        """Add the days of a batch."""
        if rows.height:
            days: Any = rows.select(first=pl.col(day).cast(pl.Date).min(), last=pl.col(day).cast(pl.Date).max()).row(0)
            self.first_day = min(filter(None, (self.first_day, days[0])), default=None)
            self.last_day = max(filter(None, (self.last_day, days[1])), default=None)


class Target(Protocol[Chunk]):
    """Where the rows of a kind go, in chunks of the form that its load takes."""

    touched: Touched

    def stage(self, rows: pl.DataFrame, batch: pl.DataFrame, outcome: Validated) -> Staged:
        """Turn valid rows into staged ones. `batch` are the raw rows that they come from."""
        ...

    def chunk(self, rows: pl.DataFrame) -> Chunk:
        """Encode staged rows, at least one."""
        ...

    async def load(self, unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[Chunk]) -> LoadCounts:
        """Write the chunks."""
        ...


class _Plain:
    """What targets share whose chunks are nothing but CSV."""

    columns: Sequence[str]

    def chunk(self, rows: pl.DataFrame) -> bytes:
        """Encode staged rows."""
        return as_csv(rows, self.columns)


class _ByProduct:
    """What targets share whose rows are about a product."""

    day: str

    def __init__(self, book: SkuBook, maker: ProductMaker | None) -> None:
        self.book = book
        self.maker = maker
        self.touched = Touched()

    def stage(self, rows: pl.DataFrame, batch: pl.DataFrame, outcome: Validated) -> Staged:
        """Find or make the product of each row; reject the rows that have none."""
        places = self.book.places(rows)
        if self.maker is not None:
            self.maker.see(rows, places, batch)
            places = self.book.places(rows)
        unknown = rows.filter(places.is_null())
        rejects = _without_product(unknown, self.book.why_not(unknown), outcome)
        staged = self._staged(rows.with_columns(places).filter(places.is_not_null()))
        self.touched.add(staged, self.day)
        return Staged(staged, rejects)

    def _staged(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.rename({ROW: "row_number"})


class SalesTarget(_ByProduct):
    """Order lines."""

    day = "sold_on"

    def __init__(self, book: SkuBook, maker: ProductMaker | None, *, timed: bool) -> None:
        super().__init__(book, maker)
        self.keys = LineKeys(timed=timed)

    def _staged(self, rows: pl.DataFrame) -> pl.DataFrame:
        return self.keys.keyed(rows).rename({ROW: "row_number"})

    def chunk(self, rows: pl.DataFrame) -> LineChunk:
        """Encode order lines with their days."""
        return line_chunk(rows.with_columns(product_id=self.book.ids_at(rows["product"])))

    async def load(self, unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[LineChunk]) -> LoadCounts:
        """Write the order lines, then the products that they made."""
        counts = await OrderLineLoad(unit, load_id).load(chunks)
        await _make_products(unit, load_id, self.maker)
        return counts


class KeyedTarget(_Plain, _ByProduct):
    """Reviews, traffic, counted stock: tables that are known by product and more."""

    def __init__(self, book: SkuBook, maker: ProductMaker | None, table: KeyedTable, day: str) -> None:
        super().__init__(book, maker)
        self.table = table
        self.day = day
        self.columns = tuple(table.staged)

    async def load(self, unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Write the rows, then the products that they made."""
        counts = await KeyedLoad(unit, load_id, self.table).load(chunks, self.book.ids)
        await _make_products(unit, load_id, self.maker)
        return counts


class ProductTarget(_Plain):
    """Products."""

    columns = tuple(STAGED_PRODUCTS)

    def __init__(self, defaults: ProductDefaults, precedence: Precedence) -> None:
        self.touched = Touched()
        self._defaults = defaults
        self._precedence = precedence

    def stage(self, rows: pl.DataFrame, batch: pl.DataFrame, outcome: Validated) -> Staged:  # noqa: ARG002 - the protocol's
        """Leave open what the file does not say: a default is for new products and must not change known ones."""
        assumed = outcome.handled.filter(pl.col("strategy").is_in(list(_SAID_BY_DEFAULT)))
        staged = rows.with_columns(_unless_assumed(assumed, name) for name in ("name", "currency", "tax_basis"))
        staged = staged.rename({ROW: "row_number"}).with_columns(id=pl.lit(None, dtype=pl.String))
        return Staged(staged, pl.DataFrame(schema=REJECTS))

    async def load(self, unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Write the products."""
        counts = await ProductLoad(unit, load_id, self._defaults, self._precedence).load(chunks)
        self.touched.products = counts.written
        return counts


class OfferTarget(_Plain):
    """What competitors ask. Offers without a product of ours are kept unmatched; every sighting joins the history."""

    columns = tuple(STAGED_OFFERS)

    def __init__(self, source: str) -> None:
        self.touched = Touched()
        self._source = source
        self._sightings = 0

    def stage(self, rows: pl.DataFrame, batch: pl.DataFrame, outcome: Validated) -> Staged:  # noqa: ARG002 - the protocol's
        """Name each item as the competitor's: by an identifier, else by its title."""
        item = pl.coalesce("normalised_sku", "gtin", pl.concat_str("brand", "mpn", separator=" "), "mpn", "title")
        staged = rows.rename({ROW: "row_number", "competitor_key": "name_key"}).with_columns(item.alias("item_key"))
        self.touched.add_days(staged, "seen_at")
        self._sightings += staged.height
        return Staged(staged, pl.DataFrame(schema=REJECTS))

    async def load(self, unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Write competitors, offers and history."""
        counts = await OfferLoad(unit, load_id, self._source).load(chunks)
        self.touched.products, self.touched.unmatched = await ImportRepository(unit).count_offers(load_id)
        return replace(counts, superseded=self._sightings - counts.written - counts.unchanged)


def keyed_table(kind: Kind) -> tuple[KeyedTable, str]:
    """Return the table of a kind that is known by product and more, and the column of its day."""
    return {
        Kind.REVIEWS: (REVIEWS, "written_on"),
        Kind.STOCK_LEVELS: (STOCK_LEVELS, "counted_at"),
        Kind.TRAFFIC: (TRAFFIC, "day"),
    }[kind]


async def _make_products(unit: UnitOfWork, load_id: UUID, maker: ProductMaker | None) -> None:
    if maker is not None:
        await maker.load(unit, load_id)


def _without_product(unknown: pl.DataFrame, why: pl.Series, outcome: Validated) -> pl.DataFrame:
    if not unknown.height:
        return outcome.rejects.clear()
    return unknown.select(
        row=pl.col(ROW),
        column=pl.lit("sku"),
        field=pl.lit("sku"),
        found=pl.col("sku"),
        expected=why.replace_strict(EXPECTED),
        rule=why,
    ).select(pl.col(name).cast(kind) for name, kind in REJECTS.items())


def _unless_assumed(assumed: pl.DataFrame, name: str) -> pl.Expr:
    """Return a field without the values that the file does not say itself."""
    here = assumed.filter(pl.col("field") == name)
    if not here.height:
        return pl.col(name)
    rows = here["row"]
    said = pl.col(ROW).is_in(rows.drop_nulls().implode()).not_()
    if rows.null_count():
        # No such column: a value came from the sign beside an amount, or is the default (the SKU, for a name).
        default = here.filter(pl.col("row").is_null())["value"].first()
        said = said & (pl.col(name) != (pl.col("sku") if default is None else pl.lit(default)))
    return pl.when(said).then(pl.col(name)).alias(name)

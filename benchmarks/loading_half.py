"""A file of sales into the database with the checks that any loader needs: types, bounds, known products.

Stands in for the import's own pipeline, whose validation is not measured by it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import polars as pl

from benchmarks.sales_file import COLUMNS
from shopwright.infra.bulk import as_csv
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.sales.keys import Occurrences, line_keys
from shopwright.sales.loading import STAGED, OrderLineLoad

_BATCH = 50_000
_MONEY = pl.Decimal(18, 6)


async def load_file(database: Database, tenant: TenantId, file: Path) -> int:
    """Load the file as one import and return the number of new rows."""
    async with database.unit(tenant) as unit:
        rows: list[asyncpg.Record] = await unit.connection.fetch(
            "select sku, id from product where tenant_id = $1 order by sku", tenant
        )
        places = {row["sku"]: place for place, row in enumerate(rows, 1)}
        load = OrderLineLoad(unit, new_id(tenant, database.clock.now()))
        counts = await load.load(_in_thread(_chunks(file, places)), [row["id"] for row in rows])
    return counts.new


def _chunks(file: Path, places: dict[str, int]) -> Iterator[bytes]:
    known = pl.DataFrame({"sku": list(places), "product": list(places.values())})
    occurrences = Occurrences()
    row = 2
    scan = pl.scan_csv(file, schema=dict.fromkeys(COLUMNS, pl.String()))
    for batch in scan.collect_batches(chunk_size=_BATCH, maintain_order=True):
        valid = _valid(batch.with_columns(row_number=pl.int_range(row, row + batch.height)), known)
        row += batch.height
        keys = occurrences.separate(line_keys(valid, ["order_ref", "sku", "kind"]))
        lines = valid.with_columns(pl.Series("line_key", keys)).sort("sold_on", "line_key")
        yield as_csv(lines, list(STAGED))


def _valid(batch: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Read the texts as what they should be, and leave out the rows that are not."""
    typed = batch.join(known, on="sku", how="left").select(
        pl.col("date").str.to_date("%Y-%m-%d", strict=False).alias("sold_on"),
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("sold_at"),
        "product",
        pl.col("order").str.strip_chars().alias("order_ref"),
        pl.col("quantity").cast(pl.Decimal(14, 3), strict=False),
        pl.col("revenue").cast(_MONEY, strict=False),
        pl.col("list price").cast(_MONEY, strict=False).alias("list_price"),
        "currency",
        pl.lit("gross").alias("tax_basis"),
        pl.lit("sale").alias("kind"),
        "channel",
        "country",
        pl.col("customer").alias("customer_ref"),
        pl.lit(None, dtype=pl.Boolean).alias("promotion"),
        "row_number",
        "sku",
    )
    return typed.filter(
        pl.col("sold_on").is_not_null()
        & pl.col("product").is_not_null()
        & (pl.col("quantity") > 0)
        & (pl.col("revenue") >= 0)
        & pl.col("currency").str.contains(r"^[A-Z]{3}$")
    )


async def _in_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make the next chunk while the server takes the one before."""
    following = asyncio.create_task(asyncio.to_thread(next, chunks, None))
    while (chunk := await following) is not None:
        following = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        yield chunk

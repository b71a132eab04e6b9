"""A file of sales as shops export them, and a shop that has the products; the same bytes for the same seed."""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

PRODUCTS: Final = 2_000
FIRST_DAY: Final = date(2025, 1, 1)
_DAYS: Final = 365
_LINES_AN_ORDER: Final = 2

COLUMNS: Final = {
    "date": "date",
    "order": "text",
    "sku": "text",
    "quantity": "numeric(14, 3)",
    "revenue": "numeric(18, 6)",
    "list price": "numeric(18, 6)",
    "currency": "text",
    "channel": "text",
    "country": "text",
    "customer": "text",
}
"""The columns of the file, with the types that plain COPY reads them as; a line is known by date, order and sku."""

KEY: Final = ("date", "order", "sku")


def sku(number: int) -> str:
    """Return the item number of the n-th product."""
    return f"SKU-{number:05d}"


def write_sales(file: Path, rows: int, seed: int) -> None:
    """Write a file of sales over a year, oldest first."""
    random = np.random.default_rng(seed)
    line = np.arange(rows)
    order = line // _LINES_AN_ORDER
    product = (random.integers(0, PRODUCTS, rows)[order * _LINES_AN_ORDER] + line % _LINES_AN_ORDER) % PRODUCTS
    quantity = random.geometric(0.6, rows)
    cents = 500 + (product * 37) % 9_500
    paid = cents * quantity * random.choice([100, 100, 100, 90, 80], rows) // 100
    frame = pl.DataFrame(
        {
            "date": pl.Series((line * _DAYS) // rows).cast(pl.Int64),
            "order": order,
            "sku": product,
            "quantity": quantity,
            "revenue": paid,
            "list price": cents,
            "channel": random.choice(["web", "app", "market"], rows),
            "country": random.choice(["DE", "AT", "NL", "FR"], rows),
            "customer": random.integers(0, max(rows // 8, 1), rows),
        }
    )
    frame.select(
        (pl.lit(FIRST_DAY) + pl.duration(days=pl.col("date"))).alias("date"),
        pl.concat_str(pl.lit("O-"), pl.col("order").cast(pl.String).str.zfill(8)).alias("order"),
        pl.concat_str(pl.lit("SKU-"), pl.col("sku").cast(pl.String).str.zfill(5)).alias("sku"),
        "quantity",
        *(_money(name) for name in ("revenue", "list price")),
        pl.lit("EUR").alias("currency"),
        "channel",
        "country",
        pl.concat_str(pl.lit("C-"), "customer").alias("customer"),
    ).select(*COLUMNS).write_csv(file)


def _money(name: str) -> pl.Expr:
    whole, cents = pl.col(name) // 100, pl.col(name) % 100
    return pl.concat_str(whole, cents.cast(pl.String).str.zfill(2), separator=".").alias(name)

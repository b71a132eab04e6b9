"""Which of several rows about the same thing counts: the newest; of equally new ones the later row of the file.

Pure and vectorised. The answer does not depend on the order in which the rows are given.
"""

from dataclasses import dataclass

import polars as pl

from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.schemas import Schema


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """The rows that stay, in the order of the file, and what was dropped for which of them."""

    kept: pl.DataFrame
    dropped: pl.DataFrame
    """Columns: row, kept_row, reason ('older' or 'repeated')."""


def deduplicate(frame: pl.DataFrame, schema: Schema) -> Deduplicated:
    """Keep the newest of the rows that the schema's identity makes one; null is a value like any other here.

    Kinds without identity (order lines: two equal lines of one order are two sales) keep every row.
    """
    frame = frame if frame[ROW].is_sorted() else frame.sort(ROW)
    if not schema.identity or not frame.height:
        return Deduplicated(frame, _nothing())
    key = pl.struct(schema.identity)
    several = frame.select(key.is_duplicated()).to_series()
    if not several.any():
        return Deduplicated(frame, _nothing())
    ordered = _oldest_first(frame.filter(several), schema)
    newest = ordered.unique(schema.identity, keep="last", maintain_order=True)
    columns = [*schema.identity, *([schema.recency] if schema.recency else []), ROW]
    pairs = ordered.select(columns).join(newest.select(columns), on=schema.identity, nulls_equal=True, suffix="_kept")
    dropped = pairs.filter(pl.col(ROW) != pl.col(f"{ROW}_kept")).select(
        row=pl.col(ROW), kept_row=pl.col(f"{ROW}_kept"), reason=_reason(schema)
    )
    kept = pl.concat([frame.filter(~several), newest]).sort(ROW)
    return Deduplicated(kept, dropped.sort("row"))


def _oldest_first(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Sort by recency (a missing one is the oldest), then by row, then by everything, so that no tie is left."""
    first = [schema.recency, ROW] if schema.recency else [ROW]
    rest = [name for name in frame.columns if name not in first]
    return frame.sort([*first, *rest], nulls_last=False, maintain_order=True)


def _reason(schema: Schema) -> pl.Expr:
    if schema.recency is None:
        return pl.lit("repeated")
    older = pl.col(schema.recency).ne_missing(pl.col(f"{schema.recency}_kept"))
    return pl.when(older).then(pl.lit("older")).otherwise(pl.lit("repeated"))


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "kept_row": pl.Int64, "reason": pl.String})

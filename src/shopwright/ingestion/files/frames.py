"""Batches as data frames: the file's columns as text beside the row's number, its fault, and the faulty row as it stood."""

from collections.abc import Sequence

import polars as pl

from shopwright.ingestion.files.careful import Record
from shopwright.ingestion.files.faults import RowFault
from shopwright.ingestion.files.profile import FAULT, RAW, ROW


def numbered(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Put the row numbers before sound rows, and empty marks of faults behind them. Rows without any value are left out."""
    names = frame.columns
    nothing = pl.lit(None, dtype=pl.String)
    whole = frame.select(rows.cast(pl.Int64).alias(ROW), *names, nothing.alias(FAULT), nothing.alias(RAW))
    if names and frame.height and frame[names[0]].null_count():
        return whole.filter(~pl.all_horizontal(pl.col(*names).is_null()))
    return whole


def of_records(records: Sequence[Record], rows: Sequence[int], names: Sequence[str]) -> pl.DataFrame:
    """Make a frame of single records. One with another number of fields than `names` becomes faulty; blank ones go."""
    width = len(names)
    kept: list[int] = []
    cells: list[Sequence[str]] = []
    faults: list[str | None] = []
    raws: list[str | None] = []
    for row, record in zip(rows, records, strict=True):
        fields, fault = record.fields, record.fault
        if fault is None and not any(fields):
            continue
        if fault is None and len(fields) != width:
            fault = RowFault.TOO_MANY_FIELDS if len(fields) > width else RowFault.TOO_FEW_FIELDS
        kept.append(row)
        cells.append(fields if len(fields) == width else (*fields[:width], *[""] * (width - len(fields))))
        faults.append(fault)
        raws.append(record.raw if fault else None)
    columns = zip(*cells, strict=True) if cells else [()] * width
    texts = {name: pl.Series(name, column, dtype=pl.String) for name, column in zip(names, columns, strict=True)}
    frame = pl.DataFrame({ROW: pl.Series(kept, dtype=pl.Int64), **texts})
    frame = frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
    return frame.with_columns(pl.Series(FAULT, faults, dtype=pl.String), pl.Series(RAW, raws, dtype=pl.String))

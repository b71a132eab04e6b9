"""Batches as data frames: the file's columns as text beside the row's number, its fault, and the faulty row as it stood."""

from collections.abc import Sequence

import polars as pl

from shopwright.ingestion.files.careful import Record
from shopwright.ingestion.files.faults import RowFault
from shopwright.ingestion.files.profile import FAULT, RAW, ROW

_MARKS = {FAULT: pl.String, RAW: pl.String}


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
    lines: list[tuple[object, ...]] = []
    for row, record in zip(rows, records, strict=True):
        if record.fault is None and not any(field.strip() for field in record.fields):
            continue
        fault = record.fault or _width_fault(len(record.fields), width)
        fields = [field or None for field in record.fields[:width]]
        padded = fields + [None] * (width - len(fields))
        lines.append((row, *padded, fault and fault.value, record.raw if fault else None))
    schema = {ROW: pl.Int64, **dict.fromkeys(names, pl.String), **_MARKS}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _width_fault(fields: int, width: int) -> RowFault | None:
    if fields == width:
        return None
    return RowFault.TOO_MANY_FIELDS if fields > width else RowFault.TOO_FEW_FIELDS

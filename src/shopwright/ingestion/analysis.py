"""A look at any table without importing it: columns, types, gaps, ranges, repeated rows. Pure but for reading the file.

Reads the whole file in batches with bounded memory: eight bytes a row are kept, to find the repeated ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import FAULT, RAW, ROW, ColumnProfile, Look
from shopwright.ingestion.guessing import guess_kind
from shopwright.ingestion.parsing.moments import fast_moment
from shopwright.ingestion.parsing.numbers import fast_number
from shopwright.ingestion.sources import FileSource

_MOSTLY: Final = 0.9
_OFTEN_EMPTY: Final = 0.2
_AMOUNT: Final = pl.Decimal(38, 6)
_KINDS: Final = (Look.MOMENT, Look.DAY, Look.GTIN, Look.INTEGER, Look.NUMBER, Look.FLAG, Look.URL, Look.EMAIL)


@dataclass(frozen=True, slots=True)
class ColumnAnalysis:
    """One column. `type` is what nearly all its values look like; `smallest` and `largest` are in the order of the type.

    `distinct_share` is measured on the sample of the detection, the other figures on all rows. `unreadable` counts
    values that do not fit the type.
    """

    name: str
    type: str
    filled: int
    missing: int
    unreadable: int
    smallest: str | None
    largest: str | None
    mean: str | None
    distinct_share: float
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileAnalysis:
    """A table: its make, its rows, its columns, and what stands out, each as a sentence with its figures."""

    format: str
    encoding: str
    delimiter: str
    rows: int
    torn_rows: int
    repeated_rows: int
    columns: tuple[ColumnAnalysis, ...]
    likely_kind: str
    kind_certainty: float
    findings: tuple[str, ...]


def analyse(path: Path, time_zone: str) -> FileAnalysis:
    """Read a file and describe it. Raises FileFault when it cannot be read."""
    profile = detect(path)
    types = {column.name: _type(column) for column in profile.columns}
    rows, torn, repeated = 0, 0, _Repeated()
    parts: list[pl.DataFrame] = []
    for batch in FileSource(path, profile).batches():
        sound = batch.filter(pl.col(FAULT).is_null()).drop(ROW, FAULT, RAW)
        rows += batch.height
        torn += batch.height - sound.height
        repeated.add(sound)
        parts.append(pl.concat([_measured(sound, column, types[column.name], time_zone) for column in profile.columns]))
    measures = (
        pl.concat(parts)
        .group_by("name", maintain_order=True)
        .agg(
            pl.col("rows", "filled", "read").sum(),
            pl.col("smallest_number", "smallest_moment", "smallest_text").min(),
            pl.col("largest_number", "largest_moment", "largest_text").max(),
            pl.col("total").sum(),
        )
    )
    columns = tuple(
        _column(profile.column(row["name"]), types[row["name"]], row) for row in measures.iter_rows(named=True)
    )
    kind, certainty = guess_kind(profile)[0]
    findings = (*profile.notes, *_findings(columns, rows, torn, repeated.rows))
    return FileAnalysis(
        profile.format,
        profile.encoding,
        profile.delimiter,
        rows,
        torn,
        repeated.rows,
        columns,
        kind,
        certainty,
        findings,
    )


class _Repeated:
    """Counts rows that are equal to an earlier one, by a hash of 64 bits."""

    def __init__(self) -> None:
        self.rows = 0
        self._seen = np.zeros(0, dtype=np.uint64)

    def add(self, frame: pl.DataFrame) -> None:
        hashes = np.unique(frame.hash_rows().to_numpy())
        merged = np.union1d(self._seen, hashes)
        self.rows += frame.height - (merged.size - self._seen.size)
        self._seen = merged


def _type(column: ColumnProfile) -> str:
    if not column.filled:
        return "empty"
    fitting = [look for look in _KINDS if column.share(look) >= _MOSTLY]
    return fitting[0].value if fitting else "text"


def _measured(frame: pl.DataFrame, column: ColumnProfile, type_: str, zone: str) -> pl.DataFrame:
    """Measure one column of a batch; what does not apply to its type is null."""
    value = pl.col(column.name)
    dtype = frame.schema[column.name]
    text = value.cast(pl.String).str.strip_chars()
    text = pl.when(text != "").then(text)
    number = pl.lit(None, dtype=_AMOUNT)
    moment = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    if type_ in {Look.NUMBER, Look.INTEGER}:
        number = fast_number(text, column.notation, _AMOUNT)
    elif type_ in {Look.MOMENT, Look.DAY} and dtype == pl.String:
        moment = fast_moment(text, column.notation.date_format, zone)
    read = number if type_ in {Look.NUMBER, Look.INTEGER} else moment if moment_column(type_, dtype) else text
    return frame.select(
        name=pl.lit(column.name),
        rows=pl.len(),
        filled=text.count(),
        read=read.count(),
        smallest_number=number.min(),
        largest_number=number.max(),
        total=number.sum(),
        smallest_moment=moment.min(),
        largest_moment=moment.max(),
        smallest_text=text.min(),
        largest_text=text.max(),
    )


def moment_column(type_: str, dtype: pl.DataType) -> bool:
    """Tell whether a column holds moments as text; those of typed files need no reading."""
    return type_ in {Look.MOMENT, Look.DAY} and dtype == pl.String


def _column(profile: ColumnProfile, type_: str, row: dict[str, object]) -> ColumnAnalysis:
    order = (
        "number" if row["smallest_number"] is not None else "moment" if row["smallest_moment"] is not None else "text"
    )
    filled, read = int(str(row["filled"])), int(str(row["read"]))
    total = row["total"]
    mean = None if order != "number" or not read else f"{total / read:.6f}"  # type: ignore[operator]
    return ColumnAnalysis(
        name=profile.name,
        type=type_,
        filled=filled,
        missing=int(str(row["rows"])) - filled,
        unreadable=filled - read,
        smallest=_shown(row[f"smallest_{order}"]),
        largest=_shown(row[f"largest_{order}"]),
        mean=mean,
        distinct_share=profile.distinct,
        samples=profile.samples,
    )


def _shown(value: object) -> str | None:
    return None if value is None else str(value)[:80]


def _findings(columns: tuple[ColumnAnalysis, ...], rows: int, torn: int, repeated: int) -> list[str]:
    found = []
    if torn:
        found.append(f"{torn:,} of {rows:,} rows are no rows of the table (fields are missing, or quotes do not fit).")
    if repeated:
        found.append(f"{repeated:,} of {rows:,} rows are equal to an earlier one.")
    for column in columns:
        if column.type == "empty":
            found.append(f"The column {column.name!r} is empty.")
        elif column.missing > rows * _OFTEN_EMPTY:
            found.append(f"{column.name!r} is missing in {column.missing:,} of {rows:,} rows.")
        if column.unreadable:
            found.append(
                f"{column.unreadable:,} values of {column.name!r} do not look like the others ({column.type})."
            )
    return found

"""Where rows come from: files, and connectors that plug in as further sources.

A source yields raw batches, as `files.reading` describes them, and never knows what becomes of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from shopwright.ingestion.files.profile import FAULT, RAW, ROW, FileProfile, Format
from shopwright.ingestion.files.reading import read_batches

BATCH_ROWS: Final = 60_000
"""A batch costs some 6 ms whatever its size: 25,000 rows take a tenth more CPU. Larger ones gain little and cost memory."""


class Source(Protocol):
    """Yields raw batches: columns of text beside `_row`, `_fault`, `_raw`. The raw bytes are kept before it is read."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        ...

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """The types of the columns that are no text."""
        ...

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in their order, from the beginning. Raises FileFault where the source is broken."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """The rows of a file."""

    path: Path
    profile: FileProfile
    batch_rows: int = BATCH_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self.profile.names

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """The types of the columns of a Parquet file; all others are read as text."""
        return pl.read_parquet_schema(self.path) if self.profile.format is Format.PARQUET else {}

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in their order. Raises FileFault where the file is broken."""
        return read_batches(self.path, self.profile, self.batch_rows)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it came: a batch of its own, its cells as text, and what is wrong with it as a row, if anything."""

    batch: pl.DataFrame
    cells: dict[str, str | None]
    fault: str | None
    raw: str | None


def row_of(source: Source, number: int) -> RawRow | None:
    """Return one raw row by its number; None if the source has no such row. Reads no further than to the row."""
    for batch in source.batches():
        if batch[ROW][-1] < number:
            continue
        found = batch.filter(batch[ROW] == number)
        if not found.height:
            return None
        cells = found.select(pl.col(name).cast(pl.String) for name in source.columns).row(0, named=True)
        return RawRow(found, cells, found[FAULT][0], found[RAW][0])
    return None

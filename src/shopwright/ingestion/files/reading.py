"""The rows of any file, in batches: `read_batches`.

A batch has the columns of the file as text (those of Parquet keep their types) and three of the reader's own, see
`profile.ROW`: the row's number as a spreadsheet shows it (the header counts; JSON lines and Parquet count records), the
fault of a row that is no row of the table, and that row as it stood. Empty cells are null.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from shopwright.ingestion.files.delimited import read_delimited
from shopwright.ingestion.files.faults import DamagedFile
from shopwright.ingestion.files.frames import numbered
from shopwright.ingestion.files.jsonlines import read_json_lines
from shopwright.ingestion.files.profile import FileProfile, Format
from shopwright.ingestion.files.workbook import read_sheet

BATCH_ROWS = 250_000
"""More rows a batch gain no speed; a batch of a sales file of this size takes about 150 MB while it is validated."""


def read_batches(path: Path, profile: FileProfile, batch_rows: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
    """Yield the rows of the file in its order, at most `batch_rows` at a time, never an empty batch.

    A `FileFault` ends the reading where the file is broken; its `rows_kept` says how many rows came before.
    """
    for frame in _ahead(_frames(path, profile, batch_rows)):
        for part in frame.iter_slices(batch_rows) if frame.height > batch_rows else (frame,):
            if part.height:
                yield part


def _ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Read the next block while the caller works on this one; one block ahead and no further, for the memory's sake."""
    with ThreadPoolExecutor(1, "read-ahead") as reader:
        waiting = reader.submit(next, frames, None)
        while (frame := waiting.result()) is not None:
            waiting = reader.submit(next, frames, None)
            yield frame


def _frames(path: Path, profile: FileProfile, batch_rows: int) -> Iterator[pl.DataFrame]:
    match profile.format:
        case Format.DELIMITED:
            return read_delimited(path, profile)
        case Format.JSON_LINES:
            return read_json_lines(path, profile)
        case Format.WORKBOOK:
            return _gathered(_sheet(path, profile), batch_rows)
        case Format.PARQUET:
            return _parquet(path, profile, batch_rows)


def _sheet(path: Path, profile: FileProfile) -> Iterator[pl.DataFrame]:
    for first, frame in read_sheet(path, profile.sheet):
        above = max(0, profile.header_row + 1 - first)
        cells = frame.select(frame.columns[: len(profile.names)]).slice(above)
        cells.columns = list(profile.names)
        yield numbered(cells, pl.Series(range(first + above, first + above + cells.height), dtype=pl.Int64))


def _gathered(frames: Iterator[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """Put small frames together while they have at most so many rows."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        if waiting and sum(each.height for each in waiting) + frame.height > rows:
            yield pl.concat(waiting)
            waiting = []
        waiting.append(frame)
    if waiting:
        yield pl.concat(waiting)


def _parquet(path: Path, profile: FileProfile, batch_rows: int) -> Iterator[pl.DataFrame]:
    first = 1
    try:
        for frame in pl.scan_parquet(path).select(profile.names).collect_batches(chunk_size=batch_rows):
            rows = pl.Series(range(first, first + frame.height), dtype=pl.Int64)
            first += frame.height
            yield numbered(frame, rows)
    except pl.exceptions.PolarsError as error:
        raise DamagedFile(
            "The Parquet file is damaged.",
            expected="an intact Parquet file",
            rows_kept=first - 1,
            reason=str(error).split("\n")[0],
        ) from None

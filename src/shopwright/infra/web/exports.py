"""Tables as files: CSV, XLSX, JSON lines, Parquet, written in batches so that memory stays bounded whatever their length.

The file is written whole before the answer begins: a failure is still a proper error, and the rows are those of one
snapshot. Knows nothing of what the rows are.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any, Final, Protocol, TypeVar
from uuid import UUID

import msgspec
import polars as pl
from starlette.responses import StreamingResponse

from shopwright.infra.late import WORKBOOKS, late

T = TypeVar("T")
Cell = str | int | bool | Decimal | datetime | date | UUID | Mapping[str, Any] | None
Columns = Mapping[str, Callable[[T], Cell]]
"""The columns of a table in their order: each name with what reads its cell from a row."""

_IN_MEMORY: Final = 1_000_000
_CHUNK: Final = 64 * 1024
_EXECUTABLE: Final = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    """The kinds of file that a table can be exported to."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PARQUET = "parquet"


_MEDIA_TYPES: Final = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSONL: "application/jsonl",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


class TableWriter(Protocol):
    """Writes the rows of one table to a file."""

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Append rows."""
        ...

    def close(self) -> None:
        """Finish the file; it stays open for reading."""
        ...


class CsvWriter:
    """Comma-separated values, UTF-8. Texts that a spreadsheet would run as a formula begin with an apostrophe."""

    def __init__(self, file: IO[bytes], names: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(names)

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Append rows."""
        self._writer.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._text.flush()
        self._text.detach()


class JsonLinesWriter:
    """One JSON object a line; amounts are strings."""

    def __init__(self, file: IO[bytes], names: Sequence[str]) -> None:
        self._file = file
        self._names = names
        self._encoder = msgspec.json.Encoder()

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Append rows."""
        self._file.write(self._encoder.encode_lines([dict(zip(self._names, row, strict=True)) for row in rows]))

    def close(self) -> None:
        """Finish the file; there is nothing to add."""


def _xlsx_writer(file: IO[bytes], names: Sequence[str]) -> TableWriter:
    writer: TableWriter = late(WORKBOOKS).XlsxWriter(file, names)
    return writer


class ParquetWriter:
    """Apache Parquet: amounts as decimals of six places, moments in UTC. A column that holds several kinds is text."""

    def __init__(self, file: IO[bytes], names: Sequence[str]) -> None:
        self._file = file
        self._names = names
        self._kinds: list[set[type]] = [set() for _ in names]
        self._rows = tempfile.NamedTemporaryFile(suffix=".jsonl")  # noqa: SIM115 - closed when it was read
        self._lines = JsonLinesWriter(self._rows, names)

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Append rows; they wait in a file of lines until it is known what each column holds."""
        for row in rows:
            for kinds, cell in zip(self._kinds, row, strict=True):
                if cell is not None:
                    kinds.add(type(cell))
        self._lines.write([[None if cell is None else as_text(cell) for cell in row] for row in rows])

    def close(self) -> None:
        """Finish the file, column by column, in bounded memory."""
        with self._rows:
            self._rows.flush()
            if not self._rows.tell():
                pl.DataFrame(schema=dict.fromkeys(self._names, pl.String)).write_parquet(self._file)
                return
            lines = pl.scan_ndjson(self._rows.name, schema=dict.fromkeys(self._names, pl.String))
            columns = [_typed(pl.col(name), kinds) for name, kinds in zip(self._names, self._kinds, strict=True)]
            buffer = io.BytesIO()
            lines.select(columns).sink_parquet(buffer)
            self._file.write(buffer.getbuffer())


_READ_AS: Final[dict[type, Callable[[pl.Expr], pl.Expr]]] = {
    bool: lambda column: column == "true",
    int: lambda column: column.cast(pl.Int64),
    Decimal: lambda column: column.cast(pl.Decimal(38, 6)),
    datetime: lambda column: column.str.to_datetime(time_unit="us", time_zone="UTC"),
    date: lambda column: column.str.to_date(),
}


def _typed(column: pl.Expr, kinds: set[type]) -> pl.Expr:
    """Read a column of texts as what all its cells were."""
    read = _READ_AS.get(*kinds) if len(kinds) == 1 else None
    return column if read is None else read(column)


_WRITERS: Final[dict[ExportFormat, Callable[[IO[bytes], Sequence[str]], TableWriter]]] = {
    ExportFormat.CSV: CsvWriter,
    ExportFormat.XLSX: _xlsx_writer,
    ExportFormat.JSONL: JsonLinesWriter,
    ExportFormat.PARQUET: ParquetWriter,
}


async def export(
    batches: AsyncIterator[Sequence[T]], columns: Columns[T], file_format: ExportFormat, name: str
) -> StreamingResponse:
    """Write all batches to a temporary file and answer with it; the file goes when it was sent.

    `name` is the file's name without its ending. Other requests are served while rows are written.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    writer = _WRITERS[file_format](file, list(columns))
    try:
        readers = list(columns.values())
        async for batch in batches:
            await asyncio.to_thread(writer.write, [[read(row) for read in readers] for row in batch])
        await asyncio.to_thread(writer.close)
    except BaseException:
        with file:
            writer.close()  # which also gives back the temporary files that a workbook writes its rows to
        raise
    return StreamingResponse(
        _sent(file),
        media_type=_MEDIA_TYPES[file_format],
        headers={"content-disposition": f'attachment; filename="{name}.{file_format.value}"'},
    )


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    text = as_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_EXECUTABLE) else text


def as_text(cell: Cell) -> str:
    """Return a cell's value as a text that programs can read again."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, Mapping):
        return msgspec.json.encode(cell).decode() if cell else ""
    return str(cell)

"""What a file is: `detect` reads its beginning (and some places further on), never the whole, and never trusts its name."""

import codecs
import gzip
import itertools
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from shopwright.ingestion.files import faults
from shopwright.ingestion.files.bytestream import BAD_BYTES, marked, raw_pieces
from shopwright.ingestion.files.careful import CarefulReader
from shopwright.ingestion.files.dialect import Dialect, find_dialect
from shopwright.ingestion.files.encoding import EncodingGuess, guess_encoding
from shopwright.ingestion.files.evidence import profile_columns
from shopwright.ingestion.files.jsonlines import json_text
from shopwright.ingestion.files.profile import (
    MAX_COLUMNS,
    MAX_RECORD_BYTES,
    Compression,
    FileProfile,
    Format,
    unique_names,
)
from shopwright.ingestion.files.workbook import first_rows, hold_to_area, sheet_names

_HEAD = MAX_RECORD_BYTES + (1 << 16)
_FOREIGN_SEARCH = 256 << 20
_CELLS = 200_000
_ROWS = 1_000
_PLACES = 8
_PLACE_BYTES = 16 << 10
_MAGIC = {
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an Excel file of before 2007 (.xls) or a protected workbook",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"SQLite format 3": "an SQLite database",
}


def detect(path: Path, *, sheet: str | None = None) -> FileProfile:
    """Describe the file well enough to read it, or raise a `FileFault` that says why it cannot be read.

    Of a workbook the named sheet is described, or else the first one that has rows.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(16)
    if not size:
        raise faults.EmptyFile("The file is empty.", expected="a table with a header and rows")
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise faults.UnknownFormat(f"This is {name}.", expected="CSV, XLSX, JSON lines or Parquet")
    if start.startswith(b"PK"):
        return _workbook(path, size, sheet)
    if start.startswith(b"PAR1"):
        return _parquet(path, size)
    compression = Compression.GZIP if start.startswith(b"\x1f\x8b") else Compression.NONE
    return _text(path, size, compression)


def _text(path: Path, size: int, compression: Compression) -> FileProfile:
    head = _head(path, compression)
    if not head:
        raise faults.EmptyFile("The file is empty when unpacked.", expected="a table with a header and rows")
    encoding = guess_encoding(head)
    if encoding.name == "utf-8" and head.isascii():
        encoding = _encoding_further_on(path, compression)
    text = codecs.getincrementaldecoder(encoding.name)("replace").decode(head).removeprefix("\ufeff")
    if "\0" in text[:_PLACE_BYTES]:
        raise faults.BinaryContent("There are NUL bytes in the file.", expected="text")
    if not text.strip():
        raise faults.EmptyFile("There is nothing but blanks in the file.", expected="a table with a header and rows")
    if text.lstrip()[:1] == "{":
        return _json_lines(text, size, compression, encoding)
    if text.lstrip()[:1] == "[" and text.rstrip()[-1:] in "],}" and text.lstrip()[1:].lstrip()[:1] in {"{", "]"}:
        raise faults.UnknownFormat("This is one JSON array.", expected="JSON lines: one object in a line")
    return _delimited(path, text, size, compression, encoding)


def _head(path: Path, compression: Compression) -> bytes:
    """Return the beginning of the file, unpacked. A break is no fault yet if something came before it."""
    head = b""
    try:
        for piece in raw_pieces(path, compression, _HEAD):
            head += piece
            if len(head) >= _HEAD:
                break
    except (faults.TruncatedFile, faults.DamagedFile):
        if not head:
            raise
    except (gzip.BadGzipFile, zlib.error) as error:
        raise faults.DamagedFile(
            "The gzip data are damaged.", expected="an intact gzip file", reason=str(error)
        ) from None
    return head[:_HEAD]


def _encoding_further_on(path: Path, compression: Compression) -> EncodingGuess:
    """Look for the first bytes beyond ASCII: a file that begins plainly may still have umlauts on page ten."""
    read = 0
    try:
        for piece in raw_pieces(path, compression):
            if not piece.isascii():
                cut = piece[: piece.rfind(b"\n") + 1] or piece
                return guess_encoding(b"\n".join(line for line in cut.split(b"\n") if not line.isascii())[:_HEAD])
            read += len(piece)
            if read > _FOREIGN_SEARCH:
                break
    except faults.FileFault:
        pass  # the break is told when the rows are read, after those before it
    return EncodingGuess("utf-8", 1.0)


def _delimited(path: Path, text: str, size: int, compression: Compression, encoding: EncodingGuess) -> FileProfile:
    _hold_lines(text)
    dialect = find_dialect(text)
    if dialect.width > MAX_COLUMNS:
        raise _too_many(dialect.width)
    names = unique_names(list(dialect.header))
    rows = _sample_rows(text, dialect)
    if compression is Compression.NONE and encoding.name == "utf-8" and size > _HEAD:
        rows = _thinned(rows, 2 * _ROWS // 3) + _rows_further_on(path, size, dialect)
    if not rows:
        _hold_last_line(text)
        raise faults.EmptyFile(
            "There is a header but not a single row.", expected="a row for each record", columns=names[:50]
        )
    rows = _thinned(rows, max(20, min(_ROWS, _CELLS // max(1, dialect.width))))
    columns = list(zip(*rows, strict=True))
    profiles = profile_columns(names, columns, decimal_comma_usual=dialect.delimiter == ";")
    return FileProfile(
        format=Format.DELIMITED,
        columns=profiles,
        size=size,
        compression=compression,
        encoding=encoding.name,
        encoding_certainty=encoding.certainty,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        line_end=dialect.line_end,
        header_row=dialect.header_row,
        rows_sampled=len(rows),
        notes=tuple(_notes(dialect, encoding)),
    )


def _notes(dialect: Dialect, encoding: EncodingGuess) -> list[str]:
    notes = []
    if not dialect.header_row:
        notes.append("No header was found: the columns are numbered.")
    if dialect.header_row > 1:
        notes.append(f"The {dialect.header_row - 1} rows above the header are passed over.")
    if dialect.line_end == "mixed":
        notes.append("Lines end in different ways; all of them are understood.")
    if encoding.certainty < 1:
        notes.append(f"The encoding is most likely {encoding.name}.")
    return notes


def _hold_lines(text: str) -> None:
    """Refuse a file whose first record has no end, or more fields than a table can have."""
    first = text.split("\n", 1)[0].split("\r", 1)[0]
    widest = max(first.count(mark) for mark in ",;\t|") + 1
    if widest > MAX_COLUMNS:
        raise _too_many(widest)
    if len(first) >= MAX_RECORD_BYTES:
        raise faults.LineTooLong(
            f"The first line does not end within {MAX_RECORD_BYTES >> 20} MB.", expected="line ends between the rows"
        )


def _hold_last_line(text: str) -> None:
    """Refuse a file whose last line at hand is longer than a row may be: there is a row, and no end of it."""
    if len(text) - text.rfind("\n") > MAX_RECORD_BYTES:
        raise faults.LineTooLong(
            f"The row below the header does not end within {MAX_RECORD_BYTES >> 20} MB.",
            expected="line ends between the rows",
        )


def _too_many(columns: int) -> faults.TooManyColumns:
    return faults.TooManyColumns(
        f"The table has {columns:,} columns or more.", expected=f"at most {MAX_COLUMNS:,}", columns=columns
    )


def _sample_rows(text: str, dialect: Dialect) -> list[list[str]]:
    records, _ = CarefulReader(dialect.delimiter, dialect.quote).records(text, final=len(text) < _HEAD)
    return [list(record.fields) for record in records[dialect.header_row :] if len(record.fields) == dialect.width]


def _rows_further_on(path: Path, size: int, dialect: Dialect) -> list[list[str]]:
    """Sample some places over the file: a file in the order of time has one month in its beginning."""
    rows: list[list[str]] = []
    careful = CarefulReader(dialect.delimiter, dialect.quote)
    with path.open("rb") as file:
        for place in range(1, _PLACES + 1):
            file.seek(min(size - _PLACE_BYTES, size * place // _PLACES))
            text = marked(file.read(_PLACE_BYTES)).decode()
            lines = text.split("\n")[1:-1]
            found = (careful.split(line) for line in lines if BAD_BYTES not in line)
            whole = (list(record.fields) for record in found if len(record.fields) == dialect.width)
            rows.extend(itertools.islice(whole, _ROWS // _PLACES // 3))
    return rows


def _thinned(rows: list[list[str]], at_most: int) -> list[list[str]]:
    """Keep the first half of the allowance from the beginning, the rest evenly from what follows."""
    if len(rows) <= at_most:
        return rows
    head = at_most // 2
    rest = rows[head:]
    return rows[:head] + rest[:: max(1, len(rest) // (at_most - head))][: at_most - head]


def _json_lines(text: str, size: int, compression: Compression, encoding: EncodingGuess) -> FileProfile:
    lines = text.split("\n")
    whole = lines if len(text) < _HEAD else lines[:-1]
    objects = []
    for line in whole[:_ROWS]:
        try:
            value = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            objects.append(value)
    if not objects:
        raise faults.UnknownFormat("Not one line is a JSON object.", expected="JSON lines: one object in a line")
    keys = list(dict.fromkeys(key for value in objects for key in value))
    if len(keys) > MAX_COLUMNS:
        raise _too_many(len(keys))
    columns = [[json_text(value.get(key)) for value in objects] for key in keys]
    return FileProfile(
        format=Format.JSON_LINES,
        columns=profile_columns(keys, columns, decimal_comma_usual=False),
        size=size,
        compression=compression,
        encoding=encoding.name,
        encoding_certainty=encoding.certainty,
        header_row=0,
        rows_sampled=len(objects),
    )


def _workbook(path: Path, size: int, sheet: str | None) -> FileProfile:
    sheets = sheet_names(path)
    if sheet is not None and sheet not in sheets:
        raise faults.UnknownFormat(
            f"There is no sheet named {sheet!r}.", expected="one of the sheets", sheets=list(sheets)
        )
    for name in [sheet] if sheet is not None else sheets:
        hold_to_area(path, name)
        frame = first_rows(path, name, _ROWS)
        if frame.height:
            return _sheet(frame, name, sheets, size)
    raise faults.EmptyFile("No sheet of the workbook has rows.", expected="a table with a header and rows")


def _sheet(frame: pl.DataFrame, name: str, sheets: tuple[str, ...], size: int) -> FileProfile:
    rows: Sequence[Sequence[str | None]] = frame.rows()
    header_row = next((n for n, row in enumerate(rows, 1) if sum(map(bool, row)) > len(row) / 2), 1)
    body = rows[header_row:]
    if not body:
        raise faults.EmptyFile("There is a header but not a single row.", expected="a row for each record")
    names = unique_names([cell or "" for cell in rows[header_row - 1]])
    return FileProfile(
        format=Format.WORKBOOK,
        columns=profile_columns(names, list(zip(*body, strict=True)), decimal_comma_usual=False),
        size=size,
        header_row=header_row,
        sheet=name,
        sheets=sheets,
        rows_sampled=len(body),
    )


def _parquet(path: Path, size: int) -> FileProfile:
    try:
        schema = pl.read_parquet_schema(path)
        flat = [name for name, kind in schema.items() if not kind.is_nested() and kind != pl.Binary]
        if len(flat) > MAX_COLUMNS:
            raise _too_many(len(flat))
        frame = pl.scan_parquet(path).select(flat).head(_ROWS).collect()
    except pl.exceptions.PolarsError as error:
        raise faults.DamagedFile(
            "The Parquet file is damaged or broken off.",
            expected="an intact Parquet file",
            reason=str(error).split("\n")[0],
        ) from None
    if not frame.height:
        raise faults.EmptyFile("The Parquet file has no rows.", expected="a row for each record")
    columns = [frame[name].cast(pl.String).to_list() for name in flat]
    left_out = [name for name in schema if name not in flat]
    notes = (f"Nested columns are left out: {', '.join(left_out)}.",) if left_out else ()
    return FileProfile(
        format=Format.PARQUET,
        columns=profile_columns(flat, columns, decimal_comma_usual=False),
        size=size,
        header_row=0,
        rows_sampled=frame.height,
        notes=notes,
    )

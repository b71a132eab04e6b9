"""One sheet of an XLSX workbook as text: shared by detection and reading.

A workbook is held to its limits by unpacking it once without keeping anything, and then read in slices of rows. Formulas give the value that was saved with them; a formula without one, and an error such as #DIV/0!, stand in their cell
as text, so that the row is rejected for it and not read as empty.
"""

import html
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from shopwright.ingestion.files.faults import DamagedFile, ExpandsTooFar, TooManyColumns, UnknownFormat
from shopwright.ingestion.files.profile import MAX_COLUMNS
from shopwright.ingestion.files.slices import sliced

SLICE_BYTES = 8 << 20
"""Some 20,000 rows of ten cells. Three times as much takes 250 MB more, and a fifth less time."""
MAX_UNPACKED = 512 << 20
"""The largest sheet of Excel with nine columns (a million rows) is 390 MB of XML."""
MAX_CELLS = 28_000_000
"""As many as a full sheet has up to column Z; empty ones between others take memory too."""
_MAX_RATIO = 200
_RATIO_COUNTS_FROM = 32 << 20
_MAX_PARTS = 5_000
_PIECE = 1 << 20
_OVERLAP = 1 << 15
_MAX_ODD_CELLS = 100_000
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>(?:<f[^>]*?(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v\s*/>)?\s*</c>'
)
_BEYOND_Z = re.compile(rb'r="([A-Z]{2,3})\d')
_ROW_NUMBER = re.compile(rb'r="[A-Z]{1,3}(\d{1,7})"')
_SHEET = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell with an error or an unsaved formula: its row as the sheet counts, from 1, and its column counted from 0."""

    row: int
    column: int
    text: str


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets, in order. Raises for what is no intact workbook."""
    _hold_to_limits(path)
    return tuple(_opened(path).sheet_names)


def first_rows(path: Path, sheet: str, rows: int) -> pl.DataFrame:
    """Return the first rows of a sheet as text, from its row 1 on; errors in them are empty. See `read_sheet`."""
    found: list[pl.DataFrame] = []
    read = 0
    for first, part in _parts(path, sheet, odd=False):
        found.append(_from_row(part, first, read + 1))
        read += found[-1].height
        if read >= rows:
            break
    return pl.concat(found).head(rows)


def read_sheet(path: Path, sheet: str) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the sheet as text in parts, each with the number of its first row; blank rows between them are left out.

    Dates are ISO text, booleans 'true' and 'false'. The columns are those of the first part, from the first that it
    uses to the last; cells of later parts beside them belong to no column and are left out.
    """
    return _parts(path, sheet, odd=True)


def _parts(path: Path, sheet: str, *, odd: bool) -> Iterator[tuple[int, pl.DataFrame]]:
    columns: list[str] = []
    for first, frame in _slices(path, sheet, odd=odd):
        if not columns:
            used = [column.null_count() < frame.height for column in frame]
            columns = frame.columns[used.index(True) :] if True in used else frame.columns
        absent = [pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in frame.columns]
        yield first, frame.with_columns(absent).select(columns)


def _slices(path: Path, sheet: str, *, odd: bool) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the slices of a sheet, the columns named by their place from the first of the sheet; or the whole sheet."""
    whole = True
    with _archive(path) as archive:
        if (part := _sheet_part(archive, sheet)) is not None:
            for each in sliced(archive, part, _unpacked(archive, archive.getinfo(part)), SLICE_BYTES):
                whole = False
                first, frame = _without_mark(_text_of(each.workbook, sheet, None), each.mark)
                yield _with_odd_cells(first, frame, odd_cells(each.rows) if odd else [])
    if whole:
        yield 1, _text_of(path, sheet, 0)


def _text_of(workbook: Path | bytes, sheet: str, skipped: int | None) -> pl.DataFrame:
    reader = _opened(workbook)
    try:
        loaded = reader.load_sheet(sheet, header_row=None, skip_rows=skipped, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise _damaged("The sheet cannot be read.", error) from None
    if loaded.width > MAX_COLUMNS:
        raise _too_wide(loaded.width)
    frame = loaded.to_polars()
    return frame.rename({name: f"column_{place}" for place, name in enumerate(frame.columns)})


def _without_mark(frame: pl.DataFrame, mark: int) -> tuple[int, pl.DataFrame]:
    """Return the number of the first row of a slice that is not empty, and the rows from there on."""
    return mark + 1 - frame.height, frame.head(frame.height - 1)


def _from_row(frame: pl.DataFrame, first: int, wanted: int) -> pl.DataFrame:
    """Put empty rows before a frame that begins with row `first`, so that it begins with the row that is wanted."""
    return pl.concat([frame.clear(first - wanted), frame]) if first > wanted else frame


def _with_odd_cells(first: int, frame: pl.DataFrame, cells: list[OddCell]) -> tuple[int, pl.DataFrame]:
    """Write errors and formulas into a frame that begins with row `first`, or with an earlier one that has such a cell."""
    inside = [cell for cell in cells if cell.column < frame.width]
    begin = min([first, *(cell.row for cell in inside)])
    frame = _from_row(frame, first, begin)
    by_column: dict[int, list[OddCell]] = {}
    for cell in inside:
        by_column.setdefault(cell.column, []).append(cell)
    changed = [
        frame.to_series(column).scatter([cell.row - begin for cell in found], [cell.text for cell in found])
        for column, found in by_column.items()
    ]
    return begin, frame.with_columns(changed)


def _opened(workbook: Path | bytes) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(workbook)
    except fastexcel.FastExcelError as error:
        raise _damaged("The workbook cannot be opened.", error) from None


def _damaged(wrong: str, error: Exception) -> DamagedFile:
    return DamagedFile(wrong, expected="an intact XLSX workbook", reason=str(error).split("\n")[0])


def _too_wide(columns: int) -> TooManyColumns:
    return TooManyColumns(f"The sheet has {columns:,} columns.", expected=f"at most {MAX_COLUMNS:,}", columns=columns)


def hold_to_area(path: Path, sheet: str) -> None:
    """Refuse a sheet whose cells lie so far apart that the area between them, which is kept whole, fills the memory.

    Raises TooManyColumns, ExpandsTooFar. Sheets that end at column Z or before it always pass.
    """
    with _archive(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return
        letters: set[bytes] = set()
        for text in _overlapping(_unpacked(archive, archive.getinfo(part))):
            letters.update(_BEYOND_Z.findall(text))
        if not letters:
            return
        columns = max(_column_number(one.decode()) for one in letters)
        rows = 1
        for text in _overlapping(_unpacked(archive, archive.getinfo(part))):
            rows = max(rows, *map(int, set(_ROW_NUMBER.findall(text))), 1)
    if columns > MAX_COLUMNS:
        raise _too_wide(columns)
    if columns * rows > MAX_CELLS:
        raise ExpandsTooFar(
            f"The cells of the sheet span {columns:,} columns and {rows:,} rows.",
            expected=f"at most {MAX_CELLS:,} cells up to the last",
            limit_cells=MAX_CELLS,
        )


def _hold_to_limits(path: Path) -> None:
    """Unpack every part once and count: what the archive says of its own sizes may be a lie."""
    limit = min(MAX_UNPACKED, max(_RATIO_COUNTS_FROM, path.stat().st_size * _MAX_RATIO))
    total = 0
    with _archive(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MAX_PARTS:
            raise ExpandsTooFar(
                f"The workbook has {len(parts):,} parts.", expected=f"at most {_MAX_PARTS:,}", limit_parts=_MAX_PARTS
            )
        if "xl/workbook.xml" not in archive.namelist():
            raise UnknownFormat("This archive is no workbook.", expected="an XLSX workbook with xl/workbook.xml")
        for part in parts:
            for piece in _unpacked(archive, part):
                total += len(piece)
                if total > limit:
                    raise ExpandsTooFar(
                        f"The workbook unpacks to more than {limit >> 20:,} MB.",
                        expected=f"at most {_MAX_RATIO} times the packed size and {MAX_UNPACKED >> 20:,} MB",
                        limit_bytes=limit,
                    )


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DamagedFile(
            "The workbook is broken off or damaged.", expected="a whole XLSX file", reason=str(error)
        ) from None


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DamagedFile(
            f"The part {part.filename} is packed in a way that workbooks are not.", expected="an XLSX file"
        )
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise DamagedFile(
            f"The part {part.filename} of the workbook is damaged.", expected="a whole XLSX file", reason=str(error)
        ) from None


def odd_cells(rows: bytes) -> list[OddCell]:
    """Find the cells that hold an error or a formula without a saved value in the XML of whole rows."""
    if b't="e"' not in rows and b"<f" not in rows:
        return []
    found = itertools.islice(dict.fromkeys(_odd(rows)), _MAX_ODD_CELLS)
    return [OddCell(row, _column_number(column) - 1, text) for column, row, text in found]


def _overlapping(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that repeat the end of the one before, so that no cell is cut in two."""
    tail = b""
    for piece in pieces:
        text = tail + piece
        yield text
        tail = text[-_OVERLAP:]


def _odd(text: bytes) -> Iterator[tuple[str, int, str]]:
    for match in _CELL.finditer(text):
        column, row, attributes, formula, value = match.groups()
        if b't="e"' in attributes:
            yield column.decode(), int(row), (value or b"#ERROR").decode()
        elif formula is not None and not value and b't="str"' not in attributes:
            yield column.decode(), int(row), "=" + html.unescape(formula.decode(errors="replace"))


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds a sheet."""
    workbook = archive.read("xl/workbook.xml").decode(errors="replace")
    wanted = {html.unescape(name): key for name, key in _SHEET.findall(workbook)}.get(sheet)
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
    except KeyError:
        return None
    for relation in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(relation))
        if wanted is not None and attributes.get("Id") == wanted:
            target = attributes.get("Target", "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

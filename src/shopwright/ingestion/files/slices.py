"""A sheet of a workbook in slices of whole rows, each a small workbook of its own. Knows no cells.

Whoever opens a workbook keeps the sheet whole, at a gigabyte for a million rows. Cut between rows and put among the
workbook's own strings and styles again, every cell means what it meant before.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from shopwright.ingestion.files.faults import DamagedFile

_SHARED = re.compile(r"^(\[content_types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedstrings)\.xml|xl/_rels/.*)$")
_DATA = re.compile(rb"<sheetData\b[^>]*>")
_DIMENSION = re.compile(rb"<dimension\b[^>]*/>")
_ROW = b"<row "
_ROW_NUMBER = re.compile(rb'<row [^>]*?\br="(\d{1,7})"')
_LONGEST_HEAD = 16 << 20


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of a sheet as XML, and the workbook that holds them and a mark after the last.

    The mark is a text in the first column of the row `mark`. It makes the area of the slice begin at the first column,
    and tells which row of the area is which, since that begins with the first row that is not empty.
    """

    rows: bytes
    workbook: bytes
    mark: int


def sliced(archive: zipfile.ZipFile, part: str, pieces: Iterator[bytes], size: int) -> Iterator[Slice]:
    """Cut the sheet in the part `part`, whose text comes in `pieces`, into slices of about `size` bytes of XML.

    Yields nothing for a sheet that cannot be cut: one without rows, or whose rows do not tell their numbers.
    Raises DamagedFile where it breaks off.
    """
    head, rest = _until_rows(pieces)
    if head is None:
        return
    shared = _shared_parts(archive)
    for number, rows in enumerate(_whole_rows(rest, pieces, size)):
        numbers = _ROW_NUMBER.findall(rows)
        if len(numbers) != rows.count(_ROW):
            if number == 0:
                return
            raise DamagedFile("Some rows of the sheet have no number.", expected="an intact XLSX workbook")
        mark = max(map(int, numbers)) + 1
        sheet = b'%b%b<row r="%d"><c r="A%d" t="str"><v>.</v></c></row></sheetData></worksheet>'
        yield Slice(rows, _with_sheet(shared, part, sheet % (head, rows, mark, mark)), mark)


def _until_rows(pieces: Iterator[bytes]) -> tuple[bytes | None, bytes]:
    """Return what stands before the first row, and what was read beyond; None where there are no rows."""
    text = b""
    for piece in pieces:
        text += piece
        if (begin := _DATA.search(text)) is not None:
            if begin.group().endswith(b"/>"):
                break
            return _DIMENSION.sub(b"", text[: begin.end()]), text[begin.end() :]
        if len(text) > _LONGEST_HEAD:
            break
    return None, b""


def _whole_rows(first: bytes, pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the rows in texts of at least `size` bytes, the last one excepted."""
    waiting = bytearray(first)
    for piece in pieces:
        waiting += piece
        if len(waiting) > size and (cut := waiting.rfind(_ROW)) > 0:
            yield bytes(waiting[:cut])
            del waiting[:cut]
    end = waiting.find(b"</sheetData>")
    if end < 0:
        raise DamagedFile("The sheet breaks off.", expected="a whole XLSX file")
    if _ROW in waiting[:end]:
        yield bytes(waiting[:end])


def _shared_parts(archive: zipfile.ZipFile) -> bytes:
    """Return an archive of the parts that give cells their meaning: strings, styles, and where the sheets are."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as small:
        for name in archive.namelist():
            if _SHARED.match(name.lower()):
                small.writestr(name, archive.read(name))
    return target.getvalue()


def _with_sheet(shared: bytes, part: str, sheet: bytes) -> bytes:
    target = BytesIO(shared)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as small:
        small.writestr(part, sheet)
    return target.getvalue()

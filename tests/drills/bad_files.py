"""Files as they should not be, each with what is expected of its import.

Run as a program, `python -m tests.drills.bad_files DSN FOLDER`, it imports each into a shop of its own by the way that
every import takes, and prints as JSON what became of it and how much memory that took.
"""

import asyncio
import gzip
import io
import json
import random
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from tests.factories.imports import open_shop

from shopwright.infra.db import Database
from shopwright.ingestion.schemas import Kind
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import new_tenant_id
from shopwright.kit.time import SystemClock

HEAD: Final = "sku,name,price\n"
ROWS: Final = "".join(f"MUG-{number},Mug,9.99\n" for number in range(50))
SOUND: Final = HEAD + ROWS
_GIB: Final = 1 << 30
_MIB: Final = 1 << 20
_CHANCE: Final = random.Random(1)  # noqa: S311 - bytes of no meaning
_ADDRESS_SPACE: Final = 8 * _GIB
_SPREAD = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {this} "{f"&{last};" * 10}">' for last, this in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file: its name, how it is written, the code of the error (None: it is taken) and how many rows are stored."""

    name: str
    make: Callable[[Path], None]
    code: str | None
    stored: int = 0
    rejected: int = 0


def _text(content: str | bytes) -> Callable[[Path], None]:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda path: (path.write_bytes(data), None)[1]


def _half(whole: bytes) -> Callable[[Path], None]:
    return _text(whole[: len(whole) * 2 // 3])


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"sku": [f"M-{n}" for n in range(5_000)], "name": "Mug", "price": 9.99}).write_parquet(out)
    return out.getvalue()


def sheet(rows: str, extra: str = "", doctype: str = "", shared: str = "") -> bytes:
    """Write a workbook of one sheet by hand."""
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{_SPREAD}" xmlns:r="http://schemas.openxmlformats.'
        'org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxml'
        'formats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<?xml version="1.0"?>{doctype}<sst xmlns="{_SPREAD}"><si><t>{shared}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{_SPREAD}">{extra}'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _row(number: int, *cells: str) -> str:
    texts = (
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for letter, cell in zip("ABC", cells, strict=True)
    )
    return f'<row r="{number}">{"".join(texts)}</row>'


_ROWS: Final = _row(1, "sku", "name", "price") + "".join(_row(n, f"M-{n}", "Mug", "9.99") for n in range(2, 60))
_FORMULAS: Final = (
    _row(1, "sku", "name", "price")
    + _row(2, "M-1", "Mug", "9.99")
    + '<row r="3"><c r="A3" t="inlineStr"><is><t>M-2</t></is></c><c r="B3" t="inlineStr"><is><t>Mug</t></is></c>'
    '<c r="C3"><f>A1*2</f></c></row>'
    '<row r="4"><c r="A4" t="inlineStr"><is><t>M-3</t></is></c><c r="B4" t="inlineStr"><is><t>Mug</t></is></c>'
    '<c r="C4"><f>4+1</f><v>5</v></c></row>'
)


def _bomb(path: Path) -> None:
    """A workbook of 2 GB in 2 MB."""
    whole = sheet(_ROWS)
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as sound,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in sound.namelist():
            if "sheet1" not in name:
                archive.writestr(name, sound.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(2 * _GIB // (8 * _MIB)):
                part.write(b" " * 8 * _MIB)


def _gzip_bomb(path: Path) -> None:
    """A gigabyte in a megabyte."""
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.write(HEAD.encode())
        for _ in range(128):
            file.write(b" " * 8 * _MIB)


def _giant_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEAD.encode() + b"MUG-1,")
        for _ in range(64):
            file.write(b"x" * _MIB)


CASES: Final = (
    Case("empty.csv", _text(""), "file_empty"),
    Case("blank.csv", _text(" \n\n \n"), "file_empty"),
    Case("header-only.csv", _text(HEAD), "file_empty"),
    Case("picture.csv", _text(b"\x89PNG\r\n\x1a\n" + b"\0" * 100), "file_format_unknown"),
    Case("document.xlsx", _text("%PDF-1.7 and so on"), "file_format_unknown"),
    Case("archive.xlsx", _text(b"PK\x03\x04 not an archive"), "file_damaged"),
    Case("csv-named.xlsx", _text(SOUND), None, stored=50),
    Case("workbook-named.csv", _text(sheet(_ROWS)), None, stored=58),
    Case("random.csv", _text(_CHANCE.randbytes(20_000)), "file_binary"),
    Case("nul.csv", _text(b"\0" * 5_000), "file_binary"),
    Case("nul-in-a-row.csv", _text(HEAD + ROWS * 400 + "MUG\0-99,Mug,9.99\n"), None, stored=50, rejected=1),
    Case("latin-bytes-in-utf8.csv", _text("\ufeff".encode() + SOUND.encode() + b"MUG-99,M\xfcg,9.99\n"), None, 50, 1),
    Case("utf16-broken-off.csv", _text(SOUND.encode("utf-16")[:-1]), None, stored=49, rejected=1),
    Case("mixed-ends.csv", _text(HEAD + "A-1,Mug,1.5\rA-2,Mug,1.5\r\nA-3,Mug,1.5\n"), None, stored=3),
    Case("a-million-columns.csv", _text(",".join(map(str, range(1_000_000))) + "\n1\n"), "file_too_many_columns"),
    Case("giant-first-line.csv", _text(b"x" * (5 * _MIB)), "file_line_too_long"),
    Case("giant-line.csv", _giant_line, "file_line_too_long"),
    Case("open-quote.csv", _text(HEAD + '"MUG-1,Mug,9.99\n' * 1_000 + "A-1,Mug,1.5\n"), None, stored=1, rejected=1_000),
    Case("deep.jsonl", _text('{"sku":"A","name":"Mug","price":1}\n' + '{"a":' * 100_000 + "\n"), None, 1, 1),
    Case("half.csv.gz", _half(gzip.compress(SOUND.encode() * 200)), "file_truncated"),
    Case("half.xlsx", _half(sheet(_ROWS)), "file_damaged"),
    Case("half.parquet", _half(_parquet()), "file_damaged"),
    Case("formulas.xlsx", _text(sheet(_FORMULAS)), None, stored=2, rejected=1),
    Case("bomb.xlsx", _bomb, "file_expands_too_far"),
    Case("bomb.csv.gz", _gzip_bomb, "file_line_too_long"),
    Case("laughs-in-strings.xlsx", _text(sheet(_ROWS, doctype=_LAUGHS, shared="&j;")), "file_damaged"),
    Case("laughs-in-sheet.xlsx", _text(sheet(_row(1, "sku", "name", "&j;"), doctype=_LAUGHS)), "file_damaged"),
    Case("far-corner.xlsx", _text(sheet(_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
         "file_too_many_columns"),
    Case("far-apart.xlsx", _text(sheet(_ROWS + '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>')),
         "file_expands_too_far"),
    Case("far-row.xlsx", _text(sheet(_ROWS + '<row r="1048576"><c r="C1048576"><v>1</v></c></row>')), None, 58, 1),
    Case("lying-dimension.xlsx", _text(sheet(_ROWS, '<dimension ref="A1:XFD1048576"/>')), None, stored=58),
)  # fmt: skip


async def main(dsn: str, folder: Path) -> None:
    """Import every case and print what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))  # a runaway ends here, not the machine
    database = await Database.open(dsn, SystemClock(), max_size=4)
    told = {}
    await _outcome(database, folder, Case("warm.csv", _text(SOUND), None))
    await _outcome(database, folder, Case("warm.xlsx", _text(sheet(_ROWS)), None))
    for case in [one for one in CASES if not sys.argv[3:] or one.name in sys.argv[3:]]:
        told[case.name] = await _outcome(database, folder, case)
    await database.close()
    print(json.dumps(told))  # noqa: T201 - it is read by the test


async def _outcome(database: Database, folder: Path, case: Case) -> dict[str, Any]:
    path = folder / case.name
    case.make(path)
    shop = await open_shop(database, new_tenant_id(), folder)
    _count_peak_anew()
    before, started = _memory("VmRSS"), time.monotonic()
    try:
        done = await shop.import_(path, Kind.PRODUCTS)
        error = done.error or {}
        told = {"state": done.state, "rejected": done.counts.rejected, "code": error.get("code"), "error": error}
    except ShopwrightError as refused:
        told = {"state": "refused", "rejected": 0, "code": refused.code, "error": refused.details}
    seconds = time.monotonic() - started
    path.unlink()
    [(stored, points)] = await shop.rows(
        "select (select count(*) from product where tenant_id = $1), (select count(*) from price_point where tenant_id = $1)"
    )
    return {
        **told,
        "stored": stored,
        "points": points,
        "seconds": seconds,
        "megabytes": (_memory("VmHWM") - before) // 1024,
    }


def _count_peak_anew() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> int:
    """Return a figure of the process's memory in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

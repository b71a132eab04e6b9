"""Records of delimited text that the fast way cannot follow: stray quotes, lone carriage returns, NUL and foreign bytes.

Goes line by line and gives every line its chance: one that makes no sense is handed back as faulty, and reading goes on
with the next. A tenth as fast as `blocks`; only blocks with something wrong come here.
"""

import csv
import re
from dataclasses import dataclass
from enum import Enum, auto

from shopwright.ingestion.files.bytestream import BAD_BYTES
from shopwright.ingestion.files.faults import RowFault
from shopwright.ingestion.files.profile import MAX_RECORD_BYTES

_MAX_LINES = 200
"""A quoted field that runs over more lines than any review has is a quote that was never closed."""
_SHOWN = 10_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its fields, or what is wrong with it. `raw` is the text as it stood."""

    raw: str
    fields: tuple[str, ...] = ()
    fault: RowFault | None = None


class _Quoting(Enum):
    OPEN = auto()
    BROKEN = auto()


class CarefulReader:
    """Splits text into records of any quality."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self.delimiter = delimiter
        self.quote = quote

    def records(self, text: str, *, final: bool) -> tuple[list[Record], str]:
        """Return the records of the text, and the rest that may go on in the next block (empty when `final`)."""
        lines = _LINE.findall(text)
        end = len(lines)
        if not final and lines and not lines[-1].endswith("\n"):
            end -= 1
        result: list[Record] = []
        place = 0
        while place < end:
            record, taken = self._record(lines, place, end)
            if record is None:
                if not final:
                    break
                record = _faulty(lines[place], RowFault.BAD_QUOTES)
            result.append(record)
            place += taken
        return result, "".join(lines[place:])

    def split(self, text: str) -> Record:
        """Return the one record that the text is."""
        fields = self._fields(text)
        if isinstance(fields, _Quoting):
            return _faulty(text, RowFault.BAD_QUOTES)
        return _judged(text, fields)

    def _record(self, lines: list[str], place: int, end: int) -> tuple[Record | None, int]:
        """Return the record that begins at a line and how many lines it takes; None if its end is not here."""
        fields = self._fields(lines[place])
        taken = 1
        while fields is _Quoting.OPEN and place + taken < end and taken < _MAX_LINES:
            taken += 1
            if self.quote in lines[place + taken - 1]:
                fields = self._fields("".join(lines[place : place + taken]))
        if isinstance(fields, tuple):
            return _judged("".join(lines[place : place + taken]), fields), taken
        if fields is _Quoting.OPEN and taken < _MAX_LINES:
            return None, 1
        return _faulty(lines[place], RowFault.BAD_QUOTES), 1

    def _fields(self, text: str) -> tuple[str, ...] | _Quoting:
        bare = text.rstrip("\r\n")
        if not self.quote or not (bare.startswith(self.quote) or self.delimiter + self.quote in bare):
            return tuple(bare.split(self.delimiter))
        try:
            rows = list(csv.reader([bare], delimiter=self.delimiter, quotechar=self.quote, strict=True))
        except csv.Error as error:
            return _Quoting.OPEN if "unexpected end" in str(error) else _Quoting.BROKEN
        return tuple(rows[0])


def _judged(text: str, fields: tuple[str, ...]) -> Record:
    if "\0" in text:
        return _faulty(text, RowFault.NUL_BYTE)
    if BAD_BYTES in text:
        return _faulty(text, RowFault.BAD_BYTES)
    if len(text) > MAX_RECORD_BYTES:
        return _faulty(text, RowFault.TOO_LONG)
    return Record(text.rstrip("\r\n"), fields)


def _faulty(text: str, fault: RowFault) -> Record:
    raw = text.rstrip("\r\n").replace("\0", "\N{SYMBOL FOR NULL}").replace(BAD_BYTES, "\N{REPLACEMENT CHARACTER}")
    return Record(raw[:_SHOWN], fault=fault)

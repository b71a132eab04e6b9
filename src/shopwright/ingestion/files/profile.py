"""What is known of a file before it is read: its format, its dialect, its columns and how they write values.

Plain values, JSON-serialisable with msgspec, so that a profile can be shown, stored and corrected.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

MAX_COLUMNS = 2_000
MAX_RECORD_BYTES = 1 << 20
"""A row of a table of goods with its longest description stays far below a megabyte."""


ROW, FAULT, RAW = "_row", "_fault", "_raw"
"""The reader's own columns beside those of the file: the number of the row (as a spreadsheet counts, from 1, header
included), its fault (a `RowFault`, null as a rule), and the faulty row as it stood."""


class Format(StrEnum):
    """How rows are written."""

    DELIMITED = "delimited"
    JSON_LINES = "json_lines"
    WORKBOOK = "workbook"
    PARQUET = "parquet"


class Compression(StrEnum):
    """What is wrapped around a text file."""

    NONE = "none"
    GZIP = "gzip"


@dataclass(frozen=True, slots=True)
class Notation:
    """How a column writes numbers and dates.

    `date_format` is a strptime format, or one of the names `epoch_seconds`, `epoch_milliseconds`, `excel_serial`.
    """

    decimal: str = "."
    thousands: str = ""
    date_format: str = ""


class Look(StrEnum):
    """What values look like, whatever their column is called."""

    NUMBER = "number"
    INTEGER = "integer"
    NEGATIVE = "negative"
    MOMENT = "moment"
    DAY = "day"
    GTIN = "gtin"
    CURRENCY = "currency"
    FLAG = "flag"
    URL = "url"
    EMAIL = "email"
    COUNTRY = "country"
    RATING = "rating"
    CODE = "code"
    SENTENCE = "sentence"
    AVAILABILITY = "availability"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: its name in the file, samples, and what its values look like (shares from 0 to 1)."""

    name: str
    samples: tuple[str, ...] = ()
    filled: float = 0.0
    distinct: float = 0.0
    looks: dict[Look, float] = field(default_factory=dict)
    notation: Notation = Notation()
    number_certainty: float = 1.0
    date_certainty: float = 1.0
    prefixes: tuple[str, ...] = ()
    """The letters before the digits of codes, '' for none: invoice numbers 536365 and C536379 have '' and 'C'."""

    def share(self, look: Look) -> float:
        """Return the share of the filled samples that look so."""
        return self.looks.get(look, 0.0)


@dataclass(frozen=True, slots=True)
class FileProfile:
    """A file, described well enough to read it. `header_row` counts records from 1; 0 means that there is none."""

    format: Format
    columns: tuple[ColumnProfile, ...]
    size: int
    compression: Compression = Compression.NONE
    encoding: str = "utf-8"
    encoding_certainty: float = 1.0
    delimiter: str = ","
    quote: str = '"'
    line_end: str = "\n"
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    rows_sampled: int = 0
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def signature(self) -> str:
        """A hash of the format and the columns: files of the same make share it, so a saved mapping is found again."""
        text = "\x1f".join((self.format, self.sheet, *self.names))
        return hashlib.sha256(text.encode()).hexdigest()

    def column(self, name: str) -> ColumnProfile:
        """Return the column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def unique_names(names: list[str]) -> list[str]:
    """Make column names distinct and non-empty: 'price', 'price (2)', 'column 3'. The reader's own names stay free."""
    taken = {ROW, FAULT, RAW}
    result: list[str] = []
    for place, raw in enumerate(names, start=1):
        plain = " ".join(raw.split()) or f"column {place}"
        name, copy = plain, 1
        while name in taken:
            copy += 1
            name = f"{plain} ({copy})"
        taken.add(name)
        result.append(name)
    return result

"""How a delimited text is written: delimiter, quote, line ends, and which record is the header."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from shopwright.ingestion.files.profile import MAX_COLUMNS

DELIMITERS = ",;\t|"
_LINES = 200
_NUMBER_OR_DATE = re.compile(r"[-+(]?[$€£]?\s?\d[\d.,' \u00a0/:TZ+-]*%?\)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records are cut into fields. `header_row` counts records from 1; 0 means none."""

    delimiter: str
    quote: str
    line_end: str
    header_row: int
    header: tuple[str, ...]
    width: int


def find_dialect(text: str) -> Dialect:
    """Find the dialect from the beginning of a file. The text may end inside a record, which is then left out."""
    line_end = find_line_end(text)
    whole = _whole_lines(text.replace("\r\n", "\n").replace("\r", "\n"))
    quote = '"' if '"' in whole or not _single_quoted(whole) else "'"
    tables = {mark: _split(whole, mark, quote) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _evenness(tables[mark]))
    rows = tables[delimiter]
    width = _usual_width(rows)
    header_row = _header_row(rows, width)
    header = tuple(rows[header_row - 1]) if header_row else ()
    width = max(width, len(header))
    padded = header + ("",) * (width - len(header)) if header_row else ("",) * width
    return Dialect(delimiter, quote, line_end, header_row, padded, width)


def find_line_end(text: str) -> str:
    r"""Return "\n", "\r\n", "\r", or "mixed"."""
    pairs = text.count("\r\n")
    feeds, returns = text.count("\n") - pairs, text.count("\r") - pairs
    kinds = [end for end, count in (("\r\n", pairs), ("\n", feeds), ("\r", returns)) if count]
    return kinds[0] if len(kinds) == 1 else "mixed" if kinds else "\n"


def _whole_lines(text: str) -> str:
    end = text.rfind("\n")
    return text[: end + 1] if end > 0 else text


def _single_quoted(text: str) -> bool:
    lines = text.split("\n", 20)[:20]
    quoted = [re.findall(r"(?:^|[,;\t|])'[^']*'(?=[,;\t|]|$)", line) for line in lines]
    return sum(map(bool, quoted)) > len(lines) / 2


def _split(text: str, delimiter: str, quote: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(text.split("\n"), delimiter=delimiter, quotechar=quote):
            rows.append(row)
            if len(rows) >= _LINES:
                break
    except csv.Error:
        pass
    return rows


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """Rate a delimiter: how many of the rows have the usual width, where that is more than one field; then the width."""
    filled = [row for row in rows if any(row)]
    width = _usual_width(rows)
    if width < 2 or not filled:  # noqa: PLR2004 - one field is what any wrong delimiter gives
        return 0.0, 0
    return round(sum(len(row) == width for row in filled) / len(filled), 1), width


def _usual_width(rows: list[list[str]]) -> int:
    counts = Counter(len(row) for row in rows if any(row))
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _header_row(rows: list[list[str]], width: int) -> int:
    """Return the number of the first row of the usual width, if it names the columns; titles above it are passed over."""
    for number, row in enumerate(rows, start=1):
        near = len(row) >= max(1, width - 1) and sum(map(bool, row)) > width / 2
        if near:
            return number if _names_columns(row, rows[number:]) else 0
    return 0


def _names_columns(row: list[str], below: list[list[str]]) -> bool:
    """Tell names from values: names are no numbers, differ from each other, and as a rule do not come again below."""
    names = [cell.strip() for cell in row if cell.strip()]
    if not names or (any(_NUMBER_OR_DATE.fullmatch(name) for name in names) and len(row) < MAX_COLUMNS):
        return False
    if len(set(names)) < len(names) * 0.6:
        return False
    for place, name in enumerate(row):
        column = [other[place] for other in below[:_LINES] if len(other) > place]
        if name and len(column) > 1 and column.count(name) > len(column) / 3:
            return False
    return True

"""How a column writes its numbers and dates, decided by evidence over samples, with a certainty.

'1.234' may be a thousand or a little over one, '03.04.2026' April or March: what one value leaves open another one may
settle, and where none does the certainty says so and a person is asked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

PROVEN, LIKELY, OPEN = 1.0, 0.9, 0.5
_NUMBER = re.compile(
    r"\(?[-+\u2212]?\s*(?:[A-Z]{3}\s*|[^\w\s.,()+-]{1,2}\s*[-+\u2212]?)?"
    r"(\d[\d.,'\u2019 \u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d+)?"
    r"\s*(?:[A-Z]{3}|[^\w\s.,()]{1,2}|kr|z\u0142|K\u010d|Ft|lei)?-?\)?"
)
_GROUPS = {",": re.compile(r"\d{1,3}(,\d{3})+"), ".": re.compile(r"\d{1,3}(\.\d{3})+")}
_SPACES = {"'": "'", "\u2019": "\u2019", " ": " ", "\u00a0": "\u00a0", "\u202f": "\u202f"}


@dataclass(frozen=True, slots=True)
class NumberMarks:
    """The decimal mark, the mark between thousands ('' if none was seen), and how sure both are."""

    decimal: str
    thousands: str
    certainty: float
    share: float
    """Which part of the samples are numbers."""
    proven: bool = False
    """Whether some value can be read in one way only."""


def number_marks(samples: Sequence[str], usual: str = ".") -> NumberMarks:
    """Find the marks of a column. `usual` is what the rest of the file does, for columns that leave it open."""
    bodies = [match[1] for sample in samples if (match := _NUMBER.fullmatch(sample.strip()))]
    share = len(bodies) / max(1, len(samples))
    votes: Counter[str] = Counter()
    open_votes: Counter[str] = Counter()
    for body in bodies:
        mark, proven = _decimal_of(body)
        (votes if proven else open_votes)[mark] += 1
    votes.pop("", None)
    decimal = votes.most_common(1)[0][0] if votes else usual
    certainty = PROVEN if votes or not open_votes.keys() - {""} else LIKELY if decimal == usual == "," else 0.8
    if votes:
        certainty = votes[decimal] / votes.total()
    return NumberMarks(decimal, _thousands(bodies, decimal), certainty, share, proven=bool(votes))


def _decimal_of(body: str) -> tuple[str, bool]:
    """Return which mark a number has before its decimals ('' if none), and whether the number proves it."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return (".", True) if body.rfind(".") > body.rfind(",") else (",", True)
    if points + commas == 0:
        return "", True
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other, True
    head, tail = body.split(mark)
    open_ = len(tail) == 3 and 1 <= len(head.replace("'", "")) <= 3 and head not in {"0", ""}  # noqa: PLR2004 - a group
    return mark, not open_


def _thousands(bodies: Sequence[str], decimal: str) -> str:
    other = "." if decimal == "," else ","
    if any(other in body for body in bodies):
        return other
    for sign in _SPACES:
        if any(sign in body.strip() for body in bodies):
            return sign
    return ""


_DATE = re.compile(
    r"(?P<a>\d{1,4})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<c>\d{1,4})\.?"
    r"(?:(?P<gap>T|, | )(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9} \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4})(?P<time> \d{1,2}:\d{2}(:\d{2})?)?"
)
_NAMED_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y")
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
_ORDERS = {"dmy": (0, 1, 2), "mdy": (1, 0, 2), "ymd": (2, 1, 0)}
_TWO, _FOUR = 2, 4
_NEARLY_ALL = 0.98  # a few slips may be
_ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class DateNotation:
    """The strptime format ('' if the column holds no dates), how sure, how many samples fit, whether it has a time."""

    format: str
    certainty: float
    share: float
    has_time: bool


_NO_DATE = DateNotation("", PROVEN, 0.0, has_time=False)


def date_notation(samples: Sequence[str], *, european: bool = False, epochs: bool = False) -> DateNotation:
    """Find how a column writes dates. The samples stand in the file's order, as far as they are neighbours.

    `european` breaks a tie for day before month; `epochs` admits bare numbers: seconds or milliseconds
    since 1970, days of a spreadsheet.
    """
    texts = [sample.strip() for sample in samples if sample.strip()]
    if not texts:
        return _NO_DATE
    matches = [match for text in texts if (match := _DATE.fullmatch(text))]
    if len(matches) >= _ENOUGH * len(texts):
        return _numeric(matches, len(texts), european=european)
    readers = [(_NAMED, _named), (_COMPACT, _compact), *([(_EPOCH, _epoch), (_SERIAL, _serial)] if epochs else [])]
    for pattern, reader in readers:
        if sum(pattern.fullmatch(text) is not None for text in texts) >= _ENOUGH * len(texts):
            return reader(texts)
    return _NO_DATE


def _numeric(matches: list[re.Match[str]], texts: int, *, european: bool) -> DateNotation:
    separator = Counter(match["s"] for match in matches).most_common(1)[0][0]
    alike = [match for match in matches if match["s"] == separator]
    parts = [(match["a"], match["b"], match["c"]) for match in alike]
    order, certainty = _order(parts, separator, european=european)
    if not order:
        return _NO_DATE
    years = parts[0][_ORDERS[order][2]]
    signs = {"d": "%d", "m": "%m", "y": "%Y" if len(years) == _FOUR else "%y"}
    clock = _clock(alike)
    dates = separator.join(signs[letter] for letter in order)
    return DateNotation(dates + clock, certainty, len(alike) / texts, has_time=bool(clock))


def _order(parts: list[tuple[str, str, str]], separator: str, *, european: bool) -> tuple[str, float]:
    """Return the order of day, month and year: by what is possible, by the order of the rows, by custom."""
    possible = [order for order in _ORDERS if _fits(parts, order)]
    if separator == "." and "dmy" in possible and len(parts[0][0]) != _FOUR:
        possible = [order for order in possible if order != "ymd"]  # nobody writes 26.11.03 for November 2026
    if len(possible) == 1:
        return possible[0], PROVEN
    if not possible:
        return "", PROVEN
    for sign in (_runs_in_order, _first_of_months):
        speaking = [order for order in possible if sign(parts, order)]
        if len(speaking) == 1:
            return speaking[0], LIKELY
    return _customary(possible, separator, european=european)


def _customary(possible: list[str], separator: str, *, european: bool) -> tuple[str, float]:
    if "ymd" in possible and separator == "-":
        return "ymd", OPEN
    if separator == "." or european:
        return "dmy", 0.8 if separator == "." else 0.7
    return "dmy", OPEN


def _moments(parts: list[tuple[str, str, str]], order: str) -> list[datetime | None]:
    day, month, year = _ORDERS[order]
    result: list[datetime | None] = []
    for part in parts:
        number = int(part[year])
        full = number if len(part[year]) == _FOUR else 2000 + number
        try:
            result.append(datetime(full, int(part[month]), int(part[day]), tzinfo=UTC))
        except ValueError:
            result.append(None)
    return result


def _fits(parts: list[tuple[str, str, str]], order: str) -> bool:
    day, month, year = _ORDERS[order]
    if {len(part[year]) for part in parts} - {_TWO, _FOUR}:
        return False
    if any(max(len(part[day]), len(part[month])) > _TWO for part in parts):
        return False
    moments = _moments(parts, order)
    return sum(moment is not None for moment in moments) >= _NEARLY_ALL * len(moments)


def _runs_in_order(parts: list[tuple[str, str, str]], order: str) -> bool:
    moments = [moment for moment in _moments(parts, order) if moment is not None]
    if len(set(moments)) < 3:  # noqa: PLR2004 - two dates are in order whichever way they are read
        return False
    return moments == sorted(moments) or moments == sorted(moments, reverse=True)


def _first_of_months(parts: list[tuple[str, str, str]], order: str) -> bool:
    """Tell whether the dates are the first days of several months, read this way."""
    day, month, _ = _ORDERS[order]
    return all(int(part[day]) == 1 for part in parts) and len({int(part[month]) for part in parts}) > 2  # noqa: PLR2004


def _clock(matches: list[re.Match[str]]) -> str:
    """Return the format of the time of day, if most of the values have one."""
    timed = [match for match in matches if match["clock"]]
    if len(timed) < len(matches) / 2:
        return ""
    first = Counter(
        (m["gap"], m["clock"].count(":"), "." in m["clock"], bool(m["half"]), bool(m["zone"])) for m in timed
    )
    gap, colons, fraction, half, zone = first.most_common(1)[0][0]
    hour = "%I" if half else "%H"
    seconds = ("%S%.f" if fraction else "%S") if colons == 2 else ""  # noqa: PLR2004 - hours:minutes:seconds
    text = gap + ":".join(part for part in (hour, "%M", seconds) if part)
    blank = next((" " for match in timed if (match["half"] or match["zone"] or "").startswith(" ")), "")
    return text + (blank + "%p" if half else "") + ((blank + "%#z") if zone else "")


def _named(texts: Sequence[str]) -> DateNotation:
    timed = sum(bool(match and match["time"]) for match in map(_NAMED.fullmatch, texts))
    colons = Counter(text.count(":") for text in texts).most_common(1)[0][0]
    clock = {0: "", 1: " %H:%M"}.get(colons, " %H:%M:%S") if timed > len(texts) / 2 else ""
    for pattern in _NAMED_FORMATS:
        share = sum(_parses(text, pattern + clock) for text in texts) / len(texts)
        if share >= _ENOUGH:
            return DateNotation(pattern + clock, PROVEN, share, has_time=bool(clock))
    return _NO_DATE


def _parses(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _compact(texts: Sequence[str]) -> DateNotation:
    share = sum(_COMPACT.fullmatch(text) is not None for text in texts) / len(texts)
    return DateNotation("%Y%m%d", LIKELY, share, has_time=False)


def _epoch(texts: Sequence[str]) -> DateNotation:
    seconds = len(texts[0]) == len("1700000000")
    return DateNotation("epoch_seconds" if seconds else "epoch_milliseconds", 0.8, 1.0, has_time=True)


def _serial(texts: Sequence[str]) -> DateNotation:
    """Read days since 1899-12-30, as spreadsheets count: what is left of a date in a cell without a date's format."""
    return DateNotation("excel_serial", 0.8, 1.0, has_time=any("." in text for text in texts))

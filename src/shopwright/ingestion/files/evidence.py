"""What the values of a column look like, whatever it is called: shares over a sample, by patterns."""

import re
from collections.abc import Callable, Sequence

from shopwright.catalog.normalisation import read_gtin
from shopwright.ingestion.files.notation import date_notation, number_marks
from shopwright.ingestion.files.profile import ColumnProfile, Look, Notation
from shopwright.ingestion.words import AVAILABILITY_WORDS, CONDITION_WORDS, CURRENCY_SIGNS, FLAG_WORDS
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.money import Currency

_SHOWN = 6
_MOSTLY = 0.9
_SHOWN_LENGTH = 80
_WORDS_OF_SENTENCE = 4
_INTEGER = re.compile(r"-?\d{1,15}")
_RATING = re.compile(r"(?:[0-5](?:[.,]\d+)?|10)(?:\s?/\s?(?:5|10))?")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][\w./-]{1,40}")
_PREFIX = re.compile(r"([A-Za-z]{0,4})[-_]?\d+$")
_EPOCH_NAME = re.compile(r"date|time|epoch|stamp|_at\b|\bat\b", re.IGNORECASE)


def _is_currency(text: str) -> bool:
    if text in CURRENCY_SIGNS:
        return True
    try:
        Currency(text)
    except ShopwrightError:
        return False
    return True


_LOOKS: dict[Look, Callable[[str], bool]] = {
    Look.INTEGER: lambda text: _INTEGER.fullmatch(text) is not None,
    Look.NEGATIVE: lambda text: text.startswith("-"),
    Look.RATING: lambda text: _RATING.fullmatch(text) is not None,
    Look.GTIN: lambda text: text[:1].isdigit() and read_gtin(text).gtin is not None,
    Look.CURRENCY: lambda text: len(text) <= 3 and _is_currency(text.upper()),  # noqa: PLR2004 - EUR, kr, R$
    Look.FLAG: lambda text: text.lower() in FLAG_WORDS,
    Look.URL: lambda text: _URL.fullmatch(text) is not None,
    Look.EMAIL: lambda text: _EMAIL.fullmatch(text) is not None,
    Look.COUNTRY: lambda text: _COUNTRY.fullmatch(text) is not None,
    Look.CODE: lambda text: _CODE.fullmatch(text) is not None,
    Look.SENTENCE: lambda text: len(text.split()) >= _WORDS_OF_SENTENCE,
    Look.AVAILABILITY: lambda text: text.lower() in AVAILABILITY_WORDS,
    Look.CONDITION: lambda text: text.lower() in CONDITION_WORDS,
}


def profile_columns(
    names: Sequence[str], columns: Sequence[Sequence[str | None]], *, decimal_comma_usual: bool
) -> tuple[ColumnProfile, ...]:
    """Profile columns of sample cells, in the file's order. What one column leaves open, the others may tell."""
    filled = [[cell.strip() for cell in column if cell and cell.strip()] for column in columns]
    marks = [number_marks(cells) for cells in filled]
    telling = [mark.decimal for mark in marks if mark.share > _MOSTLY and mark.proven]
    commas = sum(decimal == "," for decimal in telling)
    usual = "," if commas > len(telling) - commas or (decimal_comma_usual and not commas) else "."
    return tuple(
        _profile(name, len(column), cells, usual) for name, column, cells in zip(names, columns, filled, strict=True)
    )


def _profile(name: str, rows: int, cells: list[str], usual: str) -> ColumnProfile:
    if not cells:
        return ColumnProfile(name)
    numbers = number_marks(cells, usual)
    dates = date_notation(cells, european=usual == ",", epochs=_EPOCH_NAME.search(name) is not None)
    looks = {look: share for look, test in _LOOKS.items() if (share := sum(map(test, cells)) / len(cells))}
    looks[Look.NUMBER] = numbers.share
    looks[Look.MOMENT if dates.has_time else Look.DAY] = dates.share
    return ColumnProfile(
        name=name,
        samples=_samples(cells),
        filled=len(cells) / max(1, rows),
        distinct=len(set(cells)) / len(cells),
        looks={look: round(share, 4) for look, share in looks.items() if share},
        notation=Notation(numbers.decimal, numbers.thousands, dates.format),
        number_certainty=numbers.certainty,
        date_certainty=dates.certainty,
        prefixes=tuple(sorted({match[1] for cell in cells if (match := _PREFIX.match(cell))}))[:_SHOWN],
    )


def _samples(cells: list[str]) -> tuple[str, ...]:
    """Return the first different values, and the longest: odd values are long ones, as a rule."""
    first = [*dict.fromkeys(cells)][: _SHOWN - 1]
    return tuple(cell[:_SHOWN_LENGTH] for cell in dict.fromkeys([*first, max(cells, key=len)]))

"""One spelling for identifiers that every marketplace writes differently: SKUs and GTINs.

Pure and scalar; files are normalised by the column in `ingestion.normalising`, which is held to these functions by a
property test. Nothing here guesses: an identifier is spelt alike, repaired without doubt, or named faulty.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_GTIN_LENGTH = 14
_SHORTEST_GTIN = 8
_ROUNDS = (
    4  # taking signs out can bring letters together that then compose; it settles in the third round at the latest
)
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
_LONGER_THAN_ANY = re.compile(r"\d{15,}")
_SEPARATORS = str.maketrans("", "", " -,\u00a0\u202f'")
_AS_NUMBER = re.compile(r"\.0+$")


def normalise_sku(sku: str) -> str:
    """Return the SKU in upper-case letters and ASCII digits, everything else taken out.

    Compatibility forms become plain ones (NFKC: full-width, ligatures, circled digits), letters upper-case ones ('ß'
    becomes 'SS'), decimal digits of any script ASCII digits. Letters are **not** transliterated: 'Ä1' and 'A1' may be two
    items, and to take two for one costs more than to leave one doubtful. Letters that have no upper case (CJK, Arabic, a
    few phonetic ones) stay as they are. The result is its own normal form, and is empty only where the text has neither letter nor digit.
    """
    if sku.isascii():
        return "".join(filter(str.isalnum, sku)).upper()
    result = sku
    for _ in range(_ROUNDS):
        before = result
        result = _letters_and_digits(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", result).upper()))
        if result == before:
            break
    return result or _letters_and_digits(sku.upper())  # a few Arabic ligatures dissolve into marks alone


def _letters_and_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if c.isalnum())


class GtinFault(StrEnum):
    """Why a text is not a GTIN."""

    DAMAGED = "damaged"
    """A spreadsheet turned it into a number and lost its digits (7.94E+11)."""
    MALFORMED = "malformed"
    """Not 8 to 14 digits, or nothing but zeros."""
    CHECK_DIGIT = "check_digit"
    """The last digit does not follow from the others (GS1 General Specifications, 7.9)."""


@dataclass(frozen=True, slots=True)
class GtinReading:
    """What a text says as a GTIN: the GTIN, or the fault. Exactly one of the two is set."""

    gtin: str | None = None
    fault: GtinFault | None = None


def read_gtin(text: str) -> GtinReading:
    """Read a GTIN-8, UPC, EAN-13 or GTIN-14 as 13 digits (14 where the first is not zero).

    Zeros that a spreadsheet took from the front are put back: they do not change the check digit.
    """
    if _SCIENTIFIC.fullmatch(text.strip()):
        return GtinReading(fault=GtinFault.DAMAGED)
    digits = _AS_NUMBER.sub("", text.translate(_SEPARATORS))
    if _LONGER_THAN_ANY.fullmatch(digits) and digits.endswith("000000"):
        return GtinReading(fault=GtinFault.DAMAGED)
    if not (digits.isascii() and digits.isdigit() and _SHORTEST_GTIN <= len(digits) <= _GTIN_LENGTH):
        return GtinReading(fault=GtinFault.MALFORMED)
    if not int(digits):
        return GtinReading(fault=GtinFault.MALFORMED)
    padded = digits.zfill(_GTIN_LENGTH)
    if gtin_check_digit(padded[:-1]) != int(padded[-1]):
        return GtinReading(fault=GtinFault.CHECK_DIGIT)
    return GtinReading(gtin=padded.removeprefix("0"))


def gtin_check_digit(body: str) -> int:
    """Return the check digit of the digits before it: weights 3 and 1 from the right, to the next ten."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body)))
    return -weighted % 10

"""Numbers in the notation of their column, exact: text becomes decimals without passing through floats.

Digits beyond the scale of the type are rounded half to even, as Polars does.
"""

import re

import polars as pl

from shopwright.ingestion.files.profile import Notation
from shopwright.ingestion.words import BLANK_WORDS, CURRENCY_SIGNS
from shopwright.kit.money import ISO_CODES

NUMBER, DECIMAL_MARK, TOO_LARGE = "number", "decimal_mark", "too_large"
"""Rules that a text breaks: no number at all, one in the other notation, one beyond the type."""
_WIDE = pl.Decimal(38, 6)
_GROUPING = "'\u2019 \u00a0\u202f"
_SIGNS = "|".join(re.escape(sign) for sign in sorted({*CURRENCY_SIGNS, *ISO_CODES}, key=len, reverse=True))
_MINUS = "[-+\u2212]"
_MINUSES = ["-", "\u2212"]
_PARTS = (
    rf"^(?P<open>\()?\s*(?P<minus>{_MINUS})?\s*(?P<sign>(?i:{_SIGNS}))?\s*(?P<inner>{_MINUS})?\s*"
    rf"(?P<body>\d[\d.,{_GROUPING}]*(?:[eE][-+]?\d+)?|[.,]\d+)\s*(?P<after>(?i:{_SIGNS}))?\s*(?P<last>-)?(?P<close>\))?$"
)


def fast_number(text: pl.Expr, notation: Notation, dtype: pl.Decimal) -> pl.Expr:
    """Parse plain digits with the column's decimal mark; null for everything else."""
    if notation.decimal == ",":
        pointed = text.str.contains(".", literal=True)
        text = pl.when(~pointed).then(text.str.replace(",", ".", literal=True))
    return text.cast(dtype, strict=False)


def slow_number(text: pl.Expr, notation: Notation, dtype: pl.Decimal) -> pl.Expr:
    """Parse with currency signs, thousands, brackets and trailing minus.

    Gives a struct: `value`, `blank` (the cell says that there is nothing), `rule` (what it breaks, null if nothing) and
    `sign` (the currency written beside the number, upper-case).
    """
    text = text.str.strip_chars()
    blank = text.is_null() | text.str.to_lowercase().is_in(list(BLANK_WORDS))
    parts = text.str.extract_groups(_PARTS)
    field = parts.struct.field
    body = field("body").str.strip_chars()
    digits = _plain(body, notation)
    minuses = pl.sum_horizontal(
        field("minus").is_in(_MINUSES).fill_null(value=False),
        field("inner").is_in(_MINUSES).fill_null(value=False),
        field("last").is_not_null(),
        field("open").is_not_null(),
    )
    whole = (field("open").is_not_null() == field("close").is_not_null()) & (minuses <= 1)
    wide = pl.when(whole).then(digits).cast(_WIDE, strict=False)
    value = pl.when(minuses == 1).then(-wide).otherwise(wide).cast(dtype, strict=False)
    other = _plain(body, Notation("." if notation.decimal == "," else ","))
    rule = (
        pl.when(blank | value.is_not_null())
        .then(None)
        .when(digits.is_not_null() & whole)
        .then(pl.lit(TOO_LARGE))
        .when(other.is_not_null() & whole)
        .then(pl.lit(DECIMAL_MARK))
        .otherwise(pl.lit(NUMBER))
    )
    sign = pl.coalesce(field("sign"), field("after")).str.to_uppercase()
    return pl.struct(
        pl.when(~blank).then(value).alias("value"), blank.alias("blank"), rule.alias("rule"), sign.alias("sign")
    )


def _plain(body: pl.Expr, notation: Notation) -> pl.Expr:
    """Return the digits with a point, or null where marks and groups do not fit the notation."""
    decimal = re.escape(notation.decimal)
    others = re.escape(("." if notation.decimal == "," else ",") + _GROUPING)
    ungrouped = rf"^\d*(?:{decimal}\d*)?(?:[eE][-+]?\d+)?$"
    grouped = rf"^\d{{1,3}}(?:[{others}]\d{{3}})+(?:{decimal}\d*)?$"
    fits = body.str.contains(ungrouped) | body.str.contains(grouped)
    digits = body.str.replace_all(rf"[{others}]", "").str.replace(notation.decimal, ".", literal=True)
    return pl.when(fits).then(digits)


def shown(expected: str, notation: Notation) -> str:
    """Write the numbers in braces of an expectation in the notation of the column."""
    return re.sub(r"\{([^}]*)\}", lambda match: match[1].replace(".", notation.decimal), expected)

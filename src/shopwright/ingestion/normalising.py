"""One spelling for what sources write differently, by the column: SKUs, GTINs, currencies, merchants, packs.

Equal to the scalar functions of `catalog.normalisation` in every value: what is plain ASCII is done by whole columns, the
few other values by the scalar function itself, once for each different one.
"""

import re
from collections.abc import Callable

import polars as pl

from shopwright.catalog.normalisation import GtinFault, normalise_sku, read_gtin
from shopwright.ingestion.words import CURRENCY_SIGNS
from shopwright.kit.money import ISO_CODES

_REPEATED = 4
"""Where values come four times each on average, it is cheaper to look them up than to make them."""
_GTIN_DIGITS = 14
_COMPANY_WORDS = re.compile(
    r"\b(inc|llc|ltd|limited|gmbh|ag|kg|co|corp|corporation|company|sarl|sas|s a|s r l|plc|bv|the)\b"
)
_DOMAIN = re.compile(r"\.(com|net|org|shop|store|de|at|ch|fr|es|it|nl|be|pl|eu|us|ca|co\.uk|uk|com\.au|io)\b(/\S*)?$")
_PACKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(\d{1,4})\s*[- ]?(?:pack|pk|pcs|pc|pieces|count|ct|st(?:ü|ue)ck|stk|pi[eè]ces|unidades|uds)\b",
        r"\b(?:pack|set|box|lot|case|paquete|caja) (?:of|de) (\d{1,4})\b",
        r"\b(\d{1,4})er[- ]?(?:pack|set|packung|box)\b",
        r"^\s*(\d{1,4})\s*[x\u00d7]\s*\d",
    )
)


def normalise_skus(skus: pl.Series) -> pl.Series:
    """Return `normalise_sku` of every value; null stays null."""
    different = skus.unique()
    if different.len() > skus.len() // _REPEATED:
        return _normalised_skus(skus)
    return skus.replace_strict(different, _normalised_skus(different), return_dtype=pl.String)


def _normalised_skus(skus: pl.Series) -> pl.Series:
    plain = skus.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    foreign = (skus.str.len_bytes() != skus.str.len_chars()).fill_null(value=False)
    if not foreign.any():
        return plain
    return _looked_up(skus, plain, foreign, {sku: normalise_sku(sku) for sku in skus.filter(foreign).unique()})


def normalise_gtins(texts: pl.Series) -> pl.DataFrame:
    """Return columns `gtin` and `fault` (a `GtinFault`), as `read_gtin` gives them; both null where the text is null."""
    plain = pl.col("text").str.contains(rf"^\d{{8,{_GTIN_DIGITS}}}$")
    number = pl.when(plain).then(pl.col("text")).cast(pl.Int64, strict=False)
    valid = (_check_digit(number) == number % 10) & (number > 0)
    padded = pl.col("text").str.zfill(_GTIN_DIGITS).str.strip_prefix("0")
    quick = texts.to_frame("text").select(pl.when(valid).then(padded)).to_series()
    rest = texts.is_not_null() & quick.is_null()
    faults = pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    if not rest.any():
        return pl.DataFrame({"gtin": quick, "fault": faults})
    readings = {text: read_gtin(text) for text in texts.filter(rest).unique()}
    return pl.DataFrame(
        {
            "gtin": _looked_up(texts, quick, rest, {text: reading.gtin for text, reading in readings.items()}),
            "fault": _looked_up(
                texts, faults, rest, {text: _fault(reading.fault) for text, reading in readings.items()}
            ),
        }
    )


def _fault(fault: GtinFault | None) -> str | None:
    return fault.value if fault else None


def _check_digit(number: pl.Expr) -> pl.Expr:
    """Return the GS1 check digit that the digits before the last one call for: weights 3 and 1 from the right."""
    weighted = pl.sum_horizontal(
        (number // 10**place % 10) * (3 if place % 2 else 1) for place in range(1, _GTIN_DIGITS)
    )
    return (10 - weighted % 10) % 10


def normalise_currency(text: str, home: str) -> str | None:
    """Return the ISO code of a currency code or sign, None if it is neither.

    A sign that several currencies share ('$', 'kr') means the shop's own one, `home`, where that is among them.
    """
    upper = text.strip().upper()
    if upper in ISO_CODES:
        return upper
    if upper in _SHARED and home in _SHARED[upper]:
        return home
    return CURRENCY_SIGNS.get(upper)


_SHARED = {
    "$": frozenset("USD CAD AUD NZD HKD SGD MXN ARS CLP COP TWD".split()),
    "KR": frozenset("SEK NOK DKK ISK".split()),
    "¥": frozenset(("JPY", "CNY")),
    "£": frozenset(("GBP", "EGP", "FKP", "SHP")),
    "RS": frozenset("INR PKR LKR NPR MUR".split()),
}


def currency_codes(texts: pl.Series, home: str) -> pl.Series:
    """Return `normalise_currency` of every value."""
    return _mapped(texts, lambda text: normalise_currency(text, home))


def merchant_key(name: str) -> str:
    """Return what names of one merchant have in common: 'Bestbuy.com' and 'Best Buy, Inc.' are both 'bestbuy'.

    Case, spaces, punctuation, company forms and the ending of a domain do not tell merchants apart. A name that has nothing
    else keeps all its letters and digits.
    """
    lower = re.sub(r"^(https?://)?(www\.)?", "", name.strip().casefold())
    words = re.sub(r"[\W_]+", " ", _DOMAIN.sub("", lower))
    key = re.sub(r"\s+", "", _COMPANY_WORDS.sub(" ", words))
    return key or re.sub(r"[\W_]+", "", name.casefold()) or name.strip().casefold()


def merchant_keys(names: pl.Series) -> pl.Series:
    """Return `merchant_key` of every value."""
    return _mapped(names, merchant_key)


def pack_quantity(text: str) -> int | None:
    """Return how many pieces a pack has by its words: '8-Pack', 'pack of 3', '2er Set', '6 x 0,5 l'. None if it says none."""
    for pattern in _PACKS:
        if match := pattern.search(text):
            return int(match[1])
    return None


def pack_quantities(texts: pl.Series) -> pl.Series:
    """Return `pack_quantity` of every value, as text."""
    return _mapped(texts, lambda text: None if (pieces := pack_quantity(text)) is None else str(pieces))


def _looked_up(texts: pl.Series, quick: pl.Series, rest: pl.Series, answers: dict[str, str | None]) -> pl.Series:
    found = texts.replace_strict(list(answers), list(answers.values()), default=None, return_dtype=pl.String)
    return found.zip_with(rest, quick)


def _mapped(texts: pl.Series, scalar: Callable[[str], str | None]) -> pl.Series:
    """Apply a scalar function once to each different value."""
    answers = {text: scalar(text) for text in texts.drop_nulls().unique()}
    if not answers:
        return pl.Series(texts.name, [None], dtype=pl.String).new_from_index(0, len(texts))
    return texts.replace_strict(list(answers), list(answers.values()), default=None, return_dtype=pl.String)

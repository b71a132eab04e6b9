"""One field of a batch: from what the file says to typed values, and what could not be read with the reason.

The fast way goes over all fields of a batch at once; only the cells that it left open are looked at one field at a time.
"""

from dataclasses import dataclass

import polars as pl

from shopwright.catalog.normalisation import GtinFault
from shopwright.ingestion import words
from shopwright.ingestion.files.profile import ROW, Notation
from shopwright.ingestion.normalising import currency_codes, normalise_gtins, pack_quantities
from shopwright.ingestion.parsing import moments, numbers
from shopwright.ingestion.parsing.texts import cleaned, unclean, worded
from shopwright.ingestion.schemas import DTYPES, EXPECTED, MONEY, QUANTITY, Field, FieldType
from shopwright.ingestion.terms import ShopTerms

_DECIMALS: dict[FieldType, pl.Decimal] = {
    FieldType.MONEY: MONEY,
    FieldType.QUANTITY: QUANTITY,
    FieldType.COUNT: pl.Decimal(18, 6),
    FieldType.RATING: pl.Decimal(18, 6),
}
_WORDS: dict[FieldType, dict[str, str] | dict[str, bool]] = {
    FieldType.FLAG: words.FLAG_WORDS,
    FieldType.TAX_BASIS: words.TAX_BASIS_WORDS,
    FieldType.AVAILABILITY: words.AVAILABILITY_WORDS,
    FieldType.CONDITION: words.CONDITION_WORDS,
    FieldType.SALE_KIND: words.SALE_WORDS,
}
_FREE = (
    "free",
    "free shipping",
    "gratis",
    "kostenlos",
    "versandkostenfrei",
    "gratuit",
    "offert",
    "livraison gratuite",
    "envío gratis",
)
_GTIN_EXPECTED = {
    GtinFault.DAMAGED: "a GTIN with all its digits: a spreadsheet has cut this one",
    GtinFault.MALFORMED: EXPECTED[FieldType.GTIN],
    GtinFault.CHECK_DIGIT: "a GTIN whose check digit follows from the others",
}


_READ = frozenset({FieldType.MOMENT, FieldType.DAY, *_DECIMALS, *_WORDS})
"""Types that the fast way reads whole; the others are texts, and it only looks whether they are clean."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A field's values (null where there is none), the cells that could not be read, and the currencies beside amounts."""

    values: pl.Series
    faults: pl.DataFrame
    """Columns: row, found, expected, rule."""
    signs: pl.DataFrame | None = None
    """Columns: row, sign."""


FAULTS = {"row": pl.Int64, "found": pl.String, "expected": pl.String, "rule": pl.String}


def fast(field: Field, raw: pl.Expr, dtype: pl.DataType, notation: Notation, terms: ShopTerms) -> pl.Expr:
    """Return the expression that reads what is written as expected, null for the rest.

    For plain texts it only tells which of them need cleaning: as a rule none does.
    """
    kind = field.type
    if kind in {FieldType.MOMENT, FieldType.DAY}:
        return _fast_time(kind, raw, dtype, notation, terms)
    if kind in _DECIMALS:
        if isinstance(dtype, pl.Decimal) or dtype.is_integer():
            return raw.cast(_DECIMALS[kind], strict=False)
        typed = dtype != pl.String
        return numbers.fast_number(raw.cast(pl.String), Notation() if typed else notation, _DECIMALS[kind])
    if dtype == pl.Boolean and kind is FieldType.FLAG:
        return raw
    text = raw.cast(pl.String)
    return worded(text.str.strip_chars(), _WORDS[kind], DTYPES[kind]) if kind in _WORDS else unclean(text)


def _fast_time(kind: FieldType, raw: pl.Expr, dtype: pl.DataType, notation: Notation, terms: ShopTerms) -> pl.Expr:
    zone = terms.time_zone
    if dtype.is_temporal():
        moment = moments.typed_moment(raw, dtype, zone)
        return moment if kind is FieldType.MOMENT else moments.business_day(moment, zone)
    way = moments.fast_moment if kind is FieldType.MOMENT else moments.fast_day
    return way(raw.cast(pl.String), notation.date_format, zone)


def settle(field: Field, raw: pl.DataFrame, values: pl.Series, notation: Notation, terms: ShopTerms) -> Parsed:
    """Go the slow way for the cells that the fast one left open. `raw` has the row numbers and the field's raw column."""
    source = raw[field.name]
    if field.type not in _READ:
        values = _clean(source, values)
        if field.type is FieldType.GTIN:
            return _gtins(raw[ROW], values)
        if field.type is not FieldType.CURRENCY:
            return Parsed(values, _no_faults())
        source, values = values, currency_codes(values, terms.currency)
    if values.null_count() == source.null_count():
        return _finished(field, raw, values, _no_faults(), None)
    left = raw.select(row=pl.col(ROW), found=pl.col(field.name).cast(pl.String)).filter(
        source.is_not_null() & values.is_null()
    )
    slow = left.with_columns(_slow(field, left["found"], notation, terms))
    if slow["value"].null_count() < slow.height:
        places = (source.is_not_null() & values.is_null()).arg_true()
        values = values.scatter(places, slow["value"].cast(values.dtype))
    bad = slow.filter(pl.col("value").is_null() & ~pl.col("blank")).with_columns(
        expected=pl.lit(numbers.shown(EXPECTED[field.type], notation))
    )
    signs = slow.filter(pl.col("sign").is_not_null() & pl.col("value").is_not_null()).select("row", "sign")
    return _finished(field, raw, values, bad.select(*FAULTS), signs if signs.height else None)


def _slow(field: Field, found: pl.Series, notation: Notation, terms: ShopTerms) -> pl.DataFrame:
    """Return columns value, blank, rule, sign for the cells."""
    text = pl.col("found")
    cells = found.to_frame("found")
    if field.type in _DECIMALS:
        if field.name == "shipping":
            free = text.str.strip_chars().str.to_lowercase().is_in(list(_FREE))
            text = pl.when(free).then(pl.lit("0")).otherwise(text)
        result = cells.select(numbers.slow_number(text, notation, _DECIMALS[field.type]).alias("parts")).unnest("parts")
        return _packs(found, result) if field.name == "pack_quantity" else result
    if field.type in {FieldType.MOMENT, FieldType.DAY}:
        value = moments.slow_moment(text, notation.date_format, terms.time_zone)
        if field.type is FieldType.DAY:
            value = moments.business_day(value, terms.time_zone)
    elif field.type in _WORDS:
        value = worded(cleaned(text), _WORDS[field.type], DTYPES[field.type])
    else:
        value = pl.lit(None, dtype=pl.String)
    return cells.select(
        value=value,
        blank=cleaned(text).is_null(),
        rule=pl.lit(moments.DATE if DTYPES[field.type].is_temporal() else "word"),
        sign=pl.lit(None, dtype=pl.String),
    )


def _packs(found: pl.Series, result: pl.DataFrame) -> pl.DataFrame:
    pieces = pack_quantities(found).cast(result["value"].dtype, strict=False)
    return result.with_columns(value=pl.coalesce("value", pl.lit(pieces)))


def _clean(source: pl.Series, unclean_ones: pl.Series) -> pl.Series:
    texts = source.cast(pl.String)
    if not unclean_ones.any():
        return texts
    cells = texts.filter(unclean_ones).to_frame("text").select(cleaned(pl.col("text"))).to_series()
    return texts.scatter(unclean_ones.arg_true(), cells)


def _finished(
    field: Field, raw: pl.DataFrame, values: pl.Series, faults: pl.DataFrame, signs: pl.DataFrame | None
) -> Parsed:
    """Bring values to the type in which the field is kept: ratings are rounded to whole stars, counts must be whole."""
    if field.type is FieldType.RATING:
        values = values.round(0, mode="half_away_from_zero").cast(DTYPES[field.type], strict=False)
    if field.type is FieldType.COUNT:
        whole = values.cast(DTYPES[field.type], strict=False)
        broken = (whole != values).fill_null(value=False)
        if broken.any():
            bad = raw.filter(broken).select(
                row=ROW,
                found=pl.col(field.name).cast(pl.String),
                expected=pl.lit(EXPECTED[field.type]),
                rule=pl.lit("whole"),
            )
            faults = pl.concat([faults, bad])
        values = pl.select(pl.when(~broken).then(whole)).to_series()
    return Parsed(values, faults, signs)


def _gtins(rows: pl.Series, texts: pl.Series) -> Parsed:
    read = normalise_gtins(texts)
    bad = pl.DataFrame({"row": rows, "found": texts, "fault": read["fault"]}).filter(pl.col("fault").is_not_null())
    expected = pl.col("fault").replace_strict({fault.value: text for fault, text in _GTIN_EXPECTED.items()})
    return Parsed(read["gtin"], bad.select("row", "found", expected=expected, rule="gtin_" + pl.col("fault")))


def _no_faults() -> pl.DataFrame:
    return pl.DataFrame(schema=FAULTS)

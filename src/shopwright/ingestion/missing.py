"""What is done where a value is missing: the strategy that the field declares, logged with the row (property 6)."""

import polars as pl

from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.findings import Findings
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.normalising import normalise_currency
from shopwright.ingestion.schemas import DTYPES, EXPECTED, Field, FieldType, Kind, Missing
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.words import FLAG_WORDS

_INTERPOLATED_BY = {(Kind.TRAFFIC, "sessions"): ("day", "sku")}


def fill(frame: pl.DataFrame, mapping: Mapping, terms: ShopTerms, findings: Findings) -> pl.DataFrame:
    """Fill the gaps of every field by its strategy, and reject the rows whose gaps cannot be filled."""
    frame = _currencies(frame, mapping, terms, findings)
    for field in mapping.schema.fields:
        gaps = frame[field.name].is_null()
        if field.missing is Missing.ALLOW or not gaps.any():
            continue
        values = _values(frame, field, mapping, terms)
        filled = gaps & values.is_not_null()
        if filled.any():
            _log(frame, filled, values, field, mapping, findings)
            frame = frame.with_columns(values.zip_with(filled, frame[field.name]).alias(field.name))
        if field.required:
            left = frame.filter(frame[field.name].is_null()).select(row=ROW)
            findings.reject(_missing(left, field), field)
    for group in mapping.schema.one_of:
        nothing = frame.filter(pl.all_horizontal(pl.col(name).is_null() for name in group)).select(row=ROW)
        findings.reject(
            nothing.with_columns(
                found=pl.lit(None, dtype=pl.String),
                expected=pl.lit(f"one of {', '.join(group)}"),
                rule=pl.lit("missing"),
            ),
            mapping.schema.field(group[0]),
        )
    return frame


def _missing(rows: pl.DataFrame, field: Field) -> pl.DataFrame:
    return rows.with_columns(
        found=pl.lit(None, dtype=pl.String),
        expected=pl.lit(EXPECTED[field.type].replace("{", "").replace("}", "")),
        rule=pl.lit("missing"),
    )


def _values(frame: pl.DataFrame, field: Field, mapping: Mapping, terms: ShopTerms) -> pl.Series:
    """Return what stands in for a missing value, in every row; null where nothing can."""
    match field.missing:
        case Missing.DEFAULT:
            return pl.Series(field.name, [default_of(field, terms)], dtype=DTYPES[field.type]).new_from_index(
                0, frame.height
            )
        case Missing.DERIVE:
            return frame.select(_derived(field, mapping).cast(DTYPES[field.type], strict=False)).to_series()
        case Missing.INTERPOLATE:
            return _interpolated(frame, field, *_INTERPOLATED_BY[mapping.kind, field.name])
        case _:
            return pl.Series(field.name, [None], dtype=DTYPES[field.type]).new_from_index(0, frame.height)


def default_of(field: Field, terms: ShopTerms) -> object:
    """Return the declared default as a value of the field's type."""
    text = field.default or ""
    if text.startswith("{"):
        return getattr(terms, text.strip("{}"))
    if field.type is FieldType.FLAG:
        return FLAG_WORDS[text]
    return int(text) if field.type is FieldType.COUNT else text


def _derived(field: Field, mapping: Mapping) -> pl.Expr:
    match mapping.kind, field.name:
        case Kind.PRODUCTS, "name":
            return pl.col("sku")
        case Kind.SALES, "revenue":
            return pl.col("quantity") * pl.col("unit_price")
        case Kind.SALES, "kind":
            return _sale_kind(mapping.cancellation_prefix)
        case Kind.TRAFFIC, "views":
            return pl.col("sessions")
        case _:
            raise LookupError(f"{mapping.kind}.{field.name} has no derivation")


def _sale_kind(prefix: str) -> pl.Expr:
    """Tell cancellations by the order reference, returns by the sign."""
    back = pl.when(pl.col("quantity") < 0).then(pl.lit("return")).otherwise(pl.lit("sale"))
    if not prefix:
        return back
    return pl.when(pl.col("order_ref").str.starts_with(prefix)).then(pl.lit("cancellation")).otherwise(back)


def _interpolated(frame: pl.DataFrame, field: Field, along: str, group: str) -> pl.Series:
    """Interpolate linearly between the neighbours in time; nothing before the first and after the last."""
    usable = frame.filter(pl.col(along).is_not_null(), pl.col(group).is_not_null()).sort(group, along)
    value = pl.col(field.name).cast(pl.Float64)
    lines = usable.select(ROW, value.interpolate_by(along).over(group).round().cast(DTYPES[field.type]).alias("value"))
    return frame.select(ROW).join(lines, on=ROW, how="left", maintain_order="left")["value"].alias(field.name)


def _log(
    frame: pl.DataFrame, filled: pl.Series, values: pl.Series, field: Field, mapping: Mapping, findings: Findings
) -> None:
    reason = field.how or ("the shop's own terms" if (field.default or "").startswith("{") else "the declared default")
    if field.name not in mapping.fields:
        value = str(values[0]) if field.missing is Missing.DEFAULT else None
        rows = pl.DataFrame({"row": [None], "value": [value]}, schema={"row": pl.Int64, "value": pl.String})
        findings.fill(rows, field, f"the file has no such column: {reason}")
        return
    rows = pl.DataFrame({"row": frame[ROW], "value": values.cast(pl.String)}).filter(filled)
    findings.fill(rows, field, reason)


def _currencies(frame: pl.DataFrame, mapping: Mapping, terms: ShopTerms, findings: Findings) -> pl.DataFrame:
    """Let the signs beside amounts say the currency, and reject amounts whose sign contradicts it."""
    if not findings.signs or "currency" not in frame.columns:
        return frame
    field = mapping.schema.field("currency")
    signs = pl.concat(findings.signs).unique(maintain_order=True)
    homes = frame.select(
        row=ROW, currency=pl.col("currency").fill_null(terms.currency), told=pl.col("currency").is_not_null()
    )
    pairs = signs.join(homes, on="row")
    known = {
        (sign, home): normalise_currency(sign, home)
        for sign, home in pairs.select("sign", "currency").unique().iter_rows()
    }
    codes = pl.Series(
        [known[sign, home] for sign, home in pairs.select("sign", "currency").iter_rows()], dtype=pl.String
    )
    pairs = pairs.with_columns(code=codes)
    contradicted = pairs.filter(pl.col("code") != pl.col("currency"), "told")
    several = (
        pairs.filter(~pl.col("told")).group_by("row").agg(pl.col("code").unique()).filter(pl.col("code").list.len() > 1)
    )
    findings.reject(
        contradicted.select(
            "row",
            found="sign",
            expected=pl.concat_str(pl.lit("an amount in "), "currency"),
            rule=pl.lit("currency_conflict"),
        ),
        field,
    )
    findings.reject(
        several.select(
            "row",
            found=pl.col("code").list.join(", "),
            expected=pl.lit("one currency"),
            rule=pl.lit("currency_conflict"),
        ),
        field,
    )
    told = pairs.filter(~pl.col("told")).unique("row", keep="first").select(pl.col("row").alias(ROW), "code")
    if not told.height:
        return frame
    codes_of = frame.select(ROW).join(told, on=ROW, how="left", maintain_order="left")["code"]
    rows = told.filter(pl.col("code") != terms.currency).select(row=ROW, value="code")
    findings.fill(rows, field, "the sign beside the amount")
    return frame.with_columns(pl.coalesce("currency", pl.lit(codes_of)).alias("currency"))

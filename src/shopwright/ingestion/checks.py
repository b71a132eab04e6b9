"""Ranges and business rules over typed rows. Each is asked of the whole batch first; only one that is broken costs more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl

from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.findings import Findings
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.normalising import normalise_skus
from shopwright.ingestion.schemas import Field, FieldType, Rule
from shopwright.ingestion.terms import ShopTerms

NORMALISED_SKU = "normalised_sku"
_EARLIEST = date(1970, 1, 1)
_AHEAD = timedelta(days=1)
"""Clocks and time zones of sources differ; what lies further ahead was not observed."""


def check(
    frame: pl.DataFrame, raw: pl.DataFrame, mapping: Mapping, terms: ShopTerms, findings: Findings
) -> pl.DataFrame:
    """Reject what breaks a rule, or set it aside where the field says so. Adds `normalised_sku` where there are SKUs."""
    rules = [rule for field in mapping.schema.fields for rule in _ranges(field, terms)] + list(mapping.schema.rules)
    if "sku" in frame.columns:
        frame = frame.with_columns(normalise_skus(frame["sku"]).alias(NORMALISED_SKU))
        rules += _sku_rules(mapping)
    if not rules or not frame.height:
        return frame
    broken = frame.select(rule.broken.any(ignore_nulls=True).alias(str(place)) for place, rule in enumerate(rules)).row(
        0
    )
    for rule, hit in zip(rules, broken, strict=True):
        if hit:
            frame = _apply(rule, frame, raw, mapping, findings)
    return frame


def _apply(rule: Rule, frame: pl.DataFrame, raw: pl.DataFrame, mapping: Mapping, findings: Findings) -> pl.DataFrame:
    field = mapping.schema.field(rule.field)
    source = raw[field.name] if field.name in raw.columns else frame[field.name]
    hit = frame.select(rule.broken.fill_null(value=False)).to_series()
    faults = pl.DataFrame({"row": frame[ROW], "found": source.cast(pl.String)}).filter(hit)
    faults = faults.with_columns(expected=pl.lit(rule.expected), rule=pl.lit(rule.name))
    if not (field.set_aside and rule.name == "range"):
        findings.reject(faults, field)
        return frame
    findings.set_aside(faults, field)
    return frame.with_columns(pl.when(~hit).then(pl.col(field.name)).alias(field.name))


def _ranges(field: Field, terms: ShopTerms) -> list[Rule]:
    value = pl.col(field.name)
    if field.type in {FieldType.MOMENT, FieldType.DAY}:
        return _times(field, value, terms)
    if field.minimum is None:
        return []
    low = value <= _literal(field, field.minimum) if field.above else value < _literal(field, field.minimum)
    if field.maximum is None:
        words = f"more than {field.minimum}" if field.above else f"{field.minimum} or more"
        return [Rule("range", field.name, words, low)]
    high = value > _literal(field, field.maximum)
    return [Rule("range", field.name, f"from {field.minimum} to {field.maximum}", low | high)]


def _literal(field: Field, bound: Decimal) -> pl.Expr:
    return pl.lit(bound) if field.type in {FieldType.MONEY, FieldType.QUANTITY} else pl.lit(int(bound))


def _times(field: Field, value: pl.Expr, terms: ShopTerms) -> list[Rule]:
    latest = terms.now + _AHEAD
    start = datetime(_EARLIEST.year, _EARLIEST.month, _EARLIEST.day, tzinfo=UTC)
    moment = field.type is FieldType.MOMENT
    early = value < (pl.lit(start) if moment else pl.lit(_EARLIEST))
    late = value > (pl.lit(latest.astimezone(UTC)) if moment else pl.lit(latest.date()))
    return [
        Rule("range", field.name, f"a date from {_EARLIEST.year} on", early),
        Rule("future", field.name, "a date that is not in the future", late),
    ]


def _sku_rules(mapping: Mapping) -> list[Rule]:
    rules = [
        Rule("sku", "sku", "an item number with a letter or digit", pl.col(NORMALISED_SKU) == ""),
    ]
    if mapping.excluded_skus and mapping.kind == "sales":
        excluded = pl.col(NORMALISED_SKU).is_in(list(mapping.excluded_skus))
        rules.append(
            Rule("not_an_item", "sku", "an item: lines of postage, fees and corrections are left out", excluded)
        )
    return rules

"""Batches of text become typed rows; what breaks a rule is given back with its row, column, what was found and expected.

Nothing here stops a batch. The order of the work: rows that are no rows, values by type, missing values by the strategy of
their field, ranges, the rules of the business. Missing values that were filled and optional values that were set aside are
logged, never silent.
"""

from dataclasses import dataclass

import polars as pl

from shopwright.ingestion import checks, finishing, missing
from shopwright.ingestion.files.faults import ROW_FAULTS, RowFault
from shopwright.ingestion.files.profile import FAULT, RAW, ROW
from shopwright.ingestion.findings import Findings
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.parsing.fields import Parsed, fast, settle
from shopwright.ingestion.schemas import DTYPES, Field
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import expression


@dataclass(frozen=True, slots=True)
class Validated:
    """What became of a batch."""

    valid: pl.DataFrame
    """The row number and every field of the schema, typed, beside what was derived (see `finishing`)."""
    rejects: pl.DataFrame
    """A line for each broken rule, first the one of the leftmost field: row, column, field, found, expected, rule."""
    rejected_rows: pl.DataFrame
    """The rejected rows once each, as they came from the file, for the file of rejects."""
    handled: pl.DataFrame
    """Row (null: every row of the batch), field, strategy, value, reason: what was filled in or set aside."""


def validate_batch(batch: pl.DataFrame, mapping: Mapping, terms: ShopTerms) -> Validated:
    """Validate a batch of `read_batches`. Raises MappingInvalid or MappingIncomplete, never anything for a row."""
    columns = tuple(name for name in batch.columns if name not in {ROW, FAULT, RAW})
    mapping.check(columns)
    findings = Findings(mapping)
    whole = _without_torn(batch, findings)
    raw = whole.select(ROW, *_sources(whole, mapping))
    frame = _typed(raw, mapping, terms, findings)
    frame = missing.fill(frame, mapping, terms, findings)
    frame = checks.check(frame, raw, mapping, terms, findings)
    rejects = findings.rejects()
    bad = rejects["row"].unique()
    if bad.len():
        frame = frame.filter(~pl.col(ROW).is_in(bad.implode()))
    return Validated(
        valid=finishing.finish(frame, whole, mapping, terms),
        rejects=rejects,
        rejected_rows=batch.filter(pl.col(ROW).is_in(bad.implode())) if bad.len() else batch.clear(),
        handled=findings.handled(without=bad),
    )


def _without_torn(batch: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Take out the rows that are no rows of the table."""
    if batch[FAULT].null_count() == batch.height:
        return batch
    torn = pl.col(FAULT).is_not_null()
    expected = pl.col(FAULT).replace_strict({fault.value: ROW_FAULTS[fault] for fault in RowFault})
    findings.reject(
        batch.filter(torn).select(row=ROW, found=pl.col(RAW).str.slice(0, 200), expected=expected, rule=FAULT), None
    )
    return batch.filter(~torn)


def _sources(batch: pl.DataFrame, mapping: Mapping) -> list[pl.Expr]:
    types = batch.schema
    return [expression(source.source, types, source.notation).alias(name) for name, source in mapping.fields.items()]


def _typed(raw: pl.DataFrame, mapping: Mapping, terms: ShopTerms, findings: Findings) -> pl.DataFrame:
    """Read every mapped field by its type; those without a source are null."""
    fields = mapping.schema.fields
    quick = raw.select(
        fast(field, pl.col(field.name), raw.schema[field.name], mapping.fields[field.name].notation, terms).alias(
            field.name
        )
        for field in fields
        if field.name in mapping.fields
    )
    columns = [raw[ROW]]
    for field in fields:
        if field.name not in mapping.fields:
            columns.append(pl.Series(field.name, [None], dtype=DTYPES[field.type]).new_from_index(0, raw.height))
            continue
        parsed = settle(
            field, raw.select(ROW, field.name), quick[field.name], mapping.fields[field.name].notation, terms
        )
        _record(field, parsed, findings)
        columns.append(parsed.values.alias(field.name))
    return pl.DataFrame(columns)


def _record(field: Field, parsed: Parsed, findings: Findings) -> None:
    if field.set_aside:
        findings.set_aside(parsed.faults, field)
    else:
        findings.reject(parsed.faults, field)
    if parsed.signs is not None:
        findings.signs.append(parsed.signs)

"""What validation found in one batch, gathered while it works: rejected values, and values that were filled or set aside."""

import polars as pl

from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.schemas import Field

REJECTS = {
    "row": pl.Int64, "column": pl.String, "field": pl.String, "found": pl.String, "expected": pl.String, "rule": pl.String,
}  # fmt: skip
HANDLED = {"row": pl.Int64, "field": pl.String, "strategy": pl.String, "value": pl.String, "reason": pl.String}
SET_ASIDE = "set_aside"


class Findings:
    """Collects; decides nothing."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._rejects: list[pl.DataFrame] = []
        self._handled: list[pl.DataFrame] = []
        self.signs: list[pl.DataFrame] = []
        """Currency signs that stood beside amounts: row, sign."""

    def reject(self, faults: pl.DataFrame, field: Field | None) -> None:
        """Reject rows for a field (None: for the whole row). `faults` has row, found, expected, rule."""
        if faults.height:
            place = self._place(field)
            self._rejects.append(
                faults.select(
                    "row",
                    pl.lit(self._column(field)).alias("column"),
                    pl.lit(field.name if field else "").alias("field"),
                    "found",
                    "expected",
                    "rule",
                    pl.lit(place).alias("place"),
                )
            )

    def set_aside(self, faults: pl.DataFrame, field: Field) -> None:
        """Log values that were taken out of rows that stay."""
        if faults.height:
            self._handled.append(
                faults.select(
                    "row",
                    pl.lit(field.name).alias("field"),
                    pl.lit(SET_ASIDE).alias("strategy"),
                    pl.col("found").alias("value"),
                    pl.concat_str("rule", pl.lit(": expected "), "expected").alias("reason"),
                )
            )

    def fill(self, rows: pl.DataFrame, field: Field, reason: str) -> None:
        """Log values that were filled in by the field's strategy. `rows` has row (null for all) and value."""
        if rows.height:
            self._handled.append(
                rows.select(
                    "row",
                    pl.lit(field.name).alias("field"),
                    pl.lit(field.missing.value).alias("strategy"),
                    pl.col("value").cast(pl.String),
                    pl.lit(reason).alias("reason"),
                )
            )

    def rejects(self) -> pl.DataFrame:
        """Return all rejections by row and place of the field; of a field and row only the first."""
        if not self._rejects:
            return pl.DataFrame(schema=REJECTS)
        every = pl.concat(self._rejects).unique(["row", "field"], keep="first", maintain_order=True)
        return every.sort("row", "place", maintain_order=True).select(*REJECTS)

    def handled(self, without: pl.Series) -> pl.DataFrame:
        """Return what was filled and set aside in the rows that stay."""
        if not self._handled:
            return pl.DataFrame(schema=HANDLED)
        every = pl.concat(self._handled)
        kept = (
            every.filter(pl.col("row").is_null() | ~pl.col("row").is_in(without.implode())) if without.len() else every
        )
        return kept.sort("row", "field", nulls_last=False, maintain_order=True)

    def _column(self, field: Field | None) -> str:
        source = self._mapping.fields.get(field.name) if field else None
        return source.label if source else (field.name if field else "")

    def _place(self, field: Field | None) -> int:
        return self._mapping.schema.names.index(field.name) if field else -1

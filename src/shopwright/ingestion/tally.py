"""Counts what becomes of rows while they pass, batch by batch. Read from elsewhere for the live progress."""

from dataclasses import dataclass, field

import polars as pl

from shopwright.ingestion.domain import Handled, RejectGroup
from shopwright.ingestion.findings import SET_ASIDE
from shopwright.ingestion.rejects import grouped
from shopwright.ingestion.validation import Validated

_MOST_GROUPS = 200
_GROUP = ["column", "field", "rule", "expected"]


@dataclass(slots=True)
class Tally:
    """What was read, rejected, filled in and dropped so far."""

    stage: str = "reading"
    read: int = 0
    rejected: int = 0
    duplicates: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _groups: pl.DataFrame | None = None
    _handled: dict[tuple[str, str, str], Handled] = field(default_factory=dict)

    def add(self, batch: int, outcome: Validated, dropped: pl.DataFrame) -> None:
        """Add a batch of so many rows: its validation, and the rows that were dropped for others."""
        self._add_handled(outcome.handled)
        for reason, rows in dropped.group_by("reason").len().iter_rows():
            self.duplicates[reason] = self.duplicates.get(reason, 0) + rows
        if outcome.rejects.height:
            groups = grouped(outcome.rejects)
            self._groups = groups if self._groups is None else _merged(pl.concat([self._groups, groups]))
        self.rejected += outcome.rejected_rows.height
        self.read += batch

    def _add_handled(self, handled: pl.DataFrame) -> None:
        """Count by field, strategy and reason; the values differ from row to row, the reason hardly ever does."""
        counted = handled.group_by("field", "strategy", "reason", maintain_order=True).agg(
            rows=pl.len(), example_row=pl.col("row").min(), whole=pl.col("row").is_null().any()
        )
        for name, strategy, reason, rows, example, whole in counted.iter_rows():
            key = (name, strategy, reason)
            before = self._handled.get(key)
            count = None if whole else rows + ((before.rows or 0) if before else 0)
            first = before.example_row if before else example
            self._handled[key] = Handled(name, strategy, reason, count, first)

    @property
    def reject_groups(self) -> tuple[RejectGroup, ...]:
        """What was rejected, grouped by what would repair it, most rows first."""
        if self._groups is None:
            return ()
        return tuple(RejectGroup(**row) for row in self._groups.head(_MOST_GROUPS).iter_rows(named=True))

    @property
    def handled(self) -> tuple[Handled, ...]:
        """What was filled in and set aside; set aside first."""
        return tuple(sorted(self._handled.values(), key=lambda each: (each.strategy != SET_ASIDE, each.field)))


def _merged(groups: pl.DataFrame) -> pl.DataFrame:
    return (
        groups.group_by(_GROUP, maintain_order=True)
        .agg(pl.col("rows").sum(), pl.col("example").first(), pl.col("first_row").min())
        .sort("rows", "first_row", descending=[True, False])
    )

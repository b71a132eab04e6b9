"""The file of rejected rows: every row as it was, with its number, the column, what was found and expected, and the reason.

Corrected, it can be imported again: the columns are the file's own, and what the reader does not know it leaves out.
Cells that a spreadsheet would run as a formula are guarded by an apostrophe, which reading takes off again.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from shopwright.ingestion.files.profile import FAULT, RAW, ROW
from shopwright.ingestion.validation import Validated

_REASONS = ("row", "column", "found", "expected", "reason")
_FORMULA = r"^[=+\-@\t\r]"
_HARMLESS = r"^[-+]?[\d.,]*\d[\d.,]*$"


class RejectsFile:
    """Writes rejects batch by batch, as UTF-8 CSV with a byte order mark (for spreadsheets). Use it as a context."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.rows = 0
        self._path = path
        self._columns = list(columns)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        names = pl.DataFrame(schema=dict.fromkeys([*self._columns, *self._reason_names()], pl.String))
        self._file.write(b"\xef\xbb\xbf" + names.write_csv().encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, outcome: Validated) -> None:
        """Append the rejected rows of a batch."""
        if self._file is None:
            raise ValueError("the file of rejects is not open")
        if not outcome.rejected_rows.height:
            return
        lines = reject_lines(outcome, self._columns)
        lines.columns = [*self._columns, *self._reason_names()]
        lines.write_csv(self._file, include_header=False)
        self.rows += lines.height

    def _reason_names(self) -> list[str]:
        return [name if name not in self._columns else f"{name} (rejected)" for name in _REASONS]


def reject_lines(outcome: Validated, columns: Sequence[str]) -> pl.DataFrame:
    """Return one line for each rejected row: its cells, then number, first faulty column, found, expected, all reasons."""
    found = pl.col("found").fill_null("nothing")
    reason = pl.concat_str(where(), pl.lit(": found "), found, pl.lit(", expected "), "expected")
    reasons = outcome.rejects.group_by("row", maintain_order=True).agg(
        pl.col("column").first(),
        pl.col("found").first(),
        pl.col("expected").first(),
        reason.str.join("; ").alias("reason"),
    )
    rows = outcome.rejected_rows.select(
        pl.col(ROW).alias("_key"),
        *(pl.col(name).cast(pl.String).alias(f"_{place}") for place, name in enumerate(columns)),
        torn=pl.col(FAULT).is_not_null(),
        raw=pl.col(RAW),
    )
    joined = rows.join(reasons, left_on="_key", right_on="row", maintain_order="left")
    cells = [pl.col(f"_{place}") for place in range(len(columns))]
    if cells:
        cells[0] = (
            pl.when(pl.col("torn") & pl.all_horizontal(cell.is_null() for cell in cells))
            .then(pl.col("raw"))
            .otherwise(cells[0])
            .alias("_0")
        )
    return joined.select(
        *(guarded(cell) for cell in cells),
        pl.col("_key").cast(pl.String).alias("row"),
        *(guarded(pl.col(name)) for name in ("column", "found", "expected", "reason")),
    )


def where() -> pl.Expr:
    """Return the column of a reject, 'row' where it is the row as a whole."""
    return pl.when(pl.col("column") != "").then(pl.col("column")).otherwise(pl.lit("row"))


def guarded(cell: pl.Expr) -> pl.Expr:
    """Put an apostrophe before what a spreadsheet would take for a formula; plain numbers with a sign are none."""
    dangerous = cell.str.contains(_FORMULA) & ~cell.str.contains(_HARMLESS)
    return pl.when(~dangerous).then(cell).otherwise(pl.concat_str(pl.lit("'"), cell))


def grouped(rejects: pl.DataFrame) -> pl.DataFrame:
    """Group rejects by what would repair them: column, rule, expected, rows, an example and its row; most rows first."""
    return (
        rejects.group_by("column", "field", "rule", "expected")
        .agg(rows=pl.len(), example=pl.col("found").first(), first_row=pl.col("row").min())
        .sort("rows", "first_row", descending=[True, False])
    )

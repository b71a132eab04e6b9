"""Reads a long table of sales (series, date, value and what is known beside them) into a panel. Files only, no shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from shopwright.app.evaluations.contract import InvalidEvaluation
from shopwright.demand.forecasting.panel import WEEK, Floats, Frequency, SalesPanel

REQUIRED: Final = ("series", "date", "value")
OPTIONAL: Final = ("price", "promo", "stock", "group")
_DATE_FORMS: Final = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
_MONDAY: Final = np.datetime64("1970-01-05", "D")


@dataclass(frozen=True, slots=True)
class SalesTable:
    """A panel read from a file, with the names of its series."""

    panel: SalesPanel
    names: tuple[str, ...]
    rows: int
    transactions: bool
    """Whether several rows fell on one period: prices are then averages paid, and nobody planned those."""
    returns: int
    """How many periods had more returns than sales."""


def read_table(path: Path) -> pl.DataFrame:
    """Read CSV (also .gz), Parquet or JSON lines by ending. Raises InvalidEvaluation."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith((".csv", ".txt")):
            return pl.read_csv(path, infer_schema_length=0)
        if name.endswith((".jsonl", ".ndjson", ".json")):
            return pl.read_ndjson(path)
        if name.endswith(".parquet"):
            return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InvalidEvaluation(f"{path.name} cannot be read: {error}", file=path.name) from error
    raise InvalidEvaluation(f"{path.name} is none of CSV, Parquet and JSON lines.", file=path.name)


def read_sales(path: Path, columns: Mapping[str, str], frequency: Frequency) -> SalesTable:
    """Read a long table. Rows of one series and period are added up; periods without a row sold nothing.

    A series begins with its first row. Raises InvalidEvaluation with the names of columns that are missing.
    """
    table = read_table(path)
    known = {role: columns.get(role, role) for role in (*REQUIRED, *OPTIONAL)}
    missing = [known[role] for role in REQUIRED if known[role] not in table.columns]
    missing += [columns[role] for role in OPTIONAL if role in columns and columns[role] not in table.columns]
    if missing:
        raise InvalidEvaluation(f"Columns are missing: {', '.join(missing)}.", missing=missing, found=table.columns)
    long = table.select(
        pl.col(column).alias(role) for role, column in known.items() if column in table.columns
    ).with_columns(series=pl.col("series").cast(pl.String), date=_dates(table[known["date"]]))
    numbers = [role for role in ("value", "price", "promo", "stock") if role in long.columns]
    return _panel(_numbers(long, numbers).filter(pl.col("series").is_not_null()), frequency)


def _dates(column: pl.Series) -> pl.Series:
    """Return days: of dates, of moments, or of text in the first form of the list that reads every row."""
    if column.dtype != pl.String:
        return column.cast(pl.Date)
    day = column.str.strip_chars().str.split("T").list.first().str.split(" ").list.first()
    for form in _DATE_FORMS:
        read = day.str.to_date(form, strict=False)
        if read.null_count() == column.null_count():
            return read
    raise InvalidEvaluation("The dates are in none of the forms that are read.", forms=list(_DATE_FORMS))


def _numbers(long: pl.DataFrame, roles: Sequence[str]) -> pl.DataFrame:
    """Read text as numbers. Raises InvalidEvaluation with the first text that is none."""
    read = long.with_columns(pl.col(role).cast(pl.Float64, strict=False) for role in roles)
    for role in roles:
        wrong = long.filter(read[role].is_null() & long[role].is_not_null())
        if wrong.height:
            raise InvalidEvaluation(f"{wrong[role][0]!r} is no number.", role=role, rows=wrong.height)
    return read


def _panel(long: pl.DataFrame, frequency: Frequency) -> SalesTable:
    long = long.drop_nulls("date")
    if long.is_empty():
        raise InvalidEvaluation("There is no row with a series and a date (YYYY-MM-DD).")
    days = long["date"].to_numpy().astype("datetime64[D]")
    first, period = _periods(days, frequency)
    long = long.with_columns(period=pl.Series(period)).filter(pl.col("period") >= 0)
    width = int(period.max()) + 1
    cells = long.group_by("series", "period").agg(_cell(long.columns)).sort("series", "period")
    series = cells["series"].rle_id().to_numpy()
    names = tuple(cells["series"].unique(maintain_order=True))
    value = _matrix(cells, series, "value", (len(names), width), fill=0.0)
    begin = np.full(len(names), width, dtype=np.int64)
    np.minimum.at(begin, series, cells["period"].to_numpy())
    value[np.arange(width)[None, :] < begin[:, None]] = np.nan
    known = {name: _matrix(cells, series, name, value.shape) for name in ("price", "promo", "stock") if name in cells}
    stock = known.pop("stock", None)
    panel = SalesPanel(
        first=first,
        value=value,
        frequency=frequency,
        group=_groups(long, names),
        price=_carried(known["price"]) if "price" in known else None,
        promo=np.nan_to_num(known["promo"]) if "promo" in known else None,
        in_stock=None if stock is None else ~(stock <= 0),
    )
    return SalesTable(panel, names, long.height, long.height > cells.height, int((value < 0).sum()))


def _periods(days: np.ndarray[Any, Any], frequency: Frequency) -> tuple[np.datetime64, np.ndarray[Any, Any]]:
    """Return the first day and each row's period. Weeks begin on the weekday that all rows share, or on Monday."""
    first = days.min()
    if frequency is Frequency.DAILY:
        return first, (days - first).astype(np.int64)
    if np.unique((days - _MONDAY).astype(np.int64) % WEEK).size > 1:
        first = first - (first - _MONDAY).astype(np.int64) % WEEK
        whole = (days.max() - first).astype(np.int64) % WEEK == WEEK - 1
        period = (days - first).astype(np.int64) // WEEK
        return first, period if whole else np.where(period == period.max(), -1, period)
    return first, (days - first).astype(np.int64) // WEEK


def _cell(columns: list[str]) -> list[pl.Expr]:
    """Say how the rows of one series and period become one."""
    how = {
        "value": pl.col("value").cast(pl.Float64).sum(),
        "price": pl.col("price").cast(pl.Float64).mean(),
        "promo": pl.col("promo").cast(pl.Float64).max(),
        "stock": pl.col("stock").cast(pl.Float64).min(),
    }
    return [expression for name, expression in how.items() if name in columns]


def _matrix(
    cells: pl.DataFrame, series: np.ndarray[Any, Any], name: str, shape: tuple[int, ...], fill: float = np.nan
) -> Floats:
    found = np.full(shape, fill)
    found[series, cells["period"].to_numpy()] = cells[name].fill_null(np.nan).to_numpy()
    return found


def _carried(price: Floats) -> Floats:
    """Carry the last known price on into periods without one, so that a missing row tells nothing."""
    place = np.where(np.isnan(price), 0, np.arange(price.shape[1])[None, :])
    carried: Floats = np.take_along_axis(price, np.maximum.accumulate(place, axis=1), axis=1)
    return carried


def _groups(long: pl.DataFrame, names: tuple[str, ...]) -> np.ndarray[Any, Any] | None:
    if "group" not in long.columns:
        return None
    by_name = dict(long.group_by("series").agg(pl.col("group").cast(pl.String).drop_nulls().first()).iter_rows())
    return np.unique([by_name[name] or "" for name in names], return_inverse=True)[1].astype(np.int64)

"""Reads a long table of quantities and prices into a price history. Files only, no shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from shopwright.app.evaluations.contract import InvalidEvaluation
from shopwright.app.evaluations.sales_table import read_table
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.slopes import Ints

REQUIRED: Final = ("series", "date", "quantity", "price")
_CONTROLS: Final = ("promo", "display")
_RIVALS: Final = ("competitor", "competitors", "competitor_price", "competitor_prices")
_RIVAL_BEGINNINGS: Final = ("competitor", "comp_")
_DATE_FORMS: Final = ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y", "%Y%m%d")
_PERIODS: Final = {"D": 365.25, "W": 52.18, "M": 12.0}
_DAYS_OF_WEEK, _DAYS_OF_MONTH = 7, 28
_MISSING_DATES: Final = 0.2


@dataclass(frozen=True, slots=True)
class PriceTable:
    """A history read from files, with how it was read."""

    history: PriceHistory
    frequency: str
    """D, W or M."""
    rivals: tuple[str, ...]


def read_prices(paths: tuple[Path, ...], columns: Mapping[str, str], frequency: str | None) -> PriceTable:
    """Read long tables as one. Raises InvalidEvaluation with the names of columns that are missing.

    A series may be several columns (`series=store,brand`), and so may competitor prices; without a map, columns whose
    names begin with competitor or comp_ are taken. Dates are dates or whole numbers (weeks, unless `frequency` says
    otherwise). Several rows of a series and date: quantities are added, prices averaged.
    """
    table = pl.concat([read_table(path) for path in paths], how="diagonal_relaxed")
    parts = {role: columns.get(role, role).split(",") for role in (*REQUIRED, "group", *_CONTROLS, "stock")}
    parts |= {"promo": ["promotion"]} if "promo" not in {*columns, *table.columns} else {}
    rivals = _rivals(table, columns)
    wanted = [name for role in REQUIRED for name in parts[role]]
    wanted += [name for role, text in columns.items() for name in text.split(",") if role not in REQUIRED]
    missing = [name for name in dict.fromkeys(wanted) if name not in table.columns]
    if missing:
        raise InvalidEvaluation(f"Columns are missing: {', '.join(missing)}.", missing=missing, found=table.columns)
    long = _long(table, {role: names for role, names in parts.items() if set(names) <= set(table.columns)}, rivals)
    if long.is_empty():
        raise InvalidEvaluation("There is no row with a series and a date.")
    return _history(long, rivals, frequency)


def _rivals(table: pl.DataFrame, columns: Mapping[str, str]) -> tuple[str, ...]:
    mapped = [name for role in columns if role.startswith(_RIVAL_BEGINNINGS) for name in columns[role].split(",")]
    if mapped:
        return tuple(mapped)
    taken = set(columns.values())
    return tuple(
        name
        for name in table.columns
        if name.lower().startswith(_RIVAL_BEGINNINGS) and name not in taken and _are_numbers(table[name])
    )


def _long(table: pl.DataFrame, parts: Mapping[str, list[str]], rivals: tuple[str, ...]) -> pl.DataFrame:
    """Return one row a series and date, with the names of the roles; controls are 0 where blank."""
    named = [_joined(parts[role]).alias(role) for role in ("series", "group") if role in parts]
    numbers = {role: parts[role][0] for role in ("quantity", "price", *_CONTROLS, "stock") if role in parts}
    numbers |= {f"rival {name}": name for name in rivals}
    chosen = table.select(
        *named,
        _dates(table[parts["date"][0]]).alias("date"),
        *[_numbers(table[name]).alias(role) for role, name in numbers.items()],
    ).drop_nulls(["series", "date"])
    how = [pl.col("quantity").sum(), pl.col("price").mean()]
    how += [pl.col(role).fill_null(0.0).max() for role in _CONTROLS if role in parts]
    how += [pl.col("stock").min()] if "stock" in parts else []
    how += [pl.col("group").first()] if "group" in parts else []
    return chosen.group_by("series", "date").agg(*how, pl.col("^rival .*$").mean()).sort("series", "date")


def _joined(names: list[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=" / ")


def _dates(column: pl.Series) -> pl.Series:
    """Read dates as days since 1970, whole numbers as they are. Raises InvalidEvaluation for text that is neither."""
    if not (column.dtype.is_numeric() or column.dtype == pl.String):
        return column.cast(pl.Date).cast(pl.Int64)
    text = (column.cast(pl.Int64, strict=False) if column.dtype.is_numeric() else column).cast(pl.String)
    text = text.str.strip_chars()
    numbers = text.cast(pl.Int64, strict=False)
    readings = [numbers.set(numbers >= _SMALLEST_WRITTEN, None)]
    readings += [text.str.slice(0, 10).str.to_date(form, strict=False).cast(pl.Int64) for form in _DATE_FORMS]
    for read in readings:
        if read.null_count() == column.null_count():
            return read
    raise InvalidEvaluation("The dates are in none of the forms that are read.", forms=["week", *_DATE_FORMS])


def _numbers(column: pl.Series) -> pl.Series:
    """Read numbers, also as text or as true and false. Raises InvalidEvaluation with the first that is none."""
    if column.dtype != pl.String:
        return column.cast(pl.Float64)
    text = column.str.strip_chars().str.to_lowercase().replace({"true": "1", "false": "0", "": None})
    read = text.cast(pl.Float64, strict=False)
    wrong = column.filter(read.is_null() & text.is_not_null())
    if wrong.len():
        raise InvalidEvaluation(f"{wrong[0]!r} is no number.", column=column.name, rows=wrong.len())
    return read


def _are_numbers(column: pl.Series) -> bool:
    if column.dtype != pl.String:
        return column.dtype.is_numeric()
    return column.cast(pl.Float64, strict=False).null_count() == column.str.strip_chars().replace("", None).null_count()


def _history(long: pl.DataFrame, rivals: tuple[str, ...], frequency: str | None) -> PriceTable:
    dates = long["date"].to_numpy()
    found, period = _periods(dates, frequency)
    names = long["series"].unique(maintain_order=True)
    series = long["series"].rle_id().to_numpy().astype(np.int64)
    group = np.zeros(len(names), dtype=np.int64)
    if "group" in long.columns:
        group[series] = long["group"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    stock = long["stock"].fill_null(np.inf).to_numpy() if "stock" in long.columns else np.full(len(long), np.inf)
    history = PriceHistory.of_table(
        series=series,
        period=period,
        quantity=long["quantity"].to_numpy(),
        price=long["price"].fill_null(np.nan).to_numpy(),
        group=group,
        controls={role: long[role].to_numpy() for role in _CONTROLS if role in long.columns},
        competitors=long.select(pl.col("^rival .*$").fill_null(np.nan)).to_numpy() if rivals else None,
        available=stock > 0,
        periods_a_year=_PERIODS[found],
    )
    return PriceTable(history, found, rivals)


def _periods(dates: Ints, frequency: str | None) -> tuple[str, Ints]:
    """Return the frequency, told by the gaps between dates unless given, and each row's period.

    Raises InvalidEvaluation for a frequency that there is not.
    """
    if frequency is not None and frequency.upper() not in _PERIODS:
        raise InvalidEvaluation(f"There is no frequency {frequency!r}.", known=sorted(_PERIODS))
    distinct = np.unique(dates)
    gap = float(np.median(np.diff(distinct))) if distinct.size > 1 else 1.0
    numbered = abs(distinct).max() < _SMALLEST_DAY
    guess = "W" if numbered or gap >= _DAYS_OF_WEEK * (1 - _MISSING_DATES) else "D"
    guess = "M" if not numbered and gap >= _DAYS_OF_MONTH else guess
    found = (frequency or guess).upper()
    if numbered or found == "D":
        return found, dates.astype(np.int64)
    if found == "M":
        months = dates.astype("datetime64[D]").astype("datetime64[M]")
        return found, months.astype(np.int64)
    return found, ((dates - distinct[0]) // _DAYS_OF_WEEK).astype(np.int64)


_SMALLEST_WRITTEN: Final = 1900_00_00
"""Numbers from here on are dates without signs between their parts: 20250106."""
_SMALLEST_DAY: Final = 5_000
"""Days since 1970 of 1983; smaller numbers count weeks."""

"""Dates and times in the format of their column: naive ones are the shop's local time; the result is in UTC.

A local time that comes twice (the clock is put back) is its first; one that does not exist (the clock is put forward) is
read with the offset before the change, as calendars do (RFC 5545, 3.3.5).
"""

import re
from datetime import datetime

import polars as pl

from shopwright.ingestion.schemas import MOMENT

DATE = "date"
"""The rule that a text breaks which is no date."""
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers are local
_DAY_MICROSECONDS = 86_400_000_000
_CLOCKS = (
    "", "T%H:%M:%S%.f%#z", " %H:%M:%S%.f%#z", " %H:%M:%S%.f %#z", "T%H:%M:%S%.f", " %H:%M:%S%.f", "T%H:%M", " %H:%M",
    "T%H:%M%#z", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %H:%M",
)  # fmt: skip
_CLOCK_BEGINS = re.compile(r"[T, ]*%[HI].*")
_ISO = "%Y-%m-%d"
_NAMED = {"epoch_seconds": 1_000_000, "epoch_milliseconds": 1_000}


def fast_moment(text: pl.Expr, date_format: str, zone: str) -> pl.Expr:
    """Parse one format; null for everything else, and for local times that do not exist."""
    if date_format in _NAMED:
        ticks = text.cast(pl.Int64, strict=False) * _NAMED[date_format]
        return ticks.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return _to_utc(_parsed(text, date_format), zone, aware="%#z" in date_format)


def fast_day(text: pl.Expr, date_format: str, zone: str) -> pl.Expr:
    """Parse one format as the calendar day of the shop."""
    if date_format in _NAMED or "%#z" in date_format:
        return business_day(fast_moment(text, date_format, zone), zone)
    return _parsed(text, date_format).dt.date()


def slow_moment(text: pl.Expr, date_format: str, zone: str) -> pl.Expr:
    """Parse every format that says the same as the column's, with another clock or none, and ISO 8601."""
    text = text.str.strip_chars().str.replace(r" ?UTC$", "Z")
    found = []
    for one in _alternatives(date_format):
        parsed = _parsed(text, one)
        found.append(parsed if "%#z" in one else localised(parsed, zone))
    if date_format in _NAMED:
        found.insert(0, fast_moment(text, date_format, zone))
    return pl.coalesce(found)


def typed_moment(value: pl.Expr, dtype: pl.DataType, zone: str) -> pl.Expr:
    """Make a moment of a typed date or datetime column."""
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return value.dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    return localised(value.cast(pl.Datetime("us")), zone)


def localised(local: pl.Expr, zone: str) -> pl.Expr:
    """Return local datetimes in UTC, those that do not exist included."""
    plain = _to_utc(local, zone, aware=False)
    if zone == "UTC":
        return plain
    eve = _to_utc(local - pl.duration(days=1), zone, aware=False) + pl.duration(days=1)
    return pl.coalesce(plain, eve)


def business_day(moment: pl.Expr, zone: str) -> pl.Expr:
    """Return the shop's calendar day of a moment in UTC."""
    return moment.dt.convert_time_zone(zone).dt.date()


def _parsed(text: pl.Expr, date_format: str) -> pl.Expr:
    if date_format == "excel_serial":
        ticks = (text.cast(pl.Float64, strict=False) * _DAY_MICROSECONDS).round().cast(pl.Int64)
        return pl.lit(_EXCEL_EPOCH) + pl.duration(microseconds=ticks)
    days_only = _CLOCK_BEGINS.search(date_format) is None  # they repeat, so remembering them pays
    return text.str.to_datetime(date_format or _ISO, strict=False, time_unit="us", cache=days_only)


def _to_utc(value: pl.Expr, zone: str, *, aware: bool) -> pl.Expr:
    if aware:
        return value.cast(MOMENT)
    if zone == "UTC":
        return value.dt.replace_time_zone("UTC")
    local = value.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _alternatives(date_format: str) -> list[str]:
    """Return the column's own format first, then its date with every clock, then ISO 8601."""
    if date_format in {"", "excel_serial", *_NAMED}:
        own: list[str] = [date_format] if date_format == "excel_serial" else []
        return [*own, *(_ISO + clock for clock in _CLOCKS)]
    dates = dict.fromkeys((_CLOCK_BEGINS.sub("", date_format), _ISO))
    return list(dict.fromkeys([date_format, *(day + clock for day in dates for clock in _CLOCKS)]))

"""Periods of business days, and what they are compared with. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class PeriodName(StrEnum):
    """How long a period is."""

    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "365d"


class Comparison(StrEnum):
    """What a period is compared with: the same number of days before it, the same days a year ago, or nothing."""

    PREVIOUS = "previous"
    YEAR = "year"
    NONE = "none"


_DAYS: Final = {PeriodName.WEEK: 7, PeriodName.MONTH: 30, PeriodName.QUARTER: 90, PeriodName.YEAR: 365}
_WEEKS_OF_A_YEAR: Final = timedelta(weeks=52)  # so that each weekday meets its like


@dataclass(frozen=True, slots=True)
class Days:
    """Business days from `since` up to, not including, `until`."""

    since: date
    until: date

    def __iter__(self) -> Iterator[date]:
        return (self.since + timedelta(days=number) for number in range(len(self)))

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until

    def __len__(self) -> int:
        return (self.until - self.since).days


def period_of(name: PeriodName, until: date) -> Days:
    """Return the period of so many days that ends before `until`."""
    return Days(until - timedelta(days=_DAYS[name]), until)


def compared(period: Days, comparison: Comparison) -> Days | None:
    """Return what a period is compared with, None for nothing."""
    if comparison is Comparison.NONE:
        return None
    back = timedelta(days=len(period)) if comparison is Comparison.PREVIOUS else _WEEKS_OF_A_YEAR
    return Days(period.since - back, period.until - back)


def reaches_present(period: Days, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a period ends with yesterday or later."""
    return period.until >= now.astimezone(zone).date()


def end_of(until: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which the day before `until` ends in the shop's own time."""
    return datetime.combine(until, time(), zone)

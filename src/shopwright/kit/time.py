"""Time comes from a Clock that is passed in; every datetime is aware and in UTC."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import available_timezones


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is told to move: for tests and simulations."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self._moment

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`, backwards too."""
        self._moment += step


@cache
def time_zone_names() -> frozenset[str]:
    """Return the names of the IANA time zone database, read from the disk once: that takes milliseconds."""
    return frozenset(available_timezones())

"""Days that shops feel: which days of a year they fall on, and what a group sold on them beyond its usual. Pure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import numpy as np

from shopwright.demand.forecasting.panel import WEEK, Days, Floats, Frequency

_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6
_LARGEST: Final = 2.0
_FIRST_SPREAD: Final = 0.1
_ROUNDS: Final = 10
_OFTEN: Final = 2


def _weekday_of(month: int, weekday: int, place: int) -> Callable[[int], date]:
    """Return the place-th weekday of a month, as a function of the year."""

    def found(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % WEEK + WEEK * (place - 1))

    return found


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    lead = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * lead) // 433
    month = (h + lead - 7 * m + 90) // 25
    return date(year, month, (h + lead - 7 * m + 33 * month + 19) % 32)


EVENTS: Final[dict[str, Callable[[int], date]]] = {
    "new_year": _fixed(1, 1),
    "first_sunday_of_february": _weekday_of(2, _SUNDAY, 1),
    "valentine": _fixed(2, 14),
    "easter": easter,
    "mothers_day": _weekday_of(5, _SUNDAY, 2),
    "memorial_day": lambda year: _weekday_of(6, _MONDAY, 1)(year) - timedelta(days=WEEK),
    "fathers_day": _weekday_of(6, _SUNDAY, 3),
    "july_4": _fixed(7, 4),
    "labour_day": _weekday_of(9, _MONDAY, 1),
    "halloween": _fixed(10, 31),
    "thanksgiving": _weekday_of(11, _THURSDAY, 4),
    "black_friday": lambda year: _weekday_of(11, _THURSDAY, 4)(year) + timedelta(days=1),
    "cyber_monday": lambda year: _weekday_of(11, _THURSDAY, 4)(year) + timedelta(days=4),
    "christmas_eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing_day": _fixed(12, 26),
    "new_years_eve": _fixed(12, 31),
}


def event_days(days: Days, frequency: Frequency) -> Floats:
    """Return 1 where an event is felt, (2 * E, T): on its day (or in its week), and in the week before it."""
    number = days.astype("datetime64[D]").astype(np.int64)
    years = range(
        int(days[0].astype("datetime64[Y]").astype(int)) + 1969,
        int(days[-1].astype("datetime64[Y]").astype(int)) + 1972,
    )
    epoch = date(1970, 1, 1).toordinal()
    rows = []
    for falls in EVENTS.values():
        dates = np.array([falls(year).toordinal() - epoch for year in years])
        away = dates[:, None] - number[None, :]
        rows.append(((away >= 0) & (away < frequency.days)).any(axis=0))
        rows.append(((away >= frequency.days) & (away < WEEK + frequency.days)).any(axis=0))
    return np.array(rows, dtype=np.float64)


def event_effects(felt: Floats, left: Floats, heft: Floats) -> Floats:
    """Return the log factors (2 * E, groups) of events from what is left (T, groups) of log totals of groups.

    `heft` (T, groups) is the weight of a period. Empirical Bayes: an effect is shrunk towards none by its own noise
    against the spread of all effects. An event that has not been seen twice has no effect: once may be an accident.
    """
    begins = felt[:, :1].sum(axis=1) + (np.diff(felt, axis=1) > 0).sum(axis=1)
    felt = felt * (begins >= _OFTEN)[:, None]
    weight = felt @ heft
    mean = np.divide(felt @ (heft * left), weight, out=np.zeros_like(weight), where=weight > 0)
    noise = (heft * left**2).sum(axis=0) / np.maximum(heft.sum(axis=0), 1e-12)
    periods = np.maximum(heft.sum(axis=0), 1e-12) / np.maximum((heft > 0).sum(axis=0), 1)
    doubt = np.divide(noise * periods, weight, out=np.full_like(weight, np.inf), where=weight > 0)
    seen = np.isfinite(doubt)
    if not seen.any():
        return np.zeros_like(mean)
    spread, keep = _FIRST_SPREAD, np.zeros_like(mean)
    for _ in range(_ROUNDS):
        keep = np.where(seen, spread / (spread + np.where(seen, doubt, 1.0)), 0.0)
        spread = max(float(((keep * mean) ** 2 + keep * np.where(seen, doubt, 0.0))[seen].mean()), 1e-6)
    outcome: Floats = np.clip(keep * mean, -_LARGEST, _LARGEST)
    return outcome


def always_closed(felt: Floats, closed: Floats) -> Floats:
    """Return 1 for events (2 * E,) on which the shop was closed every time that they were seen."""
    seen = felt.sum(axis=1)
    shut: Floats = ((seen > 0) & (felt @ closed >= seen)).astype(np.float64)
    return shut

"""Held-out price changes, and how well a price response foretells what they did to demand. Pure.

The last quarter of the time is held out. A price change there is a step of five per cent or more between neighbouring
rows of a series; the change of demand is that of the mean over the rows around it at the two prices: one row each in
weekly and monthly data, up to fourteen days in daily data.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import InvalidEvaluation, Metrics
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.slopes import Flags, Floats, Ints

HELD_OUT: Final = 0.25
SMALLEST_CHANGE: Final = 0.05
_DAYS: Final = 14
_DAILY: Final = 300
_RAISE: Final = 1.10
_LARGEST_GAP: Final = 2

Relative = Callable[[PriceHistory], Floats]
"""Log demand (N,) of rows, up to a constant for each series."""


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """Price changes that were held out, (E,) each, as windows of rows around them."""

    history: PriceHistory
    begin: Ints
    """First row before the change at the old price."""
    at: Ints
    """First row at the new price."""
    end: Ints
    """Row after the last at the new price."""

    @property
    def actual(self) -> Floats:
        """(E,) log change of mean units."""
        return self._change(self.history.quantity)

    def expected(self, relative: Relative) -> Floats:
        """Return the log change (E,) that a price response expects."""
        return self._change(np.exp(np.nan_to_num(relative(self.history))))

    def wrong_signs(self, relative: Relative) -> float:
        """Return the share of changes at whose rows a price ten per cent higher would sell as much or more."""
        raised = replace(self.history, price=self.history.price * _RAISE)
        change = relative(raised)[self.at] - relative(self.history)[self.at]
        return float((change >= 0).mean())

    def _change(self, values: Floats) -> Floats:
        """Return the log of the mean after over the mean before."""
        if self.at.size == 0:
            return np.zeros(0)
        windows = np.stack([self.begin, self.at, self.end], axis=1).reshape(-1)
        sums = np.add.reduceat(np.append(values, 0.0), windows).reshape(-1, 3)
        before, after = sums[:, 0] / (self.at - self.begin), sums[:, 1] / (self.end - self.at)
        change: Floats = np.log(np.maximum(after, _TINY) / np.maximum(before, _TINY))
        return change


_TINY: Final = 1e-9


def hold_out(history: PriceHistory) -> tuple[PriceHistory, PriceChanges]:
    """Return the history to learn from, and the price changes after it. Raises InvalidEvaluation without any."""
    usable = history.keep(history.usable)
    periods = np.unique(usable.period)
    if periods.size == 0:
        raise InvalidEvaluation("There is no row with a quantity, a price and stock.")
    cut = periods[int((1 - HELD_OUT) * (periods.size - 1))]
    changes = _changes(usable, usable.period > cut)
    if changes.at.size == 0:
        raise InvalidEvaluation(
            "No price changed by five per cent or more in the last quarter of the time.", held_out_after=int(cut)
        )
    return history.keep(history.period <= cut), changes


def _changes(history: PriceHistory, held_out: Flags) -> PriceChanges:
    width = _DAYS if history.periods_a_year > _DAILY else 1
    step = np.diff(np.log(history.price), prepend=0.0)
    near = np.diff(history.period, prepend=0) <= _LARGEST_GAP
    same = np.diff(history.series, prepend=-1) == 0
    at = np.flatnonzero(held_out & same & near & (np.abs(step) >= SMALLEST_CHANGE))
    run = np.cumsum(~same | (step != 0))
    first = np.searchsorted(run, run[at - 1], side="left")
    last = np.searchsorted(run, run[at], side="right")
    found = PriceChanges(history, np.maximum(first, at - width), at, np.minimum(last, at + width))
    sold = np.isfinite(found.actual) & (np.abs(found.actual) < -np.log(_TINY) / 2)
    return PriceChanges(history, found.begin[sold], at[sold], found.end[sold])


def score_changes(changes: PriceChanges, relative: Relative) -> Metrics:
    """Return rmse_log_change, sign_accuracy and wrong_sign_share of a price response."""
    actual, expected = changes.actual, changes.expected(relative)
    return {
        "rmse_log_change": float(np.sqrt(((actual - expected) ** 2).mean())),
        "sign_accuracy": float((np.sign(actual) == np.sign(expected)).mean()),
        "wrong_sign_share": changes.wrong_signs(relative),
    }

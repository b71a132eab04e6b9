"""How much stock to have: order-up-to levels and reorder points from the distribution of demand until goods arrive. Pure.

What counts is the total demanded over the protection interval: the lead time, and until the next review. Its quantiles
come from a forecast of totals; nothing here takes them for normal, since slow products sell nothing most of the time and
much at once. Sources: Silver, Pyke, Thomas (2017), Inventory and Production Management, ch. 6; Syntetos, Boylan (2006)
on what distributions of intermittent demand are worth to stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from shopwright.kit.errors import Invalid

Floats = npt.NDArray[np.float64]
_SLACK: Final = 1e-6
"""Less than this above a whole number of units is rounding."""


class InvalidReplenishment(Invalid):
    """A service level, a lead time or quantiles of demand cannot be meant as they are given."""

    code = "invalid_replenishment"


@dataclass(frozen=True, slots=True)
class Demand:
    """What is demanded over a protection interval: expected units (n,), and quantiles (L, n) at rising levels (L,)."""

    mean: Floats
    levels: Floats
    quantiles: Floats

    def __post_init__(self) -> None:
        if self.quantiles.shape != (self.levels.size, self.mean.size) or self.levels.size < 2:  # noqa: PLR2004 - a line
            raise InvalidReplenishment("There is not one row of quantiles for each level.", levels=self.levels.size)
        if (np.diff(self.levels) <= 0).any() or self.levels[0] <= 0 or self.levels[-1] >= 1:
            raise InvalidReplenishment("Levels rise from above 0 to below 1.", levels=self.levels.tolist())

    def quantile(self, level: float) -> Floats:
        """Return the units (n,) that are not exceeded with a chance of `level`. Raises InvalidReplenishment.

        Between two known levels, and beyond the last, the root of the units is linear in the normal score: right for
        the chi-squared-like tails of counts, and never below zero.
        """
        if not 0 < level < 1:
            raise InvalidReplenishment("A service level lies between 0 and 1.", service_level=level)
        score, scores = ndtri(level), ndtri(self.levels)
        place = int(np.clip(np.searchsorted(scores, score) - 1, 0, scores.size - 2))
        low, high = np.sqrt(np.maximum(self.quantiles[place : place + 2], 0.0))
        share = (score - scores[place]) / (scores[place + 1] - scores[place])
        outcome: Floats = np.maximum(low + share * np.maximum(high - low, 0.0), 0.0) ** 2
        return outcome

    def stretched(self, factor: Floats) -> "Demand":
        """Return the demand of an interval in which `factor` (n,) times as much is expected."""
        return Demand(self.mean * factor, self.levels, self.quantiles * factor)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to hold and to order now, whole units (n,)."""

    order_up_to: Floats
    """Stock on hand and on order after ordering."""
    safety_stock: Floats
    """What of it is there for the case that more is demanded than expected."""
    order: Floats
    """What to order now, given what is on hand and on order: 0 where that is enough."""


def order_up_to(demand: Demand, service_level: float) -> Floats:
    """Return the least whole units (n,) that meet the demand of the protection interval with this chance."""
    outcome: Floats = np.ceil(demand.quantile(service_level) - _SLACK)
    return np.maximum(outcome, 0.0)


def advise(demand: Demand, service_level: float, position: Floats) -> Advice:
    """Advise on products whose stock on hand and on order, less what is owed, is `position` (n,).

    `demand` is that of the protection interval: lead time and review period together.
    """
    target = order_up_to(demand, service_level)
    return Advice(
        order_up_to=target,
        safety_stock=np.maximum(target - np.ceil(demand.mean - _SLACK), 0.0),
        order=np.maximum(np.ceil(target - position - _SLACK), 0.0),
    )


def normal_demand(history: Floats, periods: int, levels: Sequence[float]) -> Demand:
    """Return the textbook's demand over so many periods: normal, periods independent, mean and deviation of `history`.

    `history` (n, T) holds NaN where nothing is known. It is what the distribution of a forecast is measured against.
    """
    known = np.isfinite(history)
    count = np.maximum(known.sum(axis=1), 1)
    units = np.where(known, history, 0.0)
    mean = units.sum(axis=1) / count
    squares = (np.where(known, units - mean[:, None], 0.0) ** 2).sum(axis=1)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1) * periods)
    steps = np.asarray(levels, dtype=np.float64)
    quantiles = np.maximum(mean * periods + ndtri(steps)[:, None] * deviation, 0.0)
    return Demand(mean * periods, steps, quantiles)

"""What a forecaster answers, and what every forecaster promises. Pure.

Every forecaster passes tests/conformance/test_forecasters.py: the same answer each time, nothing below zero, ordered
quantiles, no use of what was masked, and an answer for each product that does not hang on the order of products.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

import numpy as np

from shopwright.demand.forecasting.panel import Flags, Floats, Ints, Plan, SalesPanel

LEVELS: Final = (0.025, 0.1, 0.5, 0.9, 0.975)
"""The quantiles of every forecast: the ends of the 95 and the 80 % interval, and the median."""
ENOUGH_DAYS: Final = 30
"""Less history than this is said openly, with a low confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What is sold over the whole of a horizon: expected units (n,), quantiles (L, n) of LEVELS, and bounds (4, n)."""

    mean: Floats
    quantiles: Floats
    bounds: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What returns regularly, (n,): the share of the variation of the level that it explains, 0 to 1; 0 is none."""

    weekly: Floats
    yearly: Floats

    @property
    def found(self) -> Flags:
        """Whether a season of either kind is used for a product."""
        both: Flags = (self.weekly > 0) | (self.yearly > 0)
        return both


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Expected units (n, H) of the periods ahead, their quantiles (L, n, H), and the totals of each horizon.

    `bounds` (4, n, H) are low 95, low 80, high 80, high 95: intervals that hold their level. They are narrower than
    those between quantiles where much of the mass is at zero.
    """

    mean: Floats
    quantiles: Floats
    bounds: Floats
    totals: Mapping[int, Total]
    history: Ints
    """Days of usable history of each product, (n,)."""
    season: Season
    confidence: Floats
    """0 to 100, (n,): how far the figures can be relied on, by history, backtest and freshness."""
    notes: tuple[str, ...] = field(default=())

    @property
    def too_short(self) -> Flags:
        """Products (n,) with less than 30 days of history: their forecast leans on their category."""
        short: Flags = self.history < ENOUGH_DAYS
        return short


class Forecaster(Protocol):
    """Learns from a panel and forecasts every product of it. The constructor stores, fit learns."""

    def fit(self, panel: SalesPanel) -> Self:
        """Learn from the panel; what was learnt stands in names with a trailing underscore."""
        ...

    def forecast(self, horizons: Sequence[int], plan: Plan | None = None) -> Forecast:
        """Forecast as many periods as the longest horizon has, and the total of each horizon."""
        ...


def ordered(quantiles: Floats) -> Floats:
    """Return quantiles (L, ...) that are not negative and do not cross."""
    return np.maximum.accumulate(np.maximum(quantiles, 0.0), axis=0)

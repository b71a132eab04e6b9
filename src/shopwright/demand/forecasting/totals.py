"""Totals over a horizon with intervals of their own: neither sums of daily bounds nor independent days. Pure.

The dispersion of a total has two parts: that of its periods, which averages out, and that of the level, which does not
and is learnt from totals of backtests. The quantiles of totals are then calibrated on totals.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.backtests import Backtests
from shopwright.demand.forecasting.calibration import UNCALIBRATED, Calibration, calibrate
from shopwright.demand.forecasting.forecast import Total
from shopwright.demand.forecasting.panel import Floats
from shopwright.demand.forecasting.spread import extra_dispersion, quantiles, volume_class

_MOSTLY: Final = 0.8
"""A backtest counts when at least this share of its horizon is known."""
_LOOKS: Final = 10.0
"""How many independent looks at totals one window of time is worth, with all the products in it."""
_CELLS: Final = 50_000
"""Totals of backtests that are looked at: more would cost time and change nothing."""
_FEWEST_ORIGINS: Final = 4
_UNSEEN: Final = 0.15
"""Dispersion of the level over a horizon that no backtest reaches."""


@dataclass(frozen=True, slots=True)
class TotalSpread:
    """How far totals of one horizon scatter: dispersion of the level, and calibration."""

    horizon: int
    level: float
    calibration: Calibration

    def of(self, mean: Floats, spread: Floats) -> Total:
        """Return the total of expected units (H, n) of products with a dispersion (n,)."""
        expected = mean[: self.horizon].sum(axis=0)
        share = (mean[: self.horizon] ** 2).sum(axis=0) / np.maximum(expected**2, 1e-300)
        table = quantiles(expected, self.level + spread * share)
        plain, bounds = self.calibration.apply(table, volume_class(expected / self.horizon))
        return Total(mean=expected, quantiles=plain, bounds=bounds)


def learn_total(horizon: int, tests: Backtests, spread: Floats) -> TotalSpread:
    """Learn the scatter of totals; `spread` (n,) is the dispersion of a single period."""
    fits = tests.fitting(horizon)
    if not fits.size:
        return TotalSpread(horizon, _UNSEEN, UNCALIBRATED)
    most = max(_FEWEST_ORIGINS, _CELLS // spread.size)
    fits = fits[:: -(-fits.size // most)]
    origins = tests.origins[fits]
    expected, square = tests.expected_totals(horizon, fits)
    actual = tests.sold[origins + horizon] - tests.sold[origins]
    seen = (expected > 0) & (tests.known[origins + horizon] - tests.known[origins] >= _MOSTLY * horizon)
    if not seen.any():
        return TotalSpread(horizon, _UNSEEN, UNCALIBRATED)
    periods = spread * square / np.maximum(expected**2, 1e-300)
    level = extra_dispersion(np.abs(actual - expected)[seen], expected[seen], periods[seen])
    table, volume = quantiles(expected, level + periods), volume_class(expected / horizon)
    calibration = calibrate(actual, table, volume, seen, _LOOKS * tests.windows(horizon))
    return TotalSpread(horizon, level, calibration)

"""The batch forecaster: every product of a panel at once, in plain array arithmetic. Pure.

Units are taken apart into factors (week, year, events, price) and a level; levels of several smoothing rates are
combined by backtests; scatter is negative binomial, pooled and calibrated. docs/science.md has sources and figures.
"""

from collections.abc import Sequence
from typing import Final, Self

import numpy as np

from shopwright.demand.forecasting.backtests import Backtests, Cells, backtest
from shopwright.demand.forecasting.calibration import UNCALIBRATED, Calibration, calibrate
from shopwright.demand.forecasting.confidence import confidence
from shopwright.demand.forecasting.decomposition import decompose
from shopwright.demand.forecasting.forecast import LEVELS, Forecast, Season
from shopwright.demand.forecasting.panel import Floats, Frequency, Ints, Plan, SalesPanel
from shopwright.demand.forecasting.spread import dispersion, quantiles, volume_class
from shopwright.demand.forecasting.totals import learn_total

_CELLS: Final = 100_000
"""Cells of backtests that calibrate a stretch: more would cost time and change nothing."""
_ENDS: Final = 4
_FEWEST_ORIGINS: Final = 2
_CELLS_AN_ORIGIN: Final = 7
_LOOKS: Final = 40.0
"""How many independent looks at single periods one window of time is worth."""
_LONGEST: Final = {Frequency.DAILY: 91, Frequency.WEEKLY: 13}
_NEWEST: Final = {Frequency.DAILY: 24, Frequency.WEEKLY: 9}
"""Backtests that intervals are made of, the newest: how far sales scatter changes over a year."""
_FAINT: Final = 0.02


class BatchForecaster:
    """Forecasts a whole panel. There is no randomness in it: the same panel gives the same forecast."""

    def fit(self, panel: SalesPanel) -> Self:
        """Learn factors, levels and scatter from the panel."""
        self.panel_ = panel
        self.parts_ = decompose(panel)
        self.tests_ = backtest(self.parts_, _LONGEST[panel.frequency])
        most = max(_FEWEST_ORIGINS, _CELLS // max(panel.products * _CELLS_AN_ORIGIN, 1))
        most = min(most, _NEWEST[panel.frequency])
        cells = [self.tests_.cells(stretch, self.parts_, most) for stretch in range(self.tests_.ends.size)]
        self.spread_ = _dispersions([one for one in cells if one is not None], panel.products)
        self.calibrations_ = _calibrations(cells, self.tests_, self.spread_)
        return self

    def forecast(self, horizons: Sequence[int], plan: Plan | None = None) -> Forecast:
        """Forecast each product and the totals of each horizon."""
        ahead, tests = max(horizons), self.tests_
        mean = self.expected(ahead, plan)
        stretch = _stretches(tests, ahead)
        table = quantiles(mean, self.spread_)
        plain, bounds = np.empty((len(LEVELS), *mean.shape)), np.empty((_ENDS, *mean.shape))
        for one in np.unique(stretch):
            part = slice(int(np.argmax(stretch == one)), int(np.argmax(stretch == one)) + int((stretch == one).sum()))
            volume = _usual_class(mean[part], axis=0)
            plain[:, part], bounds[:, part] = self.calibrations_[one].apply(table[:, part], volume)
        totals = {
            horizon: learn_total(horizon, tests, self.spread_).of(mean, self.spread_)
            for horizon in sorted(set(horizons))
        }
        history = (tests.known[-1] * self.panel_.frequency.days).astype(np.int64)
        return Forecast(
            mean=mean.T,
            quantiles=plain.transpose(0, 2, 1),
            bounds=bounds.transpose(0, 2, 1),
            totals=totals,
            history=history,
            season=self._season(),
            confidence=confidence(history, tests),
        )

    def expected(self, ahead: int, plan: Plan | None = None) -> Floats:
        """Return the expected units (H, n) of the periods ahead."""
        days = self.panel_.days(ahead)[self.panel_.periods :]
        return self.tests_.now[_stretches(self.tests_, ahead)] * self.parts_.ahead(days, plan)

    def _season(self) -> Season:
        weekly, yearly = self.parts_.week.strength, self.parts_.year.strength[self.parts_.group]
        weekly, yearly = (np.where(one > _FAINT, one / (1 + one), 0.0) for one in (weekly, yearly))
        return Season(weekly=weekly, yearly=yearly)


def _usual_class(mean: Floats, axis: int) -> Ints:
    """Return the volume class of products over all periods of a stretch: closed days belong to their product."""
    return np.broadcast_to(volume_class(mean.mean(axis=axis, keepdims=True)), mean.shape)


def _stretches(tests: Backtests, ahead: int) -> Ints:
    """Return the stretch (H,) that each period ahead falls into."""
    found = np.searchsorted(tests.ends, np.arange(ahead), side="right")
    return np.minimum(found, tests.ends.size - 1).astype(np.int64)


def _dispersions(cells: Sequence[Cells], products: int) -> Floats:
    sums = np.zeros((4, products))
    for one in cells:
        missed = np.where(one.seen, one.units - one.expected, 0.0)
        sums += [
            column.sum(axis=(0, 1))
            for column in (missed**2, one.expected, one.expected**2, one.seen.astype(np.float64))
        ]
    return dispersion(*sums)


def _calibrations(cells: Sequence[Cells | None], tests: Backtests, spread: Floats) -> list[Calibration]:
    """Calibrate each stretch; one that no backtest reaches is taken for the one before it."""
    found, last = [], UNCALIBRATED
    for one, end in zip(cells, tests.ends, strict=True):
        if one is not None:
            table, volume = quantiles(one.expected, spread), _usual_class(one.expected, axis=1)
            last = calibrate(one.units, table, volume, one.seen, _LOOKS * tests.windows(int(end)))
        found.append(last)
    return found

"""The seasonal naive forecaster: what was sold a week (or, by weeks, a period) ago is sold again. A yardstick. Pure."""

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from scipy.special import ndtri

from shopwright.demand.forecasting.forecast import LEVELS, Forecast, Season, Total, ordered
from shopwright.demand.forecasting.panel import WEEK, Floats, Frequency, Plan, SalesPanel, known_demand

_NORMAL: Final[Floats] = ndtri(np.array(LEVELS))
_BOUNDS: Final = [0, 1, 3, 4]
_CONFIDENCE: Final = 30.0


class SeasonalNaive:
    """Repeats the last known season, with normal errors as large as those that it made so far."""

    def fit(self, panel: SalesPanel) -> Self:
        """Remember the last known season and the errors of repeating."""
        demand = known_demand(panel)
        season = WEEK if panel.frequency is Frequency.DAILY else 1
        self.known_ = np.isfinite(demand).sum(axis=1)
        self.days_ = panel.frequency.days
        carried = _carried(demand, season)
        change = demand[:, season:] - carried[:, :-season]
        there = np.isfinite(change)
        self.spread_ = np.sqrt(
            np.where(there, change, 0.0) ** 2 @ np.ones(change.shape[1]) / np.maximum(there.sum(axis=1), 1)
        )
        last = carried[:, -season:]
        if last.shape[1] < season:
            last = np.pad(last, ((0, 0), (season - last.shape[1], 0)), mode="edge")
        self.last_ = np.nan_to_num(last)
        return self

    def forecast(self, horizons: Sequence[int], plan: Plan | None = None) -> Forecast:  # noqa: ARG002 - it reads none
        """Repeat the season."""
        ahead, season = max(horizons), self.last_.shape[1]
        mean = np.tile(self.last_, (1, ahead // season + 1))[:, :ahead]
        quantiles = ordered(mean + _NORMAL[:, None, None] * self.spread_[:, None])
        flat = np.zeros(mean.shape[0])
        return Forecast(
            mean=mean,
            quantiles=quantiles,
            bounds=quantiles[_BOUNDS],
            totals={horizon: self._total(mean[:, :horizon]) for horizon in horizons},
            history=(self.known_ * self.days_).astype(np.int64),
            season=Season(weekly=flat, yearly=flat),
            confidence=np.where(self.known_ > 0, _CONFIDENCE, 0.0),
        )

    def _total(self, mean: Floats) -> Total:
        """Add up: an error is repeated with its season, so it is the same in each round."""
        season = self.last_.shape[1]
        rounds = np.bincount(np.arange(mean.shape[1]) % season, minlength=season)
        spread = self.spread_ * np.sqrt((rounds**2).sum())
        expected = mean.sum(axis=1)
        quantiles = ordered(expected + _NORMAL[:, None] * spread)
        return Total(mean=expected, quantiles=quantiles, bounds=quantiles[_BOUNDS])


def _carried(demand: Floats, season: int) -> Floats:
    """Return units (n, T) in which an unknown period takes those of a season before."""
    out = demand.copy()
    for period in range(season, out.shape[1]):
        missing = np.isnan(out[:, period])
        out[missing, period] = out[missing, period - season]
    return out

"""The shape of a year: one smooth curve for each group and its events, shrunk towards those of all groups. Pure.

Learnt from the totals of groups, since single products are too noisy, and only from two years of history on: with
less, season, growth and one year's accidents cannot be told apart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.events import event_days, event_effects
from shopwright.demand.forecasting.panel import Days, Floats, Frequency, Ints

_YEAR_DAYS: Final = 365.25
_LEAST_YEARS: Final = 1.95
_WAVES: Final = 6
_WAVE_SPREAD: Final = 0.1
"""How large waves of a year are believed to be before any is seen (log units); the k-th less, by 1/k."""
_NOISE_RUN_DAYS: Final = 42.0
"""Errors of group totals stay alike for about six weeks: that many days count as one observation."""
_LARGEST: Final = 2.0
_HALF_WINDOW: Final = {Frequency.DAILY: 28, Frequency.WEEKLY: 6}


@dataclass(frozen=True, slots=True)
class YearSeason:
    """Log factors of groups: coefficients of the waves (2 * K, groups), 0 where unknown, and of events (2 * E, groups)."""

    waves: Floats
    events: Floats
    frequency: Frequency

    def factors(self, days: Days) -> Floats:
        """Return the factors (T, groups) of periods."""
        found: Floats = np.exp(np.clip(self.curve(days) + self._event_part(days), -_LARGEST, _LARGEST))
        return found

    def curve(self, days: Days) -> Floats:
        """Return the logarithm of the smooth part (T, groups)."""
        out: Floats = wave_basis(days, self.frequency) @ self.waves
        return out

    def _event_part(self, days: Days) -> Floats:
        out: Floats = event_days(days, self.frequency).T @ self.events
        return out

    @property
    def flat(self) -> bool:
        """Whether nothing was found: every factor is 1."""
        return not (self.waves.any() or self.events.any())

    @property
    def strength(self) -> Floats:
        """Variance of the log curve over a year, (groups,)."""
        outcome: Floats = (self.waves**2).sum(axis=0) / 2
        return outcome


def wave_basis(days: Days, frequency: Frequency) -> Floats:
    """Return sines and cosines of the year (T, 2 * K) at the middle of each period."""
    middle = days.astype("datetime64[D]").astype(np.float64) + (frequency.days - 1) / 2
    angle = 2 * np.pi * middle[:, None] / _YEAR_DAYS * np.arange(1, _WAVES + 1)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def learn_season(units: Floats, factors: Floats, group: Ints, days: Days, frequency: Frequency) -> YearSeason:
    """Learn from units (T, n) given the other factors (T, n; 0 where unknown)."""
    groups = int(group.max()) + 1
    level = units.sum(axis=0) / np.maximum(factors.sum(axis=0), 1e-12)
    member = np.zeros((group.size, groups))
    member[np.arange(group.size), group] = 1.0
    sold, expected = units @ member, factors @ (member * level[:, None])
    ratio = np.log(np.maximum(sold, 0.5) / np.maximum(expected, 0.5))
    heft = np.minimum(expected, sold.mean(axis=0) + 1.0) * (expected > 0)
    basis = wave_basis(days, frequency)
    waves = np.zeros((basis.shape[1], groups))
    if units.shape[0] * frequency.days >= _LEAST_YEARS * _YEAR_DAYS:
        waves = _fit_waves(basis, ratio, heft, frequency)
    left = ratio - basis @ waves
    events = event_effects(event_days(days, frequency), left - _local_mean(left, heft, frequency), heft)
    return YearSeason(waves, events, frequency)


def _fit_waves(basis: Floats, ratio: Floats, heft: Floats, frequency: Frequency) -> Floats:
    """Fit level, trend and waves to all groups together, then each group's distance from that: ridge regression."""
    trend = np.linspace(-1.0, 1.0, ratio.shape[0])
    columns = np.column_stack([np.ones_like(trend), trend, basis])
    order = np.tile(np.arange(1, _WAVES + 1), 2)
    prior = np.concatenate([[1e-6, 1e-2], (order / _WAVE_SPREAD) ** 2])
    total = heft.sum(axis=1)
    every = _ridge(columns, (ratio * heft).sum(axis=1) / np.maximum(total, 1e-12), total, prior, frequency)
    prior[2:] *= 4.0
    own = [
        _ridge(columns, ratio[:, one] - columns @ every, heft[:, one], prior, frequency)
        for one in range(ratio.shape[1])
    ]
    return (every[:, None] + np.stack(own, axis=1))[2:]


def _ridge(columns: Floats, wanted: Floats, heft: Floats, prior: Floats, frequency: Frequency) -> Floats:
    """Return coefficients with normal priors; noise is estimated, and stays alike for a run of periods."""
    share = heft / max(heft.mean(), 1e-12)
    noise = 0.05
    found = np.zeros(prior.size)
    for _ in range(3):
        scale = 1.0 / (noise * max(_NOISE_RUN_DAYS / frequency.days, 1.0))
        curve = (columns * share[:, None]).T @ columns * scale + np.diag(prior)
        found = np.linalg.solve(curve, (columns * share[:, None]).T @ wanted * scale)
        noise = max(float((share * (wanted - columns @ found) ** 2).mean()), 1e-4)
    return found


def _local_mean(left: Floats, heft: Floats, frequency: Frequency) -> Floats:
    """Return the mean of the periods around each, (T, groups)."""
    half, periods = _HALF_WINDOW[frequency], left.shape[0]
    place = np.arange(periods)
    start, stop = np.maximum(place - half, 0), np.minimum(place + half + 1, periods)
    sums = [np.concatenate([np.zeros((1, left.shape[1])), np.cumsum(part, axis=0)]) for part in (left * heft, heft)]
    above, below = (part[stop] - part[start] for part in sums)
    outcome: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return outcome

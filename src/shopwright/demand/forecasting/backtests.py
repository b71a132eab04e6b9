"""What would have been forecast at earlier origins, and what then happened: all that is learnt of levels. Pure.

Arrays lie by origin and product, (O, n), or by stretch of the horizon, origin and product, (B, O, n).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.decomposition import Decomposition
from shopwright.demand.forecasting.levels import (
    Combination,
    Evidence,
    backtest_origins,
    learn,
    learn_crosswise,
    stretch_ends,
)
from shopwright.demand.forecasting.lifecycle import Silence, silences, welcome
from shopwright.demand.forecasting.panel import Flags, Floats, Ints
from shopwright.demand.forecasting.smoothing import cumulated, rates, smoothed

_SAMPLED: Final = 7
"""Periods of a stretch that stand for all of it: a week of days, in its middle."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Periods of one stretch in backtests (O', D, n): units, expected units, and whether they are known."""

    units: Floats
    expected: Floats
    seen: Flags


@dataclass(frozen=True, slots=True)
class Backtests:
    """Levels then (B, O, n) and now (B, n), with running sums (T + 1, n) of units, factors, known periods.

    The levels then are combined as other origins would have it: intervals that are made of them must not flatter.
    """

    origins: Ints
    starts: Ints
    ends: Ints
    then: Floats
    now: Floats
    sold: Floats
    carried: Floats
    known: Floats
    combination: Combination
    silence: Silence
    left: Floats
    """The share of its level that a product keeps by its silence, (O + 1, n): the last row is now."""
    features: Floats
    """What levels were made of, (F, O + 1, n)."""
    evidence: Evidence

    def cells(self, stretch: int, parts: Decomposition, most_origins: int) -> Cells | None:
        """Return the cells of one stretch at the latest origins; None where history is too short for any."""
        start, end = int(self.starts[stretch]), int(self.ends[stretch])
        fits = np.flatnonzero(self.origins + end <= parts.past.units.shape[0])[:most_origins]
        if not fits.size:
            return None
        length = min(_SAMPLED, end - start)
        steps = start + (end - start - length) // 2 + np.arange(length)
        period = self.origins[fits][:, None] + steps[None, :]
        factors = parts.past.honest[period]
        expected = self.then[stretch, fits][:, None, :] * factors
        return Cells(parts.past.units[period], expected, factors > 0)

    def fitting(self, horizon: int) -> Ints:
        """Return the places of the origins whose whole horizon lies in the past."""
        return np.flatnonzero(self.origins + horizon < self.sold.shape[0])

    def windows(self, horizon: int) -> float:
        """Return how many horizons fit beside each other into the time that the fitting origins cover, at least 1."""
        fits = self.fitting(horizon)
        covered = int(np.ptp(self.origins[fits])) + horizon if fits.size else horizon
        return covered / horizon

    def expected_totals(self, horizon: int, fits: Ints) -> tuple[Floats, Floats]:
        """Return expected totals (O', n) of a horizon at fitting origins, and the sums of squares of periods."""
        total = np.zeros((fits.size, self.sold.shape[1]))
        square = np.zeros_like(total)
        for stretch, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
            if start >= horizon:
                break
            stop = horizon if stretch == self.ends.size - 1 else min(end, horizon)
            factors = self.carried[self.origins[fits] + stop] - self.carried[self.origins[fits] + start]
            part = self.then[stretch, fits] * factors
            total += part
            square += part**2 / (stop - start)
        return total, square


def backtest(parts: Decomposition, ahead: int) -> Backtests:
    """Run the backtests of a decomposed past, and learn from them how levels are combined."""
    past, frequency = parts.past, parts.frequency
    periods = past.units.shape[0]
    ends = stretch_ends(frequency, ahead)
    starts = np.concatenate([[0], ends[:-1]])
    origins = backtest_origins(frequency, *past.units.shape)
    every = np.concatenate([origins, [periods]])
    sold, carried = cumulated(past.units), cumulated(past.honest)
    then, now = _features(parts, past.honest, origins), _features(parts, past.factors, every[-1:])
    features = np.concatenate([then, now], axis=1)
    features = welcome(features, carried[every], sold[every], parts.group)
    outcome, weight = _outcomes(sold, carried, origins, starts, ends)
    mean = sold[-1] / np.maximum(carried[-1], 1e-12)
    noise = np.einsum("tn,tn->n", past.units, past.units) / np.maximum(carried[-1], 1.0) - mean**2
    scale = np.maximum(noise, 1e-3 * mean**2 + 1e-9) / np.maximum(mean, 1e-9)
    evidence = Evidence(features[:, :-1], len(rates(frequency)), outcome, weight, scale)
    combination = learn(evidence)
    levels = combination.levels(features)
    for half, other in learn_crosswise(evidence):
        levels[:, half] = other.levels(features[:, half])
    known = cumulated(past.known)
    silence = silences(past, known, every)
    left = silence.learn(levels[:, :-1], outcome, weight, mean)
    levels = levels * left
    return Backtests(
        origins=origins,
        starts=starts,
        ends=ends,
        then=levels[:, :-1],
        now=levels[:, -1],
        sold=sold,
        carried=carried,
        known=known,
        combination=combination,
        silence=silence,
        left=left,
        features=features,
        evidence=evidence,
    )


def _features(parts: Decomposition, factors: Floats, origins: Ints) -> Floats:
    """Return what levels are made of (F, O, n): smoothed levels, the same without large orders, the group's drift."""
    past, steps = parts.past, rates(parts.frequency)
    plain, robust = smoothed([past.units, past.capped], factors, origins, steps)
    groups = int(parts.group.max()) + 1
    member = np.zeros((parts.group.size, groups))
    member[np.arange(parts.group.size), parts.group] = 1.0
    fast, slow = plain[1] @ member, plain[-1] @ member
    drift = np.divide(fast, slow, out=np.ones_like(fast), where=slow > 0)
    return np.concatenate([plain, robust[1:], (plain[-1] * drift[:, parts.group])[None]])


def _outcomes(sold: Floats, carried: Floats, origins: Ints, starts: Ints, ends: Ints) -> tuple[Floats, Floats]:
    """Return the level that each stretch had, and what it rests on: (B, O, n), 0 where it is not over yet."""
    last = sold.shape[0] - 1
    start, stop = origins[None, :] + starts[:, None], origins[None, :] + ends[:, None]
    over = (stop <= last)[:, :, None]
    start, stop = np.minimum(start, last), np.minimum(stop, last)
    weight = (carried[stop] - carried[start]) * over
    units = sold[stop] - sold[start]
    return np.divide(units, weight, out=np.zeros_like(units), where=weight > 0), weight

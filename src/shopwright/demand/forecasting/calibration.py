"""Makes quantiles and intervals hold what they promise, by what they held in backtests. Pure.

Conformal: in each class of volume a quantile is multiplied by the factor at which backtests lay below it as often as
its level says, shrunk towards the factor of all classes. Where much of the mass is at zero, an interval between two
quantiles would hold far more than it says; intervals therefore have upper ends of their own, calibrated so that lower
and upper end together hold the level.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtr, stdtrit

from shopwright.demand.forecasting.forecast import LEVELS
from shopwright.demand.forecasting.panel import Flags, Floats, Ints
from shopwright.demand.forecasting.spread import CLASSES, INNER

_POOL_CELLS: Final = 150.0
"""The factor of all classes counts as much as this many cells of one's own."""
_PLAIN: Final = tuple(INNER.index(level) for level in LEVELS)
_INTERVALS: Final = ((0.95, 0.025, 0.975), (0.8, 0.1, 0.9))
_MIDDLE: Final = 0.5
_SLACK: Final = 1 - 1e-9
"""A cell that gave its quantile its factor lies on it, not below it, whatever rounding says."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Factors by class of volume: of the quantiles (L, classes) and of the upper ends of the 95 and 80 % interval."""

    quantile: Floats
    upper: Floats

    def apply(self, table: Floats, volume: Ints) -> tuple[Floats, Floats]:
        """Return quantiles (L, ...) and bounds (4, ...): low 95, low 80, high 80, high 95, from INNER ones (7, ...).

        A product keeps its class over the periods of its stretch: `volume` (n,), or (H, n) with equal rows.
        """
        rows = volume[0] if volume.ndim > 1 else volume
        plain = np.empty((len(LEVELS), *volume.shape))
        for row, inner in enumerate(_PLAIN):
            np.multiply(table[inner], self.quantile[row][rows], out=plain[row])
            if row:
                np.maximum(plain[row], plain[row - 1], out=plain[row])
        high_95, high_80 = (upper_end(table, row) * self.upper[row][rows] for row in range(len(_INTERVALS)))
        np.maximum(high_80, plain[1], out=high_80)
        return plain, np.stack([plain[0], plain[1], high_80, np.maximum(high_95, high_80)])


UNCALIBRATED: Final = Calibration(np.ones((len(LEVELS), CLASSES)), np.ones((len(_INTERVALS), CLASSES)))


def upper_end(table: Floats, interval: int) -> Floats:
    """Return the upper end of an interval: of the two-sided one, or where the lower is 0 of the one-sided."""
    held, low, high = _INTERVALS[interval]
    out: Floats = np.where(table[INNER.index(low)] > 0, table[INNER.index(high)], table[INNER.index(held)])
    return out


def calibrate(actual: Floats, table: Floats, volume: Ints, seen: Flags, freedom: float = np.inf) -> Calibration:
    """Learn from the cells (...) of backtests: units, their INNER quantiles (7, ...), class, and whether known.

    `freedom` says how many independent looks at the future the cells are worth: products of one shop rise and fall
    together, so few windows of time hold less than their cells seem to. Levels are moved out accordingly.
    """
    cells = seen.reshape(-1)
    actual, volume = actual.reshape(-1)[cells], volume.reshape(-1)[cells]
    table = table.reshape(len(INNER), -1)[:, cells]
    order = np.argsort(volume, kind="stable")
    edges = np.searchsorted(volume[order], np.arange(CLASSES + 1))
    parts = [order[start:stop] for start, stop in pairwise(edges)]
    quantile = np.stack(
        [
            _by_class(_ratio(actual, table[inner], np.nan), parts, outward(level, freedom))
            for level, inner in zip(LEVELS, _PLAIN, strict=True)
        ]
    )
    upper = []
    for row, (held, low, _) in enumerate(_INTERVALS):
        below = actual < table[INNER.index(low)] * quantile[LEVELS.index(low)][volume] * _SLACK
        wider = 2 * outward((1 + held) / 2, freedom) - 1
        ratio = _ratio(actual, upper_end(table, row), np.where(actual > 0, np.inf, 0.0))
        upper.append(_by_class(ratio, parts, wider, below))
    return Calibration(quantile, np.stack(upper))


def outward(level: float, freedom: float) -> float:
    """Return the level at which a normal quantile reaches a prediction interval of Student's t with this freedom."""
    if level == _MIDDLE or not np.isfinite(freedom):
        return level
    return float(ndtr(stdtrit(freedom, level) * np.sqrt(1 + 1 / freedom)))


def _ratio(actual: Floats, expected: Floats, otherwise: Floats | float) -> Floats:
    """Return units over a quantile, and something else where the quantile is 0."""
    out = np.full(actual.shape, otherwise) if isinstance(otherwise, float) else otherwise
    return np.divide(actual, expected, out=out, where=expected > 0)


def _by_class(ratio: Floats, parts: list[Ints], level: float, below: Flags | None = None) -> Floats:
    """Return the factor of each class (classes,): the ratio that a share `level` of the cells does not exceed."""
    every = _held(ratio, level, below, 1.0)
    found = []
    for part in parts:
        own = _held(ratio[part], level, None if below is None else below[part], every)
        found.append((part.size * own + _POOL_CELLS * every) / (part.size + _POOL_CELLS))
    return np.array(found)


def _held(ratio: Floats, level: float, below: Flags | None, otherwise: float) -> float:
    """Return the ratio at a level. Cells below the lower end of their interval push the upper end up."""
    known = ratio[~np.isnan(ratio)]
    if known.size == 0:
        return otherwise
    rank = level if below is None else level + float(below.mean())
    if level > _MIDDLE:
        rank = rank * (known.size + 1) / known.size
    found = float(np.quantile(known, min(rank, 1.0), method="lower"))
    if below is None:
        return found
    return found if 0 < found < np.inf else otherwise

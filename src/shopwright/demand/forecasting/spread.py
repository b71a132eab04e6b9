"""How far sales scatter around what is expected: negative binomial quantiles of pooled dispersion. Pure.

The variance of units is mean + dispersion x mean^2. A product's dispersion is shrunk towards that of its volume class.
Quantiles come from one table over means and dispersions.
"""

from bisect import bisect_left
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.special import betainc, nbdtrik
from scipy.stats import gamma

from shopwright.demand.forecasting.panel import Floats, Ints

INNER: Final = (0.025, 0.1, 0.5, 0.8, 0.9, 0.95, 0.975)
"""The levels of the table: those of every forecast, and the upper ends of intervals that begin at zero."""
VOLUME_EDGES: Final = np.array([0.1, 0.3, 1.0, 3.0, 10.0, 30.0])
"""Expected units a period at which the classes of volume meet."""
SPREAD_EDGES: Final = np.array([0.4, 1.0, 2.5, 6.0])
CLASSES: Final = VOLUME_EDGES.size + 1
_MEANS: Final = np.geomspace(0.01, 1e5, 101)
_DISPERSIONS: Final = np.geomspace(0.003, 60.0, 100)
_POISSON: Final = 1e-9
_LARGE: Final = 300.0
_POOL_PERIODS: Final = 40.0
"""A class's dispersion counts as much as this many periods of a product's own."""


def volume_class(mean: Floats) -> Ints:
    """Return the class of expected units a period."""
    return np.searchsorted(VOLUME_EDGES, mean).astype(np.int64)


def dispersion(squared: Floats, expected: Floats, expected_squared: Floats, periods: Floats) -> Floats:
    """Return the dispersion (n,) of products, shrunk to their volume class.

    Sums over backtest periods (n,): squared errors, expected units and their squares, and how many periods.
    """
    volume = volume_class(expected / np.maximum(periods, 1.0))
    above = np.maximum(squared - expected, 0.0)
    every = max(float(above.sum()) / max(float(expected_squared.sum()), 1e-12), _DISPERSIONS[0])
    own = np.divide(above, expected_squared, out=np.full(above.shape, every), where=expected_squared > 0)
    own = np.clip(own, _DISPERSIONS[0], _DISPERSIONS[-1])
    heft = periods * (expected > 0)
    count = np.bincount(volume, heft, CLASSES)
    pooled = np.bincount(volume, heft * np.log(own), CLASSES) / np.maximum(count, 1.0)
    shrunk: Floats = np.exp((heft * np.log(own) + _POOL_PERIODS * pooled[volume]) / (heft + _POOL_PERIODS))
    return shrunk


def extra_dispersion(missed: Floats, expected: Floats, spread: Floats) -> float:
    """Return what has to be added to dispersions so that absolute deviations (cells,) are together what was seen."""
    table = deviations().reshape(-1)
    place = np.clip(np.searchsorted(_MEANS, expected), 0, _MEANS.size - 1)
    heft = np.sqrt(np.maximum(expected, 1e-9))
    seen = float((missed * heft / np.maximum(expected, 1e-9)).sum())

    def enough(step: int) -> bool:
        extra = _DISPERSIONS[step - 1] if step else 0.0
        return float((table.take(place + _rows(spread + extra) * _MEANS.size) * heft).sum()) >= seen

    found = bisect_left(range(_DISPERSIONS.size), x=True, key=enough)
    return float(_DISPERSIONS[found - 1]) if found else 0.0


def _rows(spread: Floats) -> Ints:
    """Return the row of the table with the nearest dispersion."""
    step = np.log(_DISPERSIONS[1] / _DISPERSIONS[0])
    found = np.log(np.maximum(spread, _DISPERSIONS[0]) / _DISPERSIONS[0]) / step
    rows: Ints = np.rint(np.minimum(found, _DISPERSIONS.size - 1)).astype(np.int64)
    return rows


@lru_cache(maxsize=1)
def deviations() -> Floats:
    """Return mean absolute deviations over the mean (dispersions, means), by de Moivre's formula for counts."""
    mean, shape = _MEANS[None, :], 1.0 / _DISPERSIONS[:, None]
    chance, most = shape / (shape + mean), np.floor(mean)
    below = betainc(shape + 1.0, np.maximum(most, 1e-300), chance) * (most > 0)
    found: Floats = np.asarray(2.0 * (betainc(shape, most + 1.0, chance) - below), dtype=np.float64)
    return found


def quantiles(mean: Floats, spread: Floats) -> Floats:
    """Return negative binomial quantiles (7, ...) of INNER from the table: the nearest dispersion, between two means.

    0 where the mean is 0.
    """
    step = np.log(_MEANS[1] / _MEANS[0])
    place = np.clip(np.log(np.maximum(mean, _MEANS[0]) / _MEANS[0]) / step, 0, _MEANS.size - 1.001)
    column = place.astype(np.int64)
    right = (place - column) * mean
    left = mean - right
    start = column + _rows(spread) * _MEANS.size
    out = np.empty((len(INNER), *start.shape))
    for level, line in enumerate(_table().reshape(len(INNER), -1)):
        np.multiply(line.take(start), left, out=out[level])
        out[level] += line.take(start + 1) * right
    return out


@lru_cache(maxsize=1)
def _table() -> Floats:
    """Return quantiles over the mean (7, dispersions, means): of counts, smoothed over the steps between them."""
    mean, spread = _MEANS[None, None, :], _DISPERSIONS[None, :, None]
    level = np.array(INNER)[:, None, None]
    shape = np.maximum(1.0 / spread, _POISSON)
    smooth = gamma.ppf(level, mean / (1 + spread * mean), scale=1 + spread * mean)
    counts = nbdtrik(level, shape, shape / (shape + mean))
    between = np.where(counts > _POISSON, counts + 0.5, 0.0)
    exact = np.where(mean > _LARGE, smooth, between)
    return np.nan_to_num(exact) / mean

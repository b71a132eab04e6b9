"""The ends of a product's life: new products lean on their category, silent ones fade as others like them did. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.decomposition import Past
from shopwright.demand.forecasting.panel import Floats, Ints

_GROWN: Final = 28.0
"""Periods after which a product tells its category what its products sell."""
_FEWEST: Final = 3
_SURPRISE_EDGES: Final = np.array([1.5, 3.0, 6.0, 12.0, 24.0])
_BELIEVED: Final = np.array([1.0, 1.0, 0.8, 0.5, 0.15, 0.0])
"""What is left of a silent product by its surprise, before backtests of this shop say otherwise."""
_BELIEF: Final = 30.0
"""How many product-origins that belief is worth."""


def welcome(features: Floats, carried: Floats, sold: Floats, group: Ints) -> Floats:
    """Return levels (F, O, n) in which young products are shrunk towards their group's.

    `carried` and `sold` (O, n) are all the factors and units before each origin. Empirical Bayes: the group counts as
    many periods as the noise of a period is of the spread between grown products.
    """
    own = np.divide(sold, carried, out=np.zeros_like(sold), where=carried > 0)
    grown = carried >= _GROWN
    groups = int(group.max()) + 1
    member = np.zeros((group.size, groups))
    member[np.arange(group.size), group] = 1.0
    count = grown @ member
    mean = (own * grown) @ member / np.maximum(count, 1.0)
    spread = (own**2 * grown) @ member / np.maximum(count, 1.0) - mean**2
    periods = np.where(spread > 0, (mean + mean**2) / np.maximum(spread, 1e-12), 0.0)
    usable = (count >= _FEWEST)[:, group] & ~grown
    pull = np.where(usable, periods[:, group], 0.0)
    shrunk = np.divide(
        carried * own + pull * mean[:, group], carried + pull, out=own.copy(), where=(carried + pull) > 0
    )
    return np.maximum(features + np.where(usable, shrunk - own, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class Silence:
    """How surprising it is (O + 1, n) that a product has not sold for so long: -log of its chance, given its past."""

    surprise: Floats

    def learn(self, levels: Floats, outcome: Floats, weight: Floats, mean: Floats) -> Floats:
        """Return the share (O + 1, n) of a level that is left, learnt from what silent products sold later.

        `levels`, `outcome`, `weight` (B, O, n) as in backtests; products count by their own mean level (n,).
        """
        place = np.searchsorted(_SURPRISE_EDGES, self.surprise)
        heft = np.divide((weight > 0) * 1.0, mean, out=np.zeros_like(weight), where=mean > 0)
        then = np.broadcast_to(place[:-1], levels.shape).reshape(-1)
        size = _BELIEVED.size
        expected = np.bincount(then, (levels * heft).reshape(-1), size)
        sold = np.bincount(then, (outcome * heft).reshape(-1), size)
        left = (sold + _BELIEF * _BELIEVED) / (expected + _BELIEF)
        left[0] = 1.0
        return np.minimum.accumulate(np.minimum(left, 1.0))[place]


def silences(past: Past, origins: Ints) -> Silence:
    """Measure the silence of each product before each origin."""
    periods = past.units.shape[0]
    selling = past.units > 0
    days = np.concatenate([np.zeros((1, selling.shape[1])), np.cumsum(selling, axis=0)])[origins]
    known = np.concatenate([np.zeros((1, selling.shape[1])), np.cumsum(past.known, axis=0)])
    last = np.maximum.accumulate(np.where(selling, np.arange(1, periods + 1)[:, None], 0), axis=0)
    last = np.concatenate([np.zeros((1, selling.shape[1]), dtype=np.int64), last])[origins]
    until = np.take_along_axis(known, last, axis=0)
    gap = known[origins] - until
    share = np.clip(np.divide(days, until, out=np.zeros_like(days), where=until > 0), 0.0, 0.95)
    return Silence(-gap * np.log1p(-share))

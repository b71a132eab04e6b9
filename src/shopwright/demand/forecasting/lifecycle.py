"""The ends of a product's life: new products lean on their category, silent ones fade as others like them did. Pure."""

from dataclasses import dataclass
from itertools import pairwise
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


def silences(past: Past, known: Floats, origins: Ints) -> Silence:
    """Measure the silence of each product before each origin. `known` (T + 1, n) counts known periods."""
    bounds = np.unique(np.concatenate([[0], origins]))
    selling = past.units > 0
    days, last = np.zeros((bounds.size, selling.shape[1])), np.zeros((bounds.size, selling.shape[1]), dtype=np.int64)
    for place, (start, stop) in enumerate(pairwise(bounds.tolist()), start=1):
        part = selling[start:stop]
        days[place] = days[place - 1] + part.sum(axis=0)
        newest = stop - part[::-1].argmax(axis=0)
        last[place] = np.where(part.any(axis=0), newest, last[place - 1])
    place_of = np.searchsorted(bounds, origins)
    sold_on, until = days[place_of], np.take_along_axis(known, last[place_of], axis=0)
    gap = known[origins] - until
    share = np.clip(np.divide(sold_on, until, out=np.zeros_like(sold_on), where=until > 0), 0.0, 0.95)
    return Silence(-gap * np.log1p(-share))

"""What prices and promotions do to sales: one log-linear effect for each group, and each product's own around it. Pure.

Expected units are a product's local level times exp(features . coefficients). The level is the mean of the periods
around each (itself left out), so that slow changes of demand are not taken for effects of price. Coefficients are
found by Newton steps of a negative binomial likelihood; a product's are shrunk towards its group's, and a group's
towards those of all (empirical Bayes, ridge with the spread between products as its strength).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.panel import Floats, Frequency, Ints, Plan, SalesPanel
from shopwright.demand.forecasting.smoothing import cumulated

_HALF_WINDOW: Final = {Frequency.DAILY: 35, Frequency.WEEKLY: 9}
_STEPS: Final = 6
_DISPERSION: Final = 0.3
"""Weights periods of high expected units down: their noise is not that of a Poisson count."""
_LARGEST: Final = 2.5
"""No factor of price and promotion beyond exp(+-2.5)."""
_STEEPEST: Final = 1.5
_FIRST_SPREAD: Final = 0.25
_GROUP_SPREAD: Final = 1.0
_BLOCK: Final = 256
"""Products whose periods are worked on together: so many stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class PriceScale:
    """How prices and promotions become features: log price against the product's usual one (n,), promotion as it is."""

    usual: Floats | None
    last: Floats | None
    """The last price known of each product, for where none is planned."""
    promoted: bool

    @classmethod
    def of(cls, panel: SalesPanel) -> "PriceScale":
        """Learn usual prices: the median of each product's known ones."""
        if panel.price is None:
            return cls(None, None, panel.promo is not None)
        price = np.where(panel.price > 0, panel.price, np.nan)
        ranked = np.sort(price, axis=1)
        count = np.isfinite(price).sum(axis=1)
        usual = np.take_along_axis(ranked, np.maximum(count - 1, 0)[:, None] // 2, axis=1)[:, 0]
        place = np.maximum.accumulate(np.where(np.isfinite(price), np.arange(price.shape[1]), 0), axis=1)[:, -1]
        last = np.take_along_axis(price, place[:, None], axis=1)[:, 0]
        return cls(usual, last, panel.promo is not None)

    def features(self, price: Floats | None, promo: Floats | None) -> Floats | None:
        """Return the features (P, T, n) of prices and promotions (n, T), or None where there are none."""
        found = []
        if self.usual is not None and price is not None:
            with np.errstate(invalid="ignore", divide="ignore"):
                relative = np.log(np.where(price > 0, price, np.nan) / self.usual[:, None])
            found.append(np.nan_to_num(np.clip(relative, -_STEEPEST, _STEEPEST)).T)
        if self.promoted and promo is not None:
            found.append(np.nan_to_num(promo).T)
        return np.ascontiguousarray(np.stack(found)) if found else None

    def planned(self, plan: Plan | None, ahead: int) -> Floats | None:
        """Return the features of a plan; None where it leaves out what was known of the past."""
        if plan is None or (self.promoted and plan.promo is None) or (self.usual is not None and plan.price is None):
            return None
        price = plan.price
        if price is not None and self.last is not None:
            price = np.where(np.isfinite(price), price, self.last[:, None])[:, :ahead]
        return self.features(price, None if plan.promo is None else plan.promo[:, :ahead])


@dataclass(frozen=True, slots=True)
class Effects:
    """Coefficients (P, n) of the features, the group's and the product's own shrunk together."""

    coefficient: Floats

    def factors(self, features: Floats) -> Floats:
        """Return the factors (T, n) of features (P, T, n)."""
        exponent = np.einsum("ptn,pn->tn", features, self.coefficient)
        outcome: Floats = np.exp(np.clip(exponent, -_LARGEST, _LARGEST))
        return outcome


def fit_effects(units: Floats, factors: Floats, features: Floats, group: Ints, frequency: Frequency) -> Effects:
    """Learn from units (T, n) given other factors (T, n; 0 where unknown) and features (P, T, n; 0 is usual).

    Products whose features never move have nothing to say, and take their group's coefficients.
    """
    moving = np.flatnonzero((features != 0).any(axis=(0, 1)))
    groups, kinds = int(group.max()) + 1, features.shape[0]
    common, spread = np.zeros((kinds, groups)), np.full(kinds, _FIRST_SPREAD)
    own, half = np.zeros((kinds, moving.size)), _HALF_WINDOW[frequency]
    parts = [moving[start : start + _BLOCK] for start in range(0, moving.size, _BLOCK)]
    blocks = [
        _Block(units[:, part], _around(units[:, part], half), factors[:, part], features[:, :, part]) for part in parts
    ]
    for _ in range(_STEPS if moving.size else 0):
        ends = np.cumsum([0, *(part.size for part in parts)])
        moments = [_moments(block, own[:, ends[place] : ends[place + 1]], half) for place, block in enumerate(blocks)]
        periods = max(float(sum((block.factors > 0).sum() for block in blocks)), 1.0)
        noise = max(sum(one.scatter for one in moments) / periods, 1.0)
        slope = np.concatenate([one.slope for one in moments], axis=1) / noise
        curve = np.concatenate([one.curve for one in moments]) / noise
        common = _group_step(common, own, slope, curve, group[moving])
        own = _own_step(common[:, group[moving]], own, slope, curve, spread)
        spread = _spread(own - common[:, group[moving]], curve, spread)
    coefficient = common[:, group]
    coefficient[:, moving] = own
    return Effects(coefficient)


@dataclass(frozen=True, slots=True)
class _Block:
    """Some products: units, what was sold around each period, other factors (all T, b), and features (P, T, b)."""

    units: Floats
    around: Floats
    factors: Floats
    features: Floats


@dataclass(frozen=True, slots=True)
class _Moments:
    """What a Newton step needs of some products: gradient (P, b), curvature (b, P, P), weighted squares."""

    slope: Floats
    curve: Floats
    scatter: float


def _moments(block: _Block, own: Floats, half: int) -> _Moments:
    """Return gradient and curvature at coefficients `own` (P, b), each product at its local level.

    The level is what was sold around a period over what the factors say of those periods, the period itself left out;
    0 where nothing is known around.
    """
    lifted = block.factors * Effects(own).factors(block.features)
    below = _around(lifted, half)
    known = below > 1e-9  # noqa: PLR2004 - rounding
    expected = np.divide(block.around, below, out=np.zeros_like(below), where=known) * lifted
    weight = 1.0 / (1.0 + _DISPERSION * expected)
    missed = np.where(known & (block.around > 0), block.units - expected, 0.0)
    left, bent = missed * weight, expected * weight
    count = block.features.shape[0]
    slope = np.stack([(one * left).sum(axis=0) for one in block.features])
    curve = np.empty((own.shape[1], count, count))
    for row in range(count):
        for column in range(row + 1):
            product = block.features[row] * block.features[column]
            curve[:, row, column] = curve[:, column, row] = (product * bent).sum(axis=0)
    return _Moments(slope, curve, float((left * missed).sum()))


def _around(values: Floats, half: int) -> Floats:
    """Return the sums (T, b) of the periods around each, itself left out."""
    periods = values.shape[0]
    place = np.arange(periods)
    sums = cumulated(values)
    outcome: Floats = sums[np.minimum(place + half + 1, periods)] - sums[np.maximum(place - half, 0)] - values
    return outcome


def _group_step(common: Floats, own: Floats, slope: Floats, curve: Floats, group: Ints) -> Floats:
    """Move each group's coefficients (P, groups) to where its products together want them, pulled towards all."""
    features, groups = common.shape
    bent = np.zeros((groups, features, features))
    np.add.at(bent, group, curve)
    wanted = np.einsum("npq,qn->pn", curve, own) + slope
    pushed = np.stack([np.bincount(group, row, groups) for row in wanted])
    every = np.linalg.solve(bent.sum(axis=0) + 1e-6 * np.eye(features), pushed.sum(axis=1))
    pull = np.eye(features) / _GROUP_SPREAD
    wanted = (pushed + (pull @ every)[:, None]).T[:, :, None]
    return np.linalg.solve(bent + pull, wanted)[:, :, 0].T.astype(np.float64)


def _own_step(common: Floats, own: Floats, slope: Floats, curve: Floats, spread: Floats) -> Floats:
    """Move each product's coefficients (P, n) by one Newton step with a normal prior around its group's."""
    pull = np.diag(1.0 / spread)
    push = slope - pull @ (own - common)
    step = np.linalg.solve(curve + pull, push.T[:, :, None])[:, :, 0].T
    outcome: Floats = own + np.clip(step, -1.0, 1.0)
    return outcome


def _spread(distance: Floats, curve: Floats, spread: Floats) -> Floats:
    """Return the variance of products around their groups, (P,): posterior means and variances (EM)."""
    features = spread.size
    doubt = np.linalg.inv(curve + np.diag(1.0 / spread))[:, np.arange(features), np.arange(features)]
    outcome: Floats = np.maximum((distance**2 + doubt.T).mean(axis=1), 1e-3)
    return outcome

"""What prices and promotions do to sales: one log-linear effect for each group, and each product's own around it. Pure.

Expected units are a product's local level times exp(features . coefficients). The level is the mean of the periods
around each (itself left out), so that slow changes of demand are not taken for effects of price. Coefficients are
found by Newton steps of a negative binomial likelihood; a product's are shrunk towards its group's, and a group's
towards those of all (empirical Bayes, ridge with the spread between products as its strength).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.panel import (
    WEEK,
    Floats,
    Frequency,
    Ints,
    Plan,
    SalesPanel,
    Singles,
)

_HALF_WINDOW: Final = {Frequency.DAILY: 5, Frequency.WEEKLY: 9}
"""Weeks on either side that a local level is made of."""
_STEPS: Final = 2
"""With more Newton steps single products follow their noise: on four sets of weekly sales errors grow by 1 to 3 %."""
_MORE_STEPS: Final = 1
_DISPERSION: Final = 0.3
"""Weights periods of high expected units down: their noise is not that of a Poisson count."""
_LARGEST: Final = 2.5
"""No factor of price and promotion beyond exp(+-2.5)."""
_STEEPEST: Final = 1.5
_FIRST_SPREAD: Final = 0.25
_GROUP_SPREAD: Final = 1.0
_LEAST: Final = 1e-9
_BLOCK: Final = 64
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

    def features(self, price: Floats | None, promo: Floats | None) -> Singles | None:
        """Return the features (P, T, n) of prices and promotions (n, T), or None where there are none."""
        kinds: list[tuple[Floats, Floats | None]] = []
        if self.usual is not None and price is not None:
            kinds.append((price, self.usual))
        if self.promoted and promo is not None:
            kinds.append((promo, None))
        if not kinds:
            return None
        out = np.empty((len(kinds), *kinds[0][0].shape[::-1]), dtype=np.float32)
        for start in range(0, out.shape[2], _BLOCK):
            part = slice(start, start + _BLOCK)
            for turned, (values, usual) in zip(out, kinds, strict=True):
                turned[:, part] = _feature(values[part], None if usual is None else usual[part]).T
        return out

    def planned(self, plan: Plan | None, ahead: int) -> Singles | None:
        """Return the features of a plan; None where it leaves out what was known of the past."""
        if plan is None or (self.promoted and plan.promo is None) or (self.usual is not None and plan.price is None):
            return None
        price = plan.price
        if price is not None and self.last is not None:
            price = np.where(np.isfinite(price), price, self.last[:, None])[:, :ahead]
        return self.features(price, None if plan.promo is None else plan.promo[:, :ahead])


def _feature(values: Floats, usual: Floats | None) -> Singles:
    """Return log prices against the usual ones (b,), or promotions as they are; 0 where nothing is known."""
    if usual is None:
        return np.nan_to_num(values.astype(np.float32))
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.log((values / usual[:, None]).astype(np.float32))
    return np.where(np.isfinite(relative), np.clip(relative, -_STEEPEST, _STEEPEST), np.float32(0.0))


@dataclass(frozen=True, slots=True)
class Effects:
    """Coefficients (P, n) of the features, the group's and the product's own shrunk together.

    `common` (P, groups) are the groups', `spread` (P,) is the variance of products around them.
    """

    coefficient: Floats
    common: Floats
    spread: Floats

    def factors(self, features: Singles) -> Floats:
        """Return the factors (T, n) of features (P, T, n)."""
        outcome: Floats = _lifted(features, self.coefficient.astype(np.float32)[:, None, :]).astype(np.float64)
        return outcome


def fit_effects(
    units: Floats, factors: Floats, features: Singles, group: Ints, frequency: Frequency, begin: Effects | None = None
) -> Effects:
    """Learn from units (T, n) given other factors (T, n; 0 where unknown) and features (P, T, n; 0 is usual).

    It takes two Newton steps, or one from where others ended. Products whose features never move have nothing to say,
    and take their group's coefficients.
    """
    moving = np.flatnonzero((features != 0).any(axis=(0, 1)))
    parts = [moving[start : start + _BLOCK] for start in range(0, moving.size, _BLOCK)]
    blocks = [_Block.of(units[:, part], factors[:, part], features[:, :, part], frequency) for part in parts]
    periods = max(sum(int(np.count_nonzero(block.factors)) for block in blocks), 1)
    steps = _STEPS if begin is None else _MORE_STEPS
    begin = begin or _no_effects(features.shape[0], group)
    common, spread, own = begin.common, begin.spread, begin.coefficient[:, moving]
    for _ in range(steps if moving.size else 0):
        own_parts = np.split(own, range(_BLOCK, moving.size, _BLOCK), axis=1)
        moments = [_moments(block, one) for block, one in zip(blocks, own_parts, strict=True)]
        noise = max(sum(one.scatter for one in moments) / periods, 1.0)
        slope = np.concatenate([one.slope for one in moments], axis=1) / noise
        curve = np.concatenate([one.curve for one in moments]) / noise
        common = _group_step(common, own, slope, curve, group[moving])
        own = _own_step(common[:, group[moving]], own, slope, curve, spread)
        spread = _spread(own - common[:, group[moving]], curve, spread)
    coefficient = common[:, group]
    coefficient[:, moving] = own
    return Effects(coefficient, common, spread)


def _no_effects(kinds: int, group: Ints) -> Effects:
    common = np.zeros((kinds, int(group.max()) + 1))
    return Effects(common[:, group], common, np.full(kinds, _FIRST_SPREAD))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some products, by period of a bundle and bundle (k, b, W): units, those around, other factors; features (P, k, b, W).

    A bundle is a week of days, or one week. Units and what was sold around are 0 wherever nothing is known, or nothing
    was sold, around a period. Single precision: the noise of sales is a million times its error.
    """

    units: Singles
    around: Singles
    factors: Singles
    features: Singles
    half: int

    @classmethod
    def of(cls, units: Floats, factors: Floats, features: Singles, frequency: Frequency) -> "_Block":
        """Take columns of arrays (T, b) and (P, T, b): a product's periods then lie side by side."""
        half = _HALF_WINDOW[frequency]
        sold, carried, *moved = (_bundled(one, frequency) for one in (units, factors, *features))
        around = _around(sold, half)
        seen = (around > 0) & (_around((carried > 0).astype(np.float32), half) > 0)
        return cls(sold * seen, around * seen, carried, np.stack(moved), half)


@dataclass(frozen=True, slots=True)
class _Moments:
    """What a Newton step needs of some products: gradient (P, b), curvature (b, P, P), weighted squares."""

    slope: Floats
    curve: Floats
    scatter: float


def _moments(block: _Block, own: Floats) -> _Moments:
    """Return gradient and curvature at coefficients `own` (P, b), each product at its local level.

    The level is what was sold around a period over what the factors say of those periods, the period itself left out;
    0 where nothing is known around. It moves with the coefficients, so that a feature counts by its distance from its
    mean around: a price that stands for months says nothing. Arrays are reused: reading memory is what takes the time.
    """
    lifted = _lifted(block.features, own.astype(np.float32)[:, None, :, None])
    lifted *= block.factors
    level: Singles = np.maximum(_around(lifted, block.half), np.float32(_LEAST))
    distance: list[Singles] = []
    for one in block.features:
        mean = _around(one * lifted, block.half)
        mean /= level
        distance.append(np.subtract(one, mean, out=mean))
    np.divide(block.around, level, out=level)
    expected = np.multiply(level, lifted, out=lifted)
    missed = np.subtract(block.units, expected)
    weight = np.multiply(expected, np.float32(_DISPERSION), out=level)
    weight += np.float32(1.0)
    left = np.divide(missed, weight, dtype=np.float32)
    bent = np.divide(expected, weight, out=expected)
    slope = np.stack([_summed(one, left) for one in distance])
    curve = np.empty((own.shape[1], slope.shape[0], slope.shape[0]))
    for row, one in enumerate(distance):
        product = np.multiply(one, bent, out=weight)
        for column, other in enumerate(distance[: row + 1]):
            curve[:, row, column] = curve[:, column, row] = _summed(product, other)
    return _Moments(slope, curve, float(_summed(left, missed).sum()))


def _summed(one: Singles, other: Singles) -> Floats:
    """Return the sum of products over the periods (b,)."""
    found: Floats = np.einsum("kbw,kbw->b", one, other).astype(np.float64)
    return found


def _bundled(values: Floats | Singles, frequency: Frequency) -> Singles:
    """Return columns (T, b) as (k, b, W): the first bundle begins with periods that are not known."""
    size = WEEK // frequency.days
    bundles = -(-values.shape[0] // size)
    out = np.zeros((bundles * size, values.shape[1]), dtype=np.float32)
    out[bundles * size - values.shape[0] :] = values
    return np.ascontiguousarray(out.reshape(bundles, size, -1).transpose(1, 2, 0))


def _around(values: Singles, half: int) -> Singles:
    """Return the sums (k, b, W) of the bundles around each period, the period itself left out."""
    _, rows, bundles = values.shape
    sums = np.zeros((rows, bundles + 2 * half + 1))
    np.cumsum(values.sum(axis=0), axis=1, out=sums[:, half + 1 : half + 1 + bundles])
    sums[:, half + 1 + bundles :] = sums[:, half + bundles, None]
    around = (sums[:, 2 * half + 1 :] - sums[:, :bundles]).astype(np.float32)
    return around - values


def _lifted(features: Singles, coefficient: Singles) -> Singles:
    """Return the factors of features (P, ...) with coefficients that are spread over them."""
    exponent = features[0] * coefficient[0]
    for one, times in zip(features[1:], coefficient[1:], strict=True):
        exponent += one * times
    np.clip(exponent, -_LARGEST, _LARGEST, out=exponent)
    outcome: Singles = np.exp(exponent, out=exponent)
    return outcome


def _group_step(common: Floats, own: Floats, slope: Floats, curve: Floats, group: Ints) -> Floats:
    """Move each group's coefficients (P, groups) to where its products together want them, pulled towards all."""
    features, groups = common.shape
    bent = np.zeros((groups, features, features))
    np.add.at(bent, group, curve)
    wanted = np.einsum("npq,qn->pn", curve, own) + slope
    pushed = np.stack([np.bincount(group, row, groups) for row in wanted])
    pull = np.eye(features) / _GROUP_SPREAD
    every = np.linalg.solve(bent.sum(axis=0) + pull, pushed.sum(axis=1))
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

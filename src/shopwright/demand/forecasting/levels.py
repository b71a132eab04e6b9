"""The level of every product for each stretch of the horizon: smoothing rates combined by what they got right. Pure.

Two steps. A product's rates are weighed by the softmax of their backtest errors, shrunk towards those of all products.
Then one linear combination for each stretch, learnt over all products at once by ridge regression towards that
weighted level, brings in what is common: how fast to trust a change, the drift of the group, how far to discount
single large orders. A panel without backtests keeps the weighted level.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.demand.forecasting.panel import Floats, Frequency, Ints

DAILY_STRETCHES: Final = (7, 14, 28, 56, 91)
WEEKLY_STRETCHES: Final = (1, 2, 4, 8, 13)
_SPACING: Final = {Frequency.DAILY: 14, Frequency.WEEKLY: 2}
_ORIGINS: Final = {Frequency.DAILY: 24, Frequency.WEEKLY: 14}
_MANY: Final = 3_000
_FEWEST: Final = 2
_FIRST: Final = {Frequency.DAILY: 28, Frequency.WEEKLY: 8}
"""Periods of history before the earliest backtest."""
_TEMPERATURE: Final = 0.25
_POOL: Final = 10.0
"""The errors of all products count as much as this many origins of one's own."""
_BELIEFS: Final = (10.0, 30.0, 100.0, 300.0)
"""How many rows the belief in the weighted level may be worth: what one half of the origins says of the other decides."""
_USUAL_BELIEF: Final = 100.0
_CEILING: Final = 0.985
"""Rows beyond this quantile of cost weigh no more than those at it: a few large products would decide for all."""


def stretch_ends(frequency: Frequency, ahead: int) -> Ints:
    """Return the ends of the stretches that the periods ahead fall into; the last one takes all that is beyond."""
    ends = DAILY_STRETCHES if frequency is Frequency.DAILY else WEEKLY_STRETCHES
    inside = [end for end in ends if end < ahead]
    return np.array([*inside, ends[len(inside)] if len(inside) < len(ends) else ahead], dtype=np.int64)


def backtest_origins(frequency: Frequency, periods: int, products: int) -> Ints:
    """Return the origins of backtests, latest first, a shortest stretch before the end and then evenly apart.

    With thousands of products half of them say as much.
    """
    nearest = periods - (DAILY_STRETCHES if frequency is Frequency.DAILY else WEEKLY_STRETCHES)[0]
    count = _ORIGINS[frequency] // (1 if products < _MANY else 2)
    origins = nearest - _SPACING[frequency] * np.arange(count)
    return origins[origins >= min(_FIRST[frequency], max(periods // 2, 1))]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the levels are learnt from.

    Features (F, O, n): the smoothing rates first. Outcomes (B, O, n): the level that each stretch then had, with what
    it rests on (0 where it was not seen). `scale` (n,): what squared errors of a product are divided by.
    """

    features: Floats
    rates: int
    outcome: Floats
    carried: Floats
    scale: Floats

    def at(self, origins: slice) -> "Evidence":
        """Return what some of the origins say."""
        return replace(
            self,
            features=self.features[:, origins],
            outcome=self.outcome[:, origins],
            carried=self.carried[:, origins],
        )


@dataclass(frozen=True, slots=True)
class Combination:
    """What was learnt: weights of the rates (K, n) and coefficients (B, F + 1), the first for the weighted level."""

    weight: Floats
    coefficient: Floats

    def levels(self, features: Floats) -> Floats:
        """Return levels (B, ..., n) from features (F, ..., n). Never negative."""
        own = _weighted(self.weight, features)
        every = np.concatenate([own[None], features])
        return np.maximum(np.tensordot(self.coefficient, every, axes=1), 0.0)


def learn(evidence: Evidence) -> Combination:
    """Learn the combination from backtests."""
    weight = _rate_weights(evidence)
    own = _weighted(weight, evidence.features)
    every = np.concatenate([own[None], evidence.features])
    coefficient = np.stack([_ridge(every, evidence, stretch) for stretch in range(evidence.outcome.shape[0])])
    return Combination(weight, coefficient)


def learn_crosswise(evidence: Evidence) -> list[tuple[slice, Combination]]:
    """Return halves of the origins, each with the combination learnt from the other; none with too few origins.

    A combination is a little better on the origins that it was learnt from than on any others.
    """
    origins = evidence.outcome.shape[1]
    if origins < 2 * _FEWEST:
        return []
    halves = slice(origins // 2), slice(origins // 2, origins)
    return [(half, learn(evidence.at(other))) for half, other in zip(halves, halves[::-1], strict=True)]


def _weighted(weight: Floats, features: Floats) -> Floats:
    out: Floats = (weight.reshape(weight.shape[0], *(1,) * (features.ndim - 2), -1) * features[: weight.shape[0]]).sum(
        axis=0
    )
    return out


def _rate_weights(evidence: Evidence) -> Floats:
    """Weigh the rates (K, n) by the softmax of their errors over the backtests, shrunk towards everybody's."""
    rates, products = evidence.rates, evidence.features.shape[2]
    if evidence.outcome.shape[1] == 0:
        return _even(rates, products)
    stretch = min(2, evidence.outcome.shape[0] - 1)
    count = (evidence.carried[stretch] > 0).astype(np.float64)
    seen = count.sum(axis=0)
    missed = (evidence.features[:rates] - evidence.outcome[stretch]) ** 2 * count
    error = missed.sum(axis=1)
    typical = error.mean(axis=0)
    relative = np.divide(error, typical, out=np.ones_like(error), where=typical > 0)
    heft = np.where(typical > 0, seen, 0.0)
    if not heft.sum():
        return _even(rates, products)
    pooled = (relative * heft).sum(axis=1) / heft.sum()
    shrunk = (heft * relative + _POOL * pooled[:, None]) / (heft + _POOL)
    weight = np.exp(-(shrunk - shrunk.min(axis=0)) / _TEMPERATURE)
    outcome: Floats = weight / weight.sum(axis=0)
    return outcome


def _even(rates: int, products: int) -> Floats:
    return np.full((rates, products), 1.0 / rates)


def _ridge(every: Floats, evidence: Evidence, stretch: int) -> Floats:
    """Return the coefficients (F + 1,) of one stretch: least squares, pulled towards the weighted level alone.

    How hard they are pulled is chosen by what either half of the origins, pulled so, gets right of the other.
    """
    size, origins = every.shape[0], every.shape[1]
    prior = np.zeros(size)
    prior[0] = 1.0
    heft = _heft(every[1:], evidence, stretch)
    left = evidence.outcome[stretch] - every[0]
    halves = [
        _moments(every[:, half], left[half], heft[half]) for half in (slice(origins // 2), slice(origins // 2, origins))
    ]
    if not any(one.rows for one in halves):
        return prior
    belief = _USUAL_BELIEF
    if all(one.rows for one in halves):
        one, other = halves
        belief = min(_BELIEFS, key=lambda pull: one.missed(other.solved(pull)) + other.missed(one.solved(pull)))
    whole = _Moments(halves[0].products + halves[1].products, halves[0].rows + halves[1].rows)
    return prior + whole.solved(belief)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Sums of weighted products (F + 2, F + 2) of levels and, last, of what the first of them left; and the rows."""

    products: Floats
    rows: float

    def solved(self, belief: float) -> Floats:
        """Return the coefficients (F + 1,), pulled towards zero by a belief worth so many rows."""
        gram = self.products[:-1, :-1]
        size = max(float(np.trace(gram)) / gram.shape[0], 1e-12)
        pull = belief * size / self.rows
        found: Floats = np.linalg.solve(gram + pull * np.eye(gram.shape[0]), self.products[:-1, -1])
        return found

    def missed(self, coefficient: Floats) -> float:
        """Return the weighted squares that coefficients leave."""
        ends = np.append(-coefficient, 1.0)
        return float(ends @ self.products @ ends)


def _moments(every: Floats, left: Floats, heft: Floats) -> _Moments:
    rows = np.concatenate([every.reshape(every.shape[0], -1), left.reshape(1, -1)])
    return _Moments((rows * heft.reshape(-1)) @ rows.T, float((heft > 0).sum()))


def _heft(features: Floats, evidence: Evidence, stretch: int) -> Floats:
    """Return the weight (O, n) of each row: what its squared error costs, with the few that cost most held back."""
    seen = evidence.carried[stretch] > 0
    if not seen.any():
        return np.zeros(seen.shape)
    size = np.maximum(features[: evidence.rates].mean(axis=0), 1e-6) ** 2
    cost = np.where(seen, size / np.maximum(evidence.scale, 1e-12), 0.0)
    held = np.minimum(cost, np.quantile(cost[seen], _CEILING)) / size
    return np.where(seen, held, 0.0)

"""The shape of a week: each product's weekdays, shrunk towards those of its group by how much it has sold. Pure."""

from dataclasses import dataclass

import numpy as np

from shopwright.demand.forecasting.panel import WEEK, Flags, Floats, Ints

_FEWEST_WEEKS = 2
_CAP = 2.0
_CLOSED_PRODUCTS = 20
"""With this many products selling nothing on one day, the shop was closed; with fewer it may be chance."""
_CLOSED_UNITS = 12.0
"""Units expected of all products on a day before none at all means closed: chance is e^-12."""


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """Factors (7, n) of weekdays, mean 1 over the week, and how much of them is the product's own (n,)."""

    factor: Floats
    strength: Floats
    """Variance of the factors over the week; 0 where the profile is flat."""


def week_profile(units: Floats, known: Floats, weekday: Ints, group: Ints) -> WeekProfile:
    """Return the profile of each product. `units` (T, n) are 0 where `known` is 0.

    Empirical Bayes: a weekday's own mean counts as many weeks as were seen, the group's as many as the ratio of the
    noise of one day to the spread between products says (James-Stein).
    """
    products = units.shape[1]
    is_day = (weekday == np.arange(WEEK)[:, None]).astype(np.float64)
    seen, sold = is_day @ known, is_day @ units
    mean = _ratio(sold.sum(axis=0), seen.sum(axis=0))
    usable = (seen.min(axis=0) >= _FEWEST_WEEKS) & (mean > 0)
    if not usable.any():
        return WeekProfile(np.ones((WEEK, products)), np.zeros(products))
    own = np.where(seen > 0, _ratio(sold, seen), mean) / np.where(mean > 0, mean, 1.0)
    noise = _day_noise(units, known, mean)
    groups = int(group.max()) + 1
    every = _normal(_by_group(np.where(usable, sold, 0.0), np.where(usable, seen * mean, 0.0), np.zeros_like(group), 1))
    prior_sold = _by_group(np.where(usable, sold, 0.0), np.where(usable, seen * mean, 0.0), group, groups)
    prior = np.where(np.isfinite(prior_sold), _normal(prior_sold), every)[:, group]
    weeks = np.where(usable, seen.mean(axis=0), 0.0)
    spread = _between(own - prior, noise, weeks, usable)
    pull = noise / spread
    factor = _normal((weeks * own + pull * prior) / (weeks + pull))
    strength = factor.var(axis=0)
    return WeekProfile(factor, np.where(strength > 1e-6, strength, 0.0))  # noqa: PLR2004 - rounding


def _day_noise(units: Floats, known: Floats, mean: Floats) -> Floats:
    """Return the squared relative noise (n,) of one day around its product's mean."""
    days = np.maximum(known.sum(axis=0), 1.0)
    variance = np.maximum(np.einsum("tn,tn->n", units, units) / days - mean**2, 0.0)
    return np.maximum(_ratio(variance, mean**2), 1e-9)


def _between(distance: Floats, noise: Floats, weeks: Floats, usable: Flags) -> float:
    """Return how much products differ from their group beyond noise: the mean squared distance less its noise."""
    own = usable & (weeks > 0)
    weight = np.where(own, weeks / noise, 0.0)
    excess = (distance**2).mean(axis=0) - noise / np.maximum(weeks, 1.0)
    return max(float((weight * excess).sum() / max(weight.sum(), 1e-12)), 1e-4)


def _by_group(sold: Floats, expected: Floats, group: Ints, groups: int) -> Floats:
    above = np.stack([np.bincount(group, row, groups) for row in sold])
    below = np.stack([np.bincount(group, row, groups) for row in expected])
    outcome: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return outcome


def _normal(factor: Floats) -> Floats:
    mean = factor.mean(axis=0)
    outcome: Floats = np.divide(factor, mean, out=np.ones_like(factor), where=mean > 0)
    return outcome


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below > 0)


def capped(units: Floats, known: Floats) -> Floats:
    """Return units (T, n) without what lies more than two deviations above each product's mean: single large orders."""
    days = np.maximum(known.sum(axis=0), 1.0)
    mean = units.sum(axis=0) / days
    deviation = np.sqrt(np.maximum(np.einsum("tn,tn->n", units, units) / days - mean**2, 0.0))
    outcome: Floats = np.minimum(units, mean + _CAP * deviation)
    return outcome


def closed_days(units: Floats, known: Floats, weekday: Ints) -> Floats:
    """Return 1 for periods (T,) on which the whole shop sold nothing though its weekday usually sells, else 0."""
    sold, there = units.sum(axis=1), known.sum(axis=1)
    usual = np.array([_ratio(sold[weekday == day].sum(), there[weekday == day].sum()) for day in range(WEEK)])
    expected = usual[weekday] * there
    closed: Floats = ((sold == 0) & (there >= _CLOSED_PRODUCTS) & (expected > _CLOSED_UNITS)).astype(np.float64)
    return closed

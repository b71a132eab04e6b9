"""What pricing believes of demand: estimated price response, brought together with what else a shop knows. Pure.

Estimates alone are noisy, and noisier the less a shop has tried. Three things are known besides: the shop has lived with its
prices, so over a category its margins are about right; rivals answer our prices, more or less; and a dearer product sends
buyers to others of the shop. Nothing is estimated here from sales.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.response import PriceResponse
from shopwright.kit.amounts import Flags, Integers
from shopwright.pricing.responses import Estimates, Form, ResponseColumns, curve

_MARGIN_SD: Final = 0.45
"""Standard deviation of the mean elasticity that margins say around the true one. Prices are set by people who err together:
with costs 25 % lower or 15 % higher than those at which prices would be right, a narrower one earned less in simulated worlds."""
_CATEGORY_SHARE: Final = 0.6
"""How far a category's distance from the shop is pulled, against the shop's own."""
_BENDS: Final = 0.6
"""Share of the constant form's weight that is kept for choosing prices. Sales at reduced prices hardly tell the forms apart,
and above all prices that were seen elasticities get stronger (Marshall's second law of demand), not constant."""
_HALO: Final = 0.175
"""By how much the demand of a category's other products rises, all together, with the log of one product's price. Below the
mean of 0.26 of published cross-price elasticities (Auer and Papies 2020): those are between chosen pairs of brands."""
_SPEEDS: Final = (0.1, 0.25, 0.6)
"""Shares of the way that a rival who follows may go a day."""
_FOLLOW_PRIOR: Final = 0.5
"""Squared log-price moves that a rival has to have seen before half of its answer is believed."""
_NARROWEST, _WIDEST = 0.05, 0.9
_FLATTEST: Final = -0.3
_LEVEL_SD: Final = 0.25


@dataclass(frozen=True, slots=True)
class Situation:
    """What a shop knows of its n products besides the estimate; prices in the unit of the estimated history.

    `unit` are the millionths in that unit. `margin` is the net margin, a share of the net price, at the prices that people
    set: those that were chosen by these beliefs say nothing new. `earned` is the present net profit a unit in millionths.
    `follow` is how far rivals follow each product (see `follow_shares`), `rivals` the mean log price of its rivals in the
    time that the estimate describes, NaN without any. `stock` are the units that can be sold in the time to come, infinite
    without limit.
    """

    group: Integers
    price: Estimates
    unit: int
    margin: Estimates
    earned: Estimates
    follow: Estimates
    rivals: Estimates
    stock: Estimates


def believe(estimate: PriceResponse, situation: Situation) -> ResponseColumns:
    """Return the response of each product as strategies take it: the estimate, pulled to what the shop knows besides."""
    slope = _pulled(estimate, situation)
    constant = _BENDS * estimate.constant_weight
    weight = np.stack([constant, 1 - constant])
    ratio = situation.price / estimate.reference
    growth = np.stack([np.exp(one * curve(form, ratio)) for form, one in zip(Form, slope, strict=True)])
    units = estimate.base_units * (weight * growth).sum(axis=0)
    return ResponseColumns(
        units=units,
        units_sd=np.sqrt(estimate.base_spread**2 + _LEVEL_SD**2),
        centre=estimate.reference * situation.unit,
        slope=slope,
        slope_sd=np.stack([estimate.constant.sd, estimate.semi_log.sd]),
        weight=weight,
        rival_elasticity=np.maximum(estimate.cross, 0.0),
        rival_level=situation.rivals + np.log(situation.unit),
        follow=situation.follow,
        halo=_HALO * _others(np.nan_to_num(units * np.maximum(situation.earned, 0.0)), situation.group),
        stock=situation.stock,
    )


def _pulled(estimate: PriceResponse, situation: Situation) -> Estimates:
    """Return slopes (F, n) whose means fit the margins better: at the best price the margin is -1 / elasticity (Lerner 1934).

    The elasticity meant there is that of the shop's profit: rivals who follow and buyers who turn to other products of the
    shop make it weaker than the product's own.
    """
    own = np.stack([estimate.constant.mean, estimate.semi_log.mean])
    back = np.maximum(estimate.cross, 0.0) * situation.follow + _HALO
    margin = _mean_by(np.clip(np.nan_to_num(situation.margin), _NARROWEST, _WIDEST), situation.group)
    apart = -1 / margin - _mean_by(np.nan_to_num(estimate.elasticity + back), situation.group)
    if not apart.size:
        return own
    common, doubt = float(apart.mean()), float(np.mean(estimate.elasticity_sd**2))
    pull = doubt / (doubt + _MARGIN_SD**2)
    return np.minimum(own + pull * (common + _CATEGORY_SHARE * (apart - common)), _FLATTEST)


def _mean_by(values: Estimates, group: Integers) -> Estimates:
    """Return for each product the mean of its category."""
    size = int(group.max(initial=-1)) + 1
    mean: Estimates = (np.bincount(group, values, size) / np.maximum(np.bincount(group, minlength=size), 1))[group]
    return mean


def _others(values: Estimates, group: Integers) -> Estimates:
    """Return for each product the mean of the others of its category; 0 where it is alone."""
    count = np.bincount(group)[group] if group.size else np.zeros(0)
    rest: Estimates = (_mean_by(values, group) * count - values) / np.maximum(count - 1, 1)
    return np.where(count > 1, rest, 0.0)


def follow_shares(ours: Estimates, rivals: Estimates) -> Estimates:
    """Return how far the mean rival of each product (n,) follows our price in the end, from 0 to 1.

    `ours` (n, T) and `rivals` (R, n, T) are daily log prices, NaN where a rival has no offer. Each rival gets one share for
    the shop: the slope of its price over ours as it would be had it followed slowly, for the speed that explains most.
    """
    seen = np.isfinite(rivals)
    best, share = np.full(len(rivals), -1.0), np.zeros(len(rivals))
    for speed in _SPEEDS:
        slow = _slowed(ours, speed)
        explained = np.array([_line(slow, rival, here) for rival, here in zip(rivals, seen, strict=True)]).reshape(
            -1, 2
        )
        better = explained[:, 1] > best
        best, share = np.where(better, explained[:, 1], best), np.where(better, explained[:, 0], share)
    carried = seen.any(axis=2)
    shares: Estimates = (carried * np.clip(share, 0, 1)[:, None]).sum(axis=0) / np.maximum(carried.sum(axis=0), 1)
    return shares


def _slowed(ours: Estimates, speed: float) -> Estimates:
    slow = np.empty_like(ours)
    slow[:, 0] = ours[:, 0]
    for day in range(1, ours.shape[1]):
        slow[:, day] = slow[:, day - 1] + speed * (ours[:, day - 1] - slow[:, day - 1])
    return slow


def _line(slow: Estimates, rival: Estimates, seen: Flags) -> tuple[float, float]:
    """Return the slope of one rival's log prices (n, T) over ours, within products, and how much it explains."""
    count = np.maximum(seen.sum(axis=1), 1)[:, None]

    def centred(values: Estimates) -> Estimates:
        kept = np.where(seen, values, 0.0)
        return np.where(seen, kept - kept.sum(axis=1)[:, None] / count, 0.0)

    x, y = centred(slow), centred(rival)
    moved, together = float((x * x).sum()), float((x * y).sum())
    return together / (moved + _FOLLOW_PRIOR), together**2 / max(moved, 1e-9)

"""What prices are expected to bring under everything that is believed about demand. Pure, vectorised.

A belief is an elasticity (quantiles of its normal) together with a functional form; each has a weight. Units, revenue and
profit are computed under every belief, so means, intervals and chances follow by counting. Floats: estimates, never money.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import NormalDist
from typing import Final

import numpy as np

from shopwright.kit.amounts import Amounts, proportion, usable
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.margins import net_price
from shopwright.pricing.responses import Estimates, Form, curve
from shopwright.pricing.rivals import UsedOffers

_QUANTILES: Final = np.array([NormalDist().inv_cdf((place + 0.5) / 11) for place in range(11)])
_SCORES: Final = _QUANTILES / _QUANTILES.std()
"""Eleven equally likely values of a normal, stretched to standard deviation 1."""
_FLATTEST: Final = -0.05
"""A belief that demand rises with the price is none: the elasticity is cut off here."""
_UPSWING: Final = 0.25
"""Standard deviation of a total over its mean, beyond Poisson: seasons and shocks that nobody foresees."""
_OUTER: Final = 3.0**0.5
_SUPPLY: Final = 0.5
"""Standard deviation of the log of demand over what stock there will be: deliveries come late, and nobody says when."""
_BOUNDS: Final = (0.025, 0.5, 0.975)
_RIVALS_MOVE: Final = 0.5
"""The log by which rivals' latest prices may move what is sold: further moves are not what was estimated."""
_FARTHEST: Final = 4.0
"""A present price that many times above or below the centre of its response is not where demand was seen."""
_CHUNK: Final = 250
"""Products looked at together: what they need stays within the cache."""


class Goal(StrEnum):
    """What is maximised. `sell_through` counts what is not sold by its date as lost: the goal of a markdown."""

    PROFIT = "profit"
    REVENUE = "revenue"
    SELL_THROUGH = "sell_through"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one price a product brings over the horizon; `units`, `revenue`, `profit`, `gain` are (3, n): 95 % and median.

    Money is in millionths of the price's currency, net of tax, as estimates; `gain` is the profit (or what the goal
    counts) against staying, with what it does to the rest of the shop. `mean_gain` is its expectation, `chance` the
    probability that it is above zero, and `short` tells where stock is expected to run out. NaN where not known.
    """

    units: Estimates
    revenue: Estimates
    profit: Estimates
    gain: Estimates
    mean_gain: Estimates
    chance: Estimates
    short: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Prospect:
    """Some products and all that is believed about them; arrays over products (n,), prices (G,), beliefs (K,)."""

    centre_ratio: Estimates
    """(n,) the present price over the centre of the response."""
    net: Estimates
    """(n,) the present price without tax."""
    cost: Estimates
    sold: Estimates
    """(n,) units over the horizon at the present price."""
    spread: Estimates
    """(n,) standard deviation of the log of `sold`."""
    slopes: Estimates
    """(F, n, J) slopes believed in."""
    forms: Estimates
    """(n, F)"""
    echo: Estimates
    """(n,) what rivals who follow give back: elasticity with regard to them x the share that they follow."""
    halo: Estimates
    stock: Estimates
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    def weights(self) -> Estimates:
        """Return the weight (n, K) of each belief."""
        each = self.slopes.shape[2]
        result: Estimates = np.repeat(self.forms, each, axis=1) / each
        return result

    def units(self, ratio: Estimates) -> Estimates:
        """Return units (n, G, K) that could be sold at prices (n, G) over the present price, stock aside."""
        centre = self.centre_ratio[:, None]
        steps = [curve(form, centre * ratio) - curve(form, centre) for form in Form]
        parts = [step[:, :, None] * slope[:, None, :] for step, slope in zip(steps, self.slopes, strict=True)]
        logs = np.concatenate(parts, axis=2)
        logs += (self.echo[:, None] * np.log(ratio))[:, :, None]
        result: Estimates = self.sold[:, None, None] * np.exp(logs)
        return result

    def served(self, units: Estimates) -> Estimates:
        """Return E[min(demand, stock)] for demands (n, G, K) that are about normal: the textbook's loss function."""
        limited = np.flatnonzero(np.isfinite(self.stock))
        if not limited.size:
            return units
        wanted, stock = units[limited], self.stock[limited, None, None]
        spread = np.sqrt(wanted + (_UPSWING * wanted) ** 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            score = (stock - wanted) / spread
            loss = spread * (np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi) - score * normal(-score))
        served = units.copy()
        served[limited] = np.where(spread > 0, np.minimum(wanted - loss, stock), wanted)
        return served

    def worth(self, ratio: Estimates, goal: Goal) -> Estimates:
        """Return what a unit is worth to the goal at prices (n, G): net price, less or plus its cost."""
        net, cost = self.net[:, None] * ratio, self.cost[:, None]
        if goal is Goal.REVENUE:
            return net
        # What is left over at the end of a markdown is lost: a unit sold saves its cost.
        return net + cost if goal is Goal.SELL_THROUGH else net - cost

    def gains(self, ratio: Estimates, goal: Goal) -> Estimates:
        """Return the gain (n, G, K) against staying, under each belief."""
        stay = np.ones((len(ratio), 1))
        before = self.worth(stay, goal)[:, :, None] * self.served(self.units(stay))
        after = self.worth(ratio, goal)[:, :, None] * self.served(self.units(ratio))
        result: Estimates = after - before + (self.halo[:, None] * np.log(ratio))[:, :, None]
        return result

    def chance(self, ratio: Estimates, goal: Goal) -> Estimates:
        """Return P(gain > 0) (n,) of one price (n, 1) over the present price.

        Without limit the level of demand moves no gain's sign. With stock it does: what sells out may be dearer, and
        whether it will is uncertain; so the chance is the mean over levels (Gauss and Hermite's three).
        """
        weights = self.weights()
        chance = gain_chance(self.gains(ratio, goal)[:, 0], weights)
        limited = np.isfinite(self.stock)
        if not limited.any():
            return chance
        apart = _OUTER * np.hypot(self.spread, _SUPPLY)
        levels = [replace(self, sold=self.sold * np.exp(move)) for move in (-apart, apart)]
        ends = [gain_chance(level.gains(ratio, goal)[:, 0], weights) for level in levels]
        return np.where(limited, (4 * chance + ends[0] + ends[1]) / 6, chance)


def prospects(market: CatalogColumns, offers: UsedOffers, days: int) -> Prospect:
    """Bring the columns of a catalog together with what is believed of its demand, over `days`.

    Products of which something that is needed is not known have `known` False and harmless figures.
    """
    believed = market.response
    rate, per = market.cost_rate
    price, net = _floats(market.price), _floats(net_price(market, market.price))
    cost = _floats(proportion(market.cost, [rate], [per], up=True))
    known = believed.known & np.isfinite(net + cost)
    apart = price / np.where(known, believed.centre, 1.0)
    known &= (apart > 1 / _FARTHEST) & (apart < _FARTHEST)

    def kept(values: Estimates, default: float) -> Estimates:
        return np.where(known, values, default)

    level = rival_level(offers) - np.where(np.isfinite(believed.rival_level), believed.rival_level, np.nan)
    # What rivals have done since the estimate counts, within reason.
    moved = np.clip(np.nan_to_num(kept(believed.rival_elasticity, 0.0) * level), -_RIVALS_MOVE, _RIVALS_MOVE)
    slopes = kept(believed.slope, -1.0)[:, :, None] + kept(believed.slope_sd, 0.0)[:, :, None] * _SCORES
    return Prospect(
        centre_ratio=kept(price / kept(believed.centre, 1.0), 1.0),
        net=kept(net, 1.0),
        cost=kept(cost, 1.0),
        sold=kept(believed.units, 0.0) * days * np.exp(moved),
        spread=kept(believed.units_sd, 0.0),
        slopes=np.minimum(slopes, _FLATTEST),
        forms=kept(believed.weight, 1 / len(Form)).T,
        echo=kept(believed.rival_elasticity, 0.0) * kept(believed.follow, 0.0),
        halo=kept(believed.halo, 0.0) * days,
        stock=kept(believed.stock, np.inf),
        known=known,
    )


def rival_level(offers: UsedOffers) -> Estimates:
    """Return the mean log price (millionths) of each product's used offers; NaN where there are none."""
    count = np.bincount(offers.product, minlength=len(offers))
    total = np.bincount(offers.product, weights=np.log(offers.price), minlength=len(offers))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def expected_outlook(
    market: CatalogColumns, offers: UsedOffers, price: Amounts, days: int, goal: Goal = Goal.PROFIT
) -> Outlook:
    """Return what each product brings over `days` at `price`; NaN where the price or the response is not known."""
    prospect = prospects(market, offers, days)
    fit = prospect.known & usable(price)
    ratio = np.where(fit, price / np.where(fit, market.price, 1), 1.0)[:, None]
    units = prospect.served(prospect.units(ratio))
    gains, weights = prospect.gains(ratio, goal)[:, 0], prospect.weights()
    # The level is uncertain too, and independent of the slope: it widens units, revenue and profit, and no gain's sign.
    level = np.exp(prospect.spread[:, None, None] * _SCORES)
    sales = (units[:, 0, :, None] * level).reshape(len(ratio), -1)
    twice = np.repeat(weights, _SCORES.size, axis=1) / _SCORES.size
    quantiles = _quantiles(sales, twice)
    net, margin = prospect.worth(ratio, Goal.REVENUE)[:, 0], prospect.worth(ratio, Goal.PROFIT)[:, 0]

    def known(values: Estimates) -> Estimates:
        return np.where(fit, values, np.nan)

    return Outlook(
        units=known(quantiles),
        revenue=known(quantiles * net),
        profit=known(np.sort(quantiles * margin, axis=0)),
        gain=known(_quantiles(gains, weights)),
        mean_gain=known((gains * weights).sum(axis=1)),
        chance=known(prospect.chance(ratio, goal)),
        short=fit & (prospect.sold > prospect.stock),
    )


def gain_chance(gains: Estimates, weights: Estimates) -> Estimates:
    """Return P(gain > 0) (n,) from gains (n, K) of weighted beliefs, each belief smeared a little.

    Without that a chance could only be one of the few sums of weights, and would jump.
    """
    mean = (gains * weights).sum(axis=1, keepdims=True)
    spread = np.sqrt(((gains - mean) ** 2 * weights).sum(axis=1, keepdims=True)) / 4
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = np.where(spread > 0, normal(gains / spread), (gains > 0) * 1.0)
    result: Estimates = (chance * weights).sum(axis=1)
    return result


def normal(score: Estimates) -> Estimates:
    """Return the standard normal distribution function, to 8e-8 (Abramowitz and Stegun 1964, 26.2.17).

    scipy has it exactly, and would be loaded at every start for it.
    """
    t = 1 / (1 + 0.2316419 * np.abs(score))
    poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-np.minimum(score**2, 1e4) / 2) / np.sqrt(2 * np.pi) * poly
    result: Estimates = np.where(score > 0, 1 - tail, tail)
    return result


def _quantiles(values: Estimates, weights: Estimates) -> Estimates:
    """Return weighted quantiles (3, n) of values (n, K)."""
    order = np.argsort(values, axis=1)
    ranked, heap = np.take_along_axis(values, order, 1), np.cumsum(np.take_along_axis(weights, order, 1), axis=1)
    places = [np.minimum((heap < bound).sum(axis=1), values.shape[1] - 1) for bound in _BOUNDS]
    return np.stack([ranked[np.arange(len(ranked)), place] for place in places])


def _floats(values: Amounts) -> Estimates:
    return np.where(usable(values), values.astype(np.float64), np.nan)


def chunks(size: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """Return the rows of a catalog in parts small enough to look at many prices at once."""
    return [np.arange(start, min(start + _CHUNK, size)) for start in range(0, size, _CHUNK)]

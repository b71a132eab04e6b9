"""What a price is expected to bring, when elasticity and present sales are known. Pure, vectorised.

Demand of constant elasticity: units = present units x (new price / present price) ^ elasticity. Units are estimates and
so floats; revenue and profit are net of tax, rounded to a millionth. An estimate is never turned into a price here.
"""

from dataclasses import dataclass
from math import erf, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import LARGEST, MISSING, Amounts, proportion, usable
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.margins import net_price

Estimates = NDArray[np.float64]

_INTERVAL_SIGMAS: Final = 2 * 1.959963984540054
"""Standard deviations between the ends of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Elasticities by product (below zero as a rule), with the ends of a 95 % interval; NaN where not known."""

    low: Estimates
    middle: Estimates
    high: Estimates


@dataclass(frozen=True, slots=True)
class Effect:
    """Expected figures a week at a new price: three rows, low, middle and high, one column a product.

    `units` in pieces (NaN where not known); `revenue`, `profit` and `gain` (the change of profit against staying) in
    millionths of the price's currency, net (MISSING where not known). `loss_chance` is the probability, 0..1, that the
    gain is below zero, with the elasticity normal around its middle, for prices not below cost; NaN where not known.
    """

    units: Estimates
    revenue: Amounts
    profit: Amounts
    gain: Amounts
    loss_chance: Estimates


def expected_effect(catalog: CatalogColumns, price: Amounts, weekly_units: Estimates, elasticity: Elasticity) -> Effect:
    """Expect what each product sells and earns at `price`, from present weekly units at the present price.

    Unknown wherever a figure is missing (NaN, MISSING), the units are negative, or a price is not usable.
    """
    rate, per = catalog.cost_rate
    net, before = _floats(net_price(catalog, price)), _floats(net_price(catalog, catalog.price))
    cost = _floats(proportion(catalog.cost, [rate], [per], up=True))
    units_now = np.where(weekly_units >= 0, weekly_units, np.nan)
    powers = np.stack([elasticity.low, elasticity.middle, elasticity.high])
    ratio = net / before
    units = np.sort(units_now * ratio**powers, axis=0)
    gain = units * (net - cost) - units_now * (before - cost)
    return Effect(
        units=units,
        revenue=as_amounts(units * net),
        profit=as_amounts(np.sort(units * (net - cost), axis=0)),
        gain=as_amounts(np.sort(gain, axis=0)),
        loss_chance=np.where(np.isnan(units_now), np.nan, _loss_chance(ratio, before - cost, net - cost, elasticity)),
    )


def _loss_chance(ratio: Estimates, earned: Estimates, earning: Estimates, elasticity: Elasticity) -> Estimates:
    """Return P(units(e) x earning < units now x earned): the elasticity at which both are equal splits its normal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        even = np.log(earned / earning) / np.log(ratio)
        sigma = (elasticity.high - elasticity.low) / _INTERVAL_SIGMAS
        score = np.where(sigma > 0, (even - elasticity.middle) / sigma, np.sign(even - elasticity.middle) * np.inf)
    below = np.array([0.5 * (1 + erf(value / sqrt(2))) for value in score.tolist()])
    chance = np.where(ratio > 1, below, 1 - below)
    chance = np.where(earned <= 0, 0.0, chance)
    chance = np.where((earning <= 0) & (earned > earning), 1.0, chance)
    chance = np.where(ratio == 1, 0.0, chance)
    return np.where(np.isnan(ratio + earned + earning + sigma), np.nan, chance)


def _floats(values: Amounts) -> Estimates:
    return np.where(usable(values), values.astype(np.float64), np.nan)


def as_amounts(values: Estimates) -> Amounts:
    """Round estimates to a millionth; MISSING where they are not known or 10^12 units and more."""
    known = np.isfinite(values) & (np.abs(values) < LARGEST)
    return np.where(known, np.rint(np.where(known, values, 0)).astype(np.int64), MISSING)

"""What sellers do without this program: the policies that a strategy is measured against. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from shopwright.app.evaluations.sellers import RuleSeller
from shopwright.app.evaluations.shop_desk import lowest_prices
from shopwright.pricing.policies import DEFAULT_RULES
from shopwright.pricing.strategies.rule_based import Fallback, Position, RuleSettings
from shopwright.simulation.clairvoyant import HIGHEST, Policy, stay_at_list
from shopwright.simulation.columns import Floats, Ints
from shopwright.simulation.market import Market
from shopwright.simulation.panel import Panel
from shopwright.simulation.world import World

RULES: Final = ("cost_plus", "match_lowest", "rule_average", "rule_ladder")
"""The peers that follow a rule."""
_LADDER: Final = RuleSettings(
    position=Position.LOWEST, offset_ppm=-10_000, fallback=Fallback.TARGET_MARGIN, target_margin_ppm=350_000
)


def peers(world: World, panel: Panel) -> Mapping[str, Policy]:
    """Return the peers by name, made for one run each."""
    return {
        "stay": stay_at_list,
        "cost_plus": cost_plus,
        "match_lowest": match_lowest,
        "rule_average": RuleSeller(world, panel),
        "rule_ladder": RuleSeller(world, panel, replace(DEFAULT_RULES, rule=_LADDER)),
        "sku_ols": sku_ols(world, panel),
    }


def cost_plus(market: Market) -> Ints:
    """Add the usual mark-up to every cost."""
    world = market.world
    paid = world.cost * (1 + world.tax)
    prices: Ints = np.round(paid * np.median(world.reference / paid)).astype(np.int64)
    return np.maximum(prices, 1)


def match_lowest(market: Market) -> Ints:
    """Take the lowest price of anybody who can deliver, not below cost and five per cent."""
    world = market.world
    lowest = np.fmin.reduce(np.vstack([market.rival_offers(), world.reference[None, :]]), axis=0)
    prices: Ints = np.ceil(np.maximum(lowest, world.cost * (1 + world.tax) * 1.05)).astype(np.int64)
    return prices


def sku_ols(world: World, panel: Panel) -> Policy:
    """Fit log(1 + units) on log price, product by product, by least squares; then the mark-up of the textbook, kept."""
    logs, units = np.log(panel.price), np.log1p(panel.served)
    apart = logs - logs.mean(axis=1, keepdims=True)
    moved = (apart**2).sum(axis=1)
    slope: Floats = (apart * units).sum(axis=1) / np.maximum(moved, 1e-9)
    low, high = lowest_prices(world), np.maximum(world.reference * HIGHEST, lowest_prices(world) + 1)
    markup = np.where(slope < -1, slope / np.minimum(1 + slope, -1e-9), np.inf)
    best = np.clip(np.minimum(world.cost * (1 + world.tax) * markup, high), low, high)
    prices: Ints = np.round(np.where(moved > 0, best, world.reference)).astype(np.int64)
    return lambda _market: prices

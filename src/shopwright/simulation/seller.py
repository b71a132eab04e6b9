"""How the shop set its prices in the past: the three policies of a specification, promotions, and the war."""

from dataclasses import dataclass

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints, charm
from shopwright.simulation.market import Market
from shopwright.simulation.spec import PricePolicy
from shopwright.simulation.world import World

_YEAR = 365.25
_RANDOM_SPREAD = 0.12
_WIDEST = 0.25
"""List prices of the history stay within this of the reference (log)."""
_SEASON_PULL, _SHOCK_PULL, _WHIM = 0.45, 0.8, 0.03
_WAR_ATTENTION, _WAR_STEP = 0.6, 0.01


@dataclass(frozen=True, slots=True)
class Tag:
    """What the price tags say on one day, minor units (n,)."""

    price: Ints
    regular: Ints
    """The price without the promotion."""
    promotion: Flags


class Seller:
    """Plans price changes and promotions of the whole history, then tags prices day by day."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        spec = world.spec
        self._world = world
        self._rng = rng
        self._changes = rng.random((world.products, spec.days)) < spec.price_changes_a_year / _YEAR
        self._discount = _promotions(world, rng)
        self._lowest = np.ceil(world.cost * (1 + world.tax) * 1.03).astype(np.int64)
        self._regular = np.maximum(world.reference, self._lowest)

    def tag(self, market: Market) -> Tag:
        """Return the price tags for the market's next day (within the history)."""
        day = market.day
        draw = self._rng.standard_normal(self._world.products)
        attends = self._rng.random(self._world.products) < _WAR_ATTENTION
        if self._world.spec.price_policy is not PricePolicy.STATIC:
            fresh = np.maximum(charm(self._world.reference * np.exp(self._move(market, draw))), self._lowest)
            self._regular = np.where(self._changes[:, day] & ~market.at_war, fresh, self._regular)
        self._fight(market, attends)
        discount = np.where(market.at_war, 0.0, self._discount[:, day])
        reduced = np.maximum(charm(self._regular * (1 - discount)), self._lowest)
        promotion = (discount > 0) & (reduced < self._regular)
        return Tag(np.where(promotion, reduced, self._regular), self._regular, promotion)

    def _move(self, market: Market, draw: Floats) -> Floats:
        """Return the distance of new list prices from the reference (log)."""
        if self._world.spec.price_policy is PricePolicy.RANDOMISED:
            return np.clip(_RANDOM_SPREAD * draw, -_WIDEST, _WIDEST)
        # The shop raises what sells well and lowers what does not: price follows demand, not the other way round.
        season = np.log(self._world.season(np.array([market.day]))[:, 0])
        hot = _SEASON_PULL * season + _SHOCK_PULL * np.log(market.shock) + _WHIM * draw
        return np.clip(hot, -_WIDEST, _WIDEST)

    def _fight(self, market: Market, attends: Flags) -> None:
        """In a war, go below the cheapest rival where somebody looks, down to the lowest price."""
        if not market.at_war.any():
            return
        cheapest = np.fmin.reduce(np.vstack([market.rival_offers(), self._regular[None, :]]), axis=0)
        target = np.maximum(np.floor(cheapest * (1 - _WAR_STEP)).astype(np.int64), self._lowest)
        beaten = market.at_war & attends & (cheapest < self._regular)
        self._regular = np.where(beaten, target, self._regular)


def _promotions(world: World, rng: np.random.Generator) -> Floats:
    """Plan discounts (n, T) as fractions, 0 on days without; endogenous shops promote before their season."""
    n, days = world.products, world.spec.days
    discount = np.zeros((n, days))
    if world.spec.promotions_a_year == 0:
        return discount
    planned = int(np.ceil(2 * world.spec.promotions_a_year * days / _YEAR)) + 1
    chance = np.ones((n, days))
    if world.spec.price_policy is PricePolicy.ENDOGENOUS:
        season = world.season(np.arange(days) + 7)
        chance = (season / season.mean(axis=1, keepdims=True)) ** 2
    share = np.cumsum(chance, axis=1)
    share /= share[:, -1:]
    happens = rng.random((n, planned)) < world.spec.promotions_a_year * days / _YEAR / planned
    start = np.stack([np.searchsorted(row, draws) for row, draws in zip(share, rng.random((n, planned)), strict=True)])
    length, depth = rng.integers(5, 15, (n, planned)), rng.choice([0.10, 0.15, 0.20, 0.25, 0.30], (n, planned))
    product, which = np.nonzero(happens)
    for ahead in range(14):
        day = start[product, which] + ahead
        kept = (ahead < length[product, which]) & (day < days)
        np.maximum.at(discount, (product[kept], day[kept]), depth[product, which][kept])
    return discount

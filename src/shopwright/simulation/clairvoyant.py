"""What somebody would earn who knows the truth: the yardstick of pricing policies. Nothing here is noisy.

`best_prices` answers one day against given rivals. `clairvoyant_run` also weighs what rivals will do in reply:
it plays steady multiples of those prices in copies of the market and keeps, per product, what earned most.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from shopwright.simulation.columns import Floats, Ints
from shopwright.simulation.market import Market
from shopwright.simulation.world import World

LOWEST, HIGHEST = 0.6, 1.6
"""Prices that are considered, as shares of the reference; 1.0 is among them."""
_STEPS = 101
_ROUNDS = 4
_SCALES = (0.92, 0.96, 1.0, 1.04, 1.08, 1.12, 1.18)
_SHORT = (1.25, 1.33, 1.42)
"""Further multiples where stock runs out: what cannot be sold twice may be sold dearer."""

Policy = Callable[[Market], Ints]
"""Prices (n,) for the market's next day."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a policy earned in expectation: minor units net of tax, the noise of single purchases left out.

    Where stock is limited, what counts are the units that can be expected to be sold from what was there each morning.
    """

    profit: Floats
    """(n,) over the whole run."""
    prices: Ints
    """(n, D)"""

    @property
    def total(self) -> float:
        """Profit of all products together."""
        return float(self.profit.sum())


def best_prices(world: World, day: int, rival_prices: Floats | None = None) -> Ints:
    """Return the prices (n,) that maximise expected profit of the whole shop on one day, rivals standing still.

    Coordinate ascent over a grid, with the effect on neighbouring products; it starts at the reference prices
    and never ends below their profit. `rival_prices` as in `World.price_effect`.
    """
    grid = np.linspace(LOWEST, HIGHEST, _STEPS)
    candidates = np.maximum(np.round(world.reference[:, None] * grid), 1)
    rivals = None if rival_prices is None else rival_prices[..., None]
    level = world.level(np.array([day]))
    ratio = candidates / world.reference[:, None]
    own = world.response.multiplier(ratio, world.rival_ratio(rivals, 2)) * level * world.unit_margin(candidates)
    best = world.reference
    earned = float(world.expected_profit(best, day, rival_prices).sum())
    current = best
    for _ in range(_ROUNDS):
        place = np.argmax(own * _cross(world, current) + _spill(world, current, ratio, day, rival_prices), axis=1)
        current = candidates[np.arange(world.products), place].astype(np.int64)
        profit = float(world.expected_profit(current, day, rival_prices).sum())
        if profit > earned:
            best, earned = current, profit
    return best


def _cross(world: World, prices: Ints) -> Floats:
    """Return what the neighbours' prices do to each product, (n, 1)."""
    return world.cross_effect(prices / world.reference)[:, None]


def _spill(world: World, prices: Ints, ratio: Floats, day: int, rival_prices: Floats | None) -> Floats:
    """Return what each candidate (n, G) of a product changes in the profit of the products that watch it."""
    profit = world.expected_profit(prices, day, rival_prices)
    move = np.log(ratio) - np.log(prices / world.reference)[:, None]
    spill = np.zeros_like(ratio)
    for place in range(world.neighbours.shape[1]):
        source, strength = world.neighbours[:, place], world.cross_elasticity[:, place]
        gain = profit[:, None] * np.expm1(strength[:, None] * move[source])
        np.add.at(spill, source, gain)
    return spill


def play(market: Market, policy: Policy, days: int) -> Run:
    """Play `days` days of a copy of the market under a policy; the market itself is left as it is."""
    copy = market.fork()
    profit = np.zeros(copy.world.products)
    prices: list[Ints] = []
    for _ in range(days):
        outcome = copy.step(policy(copy))
        stock = None if copy.on_hand is None else outcome.stock.opening
        profit += copy.world.unit_margin(outcome.price) * expected_sales(outcome.expected, copy.world.burst, stock)
        prices.append(outcome.price)
    return Run(profit, np.stack(prices, axis=-1))


def expected_sales(mean: Floats, shape: Floats, stock: Ints | None) -> Floats:
    """Return E[min(demand, stock)] (n,) of gamma-Poisson demand; `stock` None never runs out.

    With P the distribution function of that negative binomial and P1 that of shape + 1:
    mean P1(stock - 2) + stock (1 - P(stock - 1)), each P(k) an incomplete beta function of (shape, k + 1).
    """
    if stock is None:
        return mean
    chance, left = shape / (shape + mean), np.maximum(stock, 1).astype(np.float64)
    all_served = mean * np.where(left > 1, betainc(shape + 1, np.maximum(left - 1, 1), chance), 0.0)
    sales: Floats = all_served + left * (1 - betainc(shape, left, chance))
    return np.where(stock > 0, sales, 0.0)


def stay_at_list(market: Market) -> Ints:
    """Keep every price at its reference: the policy that never moves."""
    return market.world.reference


def clairvoyant_run(market: Market, days: int) -> Run:
    """Return the run of somebody who knows the truth, from the market's present state on.

    Not below staying at list. An upper bound in practice, not by proof: a schedule of prices that plays with
    the rivals' habits day by day could earn a little more.
    """

    def scaled(scale: Floats | float) -> Policy:
        def policy(copy: Market) -> Ints:
            best = best_prices(copy.world, copy.day, copy.rival_offers())
            return np.maximum(np.round(best * scale), 1).astype(np.int64)

        return policy

    scales = _SCALES if market.on_hand is None else _SCALES + _SHORT
    runs = [play(market, scaled(scale), days) for scale in scales]
    kept = np.array(scales)[np.argmax([run.profit for run in runs], axis=0)]
    mixed = play(market, scaled(kept), days)
    return max([mixed, play(market, stay_at_list, days), *runs], key=lambda run: run.total)

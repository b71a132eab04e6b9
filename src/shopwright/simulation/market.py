"""The market as it runs, day by day: rivals react, buyers buy, stock goes. The closed loop for pricing policies.

Give `step` the prices of the day and it answers with what happened. Every day draws from its own stream, so two
policies that start from the same seed (or from a `fork`) meet the same shocks. Nothing here decides our prices.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints
from shopwright.simulation.rivals import RivalView, Undercut
from shopwright.simulation.stock import EndlessSupply, StockDay, Stockroom, Supply
from shopwright.simulation.world import World

_SEED_LIMIT = 2**63 - 1
_MEMORY = 0.97
_PRODUCT_SHOCK, _CATEGORY_SHOCK = 0.16, 0.10
_BULK_CHANCE = 0.0005
_FIGHT = Undercut()
_PROMOTIONS = 24
"""Promotions that each rival plans per product, one every four months: eight years ahead."""
_PROMOTION_EVERY = 120


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What happened on one day. Units and minor units, int64, unless said otherwise.

    `wanted`, `expected` and `bulk_wanted` are truth that no shop sees.
    """

    day: int
    price: Ints
    """(n,) our price."""
    promotion: Flags
    """(n,)"""
    rival_price: Ints
    """(R, n) price without shipping; where a rival does not carry the product, 0."""
    rival_regular: Ints
    """(R, n) price before promotion, without shipping."""
    rival_available: Flags
    """(R, n)"""
    expected: Floats
    """(n,) float64, mean of the demand given prices and shocks; without business orders."""
    wanted: Ints
    """(n,) units that buyers wanted, business orders included."""
    bulk_wanted: Ints
    """(n,) the part of `wanted` that was one business order."""
    stock: StockDay
    """What was served, and the ledger of the day."""


class Market:
    """A world in motion. `stocked=False` never runs out: for measuring prices alone."""

    def __init__(self, world: World, rng: np.random.Generator, *, stocked: bool = True) -> None:
        self.world = world
        self.day = 0
        """The day that the next step will play, counted from the start of the history."""
        self.latest: DayOutcome | None = None
        """What happened yesterday. A policy may read of it what a shop sees; None before the first step."""
        self._root = int(rng.integers(_SEED_LIMIT))
        opening = np.random.default_rng([self._root, 0])
        self._supply: Supply = Stockroom(world, opening) if stocked else EndlessSupply()
        self._ours = world.reference.astype(np.float64)
        self._carried = _stacked([rival.carried for rival in world.rivals], world.products).astype(np.bool_)
        self._shipping = _stacked([rival.shipping for rival in world.rivals], world.products)
        self._floor = _stacked([rival.floor for rival in world.rivals], world.products)
        self._war_floor = _stacked([rival.war_floor for rival in world.rivals], world.products)
        self._regular = _stacked([rival.opening for rival in world.rivals], world.products)
        self._available = self._carried.copy()
        shape = (*self._regular.shape, _PROMOTIONS)
        self._promo_start = opening.integers(0, _PROMOTION_EVERY - 15, shape) + _PROMOTION_EVERY * np.arange(
            _PROMOTIONS
        )
        self._promo_days = opening.integers(5, 15, shape)
        self._promo_price = 1 - opening.uniform(0.08, 0.25, shape)
        categories = len(world.assortment.categories)
        self._shock = _PRODUCT_SHOCK * opening.standard_normal(world.products)
        self._category_shock = _CATEGORY_SHOCK * opening.standard_normal(categories)

    def fork(self) -> Self:
        """Return an independent copy in the same state, with the same luck ahead."""
        twin = type(self).__new__(type(self))
        for name, value in self.__dict__.items():
            setattr(twin, name, value if name == "world" else deepcopy(value))
        return twin

    @property
    def at_war(self) -> Flags:
        """Which products (n,) are being fought over today."""
        return self._at_war(self.day)

    def _at_war(self, day: int) -> Flags:
        return self.world.war & (day >= self.world.war_start)

    @property
    def shock(self) -> Floats:
        """The multiplier (n,) that unseen causes put on demand yesterday; mean 1 over time."""
        log = self._shock + self._category_shock[self.world.assortment.category]
        shock: Floats = np.exp(log - (_PRODUCT_SHOCK**2 + _CATEGORY_SHOCK**2) / 2)
        return shock

    @property
    def on_hand(self) -> Ints | None:
        """Units in stock (n,) before the day's deliveries; None where the market never runs out."""
        return self._supply.on_hand

    def rival_offers(self) -> Floats:
        """Return delivered prices in force (R, n) as a shop sees them before its step, NaN where out of stock."""
        offers: Floats = np.where(self._available, self._charged(self.day - 1), np.nan)
        return offers

    def step(self, prices: Ints, promotion: Flags | None = None) -> DayOutcome:
        """Play one day at `prices` (n,), whole minor units above zero, and move on to the next."""
        world, day = self.world, self.day
        rng = np.random.default_rng([self._root, 1, day])
        promoted = np.zeros(world.products, dtype=np.bool_) if promotion is None else promotion
        self._drift(rng)
        if day > 0:
            self._rivals_act(rng)
        charged = self._charged(day)
        delivered = np.where(self._available, charged, np.nan)
        expected = world.expected_demand(prices, day, delivered, promoted) * self.shock
        burst = rng.gamma(world.burst, 1 / world.burst)
        bulk_wanted = self._business_orders(rng, expected)
        retail = rng.poisson(expected * burst)
        season = world.level(np.array([day]))[:, 0] / world.base
        stock = self._supply.trade(day, retail, bulk_wanted, season, rng)
        self._ours = prices.astype(np.float64)
        self.day += 1
        offered = self._carried
        self.latest = DayOutcome(
            day=day,
            price=prices,
            promotion=promoted,
            rival_price=np.where(offered, charged - self._shipping, 0).astype(np.int64),
            rival_regular=np.where(offered, np.rint(self._regular) - self._shipping, 0).astype(np.int64),
            rival_available=self._available,
            expected=expected,
            wanted=retail + bulk_wanted,
            bulk_wanted=bulk_wanted,
            stock=stock,
        )
        return self.latest

    def _drift(self, rng: np.random.Generator) -> None:
        """Let the unseen causes wander: first-order autoregressions with constant variance."""
        fresh = float(np.sqrt(1 - _MEMORY**2))
        noise = rng.standard_normal(self._shock.size)
        self._shock = _MEMORY * self._shock + fresh * _PRODUCT_SHOCK * noise
        noise = rng.standard_normal(self._category_shock.size)
        self._category_shock = _MEMORY * self._category_shock + fresh * _CATEGORY_SHOCK * noise

    def _rivals_act(self, rng: np.random.Generator) -> None:
        """Let every rival react to what all the others charged yesterday, all at the same time."""
        charged = np.where(self._available, self._charged(self.day - 1), np.nan)
        regular, available = self._regular.copy(), self._available.copy()
        at_war, reference = self.at_war, self.world.reference.astype(np.float64)
        for place, rival in enumerate(self.world.rivals):
            view = RivalView(
                price=self._regular[place],
                available=self._available[place],
                ours=self._ours,
                others=np.delete(charged, place, axis=0),
                reference=reference,
                floor=self._floor[place],
            )
            action = rival.behaviour.act(view, rng)
            regular[place] = action.price
            if rival.fights and at_war.any():
                fought = _FIGHT.act(replace(view, floor=self._war_floor[place]), rng)
                regular[place] = np.where(at_war, fought.price, action.price)
            available[place] = action.available & rival.carried
        self._regular, self._available = regular, available

    def _charged(self, day: int) -> Floats:
        """Return delivered prices (R, n) after promotions, in whole minor units; wars leave no promotions."""
        slot = min(max(day, 0) // _PROMOTION_EVERY, _PROMOTIONS - 1)
        start, length = self._promo_start[..., slot], self._promo_days[..., slot]
        running = (start <= day) & (day < start + length) & ~self._at_war(day)
        reduced = np.maximum(self._regular * self._promo_price[..., slot], self._floor)
        charged: Floats = np.rint(np.where(running & (reduced < self._regular), reduced, self._regular))
        return charged

    def _business_orders(self, rng: np.random.Generator, expected: Floats) -> Ints:
        draw, size = rng.random(expected.size), rng.integers(8, 40, expected.size)
        if not self.world.spec.bulk_orders:
            return np.zeros(expected.size, dtype=np.int64)
        return np.where((draw < _BULK_CHANCE) & (expected > 0), size, 0)


def _stacked(rows: list[Ints] | list[Flags], products: int) -> Floats:
    """Stack one row per rival into (R, n), also where there are no rivals."""
    return np.array(rows, dtype=np.float64).reshape(len(rows), products)

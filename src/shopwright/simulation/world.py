"""A world: the truth about a market, and the questions that can be put to it without any noise.

The truth never changes; what happens in the world (stock, shocks, rivals' moves) is in `market`. Made by
`genesis.build_world`.
"""

from dataclasses import dataclass

import numpy as np

from shopwright.simulation.assortment import Assortment
from shopwright.simulation.columns import Flags, Floats, Ints, column
from shopwright.simulation.demand import DISPLAY_LIFT, Calendar, Response
from shopwright.simulation.rivals import Rival
from shopwright.simulation.spec import WorldSpec

_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class World:
    """What is really true. Shapes as in `columns`; all prices gross minor units, costs net."""

    spec: WorldSpec
    assortment: Assortment
    reference: Ints
    """(n,) list price at which the responses are 1."""
    cost: Ints
    """(n,) true unit cost, also where the shop does not know it."""
    base: Floats
    """(n,) units a day at the reference prices in a flat season."""
    response: Response
    neighbours: Ints
    """(n, K) products whose price touches the demand of this one."""
    cross_elasticity: Floats
    """(n, K) above zero for substitutes, below for complements, zero for none."""
    calendar: Calendar
    season_strength: Floats
    """(n,) power to which a product takes its category's season."""
    trend: Floats
    """(n,) log growth a year."""
    launch: Ints
    """(n,) first day on sale, 0 for those that were there from the start."""
    retire: Ints
    """(n,) first day off sale for good; far beyond the history for most."""
    burst: Floats
    """(n,) shape of the gamma in the daily gamma-Poisson count: the smaller, the more irregular."""
    lead_time: Ints
    """(n,) days from order to delivery."""
    quality: Floats
    """(n,) mean rating that buyers give, 1 to 5."""
    decline: Ints
    """(n,) day from which quality is a star lower (a bad batch); far beyond the history for most."""
    rivals: tuple[Rival, ...]
    war: Flags
    """(n,) products in the price war."""
    war_start: int
    """First day of the war."""

    @property
    def products(self) -> int:
        """Number of products."""
        return self.spec.products

    @property
    def tax(self) -> float:
        """The tax rate as a float, for latent computations only."""
        return float(self.spec.tax_rate)

    def alive(self, days: Ints) -> Flags:
        """Return whether each product is on sale on each day, (n, D)."""
        alive: Flags = (days[None, :] >= self.launch[:, None]) & (days[None, :] < self.retire[:, None])
        return alive

    def season(self, days: Ints) -> Floats:
        """Return season times trend (n, D): what a seller can learn, and what endogenous prices follow."""
        season = self.calendar.season(days)[self.assortment.category] ** self.season_strength[:, None]
        growth: Floats = season * np.exp(self.trend[:, None] * days[None, :] / _YEAR)
        return growth

    def level(self, days: Ints) -> Floats:
        """Return expected units a day (n, D) at the reference prices."""
        level: Floats = self.base[:, None] * self.season(days) * self.alive(days)
        return level

    def price_effect(
        self, prices: Ints | Floats, rival_prices: Floats | None = None, promotion: Flags | None = None
    ) -> Floats:
        """Return the multiplier that all prices put on demand, in the shape of `prices`, (n,) or (n, D).

        `rival_prices` are delivered prices (R, n) or (R, n, D), NaN where a rival has no offer in stock; None
        means every rival at its reference. `promotion` adds the lift of being shown, beyond the price.
        """
        if np.any(np.asarray(prices) <= 0):
            raise ValueError("prices must be above zero")
        ratio = prices / column(self.reference.astype(np.float64), prices.ndim)
        rival_ratio = self.rival_ratio(rival_prices, prices.ndim)
        effect = self.response.multiplier(ratio, rival_ratio) * self.cross_effect(ratio)
        if promotion is not None:
            effect = effect * np.where(promotion, DISPLAY_LIFT, 1.0)
        return effect

    def expected_demand(
        self,
        prices: Ints | Floats,
        day: int | Ints,
        rival_prices: Floats | None = None,
        promotion: Flags | None = None,
    ) -> Floats:
        """Return expected units for prices (n,) on one day, or (n, D) on days (D,); days count from the start."""
        effect = self.price_effect(prices, rival_prices, promotion)
        level = self.level(np.atleast_1d(np.asarray(day, dtype=np.int64)))
        expected: Floats = effect * (level[:, 0] if prices.ndim == 1 else level)
        return expected

    def rival_ratio(self, rival_prices: Floats | None, dimensions: int) -> Floats:
        """Return rivals' prices over our reference, (R, n, ...); absent rivals are NaN."""
        if rival_prices is None:
            return np.ones((len(self.rivals), self.products) + (1,) * (dimensions - 1))
        reference = column(self.reference.astype(np.float64), rival_prices.ndim - 1)
        return rival_prices / reference

    def cross_effect(self, ratio: Floats) -> Floats:
        """Return what the neighbours' prices over reference, (n, ...), do to each product's demand."""
        logs = np.log(ratio)
        total = np.zeros_like(logs)
        for place in range(self.neighbours.shape[1]):
            total += column(self.cross_elasticity[:, place], logs.ndim) * logs[self.neighbours[:, place]]
        effect: Floats = np.exp(total)
        return effect

    def unit_margin(self, prices: Ints | Floats) -> Floats:
        """Return price without tax less cost, minor units a unit, in the shape of `prices`."""
        margin: Floats = prices / (1 + self.tax) - column(self.cost.astype(np.float64), prices.ndim)
        return margin

    def expected_profit(
        self,
        prices: Ints | Floats,
        day: int | Ints,
        rival_prices: Floats | None = None,
        promotion: Flags | None = None,
    ) -> Floats:
        """Return expected profit in minor units, net of tax; arguments as `expected_demand`."""
        profit: Floats = self.unit_margin(prices) * self.expected_demand(prices, day, rival_prices, promotion)
        return profit

    def elasticity_at(self, prices: Ints | Floats, rival_prices: Floats | None = None) -> Floats:
        """Return the own-price elasticity at these prices, below zero, in their shape."""
        ratio = prices / column(self.reference.astype(np.float64), prices.ndim)
        return self.response.elasticity_at(ratio, self.rival_ratio(rival_prices, prices.ndim))

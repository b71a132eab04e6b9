"""What a shop sees of a simulated market, in the columns that pricing works on, and the real guardrails. Pure.

It sees what a shop sees: its costs and bounds, its own past prices, and what rivals in stock ask. No truth enters.
"""

import numpy as np

from shopwright.kit.amounts import MISSING, SCALE, Integers
from shopwright.kit.money import Currency
from shopwright.pricing.columns import CatalogColumns, RateTable
from shopwright.pricing.comparability import OfferColumns, compare
from shopwright.pricing.guardrails import guard
from shopwright.pricing.policies import DEFAULT_RULES, PolicyRules
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates
from shopwright.simulation.clairvoyant import HIGHEST
from shopwright.simulation.columns import Ints
from shopwright.simulation.market import Market
from shopwright.simulation.world import World

_FLOOR = 1.03
_WEEK = 7
_DAY_SECONDS = 86_400
_CONFIRMED = 1
"""Matches are known here: what is measured is the price, not the matching."""


def lowest_prices(world: World) -> Ints:
    """Return the minimum prices (n,) of the shop: cost with tax, and three per cent."""
    lowest: Ints = np.ceil(world.cost * (1 + world.tax) * _FLOOR).astype(np.int64)
    return lowest


class ShopDesk:
    """One shop's prices from day to day. Remembers its own prices, so one is made for each run.

    Its maximum prices are those that the clairvoyant considers too: both play within the same bounds.
    """

    def __init__(self, world: World, past: Ints, rules: PolicyRules = DEFAULT_RULES) -> None:
        self.rules = rules
        self._prices = [past[:, day] for day in range(max(past.shape[1] - _WEEK, 0), past.shape[1])]
        self._table = RateTable.of([Currency(world.spec.currency)])
        self.unit: int = int(Currency(world.spec.currency).minor_unit * SCALE)
        self._lowest = lowest_prices(world)
        self._highest = np.maximum(np.round(world.reference * HIGHEST).astype(np.int64), self._lowest + 1)

    @property
    def prices(self) -> Ints:
        """The prices (n,) in force, minor units."""
        return self._prices[-1]

    def decide(
        self, catalog: CatalogColumns, used: UsedOffers, candidates: Candidates, held: Integers | None = None
    ) -> Ints:
        """Send candidates through the guardrails; return the prices (n,) of the day to come and remember them."""
        alone = np.zeros(len(catalog), dtype=np.int64)
        decisions = guard(catalog, used, [self.rules.guardrails], alone, candidates, held)
        price = np.where(decisions.price == MISSING, catalog.price, decisions.price) // self.unit
        self._prices = [*self._prices[1 - _WEEK :], price]
        return price

    def catalog(self, world: World, response: ResponseColumns | None = None) -> CatalogColumns:
        """Return the shop's products as they stand."""
        size, minor = world.products, self.unit
        return CatalogColumns.of(
            self._table,
            currency=np.zeros(size, dtype=np.int64),
            gross=np.ones(size, dtype=np.bool_),
            price=self._prices[-1] * minor,
            cost=world.cost * minor,
            min_price=self._lowest * minor,
            max_price=self._highest * minor,
            tax_ppm=np.full(size, int(world.spec.tax_rate * SCALE), dtype=np.int64),
            price_day_ago=self._prices[-1] * minor,
            price_week_ago=self._prices[0] * minor,
            response=response,
        )

    def offers(self, catalog: CatalogColumns, market: Market) -> UsedOffers:
        """Return the rivals' offers of the market's next day that may be used."""
        now = market.day * _DAY_SECONDS
        delivered = market.rival_offers()
        competitor, product = np.nonzero(~np.isnan(delivered))
        size = competitor.size
        price: Integers = np.rint(delivered[competitor, product]).astype(np.int64) * self.unit
        zero = np.zeros(size, dtype=np.int64)
        seen = OfferColumns.of(
            product=product,
            competitor=competitor,
            price=price,
            shipping=zero,
            currency=zero,
            gross=np.ones(size, dtype=np.bool_),
            availability=zero,
            condition=zero,
            seen_at=np.full(size, now, dtype=np.int64),
            match_ppm=np.full(size, SCALE, dtype=np.int64),
            match_state=np.full(size, _CONFIRMED, dtype=np.int64),
        )
        return compare(catalog, seen, self.rules.comparability, now)

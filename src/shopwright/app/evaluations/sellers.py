"""Sellers in a simulated market who price exactly as the program does: gate, strategy, guardrails. One for each run."""

from typing import Final

import numpy as np

from shopwright.app.evaluations.shop_desk import ShopDesk
from shopwright.app.evaluations.shop_records import ShopRecords
from shopwright.pricing.policies import DEFAULT_RULES, PolicyRules
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings
from shopwright.pricing.strategies.rule_based import RuleBased
from shopwright.simulation.columns import Ints
from shopwright.simulation.market import Market
from shopwright.simulation.panel import Panel
from shopwright.simulation.world import World

LEARN_EVERY: Final = 7
"""Days between two estimates."""


class RuleSeller:
    """Follows the rule of a policy."""

    def __init__(self, world: World, panel: Panel, rules: PolicyRules = DEFAULT_RULES) -> None:
        self._desk = ShopDesk(world, panel.price, rules)

    def __call__(self, market: Market) -> Ints:
        """Decide by rule."""
        catalog = self._desk.catalog(market.world)
        used = self._desk.offers(catalog, market)
        return self._desk.decide(catalog, used, RuleBased().propose(catalog, used, self._desk.rules.rule))


class LearningSeller:
    """Estimates how demand answers once a week, from its own records, and prices by `profit_maximization`."""

    def __init__(self, world: World, panel: Panel, settings: ProfitSettings | None = None) -> None:
        self.desk = ShopDesk(world, panel.price)
        self._settings = settings or ProfitSettings()
        self._records = ShopRecords.of(world, panel)
        self._start = panel.price.shape[1]
        self._response = ResponseColumns.unknown(world.products)
        self.confidence: Ints = np.zeros(world.products, dtype=np.int64)
        """(n,) how sure the last proposals were, 0 to 100."""

    def __call__(self, market: Market) -> Ints:
        """Write down yesterday, learn if a week is over, decide."""
        if market.latest is not None and market.day > self._start:
            self._records.add(market.latest)
        if (market.day - self._start) % LEARN_EVERY == 0:
            self._response = self._records.learn(self.desk, market.on_hand)
        catalog = self.desk.catalog(market.world, self._response)
        used = self.desk.offers(catalog, market)
        candidates = ProfitMaximization().propose(catalog, used, self._settings)
        self.confidence = candidates.confidence
        return self.desk.decide(catalog, used, candidates)

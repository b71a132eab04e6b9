"""Sellers in a simulated market who price exactly as the program does: gate, strategy, guardrails. One for each run."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from shopwright.app.evaluations.shop_desk import ShopDesk
from shopwright.app.evaluations.shop_records import ShopRecords
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.policies import DEFAULT_RULES, PolicyRules
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.exploration import Exploration, ExplorationSettings
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.ml_model import MlModel, MlSettings
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings
from shopwright.pricing.strategies.rule_based import RuleBased
from shopwright.pricing.strategies.selection import Chosen, select
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
    """Estimates how demand answers once a week, from its own records, and prices by a strategy (`PROPOSERS`)."""

    def __init__(self, world: World, panel: Panel, strategy: str = "profit_maximization") -> None:
        self.desk = ShopDesk(world, panel.price)
        self._propose = PROPOSERS[strategy]
        self._records = ShopRecords.of(world, panel)
        self._start = panel.price.shape[1]
        self._response = ResponseColumns.unknown(world.products)
        self.confidence: Ints = np.zeros(world.products, dtype=np.int64)
        """(n,) how sure the last proposals were, 0 to 100."""

    def __call__(self, market: Market) -> Ints:
        """Write down yesterday, learn if a week is over, decide."""
        if market.latest is not None and market.day > self._start:
            self._records.add(market.latest)
        played = market.day - self._start
        if played % LEARN_EVERY == 0:
            self._response = self._records.learn(self.desk, market.on_hand)
        catalog = self.desk.catalog(market.world, self._response)
        used = self.desk.offers(catalog, market)
        candidates = self._propose(catalog, used, played)
        self.confidence = candidates.confidence
        return self.desk.decide(catalog, used, candidates)


def _maximised(catalog: CatalogColumns, used: UsedOffers, _day: int) -> Candidates:
    return ProfitMaximization().propose(catalog, used, ProfitSettings())


def _predicted(catalog: CatalogColumns, used: UsedOffers, _day: int) -> Candidates:
    return MlModel().propose(catalog, used, MlSettings())


def _explored(catalog: CatalogColumns, used: UsedOffers, day: int) -> Candidates:
    """Draw steps once a week, and stay in between: a step of a day shows nothing."""
    if day % LEARN_EVERY != 0:
        return Candidates.asked(catalog.price, 0)
    return Exploration().propose(catalog, used, ExplorationSettings(round_key=day))


def _stayed(catalog: CatalogColumns, _used: UsedOffers, _day: int) -> Candidates:
    return Candidates.asked(catalog.price, 0)


def _selected(catalog: CatalogColumns, used: UsedOffers, day: int) -> Candidates:
    """Price each product by the strategy that its data are sufficient for."""
    selection = select(catalog)
    ways = {
        Chosen.ML_MODEL: _predicted,
        Chosen.PROFIT_MAXIMIZATION: _maximised,
        Chosen.EXPLORATION: _explored,
        Chosen.RULE_BASED: _stayed,
    }
    rows = {chosen: selection.rows(chosen) for chosen in ways}
    parts = [
        (some, ways[chosen](catalog.take(some), used.of_products(some), day))
        for chosen, some in rows.items()
        if some.size
    ]
    return Candidates.combined(len(catalog), parts)


PROPOSERS: Final[Mapping[str, Callable[[CatalogColumns, UsedOffers, int], Candidates]]] = {
    "selection": _selected,
    "profit_maximization": _maximised,
    "ml_model": _predicted,
    "exploration": _explored,
}
"""What a learning seller wants on a day, by the name of its strategy; a product without a strategy stays at its price."""

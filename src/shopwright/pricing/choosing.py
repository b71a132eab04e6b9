"""Which strategy prices which product under a policy, and what the strategies want together. Pure.

A response that was refused chooses no price: its products follow the rule, or stay, or take small steps where those
would teach what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np

from shopwright.demand.elasticity.refusals import Refusal
from shopwright.kit.amounts import Flags
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.policies import AUTOMATIC, PolicyRules
from shopwright.pricing.responses import Estimates
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.exploration import Exploration
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.ml_model import MlModel
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization
from shopwright.pricing.strategies.rule_based import RuleBased
from shopwright.pricing.strategies.selection import Chosen, Selection, Why, select

TEACHABLE: Final = Refusal.TOO_FEW_CHANGES | Refusal.TOO_LITTLE_VARIATION | Refusal.REACHES_ZERO
"""Refusals that small steps of the price would lift."""
_PLACE: Final = {chosen: place for place, chosen in enumerate(Chosen)}
_WHY: Final = {why: place for place, why in enumerate(Why)}
AS_ASKED: Final = -1
"""In place of a reason: the policy names this strategy."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """One policy's way to prices on one day: its strategy and its settings.

    `backtest` is what strategies have earned over staying, as (mean, standard error): predictions are taken at their word
    only where that is clearly more.
    """

    strategy: str
    rules: PolicyRules
    today: date
    backtest: Mapping[Chosen, tuple[float, float]] = field(default_factory=dict)

    def assign(self, market: CatalogColumns) -> Selection:
        """Return which strategy prices each product and why, AS_ASKED where the policy leaves no choice."""
        if self.strategy == AUTOMATIC:
            return _selected(market, self.backtest)
        chosen, size = Chosen(self.strategy), len(market)
        strategy, why = (np.full(size, place, dtype=np.int64) for place in (_PLACE[chosen], AS_ASKED))
        if chosen in {Chosen.PROFIT_MAXIMIZATION, Chosen.ML_MODEL}:
            unknown = ~trusted(market)
            why[unknown] = _WHY[Why.RESPONSE_UNKNOWN]
            strategy[unknown] = _PLACE[Chosen(self.rules.without_response)] if self._follows_rule else strategy[unknown]
        return Selection(strategy, why)

    def propose(self, market: CatalogColumns, offers: UsedOffers) -> Candidates:
        """Return what each product's strategy wants for it."""
        selection = self.assign(market)
        parts = []
        for chosen in Chosen:
            rows = selection.rows(chosen)
            if rows.size == len(market):
                return self._ask(chosen, market, offers)
            if rows.size:
                parts.append((rows, self._ask(chosen, market.take(rows), offers.of_products(rows))))
        return Candidates.combined(len(market), parts)

    def chances(self, market: CatalogColumns, offers: UsedOffers, selection: Selection) -> Estimates:
        """Return the chance (n,) with which the step of each explored product was drawn; NaN for the others.

        It has to be kept with the price: without it nobody can weigh later what the step did.
        """
        rows, chances = selection.rows(Chosen.EXPLORATION), np.full(len(market), np.nan)
        if rows.size:
            settings = self.rules.exploration.on(self.today)
            drawn = Exploration().explore(_restocked(market.take(rows)), offers.of_products(rows), settings)
            chances[rows] = drawn.propensity
        return chances

    @property
    def _follows_rule(self) -> bool:
        return self.rules.without_response.value == Chosen.RULE_BASED.value

    def _ask(self, chosen: Chosen, market: CatalogColumns, offers: UsedOffers) -> Candidates:
        if chosen is Chosen.RULE_BASED:
            return RuleBased().propose(market, offers, self.rules.rule)
        if chosen is Chosen.EXPLORATION:
            return Exploration().propose(_restocked(market), offers, self.rules.exploration.on(self.today))
        if chosen is Chosen.ML_MODEL:
            return MlModel().propose(_believing(_restocked(market)), offers, self.rules.ml.settings())
        clears = self.rules.profit.goal is Goal.SELL_THROUGH
        believing = _believing(market if clears else _restocked(market))
        return ProfitMaximization().propose(believing, offers, self.rules.profit.on(self.today))


def trusted(market: CatalogColumns) -> Flags:
    """Tell which products (n,) have a response that may choose their price."""
    result: Flags = market.response.known & (market.response_refusals == 0)
    return result


def _selected(market: CatalogColumns, backtest: Mapping[Chosen, tuple[float, float]]) -> Selection:
    """Select by what is known and not refused; what small steps would teach is explored."""
    selection, raw = select(_believing(market), backtest), select(market)
    refused = market.response_refusals
    teachable = (refused != 0) & (refused & ~int(TEACHABLE) == 0)
    explored = teachable & (raw.strategy != _PLACE[Chosen.RULE_BASED])
    return Selection(
        np.where(explored, _PLACE[Chosen.EXPLORATION], selection.strategy),
        np.where(explored, _WHY[Why.RESPONSE_UNSURE], selection.why),
    )


def _believing(market: CatalogColumns) -> CatalogColumns:
    """Return the catalog without the responses that were refused."""
    refused = market.response_refusals != 0
    if not refused.any():
        return market
    slope = np.where(refused, np.nan, market.response.slope)
    return replace(market, response=replace(market.response, slope=slope))


def _restocked(market: CatalogColumns) -> CatalogColumns:
    """Return the catalog with stock that does not end: what runs out is ordered anew, unless it is being cleared."""
    return replace(market, response=replace(market.response, stock=np.full(len(market), np.inf)))

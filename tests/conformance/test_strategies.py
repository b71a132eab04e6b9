"""What every strategy promises, whatever it computes: one answer for each product, the same each time."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from shopwright.kit.amounts import MISSING
from shopwright.pricing.choosing import Choosing
from shopwright.pricing.codes import Outcome
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.guardrails import allowed, guard
from shopwright.pricing.policies import STRATEGIES, PolicyRules
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.plugins import Plugin, PluginSettings
from shopwright.pricing.strategies.custom.strategy import CustomExpression, ExpressionSettings
from shopwright.pricing.strategies.exploration import Exploration, ExplorationSettings
from shopwright.pricing.strategies.interface import Candidates, Strategy
from shopwright.pricing.strategies.ml_model import MlModel, MlSettings
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings
from shopwright.pricing.strategies.rule_based import Fallback, Position, RuleBased, RuleSettings
from shopwright.pricing.strategy_settings import MlRules, ProfitRules, WithoutResponse
from tests.factories.guardrails import POLICIES, random_cases
from tests.factories.strategies import Discount
from tests.pricing.oracle import as_rows, keeps_limits

Proposer = Callable[[CatalogColumns, UsedOffers], Candidates]

RULE: Strategy[RuleSettings] = RuleBased()


def rule(settings: RuleSettings) -> Proposer:
    return lambda market, offers: RULE.propose(market, offers, settings)


def profit(settings: ProfitSettings) -> Proposer:
    strategy: Strategy[ProfitSettings] = ProfitMaximization()
    return lambda market, offers: strategy.propose(market, offers, settings)


def exploration(settings: ExplorationSettings) -> Proposer:
    strategy: Strategy[ExplorationSettings] = Exploration()
    return lambda market, offers: strategy.propose(market, offers, settings)


def ml_model(settings: MlSettings) -> Proposer:
    strategy: Strategy[MlSettings] = MlModel()
    return lambda market, offers: strategy.propose(market, offers, settings)


def custom(text: str) -> Proposer:
    strategy: Strategy[ExpressionSettings] = CustomExpression()
    return lambda market, offers: strategy.propose(market, offers, ExpressionSettings(text))


def python(settings: PluginSettings) -> Proposer:
    strategy: Strategy[PluginSettings] = Plugin("discount", Discount())
    return lambda market, offers: strategy.propose(market, offers, settings)


def policy(strategy: str, **rules: Any) -> Proposer:
    """What a policy with this strategy asks for, refused responses and all."""
    return Choosing(strategy, PolicyRules(**rules), date(2026, 3, 2)).propose


PROPOSERS: dict[str, Proposer] = {
    "rule_based, lowest": rule(RuleSettings(position=Position.LOWEST, offset_ppm=-10_000)),
    "rule_based, margin": rule(RuleSettings(fallback=Fallback.TARGET_MARGIN, target_margin_ppm=300_000)),
    "profit_maximization, profit": profit(ProfitSettings()),
    "profit_maximization, revenue": profit(ProfitSettings(goal=Goal.REVENUE, caution_ppm=0)),
    "profit_maximization, markdown": profit(ProfitSettings(goal=Goal.SELL_THROUGH, horizon_days=14)),
    "exploration": exploration(ExplorationSettings(share_ppm=900_000)),
    "exploration, next round": exploration(ExplorationSettings(round_key=7, step_ppm=10_000)),
    "ml_model": ml_model(MlSettings()),
    "custom": custom("if has(lowest_rival) then min(lowest_rival * 0.99, cost * 1.5) else price * 0.97"),
    "custom, rivals only": custom("median_rival * (1 - margin / 10)"),
    "python": python(PluginSettings({"share_ppm": 950_000})),
    **{f"policy: {name}": policy(name) for name in STRATEGIES},
    "policy: profit_maximization, else the rule": policy(
        "profit_maximization", without_response=WithoutResponse.RULE_BASED
    ),
    "policy: ml_model, revenue": policy("ml_model", ml=MlRules(goal=Goal.REVENUE)),
    "policy: automatic, markdown": policy(
        "automatic", profit=ProfitRules(goal=Goal.SELL_THROUGH, until=date(2026, 3, 20))
    ),
}
"""Every strategy, with settings: a new one is added here."""

every_strategy = pytest.mark.parametrize("propose", PROPOSERS.values(), ids=PROPOSERS.keys())


@every_strategy
def test_each_product_gets_a_price_or_a_hold_with_a_confidence(propose: Proposer) -> None:
    cases = random_cases(2_000, seed=5)
    found = propose(cases.catalog, cases.offers)
    assert len(found) == len(cases.catalog)
    assert ((found.confidence >= 0) & (found.confidence <= 100)).all()
    assert (found.price != MISSING).any()
    assert (found.reasons != 0).all()


@every_strategy
def test_the_same_market_gets_the_same_answer_and_is_not_changed(propose: Proposer) -> None:
    cases = random_cases(500, seed=6)
    tables = (cases.catalog, cases.catalog.response)
    every = [getattr(table, field.name) for table in tables for field in fields(table)]
    columns = [values for values in every if isinstance(values, np.ndarray)]
    before = [column.copy() for column in columns]
    first, second = propose(cases.catalog, cases.offers), propose(cases.catalog, cases.offers)
    assert (first.price == second.price).all()
    assert (first.confidence == second.confidence).all()
    assert all(
        np.array_equal(old, new, equal_nan=old.dtype == np.float64) for old, new in zip(before, columns, strict=True)
    )


@every_strategy
@pytest.mark.property_test(14)
def test_behind_the_guardrails_no_price_breaks_a_limit(propose: Proposer) -> None:
    cases = random_cases(3_000, seed=11)
    candidates = propose(cases.catalog, cases.offers)
    decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, candidates)
    proposed = decisions.having(Outcome.PROPOSED)
    assert proposed.size > 100
    assert allowed(cases.catalog, decisions.limits, decisions.price)[proposed].all()
    rows, prices = as_rows(replace(cases, candidates=candidates)), decisions.price.tolist()
    assert all(keeps_limits(rows[row], prices[row]) for row in proposed.tolist())


@every_strategy
@pytest.mark.property_test(15)
def test_every_recommendation_has_a_confidence(propose: Proposer) -> None:
    for seed in range(5):
        cases = random_cases(1_000, seed)
        decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, propose(cases.catalog, cases.offers))
        proposed = decisions.confidence[decisions.having(Outcome.PROPOSED)]
        assert ((proposed > 0) & (proposed <= 100)).all()


@every_strategy
def test_the_order_of_the_products_does_not_matter(propose: Proposer) -> None:
    cases = random_cases(1_500, seed=9)
    order = np.random.default_rng(1).permutation(len(cases.catalog))
    straight, turned = (
        propose(cases.catalog, cases.offers),
        propose(cases.catalog.take(order), cases.offers.of_products(order)),
    )
    assert np.array_equal(straight.price[order], turned.price)
    assert np.array_equal(straight.confidence[order], turned.confidence)
    assert np.array_equal(straight.reasons[order], turned.reasons)


@every_strategy
def test_one_product_alone_gets_the_answer_that_it_gets_in_the_catalog(propose: Proposer) -> None:
    cases = random_cases(200, seed=8)
    together = propose(cases.catalog, cases.offers)
    for row in range(len(cases.catalog)):
        one = np.array([row])
        alone = propose(cases.catalog.take(one), cases.offers.of_products(one))
        assert alone.price.tolist() == together.price[one].tolist()
        assert alone.confidence.tolist() == together.confidence[one].tolist()

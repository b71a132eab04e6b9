"""What every strategy promises, whatever it computes: one answer for each product, the same each time."""

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from shopwright.kit.amounts import MISSING
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, Strategy
from shopwright.pricing.strategies.rule_based import Fallback, Position, RuleBased, RuleSettings
from tests.factories.guardrails import random_cases

Proposer = Callable[[CatalogColumns, UsedOffers], Candidates]

RULE: Strategy[RuleSettings] = RuleBased()


def rule(settings: RuleSettings) -> Proposer:
    return lambda market, offers: RULE.propose(market, offers, settings)


PROPOSERS: dict[str, Proposer] = {
    "rule_based, lowest": rule(RuleSettings(position=Position.LOWEST, offset_ppm=-10_000)),
    "rule_based, margin": rule(RuleSettings(fallback=Fallback.TARGET_MARGIN, target_margin_ppm=300_000)),
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
    columns = [getattr(cases.catalog, field.name) for field in fields(cases.catalog) if field.name != "rates"]
    before = [column.copy() for column in columns]
    first, second = propose(cases.catalog, cases.offers), propose(cases.catalog, cases.offers)
    assert (first.price == second.price).all()
    assert (first.confidence == second.confidence).all()
    assert all((old == new).all() for old, new in zip(before, columns, strict=True))


@every_strategy
def test_one_product_alone_gets_the_answer_that_it_gets_in_the_catalog(propose: Proposer) -> None:
    cases = random_cases(200, seed=8)
    together = propose(cases.catalog, cases.offers)
    for row in range(len(cases.catalog)):
        one = np.array([row])
        alone = propose(cases.catalog.take(one), cases.offers.of_products(one))
        assert alone.price.tolist() == together.price[one].tolist()
        assert alone.confidence.tolist() == together.confidence[one].tolist()

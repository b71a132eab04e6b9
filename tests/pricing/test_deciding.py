"""A run's parts under rules between products: prices, sentences and margins speak of what was decided last."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.factories.pricing import NOW, amounts, catalog, offer_columns
from tests.factories.products import product_columns

from shopwright.kit.amounts import MISSING
from shopwright.pricing.assembling import Market
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.deciding import Moment, Part, decide_part, under_rules
from shopwright.pricing.margins import margin_of
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.portfolio.rules import BrandOrder, PackLadder, PackSize, PortfolioRules
from shopwright.pricing.repricing import BUILT_IN
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.rule_based import Position, RuleSettings
from shopwright.sales.domain import SalesPace

RULES = PolicyRules(
    rule=RuleSettings(position=Position.LOWEST),
    guardrails=Guardrails(max_daily_change_ppm=None, max_weekly_change_ppm=None),
)
LADDER = PortfolioRules(packs=(PackLadder((PackSize("P0", 1), PackSize("P1", 2))),))


@pytest.fixture
def market() -> Market:
    """P0 at 20.00 with a rival at 15.00; P1, two pieces, at 38.00 with one at 36.00."""
    columns = catalog({}, {"price": "38.00"})
    offers = offer_columns({"price": "15.00"}, {"product": 1, "price": "36.00"})
    products = product_columns(columns)
    pace = SalesPace(date(2026, 3, 1), 56, dict.fromkeys(products.ids, 7.0))
    return Market(products, columns, offers, ("Rival",), pace)


def parts_of(market: Market) -> list[Part]:
    """One part a product, as if each had a policy of its own."""
    policy = replace(BUILT_IN, rules=RULES)
    none, moment = np.zeros(2, dtype=np.int64), Moment(NOW, date(2026, 3, 2))
    return [decide_part(market, policy, np.array([row]), none, moment) for row in (0, 1)]


def test_without_rules_parts_come_back_as_they_are(market: Market) -> None:
    parts = parts_of(market)
    assert under_rules(market, parts, PortfolioRules()) == (parts, ())


def test_moved_prices_are_explained_by_the_rule_with_the_margin_that_they_have(market: Market) -> None:
    parts = parts_of(market)
    assert [int(part.decisions.price[0]) for part in parts] == amounts("15", "36").tolist()
    after, conflicts = under_rules(market, parts, LADDER)
    one, two = (int(part.decisions.price[0]) for part in after)
    assert (two <= 2 * one, conflicts) == (True, ())
    for part, before in zip(after, parts, strict=True):
        if part is before:
            continue
        explanation = part.explainer.of(0, "the strategy says so.", part.grounds.fact(0, None))
        assert Reason.PORTFOLIO in Reason.read(int(part.decisions.reasons[0]))
        assert explanation.sentence.endswith(": the price keeps a rule between products.")
        assert (explanation.decided_by, explanation.what_if) == ("portfolio", ())
        assert part.margin_ppm.tolist() == margin_of(part.catalog, part.decisions.price).tolist()
    assert any(part is not before for part, before in zip(after, parts, strict=True))


def test_conflicts_hold_and_are_named(market: Market) -> None:
    rules = PortfolioRules(brands=(BrandOrder("Mugs", "B0", "B1", 10_000), BrandOrder("Mugs", "B1", "B0", 10_000)))
    after, [conflict] = under_rules(market, parts_of(market), rules)
    assert (conflict.rules, conflict.rows) == (rules.words, (0, 1))
    assert [part.decisions.having(Outcome.HELD).size for part in after] == [1, 1]
    assert all(part.decisions.price[0] == MISSING for part in after)
    assert "cannot be kept" in after[0].explainer.of(0, "the strategy says so.").sentence

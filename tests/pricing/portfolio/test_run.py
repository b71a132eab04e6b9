"""Rules between products within a run: decisions in, decisions out, and nothing past the guardrails."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.factories.pricing import FREE, amounts, catalog, integers, offer_columns
from tests.factories.products import product_columns

from shopwright.kit.amounts import MISSING
from shopwright.pricing.assembling import Market
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.explanation import Explainer
from shopwright.pricing.guardrails import Decisions, allowed, guard
from shopwright.pricing.portfolio.rules import BrandOrder, PackLadder, PackSize, PortfolioRules
from shopwright.pricing.portfolio.run import Kept, keep_rules
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates
from shopwright.sales.domain import SalesPace

LADDER = PortfolioRules(packs=(PackLadder((PackSize("P0", 1), PackSize("P1", 2))),))


def market_of(*rows: dict[str, Any], weekly: float = 7.0) -> Market:
    """Products P0, P1 ... of the brands B0, B1 ... in Mugs, at 20.00 EUR with bounds of 10 and 40 unless told."""
    columns = catalog(*rows)
    products = product_columns(columns)
    pace = SalesPace(date(2026, 3, 1), 56, dict.fromkeys(products.ids, weekly))
    return Market(products, columns, offer_columns(), (), pace)


def decided(market: Market, *wanted: str | None, held: Any = None) -> Decisions:
    size = len(market.products)
    none = np.zeros(size, dtype=np.int64)
    asked = Candidates.asked(amounts(*wanted))
    return guard(market.catalog, UsedOffers.none(size), [FREE], none, asked, held)


def kept(market: Market, decisions: Decisions, rules: PortfolioRules = LADDER) -> Kept:
    return keep_rules(market, [(np.arange(len(market.products)), decisions)], rules)


def outcomes(decisions: Decisions) -> list[Outcome]:
    return [tuple(Outcome)[place] for place in decisions.outcome.tolist()]


def test_without_rules_or_without_a_broken_one_decisions_are_the_same() -> None:
    market = market_of({}, {"price": "38.00"})
    decisions = decided(market, "19.00", "37.00")
    assert kept(market, decisions, PortfolioRules()).decisions[0] is decisions
    assert kept(market, decisions).decisions[0] is decisions


def test_a_broken_rule_moves_prices_within_their_limits_and_says_so() -> None:
    market = market_of({}, {"price": "38.00"})
    decisions = decided(market, "15.00", "36.00")
    found = kept(market, decisions)
    [after] = found.decisions
    one, two = after.price.tolist()
    assert two <= 2 * one
    assert found.conflicts == ()
    assert allowed(market.catalog, after.limits, after.price).all()
    assert outcomes(after) == [Outcome.PROPOSED, Outcome.PROPOSED]
    moved = after.price != decisions.price
    assert moved.any()
    assert ((after.reasons & Reason.PORTFOLIO.bit != 0) == moved).all()
    row = int(np.flatnonzero(moved)[0])
    explained = Explainer(market.catalog, after, UsedOffers.none(2), market.offers, ()).of(row)
    assert explained.sentence.endswith("the price keeps a rule between products.")


def test_a_price_that_is_best_as_it_is_moves_for_a_rule_and_a_held_one_does_not() -> None:
    market = market_of({}, {"price": "38.00"})
    [after] = kept(market, decided(market, "15.00", "38.00")).decisions
    assert after.price[1] != MISSING or after.price[0] >= amounts("19.00")[0]
    held = np.array([0, Reason.PRICE_WAR.bit])
    [around] = kept(market, decided(market, "15.00", "37.00", held=held)).decisions
    assert outcomes(around) == [Outcome.PROPOSED, Outcome.HELD]
    assert around.price.tolist() == [int(amounts("19.00")[0]), MISSING]


def test_a_price_that_comes_back_to_the_present_one_is_no_proposal() -> None:
    market = market_of({}, {"price": "40.00"})
    held = np.array([0, Reason.IN_FLIGHT.bit])
    [after] = kept(market, decided(market, "19.00", "39.00", held=held)).decisions
    assert outcomes(after) == [Outcome.HELD, Outcome.HELD]
    assert after.price.tolist() == [MISSING, MISSING]
    assert Reason.PORTFOLIO in Reason.read(int(after.reasons[0]))


def test_rules_that_conflict_hold_their_products_and_are_named() -> None:
    rules = PortfolioRules(
        brands=(BrandOrder("Mugs", "B0", "B1", 10_000), BrandOrder("Mugs", "B1", "B0", 10_000)),
    )
    market = market_of({}, {}, {})
    found = kept(market, decided(market, "19.00", "21.00", "22.00"), rules)
    [after] = found.decisions
    assert outcomes(after) == [Outcome.HELD, Outcome.HELD, Outcome.PROPOSED]
    assert after.price.tolist() == [MISSING, MISSING, int(amounts("22.00")[0])]
    assert all(Reason.PORTFOLIO_CONFLICT in Reason.read(mask) for mask in after.reasons[:2].tolist())
    [conflict] = found.conflicts
    assert (conflict.rules, conflict.rows, conflict.rounding) == (rules.words, (0, 1), False)
    explained = Explainer(market.catalog, after, UsedOffers.none(3), market.offers, ()).of(0)
    assert explained.sentence == (
        "Keep 20.00 EUR: rules between products cannot be kept within the limits; the price is held."
    )


def test_parts_of_several_policies_are_arranged_together() -> None:
    market = market_of({}, {"price": "38.00"})
    decisions = decided(market, "15.00", "36.00")
    rows = [np.array([1]), np.array([0])]
    found = keep_rules(market, [(row, decisions.take(row)) for row in rows], LADDER)
    together = kept(market, decisions).decisions[0]
    assert [one.price.tolist() for one in found.decisions] == [[int(together.price[1])], [int(together.price[0])]]


def test_products_without_a_price_or_a_cost_are_left_out() -> None:
    market = market_of({"price": None}, {"price": "38.00"})
    decisions = decided(market, "15.00", "36.00")
    assert outcomes(decisions)[0] is Outcome.NO_PRICE
    assert kept(market, decisions).decisions[0] is decisions


@pytest.mark.parametrize("weekly", [0.0, 1_000.0])
def test_any_pace_will_do(weekly: float) -> None:
    market = market_of({}, {"price": "38.00"}, weekly=weekly)
    [after] = kept(market, decided(market, "15.00", "36.00")).decisions
    assert after.price[1] <= 2 * after.price[0]
    assert integers(*after.confidence.tolist()).min() > 0

"""What would change a price: without a limit, or without a rival."""

from dataclasses import replace

import numpy as np
import pytest
from tests.factories.pricing import FREE, NOW, amounts, catalog, integers, offer_columns
from tests.factories.responses import response

from shopwright.kit.amounts import MISSING
from shopwright.pricing.codes import LimitKind
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.comparability import Comparability, compare
from shopwright.pricing.guardrails import guard
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails, MarketReference
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.rule_based import Position, RuleBased, RuleSettings
from shopwright.pricing.what_if import ASKED_RIVALS, profit_lost_to_limits, without_limits, without_rivals

LOWEST = RuleSettings(position=Position.LOWEST)


def answers(wanted: str, product: dict[str, str], policy: Guardrails) -> dict[LimitKind, list[int]]:
    market, candidates = catalog(product), Candidates.asked(amounts(wanted))
    decisions = guard(market, UsedOffers.none(1), [policy], integers(0), candidates)
    found = without_limits(market, decisions, candidates)
    return {kind: prices.tolist() for kind, prices in found.items()}


def test_without_the_limit_that_binds_the_price_goes_to_the_next_one() -> None:
    policy = replace(FREE, max_daily_change_ppm=80_000)
    assert answers("35", {}, policy) == {LimitKind.DAILY_RISE: amounts("35").tolist()}
    assert answers("50", {}, policy) == {LimitKind.DAILY_RISE: amounts("40").tolist()}


def test_a_demanded_margin_can_be_thought_away_but_not_the_cost() -> None:
    cheap = {"cost": "10.00", "min_price": "5.00"}
    margin = replace(FREE, min_margin_ppm=300_000)
    markup = replace(FREE, min_markup_ppm=300_000)
    assert answers("8", cheap, margin) == {LimitKind.MINIMUM_MARGIN: amounts("11.90").tolist()}
    assert answers("8", cheap, markup) == {LimitKind.MINIMUM_MARKUP: amounts("11.90").tolist()}
    assert answers("8", cheap, FREE) == {LimitKind.COST: [MISSING]}


def test_without_one_of_two_contradicting_limits_there_is_a_price() -> None:
    found = answers("18", {"min_price": "30.00", "max_price": "25.00"}, FREE)
    assert found == {
        LimitKind.MINIMUM_PRICE: amounts("18.00").tolist(),
        LimitKind.MAXIMUM_PRICE: amounts("30.00").tolist(),
    }


def test_a_limit_that_shares_its_value_with_another_changes_nothing_alone() -> None:
    found = answers("5", {"min_price": "15.00", "map_price": "15.00"}, FREE)
    assert found == {LimitKind.MINIMUM_PRICE: [MISSING], LimitKind.MAP: [MISSING]}


def test_where_nothing_binds_there_is_nothing_to_ask() -> None:
    assert answers("18", {}, FREE) == {}


def test_a_held_product_stays_held_without_the_limit() -> None:
    market, candidates, held = catalog(), Candidates.asked(amounts("50")), integers(1 << 40)
    decisions = guard(market, UsedOffers.none(1), [FREE], integers(0), candidates, held)
    assert without_limits(market, decisions, candidates, held)[LimitKind.MAXIMUM_PRICE].tolist() == [MISSING]


def test_each_rival_can_be_thought_away() -> None:
    market = catalog({}, {})
    offers = offer_columns(
        {"product": 1, "price": "18.00"},
        {"product": 0, "price": "12.00"},
        {"product": 1, "price": "16.00"},
        {"product": 1, "price": "25.00"},
        {"product": 1, "price": "1.00", "own": True},
    )
    used = compare(market, offers, Comparability(), NOW)

    def propose(columns: CatalogColumns, rivals: UsedOffers) -> Candidates:
        return RuleBased().propose(columns, rivals, LOWEST)

    def ask(*rows: int, policy: Guardrails = FREE) -> list[int]:
        answers: list[int] = without_rivals(integers(*rows), market, used, [policy], integers(0, 0), propose).tolist()
        return answers

    own = amounts("16.00", None, "18.00", "16.00", None).tolist()
    assert ask(1) == own
    assert ask(0) == [MISSING] * len(offers)
    assert ask(0, 1) == own
    ceiling = replace(FREE, market_ceiling_ppm=0, market_reference=MarketReference.LOWEST)
    assert ask(1, policy=ceiling) == own


def test_of_many_rivals_the_cheapest_are_asked_for() -> None:
    market = catalog({}, {})
    offers = offer_columns(
        *({"product": product, "price": f"{15 + place}.00"} for product in (0, 1) for place in range(ASKED_RIVALS + 2))
    )
    used = compare(market, offers, Comparability(), NOW)

    def propose(columns: CatalogColumns, rivals: UsedOffers) -> Candidates:
        return RuleBased().propose(columns, rivals, LOWEST)

    found = without_rivals(integers(0, 1), market, used, [FREE], integers(0, 0), propose).tolist()
    of_one = amounts("16.00", *["15.00"] * (ASKED_RIVALS - 1), None, None).tolist()
    assert found == of_one * 2


def test_a_product_without_rivals_has_none_to_think_away() -> None:
    def propose(columns: CatalogColumns, _: UsedOffers) -> Candidates:
        return Candidates.asked(np.full(len(columns), MISSING))

    assert without_rivals(integers(0), catalog(), UsedOffers.none(1), [FREE], integers(0), propose).size == 0


def test_a_limit_costs_the_profit_between_the_wanted_price_and_the_allowed_one() -> None:
    market = replace(catalog({"tax": "0", "cost": "10.00"}), response=response(1, slope=-2.5, slope_sd=1e-6))
    policy = replace(FREE, max_daily_change_ppm=50_000)
    decisions = guard(market, UsedOffers.none(1), [policy], integers(0), Candidates.asked(amounts("16.67")))
    lost = profit_lost_to_limits(market, UsedOffers.none(1), decisions, days=28)[0] / 1_000_000
    assert decisions.price.tolist() == amounts("19").tolist()
    assert lost == pytest.approx(56 * (6.67 * (16.67 / 20) ** -2.5 - 9 * (19 / 20) ** -2.5), rel=1e-3)
    unknown = profit_lost_to_limits(catalog(), UsedOffers.none(1), decisions, days=28)
    assert np.isnan(unknown).all()

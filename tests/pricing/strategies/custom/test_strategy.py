"""Prices by expression, product by product: what it gives, what is missing, and what that does to the price."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.factories.pricing import FREE, amounts, catalog, decided, integers, rates, refused_fields, rivals_at

from shopwright.kit.amounts import INVALID, MISSING
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.guardrails import guard
from shopwright.pricing.policies import InvalidPolicy
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.evaluation import Evaluation, missing_inputs
from shopwright.pricing.strategies.custom.parsing import parse
from shopwright.pricing.strategies.custom.strategy import CustomExpression, ExpressionSettings
from shopwright.pricing.strategies.custom.syntax import InvalidExpression
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings

NOBODY = UsedOffers.none(1)


def proposed(text: str, market: CatalogColumns | None = None, offers: UsedOffers = NOBODY) -> Candidates:
    return CustomExpression().propose(catalog({}) if market is None else market, offers, ExpressionSettings(text))


def price(text: str, product: Mapping[str, Any] | None = None, offers: UsedOffers = NOBODY) -> int:
    [found] = proposed(text, catalog(product or {}), offers).price.tolist()
    return int(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("price", "20"),
        ("min(lowest_rival - 0.01 EUR, cost * 1.3)", "12.376"),  # cost 8 net is 9.52 with tax
        ("lowest_rival - 0.01 EUR", "17.99"),
        ("(lowest_rival + highest_rival) / 2", "20"),
        ("average_rival * 98 %", "19.273332"),
        ("median_rival", "19"),
        ("if stock_age > 90 days then price * 0.9 else price", "18"),
        ("if cover < 30 days and rivals >= 4 then price else cost * 2", "19.04"),
        ("price * (1 - 2 * margin / 10)", "17.904"),  # margin (20 / 1.19 - 8) / (20 / 1.19) = 52.4 %
        ("max(min_price, price - 5 EUR)", "15"),
        ("-(cost - price) + 1.5 EUR", "11.98"),
        ("price * price_index", "20.338980"),
        ("price / 3", "6.666666"),
        ("price * (stock_age / cover)", "40"),
        ("price / pack", "10"),
        ("if price = 20 EUR and not price != 20 EUR then max_price else price", "40"),
    ],
)
def test_an_expression_gives_a_price(text: str, expected: str) -> None:
    product = {"stock_age_days": 100, "cover_days": 50, "pack_quantity": 2}
    assert price(text, product, rivals_at("18", "19", "22")) == amounts(expected)[0]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("lowest_rival - 0.01 EUR", ["lowest_rival"]),
        ("min(lowest_rival, map_price, cost)", ["map_price", "lowest_rival"]),
        ("if stock_age > 90 days then price * 0.9 else price", ["stock_age"]),
        ("if has(price) then cover / 30 days * price else price", ["cover"]),
        ("first(lowest_rival, map_price)", ["map_price", "lowest_rival"]),
    ],
)
def test_where_an_input_is_missing_there_is_no_price_and_it_is_named(text: str, missing: list[str]) -> None:
    found = proposed(text)
    assert (found.price.tolist(), found.confidence.tolist()) == ([MISSING], [0])
    assert Reason.INPUT_MISSING in Reason.read(int(found.reasons[0]))
    result = Evaluation(catalog({}), NOBODY).of(parse(text))
    assert list(missing_inputs(int(result.gaps[0]))) == missing
    decisions = guard(catalog({}), NOBODY, [FREE], integers(0), found)
    assert decisions.outcome.tolist() == [Outcome.HELD.place]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first(lowest_rival, price * 0.95)", "19"),
        ("if has(lowest_rival) then lowest_rival else price", "20"),
        ("if has(lowest_rival) and lowest_rival < price then lowest_rival else cost", "9.52"),
        ("if price > 1 EUR or stock_age > 1 day then price else lowest_rival", "20"),
        ("if not has(stock_age, price) then price else cost", "20"),
    ],
)
def test_what_is_missing_does_not_matter_where_the_expression_does_without(text: str, expected: str) -> None:
    assert price(text) == amounts(expected)[0]


@pytest.mark.parametrize("text", ["price / (rivals * 1)", "price - 20 EUR", "price - 25 EUR", "price * 100000000000"])
def test_what_gives_no_amount_above_zero_is_no_price(text: str) -> None:
    found = proposed(text)
    assert found.price.tolist() == [INVALID]
    decisions = guard(catalog({}), NOBODY, [FREE], integers(0), found)
    assert decisions.outcome.tolist() == [Outcome.NO_PRICE.place]


def test_amounts_are_converted_at_the_recorded_rate_or_not_known() -> None:
    dollars = {"currency": "USD", "cost_currency": "EUR"}
    table = rates(("EUR", "USD", "1.25"))
    market = catalog(dollars, {"currency": "JPY"}, {}, table=table)
    found = proposed("price - 0.80 EUR", market, UsedOffers.none(3))
    assert found.price.tolist() == [int(amounts("19")[0]), MISSING, int(amounts("19.2")[0])]
    assert proposed("price - 1 CHF", market, UsedOffers.none(3)).price.tolist() == [MISSING] * 3


def test_the_cost_is_that_of_the_prices_basis_and_currency() -> None:
    gross, net = {"cost": "10"}, {"cost": "10", "gross": False}
    assert [price("cost", one) for one in (gross, net)] == amounts("11.9", "10").tolist()
    assert price("cost", {"tax": None}) == MISSING


def test_the_confidence_is_lowered_by_weak_matches_only_where_rivals_are_asked() -> None:
    weak = replace(rivals_at("18"), match_ppm=integers(700_000))
    sure = CustomExpression().propose(catalog({}), weak, ExpressionSettings("price", 80))
    asked = CustomExpression().propose(catalog({}), weak, ExpressionSettings("lowest_rival", 80))
    assert (sure.confidence.tolist(), asked.confidence.tolist()) == ([80], [56])


def test_settings_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(InvalidExpression) as refused:
        ExpressionSettings("price + 1")
    assert refused.value.details["faults"] == [
        {"place": 9, "length": 1, "found": "a plain number", "expected": "an amount of money"}
    ]
    with pytest.raises(InvalidStrategySettings) as out_of_range:
        ExpressionSettings(confidence=0)
    assert refused_fields(out_of_range.value) == ["confidence"]
    assert not issubclass(InvalidExpression, InvalidPolicy)


def test_guardrails_decide_over_what_an_expression_wants() -> None:
    assert price("cost * 0.5") == amounts("4.76")[0]
    assert decided("4.76").price.tolist() == amounts("10.00").tolist()


def test_an_empty_catalog_gets_an_empty_answer() -> None:
    nothing = catalog({}).take(np.zeros(0, np.int64))
    assert len(proposed("price - 1 EUR", nothing, UsedOffers.none(0))) == 0

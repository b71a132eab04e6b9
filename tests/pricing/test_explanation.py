"""Why this price: sentence, decisive limit, room, rivals left out, what would change it; as JSON without floats."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.factories.pricing import FREE, NOW, amounts, catalog, integers, offer_columns

from shopwright.kit.amounts import INVALID, MISSING
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.comparability import Comparability, compare
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.explanation import Explainer, Explanation, WhatIf, text
from shopwright.pricing.guardrails import guard
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.rule_based import RuleBased, RuleSettings
from shopwright.pricing.what_if import without_limits, without_rivals

NAMES = ("Beanhaus", "KaffeeKing")
OFFERS: tuple[Mapping[str, Any], ...] = (
    {"price": "26.00", "competitor": 1},
    {"price": "24.00", "shipping": "4.00", "competitor": 0},
    {"price": "12.00", "competitor": 1, "availability": "out_of_stock"},
)
CHARM = replace(FREE, endings={"EUR": PriceEnding.charm(Decimal("0.99"))})


def explained(
    product: dict[str, Any] | None = None,
    policy: Guardrails = FREE,
    offers: tuple[Mapping[str, Any], ...] = OFFERS,
    held: int = 0,
    wanted: str | None = None,
    why: str | None = None,
) -> Explanation:
    """Explain one product: priced by the average of its rivals, or as wanted."""
    market, table = catalog(product or {}), offer_columns(*offers)
    used = compare(market, table, Comparability(), NOW)

    def propose(products: CatalogColumns, rivals: UsedOffers) -> Candidates:
        asked = Candidates.asked(np.repeat(amounts(wanted), len(products)))
        return RuleBased().propose(products, rivals, RuleSettings()) if wanted is None else asked

    candidates = propose(market, used)
    decisions = guard(market, used, [policy], integers(0), candidates, integers(held))
    limits = without_limits(market, decisions, candidates, integers(held))
    rivals = without_rivals(decisions.having(Outcome.PROPOSED), market, used, [policy], integers(0), propose)
    return Explainer(market, decisions, used, table, NAMES, limits, rivals).of(0, why)


def test_a_free_price_is_explained_by_its_strategy() -> None:
    found = explained()
    assert found.sentence == "Raise from 20.00 to 27.00 EUR: the price follows its position among comparable rivals."
    assert (found.outcome, found.decided_by, found.proposed, found.wanted) == ("proposed", "position", "27.00", "27.00")
    assert (found.floor, found.cap, found.cost_of_limits, found.confidence) == ("10.00", "40.00", "0.00", 75)
    assert explained(why="The forecast says so.").sentence.endswith(": The forecast says so.")
    assert explained(wanted="15").sentence == "Lower from 20.00 to 15.00 EUR: as asked."


def test_a_limit_that_binds_is_named_with_what_it_costs_and_what_would_be_without_it() -> None:
    found = explained(policy=replace(FREE, max_daily_change_ppm=80_000))
    assert found.sentence == (
        "Raise from 20.00 to 21.60 EUR: the largest rise in a day is 21.60; without limits it would be 27.00."
    )
    assert (found.decided_by, found.binding, found.cost_of_limits) == ("daily_rise", ("daily_rise",), "-5.40")
    assert found.what_if == (
        WhatIf("without_limit", "daily_rise", "Without the largest rise in a day: 27.00 EUR.", "27.00"),
    )


def test_all_limits_are_listed_with_the_room_left_the_binding_one_first() -> None:
    found = explained(policy=replace(FREE, max_daily_change_ppm=80_000))
    assert [(fact.kind, fact.side, fact.source, fact.value, fact.room) for fact in found.limits] == [
        ("daily_rise", "cap", "policy", "21.60", "0.00"),
        ("daily_drop", "floor", "policy", "18.40", "3.20"),
        ("minimum_price", "floor", "product", "10.00", "11.60"),
        ("cost", "floor", "product", "9.52", "12.08"),
        ("maximum_price", "cap", "product", "40.00", "18.40"),
    ]
    assert [fact.binding for fact in found.limits] == [True, False, False, False, False]


def test_rivals_used_come_first_and_those_left_out_say_why() -> None:
    found = explained()
    assert [(rival.competitor, rival.asked, rival.equal_at, rival.used) for rival in found.rivals] == [
        ("KaffeeKing", "26", "26.00", True),
        ("Beanhaus", "24", "28.00", True),
        ("KaffeeKing", "12", None, False),
    ]
    assert found.rivals[2].excluded == ("out_of_stock",)
    assert found.rivals[2].because == "it is out of stock"
    assert found.rivals[0].because is None


def test_what_would_be_if_a_rival_ran_out_is_told_where_it_differs() -> None:
    assert explained().what_if == (
        WhatIf("rival_runs_out", "KaffeeKing", "If KaffeeKing runs out: 28.00 EUR.", "28.00"),
        WhatIf("rival_runs_out", "Beanhaus", "If Beanhaus runs out: 26.00 EUR.", "26.00"),
    )
    assert explained({"price": "26.00"}).what_if == (
        WhatIf("rival_runs_out", "KaffeeKing", "If KaffeeKing runs out: 28.00 EUR.", "28.00"),
        WhatIf("rival_runs_out", "Beanhaus", "If Beanhaus runs out: no change of price.", None),
    )
    assert explained(wanted="25.00").what_if == ()


@pytest.mark.parametrize(
    ("arguments", "sentence", "decided_by"),
    [
        ({"offers": ()}, "Keep 20.00 EUR: there is no comparable rival offer.", "no_rivals"),
        ({"product": {"price": "27.01"}}, "Keep 27.01 EUR: the wanted change is too small to be made.", "dead_band"),
        (
            {"product": {"price": "27.00"}},
            "Keep 27.00 EUR: the price follows its position among comparable rivals.",
            "position",
        ),
        (
            {"wanted": "20.00"},
            "Keep 20.00 EUR: the price in force is the best that is allowed.",
            "unchanged",
        ),
        (
            {"held": Reason.PRICE_WAR.bit, "product": {"max_price": "26.00"}},
            "Keep 20.00 EUR: we and a rival keep undercutting each other; the price is held.",
            "price_war",
        ),
        (
            {"policy": CHARM, "product": {"min_price": "26.00", "max_price": "26.50"}},
            "Keep 20.00 EUR: no allowed price ending lies between the limits.",
            "no_ending_fits",
        ),
        (
            {"product": {"max_price": "20.00"}},
            "Keep 20.00 EUR: the maximum price is 20.00; without limits it would be 27.00.",
            "maximum_price",
        ),
    ],
)
def test_why_a_price_was_not_changed_is_told_too(arguments: dict[str, Any], sentence: str, decided_by: str) -> None:
    found = explained(**arguments)
    assert (found.outcome, found.sentence, found.decided_by) == ("held", sentence, decided_by)
    assert found.proposed is None
    assert found.limits


def test_contradicting_limits_are_both_named_with_their_values() -> None:
    found = explained({"cost": "40.00", "max_price": "30.00"})
    assert found.sentence == "No price: the cost (47.60) is above the maximum price (30.00)."
    assert (found.outcome, found.decided_by, found.floor, found.cap) == ("no_price", "cost", "47.60", "30.00")
    assert {fact.kind for fact in found.limits if fact.binding} == {"cost", "maximum_price"}


def test_what_is_missing_is_said_and_no_limit_is_shown_that_is_not_known() -> None:
    found = explained({"cost": None, "max_price": None})
    assert found.sentence == "No price: the cost is missing. The maximum price is missing."
    assert found.decided_by == "cost_missing"
    assert (found.limits, found.floor, found.cap) == ((), None, None)
    assert found.details == ("The cost is missing.", "The maximum price is missing.")


def test_the_json_has_no_floats_and_is_complete() -> None:
    content = explained(policy=replace(FREE, max_daily_change_ppm=80_000)).as_json()

    def refuse(number: str) -> None:
        pytest.fail(f"{number} is a float")

    read_back = json.loads(json.dumps(content), parse_float=refuse)
    assert set(read_back) == set(Explanation.__struct_fields__)
    assert read_back["rivals"][0]["competitor"] == "KaffeeKing"
    assert read_back["limits"][0]["value"] == "21.60"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (12_340_000, 2, "12.34"),
        (12_000_000, 2, "12.00"),
        (12_000_000, 0, "12"),
        (12_345_678, 2, "12.345678"),
        (-500_000, 2, "-0.50"),
        (-1, 0, "-0.000001"),
        (0, 3, "0.000"),
        (MISSING, 2, None),
        (INVALID, 2, None),
    ],
)
def test_amounts_are_written_exactly(value: int, decimals: int, expected: str | None) -> None:
    assert text(value, decimals) == expected

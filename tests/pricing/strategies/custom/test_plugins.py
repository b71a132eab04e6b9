"""Strategies of other packages: found by name, kept in bounds, and never able to stop a run."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest
from tests.factories.guardrails import POLICIES, random_cases
from tests.factories.pricing import amounts, catalog
from tests.factories.strategies import Broken, Careless, Discount, Vandal, entry

from shopwright.kit.amounts import MISSING
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.guardrails import allowed, guard
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.plugins import GROUP, Plugin, PluginSettings, discover
from shopwright.pricing.strategies.interface import Candidates

CATALOG = catalog({}, {"price": "30.00"})
NOBODY = UsedOffers.none(2)
NOTHING = PluginSettings()


def test_strategies_are_found_by_name_and_told_their_settings() -> None:
    found = discover(["rule_based"], [entry("discount", "Discount")])
    assert (list(found.strategies), dict(found.failures)) == (["discount"], {})
    strategy = found.strategies["discount"]
    assert strategy.name == "discount"
    wanted = strategy.propose(CATALOG, NOBODY, PluginSettings({"share_ppm": 500_000}))
    assert wanted.price.tolist() == amounts("10", "15").tolist()
    assert all(Reason.PYTHON_STRATEGY in Reason.read(mask) for mask in wanted.reasons.tolist())


def test_what_cannot_be_loaded_or_has_a_name_that_is_taken_is_left_out_and_told() -> None:
    points = [
        entry("rule_based", "Discount"),
        entry("twice", "Vandal"),
        entry("twice", "Discount"),
        entry("empty", "NoStrategy"),
        entry("gone", "Nobody"),
        EntryPoint("nowhere", "no_such_package:Strategy", GROUP),
    ]
    found = discover(["rule_based"], points)
    assert list(found.strategies) == ["twice"]
    assert {told.split(" = ")[0] for told in found.failures} == {"rule_based", "twice", "empty", "gone", "nowhere"}
    assert found.failures["rule_based = tests.factories.strategies:Discount"] == "Another strategy has this name."
    assert "no method propose" in found.failures["empty = tests.factories.strategies:NoStrategy"]


def test_this_installation_is_asked_where_nothing_is_given() -> None:
    assert not discover([]).failures


@pytest.mark.property_test(45)
@pytest.mark.parametrize(
    "inner",
    [
        Broken(),
        Careless(None),
        Careless(Candidates.asked(amounts("1"))),
        Careless(Candidates(np.ones(2), np.ones(2, np.int64), np.zeros(2, np.int64))),  # type: ignore[arg-type]
        Careless([1, 2]),
    ],
)
def test_one_that_fails_moves_no_price_and_says_so(inner: Broken | Careless) -> None:
    wanted = Plugin("odd", inner).propose(CATALOG, NOBODY, NOTHING)
    assert (wanted.price.tolist(), wanted.confidence.tolist()) == ([MISSING] * 2, [0, 0])
    assert [Reason.read(mask) for mask in wanted.reasons.tolist()] == [(Reason.STRATEGY_FAILED,)] * 2


def test_it_cannot_change_what_it_is_given_or_the_reasons_of_others() -> None:
    before = [CATALOG.price.copy(), CATALOG.cost.copy(), CATALOG.rates.numerator.copy()]
    wanted = Plugin("vandal", Vandal()).propose(CATALOG, NOBODY, NOTHING)
    assert wanted.price.tolist() == [1, 1]
    now = [CATALOG.price, CATALOG.cost, CATALOG.rates.numerator]
    assert all(np.array_equal(old, new) for old, new in zip(before, now, strict=True))
    unknown = Candidates(CATALOG.price, np.zeros(2, np.int64), np.full(2, 1 << 61))
    answer = Plugin("careless", Careless(unknown)).propose(CATALOG, NOBODY, NOTHING)
    assert [Reason.read(mask) for mask in answer.reasons.tolist()] == [(Reason.PYTHON_STRATEGY,)] * 2
    assert answer.confidence.tolist() == [1, 1]


@pytest.mark.property_test(14)
@pytest.mark.parametrize("inner", [Discount(), Vandal()])
def test_whatever_it_wants_no_price_breaks_a_limit(inner: Discount | Vandal) -> None:
    cases = random_cases(3_000, seed=21)
    wanted = Plugin("other", inner).propose(cases.catalog, cases.offers, NOTHING)
    decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, wanted)
    rows = decisions.having(Outcome.PROPOSED)
    assert rows.size > 50
    assert allowed(cases.catalog, decisions.limits, decisions.price)[rows].all()

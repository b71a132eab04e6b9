"""Laws of the guardrails: no price below a floor or above a cap, whatever comes in, and the nearest one where one fits."""

from collections import Counter

import pytest

from shopwright.kit.amounts import MISSING
from shopwright.pricing.codes import Outcome
from shopwright.pricing.guardrails import guard
from tests.factories.guardrails import POLICIES, random_cases
from tests.pricing.oracle import HELD, NO_PRICE, Answer, answer, as_rows

_PLACES = {Outcome.PROPOSED.place: "price", Outcome.HELD.place: "held", Outcome.NO_PRICE.place: "no price"}


@pytest.mark.slow
@pytest.mark.property_test(14)
def test_a_million_cases_are_decided_as_the_oracle_decides_them() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(10):
        cases = random_cases(100_000, seed)
        decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, cases.candidates)
        decided = zip(decisions.outcome.tolist(), decisions.price.tolist(), strict=True)
        for case, (outcome, price) in zip(as_rows(cases), decided, strict=True):
            expected = answer(case)
            kind = _PLACES[outcome]
            found = Answer(price) if kind == "price" else HELD if kind == "held" else NO_PRICE
            assert found == expected, case
            assert (price == MISSING) == (kind != "price")
            kinds[kind] += 1
    assert kinds.total() == 1_000_000
    assert min(kinds.values()) > 50_000
    print(kinds)

"""Laws of the guardrails: no price below a floor or above a cap, whatever comes in, and the nearest one where one fits."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.codes import Outcome
from shopwright.pricing.comparability import Comparability, compare
from shopwright.pricing.guardrails import allowed, guard
from shopwright.pricing.limits import resolve_limits
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.rule_based import Fallback, Position, RuleBased, RuleSettings
from tests.factories.guardrails import POLICIES, random_cases
from tests.factories.pricing import FREE, NOW, catalog, integers, offer_columns
from tests.pricing.oracle import HELD, NO_PRICE, answer, as_rows, keeps_limits


@pytest.mark.slow
@pytest.mark.property_test(14)
def test_a_million_cases_are_decided_as_the_oracle_decides_them() -> None:
    counts: Counter[str] = Counter()
    for seed in range(10):
        cases = random_cases(100_000, seed)
        decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, cases.candidates)
        counts.update(decisions.counts)
        expected = np.array([answer(case) for case in as_rows(cases)])
        found = decisions.price.copy()
        found[decisions.having(Outcome.HELD)] = HELD
        found[decisions.having(Outcome.NO_PRICE)] = NO_PRICE
        wrong = np.flatnonzero(found != expected)
        assert not wrong.size, (as_rows(cases)[wrong[0]], found[wrong[0]], expected[wrong[0]])
        assert ((decisions.price != MISSING) == (found > 0)).all()
    # Enough of each, so that neither refusing nor allowing everything would pass.
    assert counts.total() == 1_000_000
    assert min(counts.values()) > 100_000


@pytest.mark.property_test(14)
def test_every_proposed_price_keeps_each_limit_by_its_definition() -> None:
    cases = random_cases(40_000, seed=99)
    decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, cases.candidates)
    rows, prices = as_rows(cases), decisions.price.tolist()
    proposed = decisions.having(Outcome.PROPOSED).tolist()
    assert len(proposed) > 10_000
    for row in proposed:
        assert keeps_limits(rows[row], prices[row]), rows[row]


@pytest.mark.property_test(14)
def test_the_final_check_agrees_with_the_definitions_on_prices_next_to_every_limit() -> None:
    cases = random_cases(10_000, seed=7)
    limits = resolve_limits(cases.catalog, cases.offers, POLICIES, cases.policy_of)
    rows, fit = as_rows(cases), limits.reasons == 0
    verdicts: Counter[bool] = Counter()
    for bound in (limits.floor, limits.cap):
        for step in (-1, 0, 1):
            price = np.where(fit, bound + step * limits.unit, MISSING)
            sound = allowed(cases.catalog, limits, price)
            for row in np.flatnonzero(fit & (price > 0)).tolist():
                assert keeps_limits(rows[row], int(price[row]), endings=False) == sound[row], rows[row]
                verdicts[bool(sound[row])] += 1
    assert min(verdicts.values()) > 1_000


_TEXT = st.decimals(min_value="-5", max_value="500", places=3).map(str) | st.sampled_from(
    [None, "0", "NaN", "Infinity"]
)
_SENSIBLE = st.decimals(min_value="1", max_value="100", places=2).map(str)


@pytest.mark.property_test(14)
@given(
    wanted=_TEXT,
    faults=st.fixed_dictionaries({}, optional=dict.fromkeys(("cost", "min_price", "max_price", "map_price"), _TEXT)),
    sensible=st.fixed_dictionaries(dict.fromkeys(("price", "cost", "min_price", "max_price"), _SENSIBLE)),
    margin=st.integers(0, 900_000),
)
def test_a_proposed_price_has_its_margin_and_lies_between_bounds_that_are_both_there(
    wanted: str | None, faults: dict[str, str | None], sensible: dict[str, str], margin: int
) -> None:
    product = {**sensible, **faults}
    market = catalog(product)
    candidates = Candidates.asked(market.take(integers(0)).price if wanted is None else _amount(wanted))
    policy = replace(FREE, min_margin_ppm=margin)
    decisions = guard(market, UsedOffers.none(1), [policy], integers(0), candidates)
    if decisions.outcome[0] != Outcome.PROPOSED.place:
        assert decisions.price[0] == MISSING
        return
    cost, low, high = (Decimal(product[name] or "NaN") for name in ("cost", "min_price", "max_price"))
    price = Decimal(int(decisions.price[0])) / SCALE
    net = price / Decimal("1.19")
    assert cost > 0
    assert low <= price <= high
    assert (net - cost) / net >= Decimal(margin) / SCALE - Decimal("1e-20")


def _amount(value: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return catalog({"price": value}).price


_OFFER = st.fixed_dictionaries(
    {"price": _SENSIBLE},
    optional={
        "match": st.decimals(min_value=0, max_value=1, places=3).map(str),
        "match_state": st.sampled_from(["automatic", "confirmed", "review"]),
        "shipping": st.sampled_from([None, "0", "4.99"]),
        "condition": st.sampled_from(["new", "unknown"]),
    },
)


@pytest.mark.property_test(15, 10)
@given(
    offers=st.lists(_OFFER, max_size=6),
    position=st.sampled_from(Position),
    fallback=st.sampled_from(Fallback),
)
def test_every_recommendation_has_a_confidence_from_0_to_100_lowered_by_a_match_below_080(
    offers: list[dict[str, str | None]], position: Position, fallback: Fallback
) -> None:
    market = catalog()
    gate = Comparability(use_weak_matches=True, outlier_low_ppm=0, outlier_high_ppm=1_000 * SCALE)
    settings = RuleSettings(position=position, fallback=fallback, target_margin_ppm=300_000)

    def confidence(rows: list[dict[str, str | None]]) -> int:
        used = compare(market, offer_columns(*rows), gate, NOW)
        wanted = RuleBased().propose(market, used, settings)
        decided = guard(market, used, [FREE], integers(0), wanted).confidence
        return int(decided[0])

    found = confidence(offers)
    assert 0 <= found <= 100
    sure = [{**offer, "match": "0.99", "match_state": "automatic"} for offer in offers]
    weak = [offer for offer in offers if _is_weak(offer)]
    if weak:
        assert found < confidence(sure)
    else:
        assert found == confidence(sure)


def _is_weak(offer: dict[str, str | None]) -> bool:
    state, match = offer.get("match_state", "automatic"), Decimal(offer.get("match", "0.95") or 0)
    return state != "confirmed" and (match < Decimal("0.8") or (state == "review" and match < 1))

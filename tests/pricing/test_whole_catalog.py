"""A whole catalog at once: fast enough that nobody prices one product at a time, and equal to doing so."""

import numpy as np
from tests.factories.guardrails import POLICIES, Cases, random_cases
from tests.factories.pricing import NOW

from shopwright.kit.amounts import MISSING, usable
from shopwright.pricing.comparability import Comparability, OfferColumns, compare
from shopwright.pricing.guardrails import guard
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.rule_based import Position, RuleBased, RuleSettings

RULE = RuleSettings(position=Position.LOWEST, offset_ppm=-10_000)


def five_rivals_each(cases: Cases, seed: int) -> OfferColumns:
    random = np.random.default_rng(seed)
    product = np.repeat(np.arange(len(cases.catalog)), 5)
    size, price = product.size, cases.catalog.price[product]
    near = np.where(usable(price), np.minimum(price, 10**15), 10**7) * random.uniform(0.8, 1.3, size)
    return OfferColumns.of(
        product=product,
        competitor=random.integers(0, 50, size),
        price=near.astype(np.int64),
        currency=cases.catalog.currency[product],
        gross=cases.catalog.gross[product],
        availability=random.choice(3, size, p=[0.8, 0.15, 0.05]),
        condition=random.choice(4, size, p=[0.9, 0.04, 0.03, 0.03]),
        seen_at=NOW - random.integers(0, 100_000, size),
        match_ppm=random.integers(700_000, 1_000_000, size),
        match_state=random.choice(5, size, p=[0.7, 0.2, 0.05, 0.03, 0.02]),
        shipping=np.where(random.random(size) < 0.3, MISSING, 3_990_000),
    )


def test_fifty_thousand_products_with_five_rivals_each_are_decided_at_once() -> None:
    cases = random_cases(50_000, seed=3)
    offers = five_rivals_each(cases, seed=3)
    used = compare(cases.catalog, offers, Comparability(), NOW)
    candidates = RuleBased().propose(cases.catalog, used, RULE)
    decisions = guard(cases.catalog, used, POLICIES, cases.policy_of, candidates)
    assert min(decisions.counts.values()) > 1_000


def test_a_product_alone_is_decided_as_in_the_catalog() -> None:
    cases = random_cases(300, seed=4)
    offers = five_rivals_each(cases, seed=4)
    used = compare(cases.catalog, offers, Comparability(), NOW)
    candidates = RuleBased().propose(cases.catalog, used, RULE)
    together = guard(cases.catalog, used, POLICIES, cases.policy_of, candidates)
    for row in range(300):
        one = np.array([row])
        alone_used = compare(cases.catalog.take(one), offers.of_product(row), Comparability(), NOW)
        wanted: Candidates = RuleBased().propose(cases.catalog.take(one), alone_used, RULE)
        alone = guard(cases.catalog.take(one), alone_used, POLICIES, cases.policy_of[one], wanted)
        assert alone.price.tolist() == together.price[one].tolist()
        assert alone.reasons.tolist() == together.reasons[one].tolist()
        assert alone.binding.tolist() == together.binding[one].tolist()

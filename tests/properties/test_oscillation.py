"""Laws of the detector of oscillation: what turns far and often enough is held, and nothing else is."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.kit.amounts import MISSING, SCALE, Integers
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.guardrails import guard
from shopwright.pricing.oscillation import Swings, find_swings
from shopwright.pricing.wars import OURS, BrakeRules, PriceMoves, find_wars
from tests.factories.guardrails import POLICIES, random_cases
from tests.factories.pricing import NOW, integers

prices = st.integers(1, 10**9).map(lambda cents: cents * 10_000)
# Cents around 100, so that swings of all sizes from nothing to a half occur.
near = st.integers(7_000, 13_000).map(lambda cents: cents * 10_000)
paths = st.lists(st.one_of(near, prices), max_size=25)
least = st.integers(1, 200_000)


def swings(path: list[int], min_swing_ppm: int) -> Swings:
    """The swings of one product."""
    return find_swings(np.zeros(len(path), np.int64), np.array(path, np.int64), 1, min_swing_ppm)


def turning_points(path: list[int], min_swing_ppm: int) -> list[int]:
    """The extremes of the zigzag, from the definition, in exact fractions: the turns are those between the ends."""

    def apart(one: int, other: int) -> bool:
        return Fraction(abs(one - other), max(one, other)) >= Fraction(min_swing_ppm, SCALE)

    points: list[int] = []
    for end, price in enumerate(path):
        if not points:
            seen = path[: end + 1]
            far = [one for one in (min(seen), max(seen)) if apart(one, price)]
            if far:
                points = [far[0], price]
            continue
        rising = points[-1] > points[-2]
        if (price > points[-1]) is rising:
            points[-1] = price
        elif apart(price, points[-1]):
            points.append(price)
    return points


@given(path=paths, min_swing_ppm=least)
def test_turns_are_those_of_the_definition(path: list[int], min_swing_ppm: int) -> None:
    found, points = swings(path, min_swing_ppm), turning_points(path, min_swing_ppm)
    assert found.turns.tolist() == [max(len(points) - 2, 0)]
    if len(points) > 2:
        legs = [(min(pair), max(pair)) for pair in pairwise(points)]
        assert found.amplitude_ppm.tolist() == [max((high - low) * SCALE // high for low, high in legs)]
        assert found.amplitude_ppm[0] >= min_swing_ppm
    else:
        assert found.amplitude_ppm.tolist() == [0]


@given(path=st.lists(prices, max_size=25), min_swing_ppm=least, falling=st.booleans())
def test_a_price_that_only_rises_or_only_falls_never_oscillates(
    path: list[int], min_swing_ppm: int, *, falling: bool
) -> None:
    assert swings(sorted(path, reverse=falling), min_swing_ppm).turns.tolist() == [0]


@given(path=paths, min_swing_ppm=least)
def test_it_is_the_same_read_backwards_and_with_every_price_said_twice(path: list[int], min_swing_ppm: int) -> None:
    turns = swings(path, min_swing_ppm).turns.tolist()
    assert swings([price for price in path for _ in range(2)], min_swing_ppm).turns.tolist() == turns
    assert swings(path[::-1], min_swing_ppm).turns.tolist() == turns


@given(path=paths, low=least, more=least)
def test_a_larger_least_swing_never_finds_more_turns(path: list[int], low: int, more: int) -> None:
    assert swings(path, low + more).turns[0] <= swings(path, low).turns[0]


@given(together=st.lists(paths, min_size=1, max_size=6), min_swing_ppm=least, seed=st.integers(0, 2**32 - 1))
def test_products_say_nothing_about_each_other(together: list[list[int]], min_swing_ppm: int, seed: int) -> None:
    product = np.array([row for row, path in enumerate(together) for _ in path], np.int64)
    price = np.array([one for path in together for one in path], np.int64)
    mixed = np.argsort(np.random.default_rng(seed).random(len(product)) * 0.5 + _within(product), kind="stable")
    found = find_swings(product[mixed], price[mixed], len(together), min_swing_ppm)
    alone = [swings(path, min_swing_ppm) for path in together]
    assert found.turns.tolist() == [int(one.turns[0]) for one in alone]
    assert found.amplitude_ppm.tolist() == [int(one.amplitude_ppm[0]) for one in alone]


def _within(product: Integers) -> Integers:
    """The place of each row among those of its product: sorted by it, each product keeps its order."""
    return np.arange(len(product)) - np.searchsorted(product, product)


@given(
    turns=st.integers(0, 12),
    swing_ppm=st.integers(1_000, 400_000),
    rules=st.builds(BrakeRules, swings=st.integers(1, 6), min_swing_ppm=st.integers(1_000, 400_000)),
    started_before=st.booleans(),
)
def test_exactly_prices_that_swing_far_and_often_enough_are_held(
    turns: int, swing_ppm: int, rules: BrakeRules, *, started_before: bool
) -> None:
    high = 100 * SCALE
    low = high - high * swing_ppm // SCALE
    path = [(high, low)[move % 2] for move in range(turns + 2)]
    at = [NOW - 3_600 * (len(path) - move) for move in range(len(path))]
    if started_before:
        at[0] = NOW - 86_400 * (rules.window_days + 5)
    moves = PriceMoves(integers(*[0] * len(path)), integers(*[OURS] * len(path)), integers(*at), integers(*path))
    held = Reason.OSCILLATION in Reason.read(int(find_wars(moves, 1, rules, NOW).reasons[0]))
    assert held is (turns >= rules.swings and swing_ppm >= rules.min_swing_ppm)


@pytest.mark.property_test(14)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1))
def test_a_held_price_is_never_replaced_and_says_why(seed: int, share: float) -> None:
    cases = random_cases(40, seed)
    oscillates = np.random.default_rng(seed).random(40) < share
    held = np.where(oscillates, Reason.OSCILLATION.bit, 0)
    decisions = guard(cases.catalog, cases.offers, POLICIES, cases.policy_of, cases.candidates, held)
    assert (decisions.price[oscillates] == MISSING).all()
    assert not np.isin(decisions.having(Outcome.PROPOSED), np.flatnonzero(oscillates)).any()
    kept = np.intersect1d(decisions.having(Outcome.HELD), np.flatnonzero(oscillates))
    assert (decisions.reasons[kept] & Reason.OSCILLATION.bit != 0).all()

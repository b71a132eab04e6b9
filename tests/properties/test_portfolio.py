"""Laws of rules between products: limits first, then the rules exactly, then the least loss; else nothing moves."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.portfolio.arranging import Wanted, arrange
from shopwright.pricing.portfolio.rules import (
    BrandOrder,
    Constraint,
    MarginTarget,
    PackLadder,
    PackSize,
    PortfolioRules,
    constraints_of,
)
from tests.factories.portfolio import CENTS, CHARM, members

seeds = st.integers(0, 2**32 - 1)
_CENT = 10_000


def random_prices(rng: np.random.Generator, size: int, room: float, ending: PriceEnding = CENTS) -> Wanted:
    """Prices on an ending within [floor, cap], each within `room` of it; some are fixed."""
    goal = rng.integers(200, 3_000, size) * _CENT
    floor = np.floor(goal * (1 - room * rng.random(size)) / _CENT).astype(np.int64) * _CENT - 100 * _CENT
    cap = np.ceil(goal * (1 + room * rng.random(size)) / _CENT).astype(np.int64) * _CENT + 100 * _CENT
    floor = np.maximum(floor, _CENT)
    price = ending.nearest(goal, floor, cap)
    assert (price != MISSING).all()
    fixed = rng.random(size) < 0.15
    return Wanted(
        price=price,
        floor=np.where(fixed, price, floor),
        cap=np.where(fixed, price, cap),
        unit=np.full(size, _CENT),
        endings=[ending],
        ending_of=np.zeros(size, np.int64),
        curve=10.0 ** rng.uniform(-3, 2, size),
    )


def random_rules(rng: np.random.Generator, size: int) -> tuple[PortfolioRules, list[Constraint]]:
    """Ladders, orders and targets over products of three brands."""
    skus = [f"P{n}" for n in range(size)]
    brands = [("Acme", "Basic", "Coup")[n] for n in rng.integers(0, 3, size)]
    ladders = []
    for _ in range(int(rng.integers(0, 3))):
        chosen = rng.choice(size, min(size, int(rng.integers(2, 5))), replace=False)
        ladders.append(PackLadder(tuple(PackSize(skus[row], 1 + at) for at, row in enumerate(chosen.tolist()))))
    orders = [
        BrandOrder("Mugs", upper, lower, int(rng.integers(0, 300_000)))
        for upper, lower in (("Acme", "Basic"), ("Basic", "Coup"))
        if rng.random() < 0.4
    ]
    targets = [MarginTarget("Mugs", int(rng.integers(0, 700_000)))] if rng.random() < 0.5 else []
    rules = PortfolioRules(tuple(ladders), tuple(orders), tuple(targets))
    costs = [str(n) for n in rng.integers(1, 15, size)]
    given = members(skus, brands, costs, rng.uniform(0.1, 50, size).tolist(), tax_ppm=int(rng.choice([0, 190_000])))
    return rules, constraints_of(rules, given)


@settings(max_examples=150)
@given(seed=seeds, size=st.integers(2, 9), room=st.sampled_from([0.1, 0.5, 2.0]), charm=st.booleans())
@pytest.mark.property_test(14)
def test_limits_endings_and_rules_hold_exactly_or_nothing_moves(
    seed: int, size: int, room: float, *, charm: bool
) -> None:
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, size, room, CHARM if charm else CENTS)
    rules, constraints = random_rules(rng, size)
    found = arrange(prices, constraints)
    exact = found.price.tolist()
    assert ((found.price >= prices.floor) & (found.price <= prices.cap)).all()
    moved = found.price != prices.price
    assert prices.endings[0].allows(found.price[moved]).all()
    conflicting = {row for one in found.conflicts for row in one.rows}
    assert not moved[sorted(conflicting)].any()
    named = {rule for one in found.conflicts for rule in one.rules}
    for one in constraints:
        free = [row for row in one.rows if prices.movable[row]]
        if not free:
            assert one.holds(exact) or one.rule in named
        elif not set(free) & conflicting:
            assert one.holds(exact), rules.words[one.rule]


@given(seed=seeds, size=st.integers(2, 9))
def test_nothing_moves_where_nothing_is_violated(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, size, 0.5)
    _, constraints = random_rules(rng, size)
    exact = prices.price.tolist()
    kept = [one for one in constraints if one.holds(exact)]
    found = arrange(prices, kept)
    assert (found.price.tolist(), found.conflicts) == (exact, ())


@given(seed=seeds, size=st.integers(2, 9), room=st.sampled_from([0.1, 0.5]))
def test_what_is_arranged_once_stays(seed: int, size: int, room: float) -> None:
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, size, room)
    _, constraints = random_rules(rng, size)
    found = arrange(prices, constraints)
    if not found.conflicts:
        again = Wanted(
            found.price, prices.floor, prices.cap, prices.unit, prices.endings, prices.ending_of, prices.curve
        )
        assert arrange(again, constraints).price.tolist() == found.price.tolist()


@settings(max_examples=100)
@given(seed=seeds)
def test_no_other_prices_lose_much_less(seed: int) -> None:
    """Against all prices on a grid of two or three products: chords may cost a tenth of the loss, and cents a little."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 4))
    price = rng.integers(20, 60, size) * 100_000
    grid = PriceEnding.step(CENTS.modulus * 10)
    prices = Wanted(
        price=price,
        floor=price - 8 * 100_000,
        cap=price + 8 * 100_000,
        unit=np.full(size, _CENT),
        endings=[grid],
        ending_of=np.zeros(size, np.int64),
        curve=10.0 ** rng.uniform(-1, 1, size),
    )
    _, constraints = random_rules(rng, size)
    found = arrange(prices, constraints)
    steps = range(-8, 9)
    losses = [
        float(sum(prices.curve * (np.array(move) * 0.1) ** 2))
        for move in product(steps, repeat=size)
        if all(one.holds((price + np.array(move) * 100_000).tolist()) for one in constraints)
    ]
    if found.conflicts:
        rounding = any(one.rounding for one in found.conflicts)
        assert not losses or rounding
        assert not losses
    else:
        lost = float(sum(prices.curve * ((found.price - price) / SCALE) ** 2))
        step = float(sum(prices.curve)) * 0.1**2
        assert lost <= 1.25 * min(losses) + step


@given(seed=seeds, size=st.integers(2, 7))
def test_the_rules_that_are_named_conflict_and_without_any_of_them_they_do_not(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, size, 0.02)
    _, constraints = random_rules(rng, size)
    for conflict in arrange(prices, constraints).conflicts:
        named = [one for one in constraints if one.rule in conflict.rules]
        if not conflict.rounding:
            assert any(not one.rounding for one in arrange(prices, named).conflicts)

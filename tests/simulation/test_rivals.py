"""Each behaviour does what it says, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.rivals import (
    BEHAVIOURS,
    Behaviour,
    Erratic,
    Follow,
    MatchLowest,
    OutOfStock,
    Premium,
    RivalView,
    Undercut,
)
from shopwright.simulation.spec import RivalKind

SIZE = 400


def view(**changes: float) -> RivalView:
    """A market in which everybody asks 1,000, the rival may go down to 700, and one other is out of stock."""
    asked = {"price": 1_000.0, "ours": 1_000.0, "other": 1_000.0, "reference": 1_000.0, "floor": 700.0} | changes
    row = {name: np.full(SIZE, value) for name, value in asked.items()}
    return RivalView(
        price=row["price"],
        available=np.ones(SIZE, dtype=np.bool_),
        ours=row["ours"],
        others=np.stack([row["other"], np.full(SIZE, np.nan)]),
        reference=row["reference"],
        floor=row["floor"],
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_the_lowest_price_is_that_of_anybody_who_can_deliver() -> None:
    assert view(other=900.0).lowest().tolist() == [900.0] * SIZE
    assert view(ours=800.0, other=np.nan).lowest().tolist() == [800.0] * SIZE


def test_match_lowest_takes_the_lowest_price_where_it_looks(rng: np.random.Generator) -> None:
    found = MatchLowest(attention=1.0, reset=0.0).act(view(ours=930.0, other=910.0), rng).price
    assert found.tolist() == [910.0] * SIZE


def test_match_lowest_stops_at_its_floor_and_at_its_cap(rng: np.random.Generator) -> None:
    eager = MatchLowest(attention=1.0, reset=0.0)
    assert eager.act(view(ours=400.0), rng).price.tolist() == [700.0] * SIZE
    assert eager.act(view(ours=3_000.0, other=3_000.0), rng).price.tolist() == [1_250.0] * SIZE


def test_match_lowest_looks_at_some_products_a_day_and_goes_back_to_usual_on_a_few(rng: np.random.Generator) -> None:
    found = MatchLowest(attention=0.3, reset=0.1).act(view(price=950.0, ours=900.0), rng).price
    assert set(found.tolist()) == {900.0, 950.0, 1_000.0}
    assert np.mean(found == 900.0) == pytest.approx(0.3, abs=0.07)
    assert np.mean(found == 1_000.0) == pytest.approx(0.1, abs=0.05)


def test_follow_closes_a_share_of_the_distance_to_our_price(rng: np.random.Generator) -> None:
    follower = Follow(gap=-0.05, speed=0.5)
    assert follower.act(view(ours=1_200.0, other=800.0), rng).price == pytest.approx(np.full(SIZE, 1_070.0))
    assert follower.act(view(ours=400.0), rng).price == pytest.approx(np.full(SIZE, 700.0))


def test_premium_stays_above_the_usual_price_whatever_others_do(rng: np.random.Generator) -> None:
    snob = Premium(markup=0.1, revision=1.0)
    low, high = (snob.act(view(ours=ours, other=ours), np.random.default_rng(1)).price for ours in (700.0, 1_400.0))
    assert np.array_equal(low, high)
    assert low.mean() == pytest.approx(1_100.0, abs=5)
    assert np.array_equal(Premium(revision=0.0).act(view(price=1_080.0), rng).price, np.full(SIZE, 1_080.0))


def test_erratic_jumps_about_without_looking_at_anybody() -> None:
    wild = Erratic(restless=1.0, spread=0.1)
    low, high = (wild.act(view(ours=ours), np.random.default_rng(1)).price for ours in (700.0, 1_400.0))
    assert np.array_equal(low, high)
    assert np.std(np.log(low)) == pytest.approx(0.1, rel=0.15)


def test_erratic_comes_back_to_the_usual_price(rng: np.random.Generator) -> None:
    here = view(price=1_250.0)
    for _ in range(40):
        here = replace(here, price=Erratic().act(here, rng).price)
    assert np.median(here.price) == pytest.approx(1_000.0, rel=0.03)


def test_out_of_stock_prices_as_its_inner_behaviour_and_is_absent_for_a_third_of_the_time() -> None:
    scarce = OutOfStock(Follow(gap=0.0, speed=1.0))
    rng, here, present = np.random.default_rng(2), view(ours=900.0), []
    for _ in range(120):
        action = scarce.act(here, rng)
        here = replace(here, available=action.available)
        present.append(action.available.mean())
    assert np.array_equal(scarce.act(here, rng).price, np.full(SIZE, 900.0))
    assert np.mean(present[30:]) == pytest.approx(0.14 / 0.22, abs=0.05)


def test_others_are_nearly_always_in_stock() -> None:
    rng, here, present = np.random.default_rng(2), view(), []
    for _ in range(120):
        here = replace(here, available=Follow().act(here, rng).available)
        present.append(here.available.mean())
    assert np.mean(present) > 0.95


def test_undercut_goes_below_the_lowest_and_holds_where_it_is_the_lowest(rng: np.random.Generator) -> None:
    fighter = Undercut(step=0.02, attention=1.0)
    assert fighter.act(view(ours=950.0), rng).price == pytest.approx(np.full(SIZE, 931.0))
    assert fighter.act(view(price=900.0, ours=950.0), rng).price == pytest.approx(np.full(SIZE, 900.0))
    assert fighter.act(view(ours=500.0, other=500.0), rng).price == pytest.approx(np.full(SIZE, 700.0))


def test_two_undercutters_drive_each_other_to_the_floor(rng: np.random.Generator) -> None:
    one = other = np.full(SIZE, 1_000.0)
    fighter = Undercut(attention=1.0)
    for _ in range(80):
        here = view()
        one = fighter.act(replace(here, price=one, others=other[None, :]), rng).price
        other = fighter.act(replace(here, price=other, others=one[None, :]), rng).price
    assert np.array_equal(one, np.full(SIZE, 700.0))
    assert np.array_equal(other, np.full(SIZE, 700.0))


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=list(BEHAVIOURS))
def test_none_goes_under_its_floor_or_forgets_a_product(behaviour: Behaviour, rng: np.random.Generator) -> None:
    here = view(ours=650.0, other=640.0)
    for _ in range(50):
        action = behaviour.act(here, rng)
        here = replace(here, price=action.price, available=action.available)
        assert action.price.shape == action.available.shape == (SIZE,)
        assert action.price.min() >= 700.0


def test_every_kind_of_rival_has_a_behaviour() -> None:
    assert set(BEHAVIOURS) == set(RivalKind)

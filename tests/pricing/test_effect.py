"""Expected effect: the textbook figures, and nothing where something is not known."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.pricing import amounts, catalog

from shopwright.kit.amounts import MISSING
from shopwright.pricing.effect import Effect, Elasticity, expected_effect

NET = {"gross": False, "price": "20.00", "cost": "10.00"}


def effect(
    price: str | None,
    low: float = -3.0,
    middle: float = -2.0,
    high: float = -1.0,
    units: float = 100.0,
    product: dict[str, Any] = NET,
) -> Effect:
    elasticity = Elasticity(*(np.array([value]) for value in (low, middle, high)))
    return expected_effect(catalog(product), amounts(price), np.array([units]), elasticity)


def test_a_price_of_half_sells_four_times_at_elasticity_minus_two() -> None:
    found = effect("10.00", product={**NET, "cost": "5.00"})
    assert found.units[:, 0].tolist() == [200.0, 400.0, 800.0]
    assert found.revenue[:, 0].tolist() == amounts("2000", "4000", "8000").tolist()
    assert found.profit[:, 0].tolist() == amounts("1000", "2000", "4000").tolist()
    assert found.gain[:, 0].tolist() == amounts("-500", "500", "2500").tolist()


def test_figures_are_net_of_tax() -> None:
    gross = {"gross": True, "tax": "0.25", "price": "25.00", "cost": "10.00"}
    found = effect("12.50", product=gross)
    assert found.revenue[1].tolist() == amounts("4000").tolist()
    assert found.profit[1].tolist() == [0]


def test_staying_gains_nothing_and_cannot_lose() -> None:
    found = effect("20.00")
    assert found.gain[:, 0].tolist() == [0, 0, 0]
    assert found.loss_chance.tolist() == [0.0]


def test_the_chance_of_a_loss_is_a_half_where_the_middle_breaks_even() -> None:
    # 100 x (20 - 10) = 100 x (16/20)^e x (16 - 10)  =>  e = ln(10/6) / ln(0.8)
    even = np.log(10 / 6) / np.log(0.8)
    found = effect("16.00", low=even - 1, middle=even, high=even + 1)
    assert found.loss_chance[0] == pytest.approx(0.5)
    surely = effect("16.00", low=-9.0, middle=-8.5, high=-8.0)
    assert surely.loss_chance[0] < 0.001
    dearer = effect("24.00", low=-0.6, middle=-0.5, high=-0.4)
    assert dearer.loss_chance[0] < 0.001


def test_a_sure_elasticity_wins_or_loses_surely() -> None:
    assert effect("16.00", -2.0, -2.0, -2.0).loss_chance.tolist() == [1.0]
    assert effect("16.00", -3.0, -3.0, -3.0).loss_chance.tolist() == [0.0]


def test_selling_at_cost_loses_what_is_earned_now_and_nothing_if_nothing_is() -> None:
    assert effect("10.00").loss_chance.tolist() == [1.0]
    assert effect("24.00", product={**NET, "cost": "20.00"}).loss_chance.tolist() == [0.0]


@pytest.mark.parametrize(
    "found",
    [
        effect(None),
        effect("16.00", units=float("nan")),
        effect("16.00", units=-1.0),
        effect("16.00", low=float("nan"), middle=float("nan"), high=float("nan")),
        effect("16.00", product={**NET, "price": None}),
    ],
)
def test_what_is_not_known_is_not_expected(found: Effect) -> None:
    assert np.isnan(found.units).all()
    assert np.isnan(found.loss_chance).all()
    assert set(found.gain[:, 0].tolist()) == {MISSING}


def test_units_are_known_without_a_cost_but_profit_is_not() -> None:
    found = effect("16.00", product={**NET, "cost": None})
    assert np.isfinite(found.units).all()
    assert set(found.profit[:, 0].tolist()) == {MISSING}
    assert np.isnan(found.loss_chance).all()


@given(
    price=st.integers(1_001, 6_000),
    middle=st.floats(-6, -0.1),
    width=st.floats(0.01, 3),
    units=st.floats(0, 1e4),
)
def test_intervals_are_in_order_and_chances_are_chances(price: int, middle: float, width: float, units: float) -> None:
    found = effect(f"{price / 100:.2f}", middle - width, middle, middle + width, units)
    assert (np.diff(found.units, axis=0) >= 0).all()
    assert (np.diff(found.profit, axis=0) >= 0).all()
    assert (np.diff(found.gain, axis=0) >= 0).all()
    assert 0 <= found.loss_chance[0] <= 1

"""Levels of stock hold what they promise, for demand of every kind."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import nbinom

from shopwright.demand.forecasting.forecast import LEVELS
from shopwright.inventory.replenishment import Demand, InvalidReplenishment, advise, normal_demand, order_up_to

STEPS = np.array(LEVELS)


def counts(mean: float, spread: float, products: int = 1) -> Demand:
    """Return negative binomial demand, known by the quantiles of a forecast."""
    shape = 1 / spread
    known = nbinom.ppf(STEPS, shape, shape / (shape + mean))
    return Demand(np.full(products, mean), STEPS, np.repeat(known[:, None], products, axis=1))


@pytest.mark.parametrize("mean", [0.3, 2.0, 15.0, 400.0])
@pytest.mark.parametrize("spread", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_level_is_that_of_the_distribution_that_the_quantiles_came_from(
    mean: float, spread: float, level: float
) -> None:
    shape = 1 / spread
    exact = nbinom.ppf(level, shape, shape / (shape + mean))
    assert order_up_to(counts(mean, spread), level)[0] == pytest.approx(exact, abs=1.0 + 0.05 * exact)


def test_slow_products_need_more_than_the_normal_says() -> None:
    rng = np.random.default_rng(0)
    weeks = rng.negative_binomial(0.05, 0.05 / (0.05 + 1.0), (400, 60_000 // 400)).astype(float)
    normal = order_up_to(normal_demand(weeks.reshape(1, -1), 1, LEVELS), 0.99)
    ours = order_up_to(counts(1.0, 20.0), 0.99)
    missed = [(weeks > level[0]).mean() for level in (ours, normal)]
    assert abs(missed[0] - 0.01) < abs(missed[1] - 0.01)


def test_a_higher_service_level_never_needs_less_and_more_demand_never_either() -> None:
    demand = counts(3.0, 1.0, products=4)
    levels = [order_up_to(demand, level) for level in (0.05, 0.3, 0.5, 0.9, 0.95, 0.975, 0.99, 0.999)]
    assert (np.diff(levels, axis=0) >= 0).all()
    busier = order_up_to(demand.stretched(np.array([1.0, 1.5, 2.0, 3.0])), 0.95)
    assert (np.diff(busier) >= 0).all()
    assert busier[3] > busier[0]


def test_the_normal_one_is_mean_and_deviation_of_what_is_known() -> None:
    history = np.array([[4.0, 6.0, np.nan, 5.0, 5.0], [np.nan] * 5])
    found = normal_demand(history, 4, [0.1, 0.5, 0.95])
    deviation = np.sqrt(2 / 3 * 4)
    np.testing.assert_allclose(found.quantiles[:, 0], 20 + ndtri([0.1, 0.5, 0.95]) * deviation)
    np.testing.assert_array_equal(found.quantiles[:, 1], 0)


def test_advice_fills_up_to_the_level_and_asks_for_nothing_above_it() -> None:
    demand = counts(10.0, 0.3, products=3)
    found = advise(demand, 0.95, np.array([0.0, 12.0, 60.0]))
    assert (found.order_up_to == found.order_up_to[0]).all()
    np.testing.assert_array_equal(found.order, [found.order_up_to[0], found.order_up_to[0] - 12, 0])
    np.testing.assert_array_equal(found.safety_stock, found.order_up_to - 10)


def test_what_never_sells_needs_no_stock() -> None:
    none = Demand(np.zeros(2), STEPS, np.zeros((STEPS.size, 2)))
    found = advise(none, 0.99, np.zeros(2))
    assert not np.stack([found.order_up_to, found.safety_stock, found.order]).any()


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 95.0])
def test_a_service_level_is_a_share(level: float) -> None:
    with pytest.raises(InvalidReplenishment):
        order_up_to(counts(1.0, 1.0), level)


@pytest.mark.parametrize(
    ("levels", "shape"), [([0.5, 0.9], (3, 1)), ([0.9, 0.5], (2, 1)), ([0.0, 0.5], (2, 1)), ([0.5], (1, 1))]
)
def test_quantiles_that_are_none_are_refused(levels: list[float], shape: tuple[int, int]) -> None:
    with pytest.raises(InvalidReplenishment):
        Demand(np.ones(1), np.array(levels), np.ones(shape))

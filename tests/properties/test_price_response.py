"""Laws of price response: for any prices and sales, however odd."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.demand.elasticity.estimation import HierarchicalResponse
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.slopes import Slopes
from shopwright.demand.elasticity.trials import propose_trials

locations, scales = st.floats(-20.0, 5.0), st.floats(1e-3, 5.0)
_FEW = Refusal.TOO_FEW_CHANGES | Refusal.TOO_FEW_SALES | Refusal.NO_PRICE | Refusal.TOO_LITTLE_VARIATION


@given(location=locations, scale=scales, step=st.floats(-0.7, 0.7))
def test_a_slope_is_below_zero_with_its_mean_inside_every_interval(location: float, scale: float, step: float) -> None:
    slope = Slopes.of(np.array([location]), np.array([scale]))
    low, high = slope.interval(0.999)
    assert low[0] <= slope.mean[0] <= high[0] < 0
    assert 0 < slope.sd[0] <= scale
    growth = slope.log_growth(np.array([[step]]))[0, 0]
    assert growth >= slope.mean[0] * step - 1e-6, "Jensen: the mean of a convex function"
    assert np.sign(np.round(growth, 5)) in {0.0, -np.sign(step)}


@st.composite
def histories(draw: st.DrawFn) -> PriceHistory:
    """Any history of a few products: prices that never move or leap, no sales or thousands, gaps everywhere."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    products, periods = draw(st.integers(1, 5)), draw(st.integers(1, 40))
    shape = (products, periods)
    leap, chance = draw(st.sampled_from([0.0, 0.005, 0.2, 1.5])), draw(st.sampled_from([0.0, 0.1, 1.0]))
    price = np.exp(np.cumsum(leap * rng.standard_normal(shape) * (rng.random(shape) < chance), axis=1).clip(-3, 3))
    level = np.array([draw(st.sampled_from([0.0, 0.1, 5.0, 3_000.0])) for _ in range(products)])
    quantity = rng.poisson(level[:, None] * np.exp(draw(st.floats(-5, 2)) * np.log(price)).clip(0, 1e4)).astype(float)
    gaps = rng.random(shape) < draw(st.sampled_from([0.0, 0.3, 1.0]))
    return PriceHistory.of_panel(
        np.where(gaps, np.nan, quantity),
        price,
        rng.integers(0, 2, products),
        controls={"promotion": (rng.random(shape) < 0.2).astype(np.float64)},
        competitors=np.where(rng.random((2, *shape)) < 0.3, np.nan, price * rng.uniform(0.5, 2.0, (2, *shape))),
        available=rng.random(shape) < draw(st.sampled_from([0.2, 1.0])),
        periods_a_year=draw(st.sampled_from([12.0, 52.18, 365.25])),
    )


@pytest.mark.property_test(25)
@given(history=histories())
def test_any_history_is_answered_below_zero_and_too_little_is_refused(history: PriceHistory) -> None:
    fitted = HierarchicalResponse().fit(history)
    response = fitted.response
    low, high = response.interval()
    finite = (response.elasticity, response.elasticity_sd, low, high, response.base_units, response.cross)
    assert all(np.isfinite(values).all() for values in finite)
    assert ((low <= response.elasticity) & (response.elasticity <= high) & (high < 0)).all()
    ratios = np.tile([0.9, 1.0, 1.1], (len(response), 1))
    assert (np.diff(response.relative_units(ratios), axis=1) < 0).all()
    usable = history.usable
    for product in range(history.products):
        prices = history.price[usable & (history.series == product)]
        if np.unique(prices).size <= 1:
            assert response.refused(_FEW)[product], "a price that never moved says nothing"
    trials = propose_trials(response, fitted.weekly_precision)
    assert ((trials.step > 0) & (trials.step <= 0.10) & (trials.weeks > 0)).all()

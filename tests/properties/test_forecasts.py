"""The laws of demand (SPEC section 16), for panels of every kind."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.panel import Frequency, Plan, SalesPanel
from tests.factories.panels import FIRST, random_panel

seeds = st.integers(0, 2**32 - 1)
horizons = st.lists(st.sampled_from([1, 7, 14, 30, 60, 90]), min_size=1, max_size=3, unique=True)


@pytest.mark.property_test(21)
@settings(max_examples=100, deadline=None)
@given(seed=seeds, wanted=horizons, frequency=st.sampled_from(list(Frequency)), priced=st.booleans())
def test_every_configured_horizon_is_forecast_with_ordered_intervals(
    seed: int, wanted: list[int], frequency: Frequency, priced: bool
) -> None:
    panel = random_panel(seed, products=6, periods=70, frequency=frequency, priced=priced)
    found = BatchForecaster().fit(panel).forecast(wanted)
    assert sorted(found.totals) == sorted(wanted)
    assert found.mean.shape == (6, max(wanted))
    for mean, bounds, quantiles in [
        (found.mean, found.bounds, found.quantiles),
        *((total.mean, total.bounds, total.quantiles) for total in found.totals.values()),
    ]:
        assert np.isfinite(mean).all()
        assert (mean >= 0).all()
        assert (bounds >= 0).all()
        assert (np.diff(bounds, axis=0) >= 0).all()
        assert (np.diff(quantiles, axis=0) >= 0).all()


@pytest.mark.property_test(22)
@settings(max_examples=100, deadline=None)
@given(seed=seeds, busy=st.integers(0, 6), factor=st.floats(1.8, 4.0))
def test_a_week_with_a_busy_day_is_detected_and_the_busy_day_is_forecast_higher(
    seed: int, busy: int, factor: float
) -> None:
    rng = np.random.default_rng(seed)
    periods = np.arange(140)
    shape = np.where(periods % 7 == busy, factor, 1.0)
    panel = SalesPanel(first=FIRST, value=rng.poisson(rng.lognormal(2, 0.5, 12)[:, None] * shape).astype(float))
    found = BatchForecaster().fit(panel).forecast([7])
    assert (found.season.weekly > 0).all()
    assert (found.mean[:, :7].argmax(axis=1) == busy).all()
    rest = np.delete(found.mean[:, :7], busy, axis=1).mean(axis=1)
    np.testing.assert_allclose(found.mean[:, busy] / rest, factor, rtol=0.35)


@pytest.mark.property_test(22)
@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_no_season_is_detected_where_there_is_none(seed: int) -> None:
    value = np.random.default_rng(seed).poisson(8.0, (20, 210)).astype(float)
    found = BatchForecaster().fit(SalesPanel(first=FIRST, value=value)).forecast([7])
    assert not found.season.found.any()


@pytest.mark.property_test(25)
@settings(max_examples=100, deadline=None)
@given(seed=seeds, days=st.integers(1, 29))
def test_too_little_data_is_said_and_lowers_the_confidence(seed: int, days: int) -> None:
    panel = random_panel(seed, products=20, periods=150)
    value = panel.value.copy()
    value[:5, : 150 - days] = np.nan
    found = BatchForecaster().fit(SalesPanel(first=FIRST, value=value, group=panel.group)).forecast([30])
    assert found.too_short[:5].all()
    assert (found.confidence[:5] <= 40).all()
    assert (found.history[:5] == days).all()


@pytest.mark.property_test(21)
@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_days_out_of_stock_are_not_taken_for_days_without_demand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    value = rng.poisson(rng.lognormal(1.5, 0.6, 40)[:, None] * np.ones(200)).astype(float)
    out = np.repeat(rng.random((40, 29)) < 0.3, 7, axis=1)[:, :200]
    usual = BatchForecaster().fit(SalesPanel(first=FIRST, value=value)).forecast([28]).mean.sum()
    emptied = np.where(out, 0.0, value)
    masked = BatchForecaster().fit(SalesPanel(first=FIRST, value=emptied, in_stock=~out)).forecast([28]).mean.sum()
    naive = BatchForecaster().fit(SalesPanel(first=FIRST, value=emptied)).forecast([28]).mean.sum()
    assert abs(masked / usual - 1) < 0.06
    assert naive / usual < 0.9


@pytest.mark.property_test(30)
@settings(max_examples=100, deadline=None)
@given(seed=seeds, cuts=st.lists(st.booleans(), min_size=12, max_size=12))
def test_products_are_forecast_together_whatever_their_order(seed: int, cuts: list[bool]) -> None:
    panel = random_panel(seed, products=12, periods=90, priced=True)
    order = np.argsort(np.array(cuts), kind="stable")
    plan = Plan(price=np.full((12, 14), 10.0), promo=np.zeros((12, 14)))
    one = BatchForecaster().fit(panel).forecast([14], plan)
    other = BatchForecaster().fit(panel.take(order)).forecast([14], plan)
    np.testing.assert_allclose(other.mean, one.mean[order], rtol=1e-5, atol=1e-8)

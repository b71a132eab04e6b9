"""What every forecaster promises, however it computes: a new one is added to FORECASTERS and passes as it is."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.boosted import CombinedForecaster
from shopwright.demand.forecasting.forecast import LEVELS, Forecast, Forecaster
from shopwright.demand.forecasting.naive import SeasonalNaive
from shopwright.demand.forecasting.panel import Frequency, Plan, SalesPanel
from tests.factories.panels import FIRST, random_panel

FORECASTERS: dict[str, Callable[[], Forecaster]] = {
    "batch": BatchForecaster,
    "combined": CombinedForecaster,
    "seasonal naive": SeasonalNaive,
}
HORIZONS = (7, 30, 90)
PANELS = {
    "days": random_panel(1),
    "days with prices": random_panel(2, priced=True),
    "weeks": random_panel(3, frequency=Frequency.WEEKLY, periods=110, priced=True),
    "a fortnight": random_panel(4, periods=14),
    "a day": random_panel(6, periods=1),
    "two days with prices": random_panel(7, periods=2, priced=True),
    "one product": random_panel(5, products=1),
}

every_forecaster = pytest.mark.parametrize("make", FORECASTERS.values(), ids=FORECASTERS.keys())
every_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())


def plan_of(panel: SalesPanel, ahead: int) -> Plan:
    """Take the last prices for the plan, and a promotion in the first week."""
    if panel.price is None:
        return Plan()
    promo = np.zeros((panel.products, ahead))
    promo[:, :7] = 1.0
    return Plan(price=np.repeat(panel.price[:, -1:], ahead, axis=1), promo=promo)


def answer(make: Callable[[], Forecaster], panel: SalesPanel) -> Forecast:
    return make().fit(panel).forecast(HORIZONS, plan_of(panel, max(HORIZONS)))


def same(one: Forecast, other: Forecast) -> bool:
    return all(
        np.allclose(left, right, rtol=1e-9, atol=1e-9)
        for left, right in [
            (one.mean, other.mean),
            (one.quantiles, other.quantiles),
            (one.bounds, other.bounds),
            (one.confidence, other.confidence),
            *((one.totals[h].quantiles, other.totals[h].quantiles) for h in HORIZONS),
            *((one.totals[h].bounds, other.totals[h].bounds) for h in HORIZONS),
        ]
    )


@every_forecaster
@every_panel
def test_each_product_gets_whole_ordered_answers_that_are_not_negative(
    make: Callable[[], Forecaster], panel: SalesPanel
) -> None:
    found = answer(make, panel)
    assert found.mean.shape == (panel.products, 90)
    assert found.quantiles.shape == (len(LEVELS), panel.products, 90)
    assert found.bounds.shape == (4, panel.products, 90)
    arrays = [found.mean, found.quantiles, found.bounds]
    arrays += [array for total in found.totals.values() for array in (total.mean, total.quantiles, total.bounds)]
    assert all(np.isfinite(array).all() and (array >= 0).all() for array in arrays)
    for ordered in (found.quantiles, found.bounds, *(total.quantiles for total in found.totals.values())):
        assert (np.diff(ordered, axis=0) >= 0).all()
    assert ((found.confidence >= 0) & (found.confidence <= 100)).all()
    assert found.too_short.tolist() == (found.history < 30).tolist()


@every_forecaster
@every_panel
def test_the_narrower_interval_lies_within_the_wider(make: Callable[[], Forecaster], panel: SalesPanel) -> None:
    found = answer(make, panel)
    for low_95, low_80, high_80, high_95 in (found.bounds, *(total.bounds for total in found.totals.values())):
        assert (low_95 <= low_80).all()
        assert (low_80 <= high_80).all()
        assert (high_80 <= high_95).all()


@every_forecaster
@every_panel
def test_totals_expect_the_sum_of_their_periods(make: Callable[[], Forecaster], panel: SalesPanel) -> None:
    found = answer(make, panel)
    for horizon, total in found.totals.items():
        np.testing.assert_allclose(total.mean, found.mean[:, :horizon].sum(axis=1), rtol=1e-9, atol=1e-12)


@every_forecaster
@every_panel
def test_the_same_panel_gets_the_same_answer_and_is_not_changed(
    make: Callable[[], Forecaster], panel: SalesPanel
) -> None:
    before = panel.value.copy()
    assert same(answer(make, panel), answer(make, panel))
    np.testing.assert_array_equal(panel.value, before)


@every_forecaster
@every_panel
def test_the_order_of_products_changes_nothing(make: Callable[[], Forecaster], panel: SalesPanel) -> None:
    order = np.random.default_rng(0).permutation(panel.products)
    found, moved = answer(make, panel), answer(make, panel.take(order))
    np.testing.assert_allclose(moved.mean, found.mean[order], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(moved.quantiles, found.quantiles[:, order], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(moved.totals[90].bounds, found.totals[90].bounds[:, order], rtol=1e-4, atol=1e-6)


@every_forecaster
def test_what_was_sold_on_masked_days_teaches_nothing(make: Callable[[], Forecaster]) -> None:
    panel = random_panel(6)
    assert panel.in_stock is not None
    wild = replace(panel, value=np.where(panel.in_stock | np.isnan(panel.value), panel.value, 1e6))
    assert same(answer(make, panel), answer(make, wild))


@every_forecaster
def test_nothing_after_the_end_of_a_panel_is_seen(make: Callable[[], Forecaster]) -> None:
    panel = random_panel(7)
    later = replace(panel, value=np.concatenate([panel.value[:, :150], 50 * panel.value[:, 150:]], axis=1))
    assert same(answer(make, panel.until(150)), answer(make, later.until(150)))


@every_forecaster
@pytest.mark.parametrize("frequency", list(Frequency))
def test_what_never_changes_is_forecast_to_stay(make: Callable[[], Forecaster], frequency: Frequency) -> None:
    units = np.array([1.0, 4.0, 37.0, 500.0])
    panel = SalesPanel(first=FIRST, value=np.repeat(units[:, None], 160, axis=1), frequency=frequency)
    found = answer(make, panel)
    np.testing.assert_allclose(found.mean, np.repeat(units[:, None], 90, axis=1), rtol=1e-6)
    assert (found.bounds[1] <= found.mean + 1e-6).all()
    assert (found.bounds[2] >= found.mean - 1e-6).all()


@every_forecaster
def test_what_never_sold_is_forecast_not_to_sell(make: Callable[[], Forecaster]) -> None:
    panel = SalesPanel(first=FIRST, value=np.zeros((3, 100)))
    found = answer(make, panel)
    assert (found.mean == 0).all()
    assert (found.bounds == 0).all()


@every_forecaster
def test_twice_the_units_are_about_twice_the_forecast(make: Callable[[], Forecaster]) -> None:
    panel = random_panel(8, priced=True)
    panel = replace(panel, value=20 * panel.value)
    once, twice = answer(make, panel), answer(make, replace(panel, value=2 * panel.value))
    np.testing.assert_allclose(twice.mean.sum(axis=1), 2 * once.mean.sum(axis=1), rtol=0.05)


@every_forecaster
def test_a_product_that_nothing_is_known_of_gets_an_answer(make: Callable[[], Forecaster]) -> None:
    panel = random_panel(9)
    value = panel.value.copy()
    value[4] = np.nan
    found = answer(make, replace(panel, value=value))
    assert np.isfinite(found.quantiles).all()
    assert found.history[4] == 0
    assert found.too_short[4]

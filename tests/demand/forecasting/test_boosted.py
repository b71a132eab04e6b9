"""The boosted model beside the batch one, where LightGBM is installed."""

from dataclasses import replace

import numpy as np
import pytest
from tests.factories.panels import FIRST, random_panel

from shopwright.demand.forecasting import boosted
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.boosted import CombinedForecaster
from shopwright.demand.forecasting.panel import SalesPanel

needs_lightgbm = pytest.mark.skipif(not boosted.can_boost(), reason="the extra `boost` is not installed")


@needs_lightgbm
def test_the_order_of_products_and_the_run_change_nothing() -> None:
    panel = random_panel(1, products=80, periods=240)
    order = np.random.default_rng(2).permutation(80)
    found = CombinedForecaster(seed=3).fit(panel)
    assert found.boosted_
    again = CombinedForecaster(seed=3).fit(panel.take(order)).forecast([30])
    np.testing.assert_allclose(again.mean, found.forecast([30]).mean[order], rtol=1e-4)


@needs_lightgbm
def test_what_comes_after_a_jump_is_learnt_from_other_products() -> None:
    """Sales jump and fall back: a line through levels cannot say so, a tree can."""
    rng = np.random.default_rng(4)
    products, periods = 300, 330
    mean = np.repeat(rng.lognormal(2.5, 0.4, products)[:, None], periods, axis=1)
    starts = rng.integers(0, 60, products)[:, None] + 60 * np.arange(6)
    for row in range(products):
        for start in starts[row]:
            mean[row, start : start + 14] *= 4.0
    units = rng.poisson(mean).astype(float)
    panel = SalesPanel(first=FIRST, value=units[:, :302])
    errors = [
        np.abs(model.fit(panel).forecast([28]).mean - mean[:, 302:]).mean()
        for model in (BatchForecaster(), CombinedForecaster())
    ]
    assert errors[1] < errors[0]


def test_without_lightgbm_or_with_little_history_the_batch_method_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = random_panel(5, products=80, periods=240)
    few = CombinedForecaster().fit(replace(panel.until(40)))
    assert not few.boosted_
    monkeypatch.setattr(boosted, "find_spec", lambda _name: None)
    alone = CombinedForecaster().fit(panel)
    assert not alone.boosted_
    np.testing.assert_array_equal(alone.forecast([7]).mean, BatchForecaster().fit(panel).forecast([7]).mean)

import numpy as np
import pytest
from tests.factories.panels import FIRST, random_panel

from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.forecast import Forecast
from shopwright.demand.forecasting.panel import Floats, SalesPanel
from shopwright.demand.forecasting.reconciliation import Coherent, grouped, reconcile, whole_shop

HORIZONS = [7, 28]


def forecasts(panel: SalesPanel) -> tuple[Forecast, Forecast, Forecast]:
    one, two, three = [BatchForecaster().fit(p).forecast(HORIZONS) for p in (panel, grouped(panel), whole_shop(panel))]
    return one, two, three


def summed(values: Floats, panel: SalesPanel) -> Floats:
    member = panel.groups[None, :] == np.arange(int(panel.groups.max()) + 1)[:, None]
    sums: Floats = member.astype(float) @ values
    return sums


@pytest.fixture(scope="module")
def panel() -> SalesPanel:
    return random_panel(1, products=40, groups=4)


@pytest.fixture(scope="module")
def coherent(panel: SalesPanel) -> Coherent:
    return reconcile(*forecasts(panel), panel.groups)


def test_products_add_up_to_groups_and_groups_to_the_whole(panel: SalesPanel, coherent: Coherent) -> None:
    np.testing.assert_allclose(summed(coherent.products.mean, panel), coherent.groups.mean, rtol=1e-9)
    np.testing.assert_allclose(coherent.groups.mean.sum(axis=0), coherent.whole.mean[0], rtol=1e-9)
    for horizon in HORIZONS:
        total = coherent.whole.totals[horizon].mean
        np.testing.assert_allclose(coherent.products.totals[horizon].mean.sum(), total, rtol=1e-9)


def test_nothing_falls_below_zero_and_intervals_stay_nested(coherent: Coherent) -> None:
    for one in (coherent.products, coherent.groups, coherent.whole):
        assert (one.mean >= 0).all()
        assert (np.diff(one.bounds, axis=0) >= -1e-9).all()
        assert (np.diff(one.quantiles, axis=0) >= -1e-9).all()


def test_what_adds_up_already_stays(panel: SalesPanel, coherent: Coherent) -> None:
    again = reconcile(coherent.products, coherent.groups, coherent.whole, panel.groups)
    np.testing.assert_allclose(again.products.mean, coherent.products.mean, rtol=1e-9)


def test_whoever_is_less_sure_moves_more(panel: SalesPanel) -> None:
    products, groups, whole = forecasts(panel)
    found = reconcile(products, groups, whole, panel.groups)
    moved = np.abs(found.products.mean - products.mean).sum(axis=1) / np.maximum(products.mean.sum(axis=1), 1e-9)
    bounds = products.totals[28].bounds
    doubt = (bounds[2] - bounds[1]) ** 2 / np.maximum(products.mean.sum(axis=1), 1e-9)
    inside = panel.groups == 0
    assert np.corrcoef(moved[inside], doubt[inside])[0, 1] > 0


def test_a_group_holds_what_its_products_sold_and_a_mean_for_what_is_unknown() -> None:
    value = np.array([[2.0, 4.0, 6.0], [np.nan, 10.0, 20.0], [1.0, 1.0, 1.0]])
    stocked = np.array([[True, True, True], [True, True, False], [True, True, True]])
    panel = SalesPanel(first=FIRST, value=value, group=np.array([0, 0, 1]), in_stock=stocked)
    assert grouped(panel).value.tolist() == [[2, 14, 16], [1, 1, 1]]
    assert whole_shop(panel).value.tolist() == [[3, 15, 17]]

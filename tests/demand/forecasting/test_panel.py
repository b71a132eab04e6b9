from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.factories.panels import FIRST

from shopwright.demand.forecasting.panel import InvalidPanel, SalesPanel, known_demand


def test_returns_are_taken_from_the_sale_that_can_bear_them() -> None:
    panel = SalesPanel(first=FIRST, value=np.array([[3.0, 9.0, 2.0, -4.0, 1.0, -50.0]]))
    assert known_demand(panel).tolist() == [[3.0, 5.0, 2.0, 0.0, 1.0, 0.0]]


def test_days_out_of_stock_are_not_known() -> None:
    panel = SalesPanel(first=FIRST, value=np.array([[3.0, 0.0]]), in_stock=np.array([[True, False]]))
    np.testing.assert_array_equal(known_demand(panel), [[3.0, np.nan]])


@pytest.mark.parametrize("name", ["price", "promo", "in_stock", "group"])
def test_columns_of_another_shape_are_refused(name: str) -> None:
    wrong: Any = {name: np.ones((3, 3))}
    with pytest.raises(InvalidPanel):
        replace(SalesPanel(first=FIRST, value=np.ones((2, 3))), **wrong)
    with pytest.raises(InvalidPanel):
        SalesPanel(first=FIRST, value=np.ones(3))


def test_a_panel_is_cut_by_time_and_by_product() -> None:
    panel = SalesPanel(first=FIRST, value=np.arange(6.0).reshape(2, 3), group=np.array([7, 3]), price=np.ones((2, 3)))
    assert panel.until(2).value.tolist() == [[0, 1], [3, 4]]
    assert panel.take(np.array([1])).value.tolist() == [[3, 4, 5]]
    assert panel.groups.tolist() == [1, 0]
    assert panel.plan(1, 5).promo is None
    assert panel.days(1)[-1] == np.datetime64("2024-01-04")

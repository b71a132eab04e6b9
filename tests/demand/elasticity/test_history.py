from typing import Any

import numpy as np
import pytest

from shopwright.demand.elasticity.history import InvalidPriceHistory, PriceHistory


def table(**changed: Any) -> PriceHistory:
    columns: dict[str, Any] = {
        "series": np.array([1, 0, 0, 1]),
        "period": np.array([3, 1, 0, 2]),
        "quantity": np.array([5.0, 1.0, np.nan, 4.0]),
        "price": np.array([2.0, 9.0, 9.0, 0.0]),
        "group": np.array([0, 0]),
    }
    return PriceHistory.of_table(**{**columns, **changed})


def test_rows_are_ordered_and_only_known_ones_are_usable() -> None:
    history = table(available=np.array([True, True, True, True]))
    assert history.series.tolist() == [0, 0, 1, 1]
    assert history.period.tolist() == [0, 1, 2, 3]
    assert history.usable.tolist() == [False, True, False, True]
    assert table(available=np.array([False, True, True, True])).usable.tolist() == [False, True, False, False]
    assert (len(history), history.products) == (4, 2)


def test_a_panel_becomes_rows() -> None:
    units, price = np.arange(6.0).reshape(2, 3), np.full((2, 3), 4.0)
    rivals = np.stack([price, price + 1, price * np.nan])
    history = PriceHistory.of_panel(units, price, np.array([0, 1]), controls={"promotion": units}, competitors=rivals)
    assert history.quantity.tolist() == [0, 1, 2, 3, 4, 5]
    assert history.controls[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert history.competitors[0, :2].tolist() == [4, 5]
    assert np.isnan(history.competitors[:, 2]).all()
    kept = history.keep(history.period > 0)
    assert (len(kept), kept.products) == (4, 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"price": np.ones(3)},
        {"group": np.array([0])},
        {"period": np.array([2, 1, 0, 2])},
    ],
    ids=["length", "group", "twice"],
)
def test_columns_that_do_not_belong_together_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises((InvalidPriceHistory, IndexError)) as caught:
        table(**changed)
    assert not isinstance(caught.value, InvalidPriceHistory) or caught.value.code == "invalid_price_history"


def test_a_control_without_a_name_is_refused() -> None:
    good = table()
    with pytest.raises(InvalidPriceHistory, match="name"):
        PriceHistory(
            series=good.series,
            period=good.period,
            quantity=good.quantity,
            price=good.price,
            group=good.group,
            controls=np.zeros((4, 1)),
            competitors=good.competitors,
            available=good.available,
            periods_a_year=12.0,
        )

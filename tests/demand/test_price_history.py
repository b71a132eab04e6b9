from uuid import uuid4

import numpy as np
import pytest

from shopwright.demand.forecasting.panel import Floats, SalesPanel
from shopwright.demand.price_history import RivalView, price_history_of, promoted_days
from shopwright.demand.responses import RivalPrices

MUG, POT, GONE = uuid4(), uuid4(), uuid4()
OURS = np.full((2, 4), 10.0)


def half(ours: Floats, rivals: Floats) -> Floats:
    assert ours.shape == rivals.shape[1:]
    return np.full(len(ours), 0.5)


def seen(*rows: tuple[int, int, int, float]) -> RivalPrices:
    """Rows of product, rival, day, price."""
    product, rival, day = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    return RivalPrices([MUG, POT], product, rival, day, np.array([row[3] for row in rows]))


def test_a_rivals_price_holds_until_the_next_and_the_first_from_the_beginning() -> None:
    view = RivalView.of(OURS, seen((0, 0, 1, 8.0), (0, 0, 3, 9.0)), half)
    assert view.level[0] == pytest.approx([8, 8, 8, 9])
    assert np.isnan(view.level[1]).all()
    assert view.count.tolist() == [1, 0]
    assert view.recent[0] == pytest.approx(np.log([8, 8, 8, 9]).mean())
    assert np.isnan(view.recent[1])
    assert view.follow.tolist() == [0.5, 0]


def test_a_rival_that_ran_out_counts_as_a_dear_one_and_none_is_dearer_than_that() -> None:
    view = RivalView.of(OURS, seen((0, 0, 0, 8.0), (0, 0, 2, np.nan), (1, 0, 0, 50.0)), half)
    assert view.level[0] == pytest.approx([8, 8, 13, 13])
    assert view.level[1] == pytest.approx([13, 13, 13, 13])
    assert view.recent == pytest.approx([np.log(8), np.log(50)])


def test_rivals_stand_together_as_the_mean_of_their_logarithms() -> None:
    view = RivalView.of(OURS, seen((0, 0, 0, 8.0), (0, 1, 0, 12.5)), half)
    assert view.level[0] == pytest.approx(np.full(4, 10.0))
    assert view.count.tolist() == [2, 0]
    assert view.follow.tolist() == [0.5, 0]


def test_days_outside_of_the_history_and_unknown_own_prices_do_no_harm() -> None:
    unknown = np.array([[np.nan, np.nan, 10, 10], [np.nan] * 4])
    view = RivalView.of(unknown, seen((0, 0, -1, 8.0), (0, 0, 4, 9.0), (1, 0, 1, 8.0)), half)
    assert np.isnan(view.level[0]).all()
    assert np.isfinite(view.level[1]).all()


def test_prices_of_products_that_are_not_asked_for_are_left_out() -> None:
    ours = seen((0, 0, 0, 8.0), (1, 0, 0, 9.0)).of_products([POT, GONE])
    assert (ours.product.tolist(), ours.price.tolist()) == ([0], [9.0])
    assert RivalView.of(OURS, ours, half).count.tolist() == [1, 0]


def test_short_gaps_between_promoted_sales_are_promoted_too() -> None:
    sold = np.zeros((1, 20), dtype=np.bool_)
    sold[0, [2, 6, 15]] = True
    assert np.flatnonzero(promoted_days(sold)[0]).tolist() == [2, 3, 4, 5, 6, 15]
    assert not promoted_days(np.zeros((2, 5), dtype=np.bool_)).any()


def test_a_history_has_the_days_on_which_a_product_was_listed_with_a_price() -> None:
    value = np.array([[np.nan, 1, 2, 0], [3, 0, 0, 0]])
    price = np.array([[10, 10, 9, 9], [np.nan, 5, 5, 5.0]])
    promo = np.array([[0, 0, 1, 0], [0, 0, 0, 0.0]])
    in_stock = np.array([[True, True, True, False], [True] * 4])
    panel = SalesPanel(first=np.datetime64("2026-03-02"), value=value, promo=promo, in_stock=in_stock)
    group = np.array([0, 1])
    view = RivalView.of(price, seen((0, 0, 0, 8.0)), half)
    history = price_history_of(panel, price, group, view)
    assert history.series.tolist() == [0, 0, 0, 1, 1, 1]
    assert history.period.tolist() == [1, 2, 3, 1, 2, 3]
    assert history.quantity.tolist() == [1, 2, 0, 0, 0, 0]
    assert history.price.tolist() == [10, 9, 9, 5, 5, 5]
    assert (history.control_names, history.controls[:, 0].tolist()) == (("promotion",), [0, 1, 0, 0, 0, 0])
    assert history.competitors[:3, 0] == pytest.approx([8, 8, 8])
    assert history.available.tolist() == [True, True, False, True, True, True]
    alone = RivalView.of(price, seen(), half)
    plain = SalesPanel(first=np.datetime64("2026-03-02"), value=value)
    assert price_history_of(plain, price, group, alone).controls.shape == (6, 0)
    assert price_history_of(plain, price, group, alone).competitors.shape == (6, 0)

from dataclasses import replace

import numpy as np
import pytest
from tests.factories.price_histories import told_history

from shopwright.demand.elasticity.design import Form, TimeEffects, UsualPrices, build_design, reference_prices
from shopwright.demand.elasticity.estimation import HierarchicalResponse, ResponseSettings, shared_moves, time_cells
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal


@pytest.mark.parametrize("effects", TimeEffects)
def test_elasticities_are_found_with_honest_intervals(effects: TimeEffects) -> None:
    told = told_history(1, products=90)
    response = HierarchicalResponse(ResponseSettings(time_effects=effects)).estimate(told.history)
    error = response.elasticity - told.elasticity
    assert np.sqrt((error**2).mean()) < 0.28
    assert abs(error.mean()) < 0.1
    low, high = response.interval()
    assert 0.86 <= ((low <= told.elasticity) & (told.elasticity <= high)).mean() <= 1.0
    assert response.cross.mean() == pytest.approx(told.cross, abs=0.12)
    assert (response.cross_sd > 0).all()
    assert not response.refusals.any()


@pytest.mark.parametrize("semi_log", [False, True])
def test_the_form_that_made_the_sales_gets_the_weight(*, semi_log: bool) -> None:
    told = told_history(2, units=200.0, weeks=120, semi_log=semi_log)
    weight = HierarchicalResponse().estimate(told.history).constant_weight
    assert (weight.mean() < 0.25) if semi_log else (weight.mean() > 0.75)


def test_units_at_the_reference_price_are_the_recent_level() -> None:
    told = told_history(3, units=40.0)
    response = HierarchicalResponse().estimate(told.history)
    assert np.median(response.base_units) == pytest.approx(40.0, rel=0.2)
    assert (response.base_spread > 0).all()
    assert response.reference == pytest.approx(reference_prices(told.history))


def test_pooling_beats_each_product_alone_where_little_is_sold() -> None:
    told = told_history(4, units=0.6)
    pooled = HierarchicalResponse().estimate(told.history)
    known = np.sqrt(((pooled.elasticity - told.elasticity) ** 2).mean())
    assert known < 0.6
    assert (pooled.elasticity < 0).all()


def test_promotions_that_sold_out_are_no_demand() -> None:
    told = told_history(5)
    history = told.history
    hidden = (np.random.default_rng(0).random(len(history)) < 0.6) & (history.controls[:, 0] > 0)
    emptied = replace(history, quantity=np.where(hidden, 0.3 * history.quantity, history.quantity), available=~hidden)
    told_of, ignored = (
        HierarchicalResponse().estimate(one).elasticity - told.elasticity
        for one in (emptied, replace(emptied, available=np.ones_like(hidden)))
    )
    assert np.sqrt((told_of**2).mean()) < 0.4
    assert abs(told_of.mean()) < 0.5 * abs(ignored.mean())


def test_what_cannot_be_known_is_refused_with_its_reason() -> None:
    told = told_history(6, products=12)
    history = told.history
    price, quantity, available = history.price.copy(), history.quantity.copy(), history.available.copy()
    price[history.series == 0] = 10.0
    quantity[history.series == 1] = 0.0
    price[history.series == 2] = np.nan
    available[(history.series == 3) & (history.period % 3 > 0)] = False
    small = history.series == 4
    price[small] = 10.0 * (1 + 0.011 * (history.period[small] % 2))
    changed = replace(history, price=price, quantity=quantity, available=available)
    response = HierarchicalResponse().estimate(changed)
    for product, refusal in enumerate(
        [
            Refusal.TOO_FEW_CHANGES,
            Refusal.TOO_FEW_SALES,
            Refusal.NO_PRICE,
            Refusal.MOSTLY_OUT_OF_STOCK,
            Refusal.TOO_LITTLE_VARIATION,
        ]
    ):
        assert response.refused(refusal).tolist()[product], refusal
    assert not response.refusals[5:].any()
    assert (response.elasticity < 0).all()
    assert np.isnan(response.reference[2])


def test_demand_that_does_not_fall_with_price_is_refused() -> None:
    rng = np.random.default_rng(7)
    price = np.where(np.arange(100) % 10 < 5, 10.0, 12.0) * np.ones((8, 1))
    mean = 400.0 * (price / 10) ** 0.8
    history = PriceHistory.of_panel(
        rng.poisson(mean).astype(np.float64), price, np.zeros(8, dtype=np.int64), periods_a_year=52.18
    )
    response = HierarchicalResponse(ResponseSettings(time_effects=TimeEffects.NONE)).estimate(history)
    assert response.refused(Refusal.REACHES_ZERO).all()
    assert (response.elasticity < 0).all()


def test_prices_that_follow_demand_are_seen_and_compared_over_shorter_stretches() -> None:
    rng = np.random.default_rng(8)
    wander = np.zeros((80, 104))
    for week in range(1, 104):
        wander[:, week] = 0.8 * wander[:, week - 1] + 0.2 * rng.standard_normal(80)
    price = np.ones((80, 104))
    for week in range(1, 104):
        moves = rng.random(80) < 0.2
        price[:, week] = np.where(moves, np.exp(0.5 * wander[:, week - 1]), price[:, week - 1])
    sold = rng.poisson(40 * np.exp(wander) * price**-2.0).astype(np.float64)
    group = np.zeros(80, dtype=np.int64)
    followed = PriceHistory.of_panel(sold, price, group, periods_a_year=52.18)
    wary = HierarchicalResponse().fit(followed)
    assert wary.before.shop_t_value > 2
    assert wary.before.t_value.shape == (80,)
    careless = HierarchicalResponse(ResponseSettings(block_weeks=26, wary_block_weeks=26)).estimate(followed)
    assert abs(wary.response.elasticity.mean() + 2.0) < abs(careless.elasticity.mean() + 2.0)
    assert abs(HierarchicalResponse().fit(told_history(9).history).before.shop_t_value) < 2


def test_a_category_whose_prices_move_together_keeps_what_the_price_does() -> None:
    rng = np.random.default_rng(12)
    brand = np.exp(np.where(rng.random((12, 100)) < 0.3, rng.choice([-0.5, -0.3, -0.1], (12, 100)), 0.0))
    group = np.repeat(np.arange(12), 6)
    price = brand[group] * np.exp(0.01 * (rng.random((72, 100)) < 0.1))
    sold = rng.poisson(60 * price**-3.0 * rng.gamma(10, 0.1, price.shape)).astype(np.float64)
    history = PriceHistory.of_panel(sold, price, group, periods_a_year=52.18)
    design = build_design(history, Form.CONSTANT, 8, 1, UsualPrices.of(history))
    week, both = history.period[design.rows], history.period[design.rows] * 12 + group[design.series]
    assert shared_moves(design, both) > 0.8
    assert shared_moves(design, week) < 0.4
    assert len(time_cells(history, design, TimeEffects.CATEGORY)) == 1
    assert HierarchicalResponse().estimate(history).elasticity.mean() == pytest.approx(-3.0, abs=0.2)


def test_what_was_learnt_foretells_other_rows_of_the_same_series() -> None:
    told = told_history(10)
    fitted = HierarchicalResponse().fit(told.history)
    raised = replace(told.history, price=told.history.price * 1.1)
    change = fitted.log_relative(raised) - fitted.log_relative(told.history)
    assert change.mean() == pytest.approx(told.elasticity.mean() * np.log(1.1), abs=0.03)
    unknown = replace(told.history, price=np.full(len(told.history), np.nan))
    assert np.isnan(fitted.log_relative(unknown)).all()


def test_a_competitor_that_is_our_own_price_is_not_counted_as_one() -> None:
    history = told_history(11).history
    both = replace(history, competitors=np.column_stack([history.price, history.competitors]))
    alone, beside = (HierarchicalResponse().estimate(one) for one in (history, both))
    assert beside.elasticity == pytest.approx(alone.elasticity, abs=0.1)


def test_an_empty_history_has_an_answer_too() -> None:
    nothing = PriceHistory.of_panel(np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(3, dtype=np.int64))
    response = HierarchicalResponse().estimate(nothing)
    assert len(response) == 3
    assert response.refused(Refusal.NO_PRICE).all()
    nobody = PriceHistory.of_panel(np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0, dtype=np.int64))
    assert len(HierarchicalResponse().estimate(nobody)) == 0

"""What every estimator of price response promises, whatever it computes."""

from dataclasses import fields, replace

import numpy as np
import pytest

from shopwright.demand.elasticity.design import TimeEffects
from shopwright.demand.elasticity.estimation import HierarchicalResponse, ResponseEstimator, ResponseSettings
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from tests.factories.price_histories import told_history

ESTIMATORS: dict[str, ResponseEstimator] = {
    "hierarchical": HierarchicalResponse(),
    "hierarchical, no time effects": HierarchicalResponse(ResponseSettings(time_effects=TimeEffects.NONE)),
    "hierarchical, one block": HierarchicalResponse(ResponseSettings(block_weeks=520)),
}
"""Every estimator, with settings: a new one is added here."""

every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS.keys())
HISTORY = told_history(21, products=30, units=4.0).history
RATIOS = np.tile(np.linspace(0.6, 1.6, 11), (30, 1))


@every_estimator
def test_every_product_has_an_elasticity_below_zero_inside_its_interval(estimator: ResponseEstimator) -> None:
    response = estimator.fit(HISTORY).response
    low, high = response.interval()
    assert len(response) == HISTORY.products
    assert ((low < response.elasticity) & (response.elasticity < high) & (high < 0)).all()
    assert (response.elasticity_sd > 0).all()
    assert ((response.constant_weight >= 0) & (response.constant_weight <= 1)).all()


@every_estimator
def test_expected_units_fall_with_the_price_and_lie_in_the_band(estimator: ResponseEstimator) -> None:
    response = estimator.fit(HISTORY).response
    units = response.expected_units(RATIOS)
    low, high = response.band(RATIOS, np.random.default_rng(0), 0.95)
    assert (np.diff(units, axis=1) < 0).all()
    assert ((low < units) & (units < high) & (low > 0)).all()


@every_estimator
def test_the_same_history_gets_the_same_answer_and_is_not_changed(estimator: ResponseEstimator) -> None:
    before = {field.name: np.copy(getattr(HISTORY, field.name)) for field in fields(HISTORY)}
    first, second = (estimator.fit(HISTORY).response for _ in range(2))
    assert (first.elasticity == second.elasticity).all()
    assert all((getattr(HISTORY, name) == values).all() for name, values in before.items())


@every_estimator
def test_the_units_of_price_and_the_names_of_series_do_not_matter(estimator: ResponseEstimator) -> None:
    here = estimator.fit(HISTORY).response
    dearer = estimator.fit(replace(HISTORY, price=HISTORY.price * 100, competitors=HISTORY.competitors * 100)).response
    assert dearer.elasticity == pytest.approx(here.elasticity, rel=1e-6)
    assert dearer.reference == pytest.approx(here.reference * 100)
    turned = PriceHistory.of_table(
        series=HISTORY.products - 1 - HISTORY.series,
        period=HISTORY.period,
        quantity=HISTORY.quantity,
        price=HISTORY.price,
        group=HISTORY.group[::-1],
        controls={"promotion": HISTORY.controls[:, 0]},
        competitors=HISTORY.competitors,
        periods_a_year=HISTORY.periods_a_year,
    )
    assert estimator.fit(turned).response.elasticity[::-1] == pytest.approx(here.elasticity, rel=1e-4)


@every_estimator
def test_unknown_and_hidden_rows_tell_nothing(estimator: ResponseEstimator) -> None:
    hidden = np.random.default_rng(1).random(len(HISTORY)) < 0.1
    without = estimator.fit(HISTORY.keep(~hidden)).response
    wild = replace(HISTORY, quantity=np.where(hidden, 1e6, HISTORY.quantity), available=~hidden)
    assert estimator.fit(wild).response.elasticity == pytest.approx(without.elasticity, rel=1e-6)
    unknown = replace(HISTORY, quantity=np.where(hidden, np.nan, HISTORY.quantity))
    assert estimator.fit(unknown).response.elasticity == pytest.approx(without.elasticity, rel=1e-6)


@every_estimator
def test_a_product_that_never_sold_is_answered_by_its_category_and_refused(estimator: ResponseEstimator) -> None:
    silent = replace(HISTORY, quantity=np.where(HISTORY.series == 7, 0.0, HISTORY.quantity))
    response = estimator.fit(silent).response
    peers = HISTORY.group == HISTORY.group[7]
    assert response.elasticity[7] == pytest.approx(response.elasticity[peers].mean(), abs=0.5)
    assert response.elasticity_sd[7] > np.median(response.elasticity_sd[peers])
    assert response.refused(Refusal.TOO_FEW_SALES)[7]

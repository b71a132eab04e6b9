import numpy as np
import pytest
from tests.factories.price_histories import told_history

from shopwright.demand.elasticity.estimation import HierarchicalResponse
from shopwright.demand.elasticity.trials import ENOUGH, FEWEST_WEEKS, MOST_WEEKS, propose_trials

FITTED = HierarchicalResponse().fit(told_history(1, products=9, units=0.3).history)


def test_a_trial_is_as_small_and_as_short_as_is_enough() -> None:
    doubtful = FITTED.response.take(np.full(9, int(np.argmax(FITTED.response.elasticity_sd))))
    trials = propose_trials(doubtful, np.geomspace(0.1, 1e5, 9))
    assert set(trials.step) <= {0.03, 0.05, 0.10}
    assert (np.diff(trials.step) <= 0).all()
    assert trials.step[-1] == 0.03
    assert ((trials.weeks >= FEWEST_WEEKS) & (trials.weeks <= MOST_WEEKS) & (trials.weeks % 2 == 0)).all()
    assert (trials.sd_after < doubtful.elasticity_sd).all()
    assert trials.enough[-1]
    assert (trials.sd_after[trials.enough] <= ENOUGH * -doubtful.elasticity[trials.enough] * 1.001).all()
    slow = propose_trials(doubtful, np.full(9, 1e-6))
    assert (slow.step == 0.10).all()
    assert (slow.weeks == MOST_WEEKS).all()


def test_what_a_week_tells_grows_with_sales_and_is_limited_by_irregularity() -> None:
    busy = HierarchicalResponse().fit(told_history(1, products=9, units=300.0).history)
    assert (busy.weekly_precision > FITTED.weekly_precision).all()
    assert (busy.weekly_precision < 40.0).all()


def test_no_step_is_larger_than_allowed() -> None:
    response, precision = FITTED.response, FITTED.weekly_precision
    assert (propose_trials(response, precision, largest_step=0.04).step == 0.03).all()
    assert (propose_trials(response, precision, largest_step=0.02).step == 0.02).all()
    with pytest.raises(ValueError, match="above zero"):
        propose_trials(response, precision, largest_step=0.0)

"""The calibration of confidence, on outcomes whose result is known."""

import numpy as np
import pytest
from scipy.stats import binomtest

from shopwright.pricing.learning.calibration import ConfidenceClass, Tally, calibrate, wilson


def test_each_class_has_its_share_that_gained() -> None:
    found = calibrate([Tally(90, 2, 190, 2), Tally(0, 1, 0, 0), Tally(80, 3, 254, 2)])
    assert [(one.at_least, one.below, one.outcomes, one.gained) for one in found] == [
        (0, 10, 1, 0.0), (80, 90, 3, 66.7), (90, 100, 2, 100.0)
    ]  # fmt: skip
    assert found[1].promised == pytest.approx(84.7)


def test_kept_promises_are_calibrated_and_broken_ones_are_not() -> None:
    gained = int((np.random.default_rng(3).random(400) < 0.75).sum())
    found = calibrate([Tally(70, 400, 400 * 75, gained), Tally(90, 400, 400 * 95, gained)])
    assert [one.calibrated for one in found] == [True, False]


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (3, 10), (50, 100), (999, 1_000)])
def test_the_interval_of_a_share_is_wilsons(hits: int, of: int) -> None:
    oracle = binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert wilson(hits, of) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_the_ends_of_an_interval_belong_to_it() -> None:
    assert ConfidenceClass(50, 60, 9, 55.0, 60.0, 55.0, 65.0).calibrated

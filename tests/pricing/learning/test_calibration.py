"""Sums by strategy and the calibration of confidence, on outcomes whose result is known."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.factories.outcomes import outcome

from shopwright.pricing.learning.calibration import ConfidenceClass, calibrate, summarise, wilson
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome


def confidence(one: PriceOutcome) -> float:
    return float(one.confidence)


def outcomes(confidences: list[int], gained: list[bool]) -> list[PriceOutcome]:
    """Met outcomes of these confidences; 17 pieces gain, 16 do not."""
    return [
        outcome(confidence=one).met(Decimal(17 if gain else 16)) for one, gain in zip(confidences, gained, strict=True)
    ]


def test_sums_are_by_strategy_horizon_and_currency() -> None:
    found = summarise(
        [
            outcome().met(Decimal(10)),
            outcome().met(Decimal(30)),
            outcome(28).met(Decimal(64)),
            outcome(strategy="ml_model").met(Decimal(0)),
            outcome(currency="USD").met(Decimal(16)),
            outcome(),
            outcome().ended(OutcomeState.CUT_SHORT),
        ]
    )
    assert [(one.strategy, one.horizon, one.currency, one.outcomes) for one in found] == [
        ("ml_model", 7, "EUR", 1), ("rule_based", 7, "EUR", 2), ("rule_based", 7, "USD", 1), ("rule_based", 28, "EUR", 1)
    ]  # fmt: skip
    nothing, week, *_ = found
    assert (nothing.bias, nothing.wape) == (None, None)
    assert [float(one) for one in (week.units, week.units_sold, week.profit, week.profit_made)] == [32, 40, 176, 220]
    assert week.bias == pytest.approx(-0.2)
    assert week.wape == pytest.approx(0.5)
    assert (week.within, week.within_expected, week.gained) == (0.5, 0.0, 0.5)


def test_each_class_has_its_share_that_gained() -> None:
    found = calibrate(outcomes([0, 80, 85, 89, 100, 90], [False, True, True, False, True, True]), confidence)
    assert [(one.at_least, one.below, one.outcomes, one.gained) for one in found] == [
        (0, 10, 1, 0.0), (80, 90, 3, 66.7), (90, 100, 2, 100.0)
    ]  # fmt: skip
    assert found[1].promised == pytest.approx(84.7)


def test_without_a_promise_or_a_result_nothing_is_judged() -> None:
    assert calibrate([outcome(), outcome().ended(OutcomeState.OUT_OF_STOCK)], confidence) == []
    assert calibrate([outcome().met(Decimal(3))], lambda _: None) == []


def test_kept_promises_are_calibrated_and_broken_ones_are_not() -> None:
    rng = np.random.default_rng(3)
    right = calibrate(outcomes([75] * 400, (rng.random(400) < 0.75).tolist()), confidence)
    wrong = calibrate(outcomes([95] * 400, (rng.random(400) < 0.75).tolist()), confidence)
    assert [one.calibrated for one in (*right, *wrong)] == [True, False]


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (3, 10), (50, 100), (999, 1_000)])
def test_the_interval_of_a_share_is_wilsons(hits: int, of: int) -> None:
    oracle = binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert wilson(hits, of) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_the_ends_of_an_interval_belong_to_it() -> None:
    assert ConfidenceClass(50, 60, 9, 55.0, 60.0, 55.0, 65.0).calibrated

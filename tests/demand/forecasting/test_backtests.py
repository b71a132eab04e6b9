"""Backtests know no more than was known then."""

from dataclasses import replace

import numpy as np
from tests.factories.panels import random_panel

from shopwright.demand.forecasting.backtests import backtest
from shopwright.demand.forecasting.decomposition import decompose
from shopwright.demand.forecasting.levels import Evidence, learn, learn_crosswise
from shopwright.demand.forecasting.panel import Frequency

WEEKS = 150
CUT = WEEKS * 2 // 3


def test_factors_of_the_last_third_are_learnt_before_it() -> None:
    panel = random_panel(31, products=20, periods=WEEKS, frequency=Frequency.WEEKLY, priced=True)
    later = panel.value.copy()
    later[:, CUT:] = np.random.default_rng(0).poisson(np.nan_to_num(later[:, CUT:]) * 3)
    found, other = decompose(panel).past, decompose(replace(panel, value=later)).past
    np.testing.assert_allclose(other.honest[CUT:], found.honest[CUT:], rtol=1e-6)
    assert np.abs(other.factors[CUT:] - found.factors[CUT:]).max() > 0.01


def evidence_of(seed: int, origins: int) -> Evidence:
    rng = np.random.default_rng(seed)
    features = rng.gamma(2.0, 2.0, (6, origins, 40))
    outcome = np.stack([features[0] * 0.3 + features[3] * 0.7 + rng.normal(0, 0.3, features[0].shape)] * 2)
    return Evidence(features, 5, np.maximum(outcome, 0.0), np.ones_like(outcome), np.ones(40))


def test_each_half_of_the_origins_is_judged_by_what_the_other_taught() -> None:
    evidence = evidence_of(1, 9)
    halves = learn_crosswise(evidence)
    places = np.concatenate([np.arange(9)[half] for half, _ in halves])
    np.testing.assert_array_equal(np.sort(places), np.arange(9))
    for half, combination in halves:
        outcome = evidence.outcome.copy()
        outcome[:, half] = 1_000.0
        again = learn_crosswise(replace(evidence, outcome=outcome))
        same = next(one for own, one in again if own == half)
        np.testing.assert_array_equal(same.coefficient, combination.coefficient)
        np.testing.assert_array_equal(same.weight, combination.weight)


def test_too_few_origins_are_not_halved() -> None:
    assert learn_crosswise(evidence_of(2, 3)) == []


def test_a_combination_finds_what_the_outcomes_are_made_of() -> None:
    evidence, later = evidence_of(3, 12), evidence_of(4, 12)
    levels = learn(evidence).levels(later.features)
    even = later.features[:5].mean(axis=0)
    assert ((levels - later.outcome) ** 2).mean() < 0.2 * ((even - later.outcome) ** 2).mean()


def test_levels_then_are_not_those_that_have_seen_their_outcome() -> None:
    parts = decompose(random_panel(32, products=15, periods=220))
    found = backtest(parts, 28)
    seen = found.combination.levels(found.features[:, :-1]) * found.left[:-1]
    assert not np.allclose(found.then, seen)
    for half, other in learn_crosswise(found.evidence):
        honest = other.levels(found.features[:, :-1][:, half]) * found.left[:-1][half]
        np.testing.assert_allclose(found.then[:, half], honest)

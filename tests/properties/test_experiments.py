"""The laws of experiments: a lot that can be drawn again, bounds that keep their level, intervals that agree with the test."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shopwright.pricing.experiments.assignment import Floats, assign
from shopwright.pricing.experiments.evaluation import evaluate
from shopwright.pricing.experiments.outcomes import Outcomes
from shopwright.pricing.experiments.protocol import Arm, Design, Metric, Protocol
from shopwright.pricing.experiments.sequential import bounds, even_spending, late_spending

seeds = st.integers(0, 2**50 - 1)
kinds = st.sampled_from(list(Design))
sizes = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).map(np.array)
paths = arrays(np.float64, st.tuples(st.integers(2, 60), st.integers(1, 6)), elements=st.floats(-9, 9))
days = arrays(np.float64, (20, 56), elements=st.floats(-50, 5_000))


@given(kind=kinds, size=sizes, seed=seeds)
def test_a_lot_gives_each_pair_both_arms_and_can_be_drawn_again(kind: Design, size: Floats, seed: int) -> None:
    protocol = Protocol(kind=kind)
    drawn = assign(protocol, size, seed)
    assert (drawn.arms == assign(protocol, size, seed).arms).all()
    inside = drawn.pair >= 0
    assert (drawn.arms[~inside] == Arm.OUTSIDE).all()
    if kind is Design.CLUSTERS:
        for pair in range(int(inside.sum()) // 2):
            assert sorted(drawn.arms[drawn.pair == pair, 0]) == [Arm.CONTROL, Arm.TREATMENT]
    else:
        assert (drawn.arms[inside].reshape(-1, 2).sum(axis=1) == 1).all()


@given(statistics=paths, level=st.floats(0.001, 0.5), even=st.booleans())
def test_no_more_drawings_cross_their_bounds_than_the_level_allows(
    statistics: Floats, level: float, even: bool
) -> None:
    looks = statistics.shape[1]
    spent = (even_spending if even else late_spending)(level, np.arange(1, looks + 1) / looks)
    crossed = statistics > bounds(statistics, spent)
    for look in range(looks):
        assert crossed[:, : look + 1].any(axis=1).mean() <= spent[look] + 1e-9


@given(kind=kinds, sold=days, seed=seeds)
def test_an_interval_leaves_out_no_effect_exactly_when_the_test_says_so(kind: Design, sold: Floats, seed: int) -> None:
    protocol = Protocol(kind=kind, days=28, metric=Metric.REVENUE, guardrails=())
    assignment = assign(protocol, sold[:, :28].sum(axis=1), seed)
    found = evaluate(protocol, assignment, Outcomes({Metric.REVENUE: sold}, {}, 28), seed, 200)
    assert found == evaluate(protocol, assignment, Outcomes({Metric.REVENUE: sold}, {}, 28), seed, 200)
    for reading in found.path:
        if reading.effect is not None and reading.low is not None and reading.high is not None:
            assert reading.low <= reading.effect <= reading.high
            if reading.bound is not None and abs(abs(reading.statistic) - reading.bound) > 1e-9:
                assert reading.alarm == (reading.low > 0 or reading.high < 0)

from dataclasses import replace

import numpy as np
import pytest
from tests.pricing.experiments.shops import outcomes_of, protocol_of, sales

from shopwright.pricing.experiments.assignment import Assignment, Floats
from shopwright.pricing.experiments.evaluation import ExperimentVerdict, evaluate
from shopwright.pricing.experiments.measuring import differences, draw, ratios
from shopwright.pricing.experiments.outcomes import Cells, Outcomes, cells_of
from shopwright.pricing.experiments.planning import plan
from shopwright.pricing.experiments.protocol import Design, Guardrail, Metric, Protocol
from shopwright.pricing.experiments.sequential import bounds, even_spending, late_spending, signs_of

STEADY = np.random.default_rng(3).uniform(80, 120, (24, 84))


def drawn_cells(kind: Design = Design.CLUSTERS) -> Cells:
    protocol = protocol_of(kind)
    assignment, outcomes = outcomes_of(protocol, sales(np.random.default_rng(8), 20, 84), 8)
    return cells_of(protocol, assignment, outcomes, outcomes.values[Metric.REVENUE], 7)


def plainly(cells: Cells, signs: Floats, effect: float) -> tuple[float, float]:
    """Return effect and error at the last look of one drawing, step by step as the method is written down."""
    first, second = cells.first[:, -1], cells.second[:, -1]
    treated = np.where(signs > 0, first, second) * (1 + effect)
    control = np.where(signs > 0, second, first)
    before = signs * (cells.before_first - cells.before_second)
    slope = max(float(before @ (treated - control) / (before @ before)), 0.0) if before.any() else 0.0
    base = control + slope * before
    ratio = treated.sum() / base.sum()
    count = int(cells.complete[-1])
    error = np.sqrt(count / (count - 1) * ((treated - ratio * base) ** 2).sum()) / treated.sum()
    return float(np.log(ratio)), float(error)


@pytest.mark.parametrize("kind", list(Design))
@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_all_drawings_at_once_give_what_each_gives_step_by_step(kind: Design, effect: float) -> None:
    cells = drawn_cells(kind)
    signs = signs_of(cells.treated, 8, 20)
    found = ratios(draw(cells, signs), effect)
    for row in range(20):
        assert (found.effect[row, -1], found.error[row, -1]) == pytest.approx(plainly(cells, signs[row], effect))


def test_bounds_are_crossed_by_no_more_drawings_than_the_level_allows() -> None:
    paths = np.cumsum(np.random.default_rng(2).standard_t(3, (2_000, 10)), axis=1)
    for spend in (late_spending, even_spending):
        spent = spend(0.05, np.arange(1, 11) / 10)
        assert (np.diff(spent) > 0).all()
        assert spent[-1] == pytest.approx(0.05)
        crossed = paths > bounds(paths, spent)
        for look in range(10):
            assert crossed[:, : look + 1].any(axis=1).mean() <= spent[look]
        assert crossed.any(axis=1).mean() > 0.045
    assert late_spending(0.05, np.array([0.0]))[0] == 0


def test_equal_statistics_are_not_told_apart() -> None:
    assert bounds(np.ones((100, 1)), np.array([0.05]))[0] == 1.0
    assert np.isinf(bounds(np.ones((100, 1)), np.array([0.001]))[0])
    assert np.isinf(bounds(np.ones((4, 1)), np.array([1.0]))[0])


def test_days_of_a_wash_out_are_not_counted_and_incomplete_pairs_wait() -> None:
    protocol = Protocol(kind=Design.SWITCHBACK, days=28, block_days=7, washout_days=2)
    values = np.concatenate([np.full((1, 28), 9.0), np.tile([100.0, 100, 1, 1, 1, 1, 1], (1, 3))], axis=1)
    assignment = Assignment(np.array([0]), np.array([[1, 0, 0, 1]]))
    outcomes = Outcomes({Metric.REVENUE: values}, {}, 28)
    cells = cells_of(protocol, assignment, outcomes, values, 7)
    assert (cells.looks.tolist(), cells.first.tolist(), cells.second.tolist()) == ([14], [[5.0]], [[5.0]])
    assert (outcomes.days, cells.treated.tolist()) == (21, [1])


def test_what_clusters_differed_by_before_does_not_count_as_an_effect() -> None:
    protocol = protocol_of(Design.CLUSTERS)
    level = np.random.default_rng(1).uniform(10, 300, (30, 1))
    assignment, outcomes = outcomes_of(protocol, np.broadcast_to(level, (30, 84)).copy(), 5, 0.1)
    main = evaluate(protocol, assignment, outcomes, 5).main
    assert main is not None
    assert main.effect == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("kind", list(Design))
def test_a_clear_gain_is_found_before_the_end_with_an_interval_that_holds_it(kind: Design) -> None:
    protocol = replace(protocol_of(kind), metric=Metric.REVENUE)
    assignment, outcomes = outcomes_of(protocol, STEADY, 5, 0.2)
    found = evaluate(protocol, assignment, outcomes, 5)
    assert found.verdict is ExperimentVerdict.BETTER
    assert found.main is not None
    assert found.main.low is not None
    assert found.main.high is not None
    assert found.main.day < protocol.days
    assert 0 < found.main.low < 0.2 < found.main.high
    assert not found.breached
    assert evaluate(protocol, assignment, outcomes, 5) == found


@pytest.mark.parametrize("kind", list(Design))
def test_harm_stops_an_experiment_through_its_guardrails(kind: Design) -> None:
    protocol = protocol_of(kind)
    assignment, outcomes = outcomes_of(protocol, STEADY, 5, -0.4)
    found = evaluate(protocol, assignment, outcomes, 5)
    assert found.verdict is ExperimentVerdict.HARM
    assert {Metric.PROFIT, Metric.REVENUE} <= {reading.metric for reading in found.breached}
    assert found.breached[0].day < protocol.days / 2 + 1


def test_harm_within_the_tolerance_is_let_be() -> None:
    protocol = replace(protocol_of(Design.CLUSTERS), guardrails=(Guardrail(Metric.UNITS, 0.3),))
    assignment, outcomes = outcomes_of(protocol, STEADY, 5, -0.2)
    assert not evaluate(protocol, assignment, outcomes, 5).breached
    strict = replace(protocol, guardrails=(Guardrail(Metric.UNITS),))
    assert evaluate(strict, assignment, outcomes, 5).verdict is ExperimentVerdict.HARM


def test_more_returns_a_unit_break_a_guardrail_and_more_sales_do_not() -> None:
    protocol = replace(protocol_of(Design.CLUSTERS), guardrails=(Guardrail(Metric.RETURNS),))
    assignment, outcomes = outcomes_of(protocol, STEADY, 5, 0.3)
    assert not evaluate(protocol, assignment, outcomes, 5).breached
    treated = assignment.arms == 1
    returned = outcomes.values[Metric.RETURNS].copy()
    returned[:, outcomes.start :] += treated
    worse = replace(outcomes, values={**outcomes.values, Metric.RETURNS: returned})
    found = evaluate(protocol, assignment, worse, 5).breached
    assert [reading.metric for reading in found] == [Metric.RETURNS]
    assert found[0].effect == pytest.approx(1 / 8, rel=0.3)  # about eight units a day


def test_without_a_look_nothing_is_known_and_at_the_end_no_difference_is_one() -> None:
    protocol = protocol_of(Design.CLUSTERS)
    assignment, outcomes = outcomes_of(protocol, STEADY, 5)
    early = replace(outcomes, values={metric: v[:, : outcomes.start] for metric, v in outcomes.values.items()})
    found = evaluate(protocol, assignment, early, 5)
    assert (found.verdict, found.main, found.days, found.cells) == (ExperimentVerdict.TOO_EARLY, None, 0, 0)
    assert evaluate(protocol, assignment, outcomes, 5).verdict is ExperimentVerdict.NO_DIFFERENCE
    half = replace(outcomes, values={metric: v[:, :-21] for metric, v in outcomes.values.items()})
    half = replace(half, weights={metric: v[:, :-21] for metric, v in outcomes.weights.items()})
    assert evaluate(protocol, assignment, half, 5).verdict is ExperimentVerdict.OPEN


def test_parts_that_earned_nothing_have_no_ratio_and_are_compared_all_the_same() -> None:
    protocol = replace(protocol_of(Design.CLUSTERS), guardrails=())
    assignment, outcomes = outcomes_of(protocol, STEADY, 5)
    lost = outcomes.values[Metric.PROFIT].copy()
    lost[:, outcomes.start :] = -10 - 90 * (assignment.arms == 1)
    found = evaluate(protocol, assignment, replace(outcomes, values={Metric.PROFIT: lost}), 5)
    assert found.main is not None
    assert (found.verdict, found.main.effect, found.main.low) == (ExperimentVerdict.WORSE, None, None)


def test_rates_over_nothing_are_no_rates() -> None:
    cells = drawn_cells()
    none = replace(cells, first=cells.first * 0, second=cells.second * 0)
    found = differences(none, none, signs_of(cells.treated, 1, 4))
    assert np.isnan(found.effect).all()
    assert (found.statistic == 0).all()


def test_a_plan_finds_smaller_effects_in_longer_time_and_larger_ones_more_surely() -> None:
    values = np.random.default_rng(4).gamma(2.0, 50.0, (30, 200))
    made = plan(replace(Protocol(), metric=Metric.REVENUE), values, 0.05, 3, (2, 8))
    (short, long) = made.lengths
    assert (short.days, long.days, short.cells) == (14, 56, 15)
    assert short.smallest is not None
    assert long.smallest is not None
    assert long.smallest < short.smallest
    assert long.power > short.power
    larger = plan(replace(Protocol(), metric=Metric.REVENUE), values, 0.3, 3, (2, 8))
    assert larger.lengths[0].power > short.power
    assert (larger.advised, made.clusters, made.advised) == (larger.lengths[1], 30, None)


def test_what_the_history_cannot_tell_is_not_planned() -> None:
    values = np.ones((30, 60))
    assert [one.days for one in plan(Protocol(), values, 0.1, 1).lengths] == [14, 21, 28]
    assert plan(Protocol(), values[:8], 0.1, 1).lengths == ()
    assert plan(Protocol(), values[:, :30], 0.1, 1).advised is None
    wild = np.random.default_rng(1).pareto(1.1, (20, 90))
    assert plan(Protocol(), wild, 0.01, 1, (4,)).lengths[0].smallest is None

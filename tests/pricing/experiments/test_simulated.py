"""What an experiment promises, held against a thousand of them. `--log-cli-level=INFO` shows the figures."""

import logging
from dataclasses import replace
from math import sqrt

import numpy as np
import polars as pl
import pytest
from tests.pricing.experiments.shops import outcomes_of, protocol_of, sales
from tests.shared_data import shared_data

from shopwright.pricing.experiments.assignment import Floats
from shopwright.pricing.experiments.evaluation import ExperimentVerdict, evaluate
from shopwright.pricing.experiments.measuring import draw, ratios
from shopwright.pricing.experiments.outcomes import cells_of
from shopwright.pricing.experiments.planning import plan
from shopwright.pricing.experiments.protocol import Design, Metric, Protocol

figures = logging.getLogger("experiments")

TIMES = 1_000
DRAWINGS = 400
"""Fewer than in use: the level holds for any number of drawings, which is part of what is shown."""


def slack(share: float, times: int) -> float:
    """Return how far a share of so many trials strays by chance: once in a hundred on one side."""
    return 2.33 * sqrt(share * (1 - share) / times)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(Design))
def test_a_thousand_experiments_without_effect_raise_no_more_false_alarms_than_their_level(kind: Design) -> None:
    protocol = protocol_of(kind)
    chance = np.random.default_rng(20)
    alarms = breaches = peeked = 0
    for seed in range(TIMES):
        revenue = sales(chance, 24, 84)
        assignment, outcomes = outcomes_of(protocol, revenue, seed)
        found = evaluate(protocol, assignment, outcomes, seed, DRAWINGS)
        breaches += bool(found.breached)
        alarms += found.verdict in {ExperimentVerdict.BETTER, ExperimentVerdict.WORSE, ExperimentVerdict.HARM}
        cells = cells_of(protocol, assignment, outcomes, outcomes.values[Metric.PROFIT], 7)
        observed = ratios(draw(cells, cells.treated[None, :].astype(np.float64))).statistic
        peeked += bool((np.abs(observed) > 1.96).any())
    assert alarms / TIMES <= protocol.level + slack(protocol.level, TIMES)
    assert breaches / TIMES <= protocol.guardrail_level + slack(protocol.guardrail_level, TIMES)
    assert peeked / TIMES > 2 * protocol.level  # what looking every week at 1.96 would have claimed
    figures.info("%s: %d false alarms of %d, %d by guardrails; peeking %d", kind, alarms, TIMES, breaches, peeked)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "clusters"), [(Design.CLUSTERS, 120), (Design.SWITCHBACK, 40)])
def test_an_effect_of_the_planned_size_is_found_at_the_planned_power_and_covered(kind: Design, clusters: int) -> None:
    protocol = replace(protocol_of(kind), guardrails=())
    chance = np.random.default_rng(21)
    history, times, found, covered = 168, 0, 0, 0
    for seed in range(200):
        revenue = sales(chance, clusters, history + protocol.days, wander=0.04)
        planned = plan(protocol, revenue[:, :history], 0.1, seed, [8]).lengths[0].smallest
        if planned is None:
            continue  # the plan says that nothing can be found
        assignment, outcomes = outcomes_of(protocol, revenue, seed, planned)
        shown = evaluate(protocol, assignment, outcomes, seed, DRAWINGS)
        assert shown.main is not None
        assert shown.main.low is not None
        assert shown.main.high is not None
        times += 1
        found += shown.verdict is ExperimentVerdict.BETTER
        covered += shown.main.low <= planned <= shown.main.high
    figures.info("%s: %d found of %d that were planned, %d covered", kind, found, times, covered)
    assert times > 190
    assert found / times >= protocol.power - slack(protocol.power, times)
    assert covered / times >= 1 - protocol.level - slack(protocol.level, times)


@pytest.fixture(scope="module")
def retail() -> Floats:
    """Return the revenue of a wholesaler by the first three places of the stock code and day."""
    lines = pl.read_parquet(shared_data("sales/online_retail/transactions.parquet"))
    daily = (
        lines.filter(pl.col("StockCode").str.contains(r"^\d{5}"))
        .group_by(pl.col("StockCode").str.slice(0, 3).alias("cluster"), pl.col("InvoiceDate").dt.date().alias("day"))
        .agg((pl.col("Quantity") * pl.col("UnitPrice")).sum().alias("revenue"))
        .sort("cluster", "day")
    )
    table = daily.pivot(on="cluster", index="day", values="revenue").sort("day").upsample("day", every="1d")
    return table.drop("day").fill_null(0.0).to_numpy().T


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize("kind", list(Design))
def test_on_real_sales_no_more_false_alarms_are_raised_and_a_planned_effect_is_found(
    kind: Design, retail: Floats
) -> None:
    protocol = Protocol(kind=kind, days=56, metric=Metric.REVENUE)
    alarms = breaches = found = 0
    planned = plan(protocol, retail[:, :250], 0.1, 5, [8]).lengths[0].smallest
    assert planned is not None
    for seed in range(TIMES):
        end = 250 + seed % (retail.shape[1] - 250)
        assignment, outcomes = outcomes_of(protocol, retail[:, :end], seed)
        shown = evaluate(protocol, assignment, outcomes, seed, DRAWINGS)
        breaches += bool(shown.breached)
        alarms += shown.verdict in {ExperimentVerdict.BETTER, ExperimentVerdict.WORSE, ExperimentVerdict.HARM}
        if seed % 4 == 0:
            assignment, outcomes = outcomes_of(protocol, retail[:, : 250 + protocol.days], seed, planned)
            bare = replace(protocol, guardrails=())
            found += evaluate(bare, assignment, outcomes, seed, DRAWINGS).verdict is ExperimentVerdict.BETTER
    figures.info("%s: %d false alarms of %d, %d by guardrails", kind, alarms, TIMES, breaches)
    figures.info("%s: an effect of %.3f found %d times of %d", kind, planned, found, TIMES // 4)
    assert alarms / TIMES <= protocol.level + slack(protocol.level, TIMES)
    assert found / (TIMES // 4) >= protocol.power - slack(protocol.power, TIMES // 4)

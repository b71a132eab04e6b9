"""Shops whose sales are as awkward as real ones, and experiments in them with a known effect."""

from dataclasses import replace
from typing import Final

import numpy as np

from shopwright.pricing.experiments.assignment import Assignment, Floats, assign
from shopwright.pricing.experiments.outcomes import Outcomes
from shopwright.pricing.experiments.protocol import BEFORE_DAYS, Arm, Design, Metric, Protocol

COST: Final = 0.6


def sales(chance: np.random.Generator, clusters: int, days: int, wander: float = 0.12) -> Floats:
    """Return revenue by cluster and day: sizes apart by a factor of ten, a level that wanders on its own (by `wander` a
    day, half forgotten in a week) and with the shop, weekdays, days without orders, and orders of which a few are huge (Pareto, shape 2.5: no third moment).
    """
    size = chance.lognormal(2.5, 1.0, clusters)
    pushes = chance.normal(0, wander, (clusters, days))
    own = np.zeros((clusters, days))
    for day in range(1, days):
        own[:, day] = 0.9 * own[:, day - 1] + pushes[:, day]
    shop = np.cumsum(chance.normal(0, 0.03, days))
    week = 0.3 * np.sin(2 * np.pi * np.arange(days) / 7)
    orders = chance.poisson(size[:, None] / 4 * np.exp(own + shop + week))
    return orders * (1 + chance.pareto(2.5, (clusters, days))) * 10


def arms_by_day(protocol: Protocol, assignment: Assignment) -> Floats:
    """Return the arm of each cluster on each day of an experiment."""
    blocks = [protocol.block_of(day) for day in range(protocol.days)]
    arms: Floats = assignment.arms[:, blocks].astype(np.float64)
    return arms


def outcomes_of(
    protocol: Protocol, revenue: Floats, seed: int, effect: float = 0.0, chance: np.random.Generator | None = None
) -> tuple[Assignment, Outcomes]:
    """Draw arms and let treatment multiply what is sold. The last days of `revenue` are those of the experiment."""
    start = revenue.shape[1] - protocol.days
    before = revenue[:, max(start - BEFORE_DAYS, 0) : start]
    assignment = assign(protocol, before.sum(axis=1), seed)
    treated = arms_by_day(protocol, assignment) == Arm.TREATMENT
    sold = np.concatenate([before, revenue[:, start:] * (1 + effect * treated)], axis=1)
    units = np.ceil(np.maximum(sold, 0.0) / 15)
    lot = chance or np.random.default_rng(seed)
    returned = lot.binomial(units.astype(np.int64), 0.06).astype(np.float64)
    empty = lot.binomial(5, 0.04, units.shape).astype(np.float64)
    return assignment, Outcomes(
        {
            Metric.PROFIT: sold * (1 - COST) - returned,
            Metric.REVENUE: sold,
            Metric.UNITS: units,
            Metric.RETURNS: returned,
            Metric.STOCK_OUTS: empty,
        },
        {Metric.RETURNS: units, Metric.STOCK_OUTS: np.full(units.shape, 5.0)},
        before.shape[1],
    )


def protocol_of(kind: Design, days: int = 56) -> Protocol:
    """Return a protocol with everything as it is if nobody says otherwise."""
    return replace(Protocol(kind=kind), days=days)

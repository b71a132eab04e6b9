"""What clusters sold by day, and its comparisons between the arms: cells of one treated and one control part. Pure.

A cell is drawn by lot: either part could have been the treated one. That is all that the test relies on, so sums over days
may be as uneven, dependent and intermittent as sales are: what days of one cluster have in common is within its sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shopwright.pricing.experiments.assignment import Assignment, Floats, Integers
from shopwright.pricing.experiments.protocol import Arm, Design, Metric, Protocol


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What clusters (g) did by day (t): `values` by metric, each (g, t). Day `start` is the first of the experiment.

    Rates come as what is counted; `weights` (g, t) hold what they are counted of: units sold, days on sale.
    """

    values: Mapping[Metric, Floats]
    weights: Mapping[Metric, Floats]
    start: int

    @property
    def days(self) -> int:
        """How many days of the experiment are there."""
        days: int = next(iter(self.values.values())).shape[1]
        return days - self.start


@dataclass(frozen=True, slots=True)
class Cells:
    """The two parts of each cell (n) up to each look (k): (n, k), zero where a cell is not complete at a look yet.

    `before_first` and `before_second` (n) are the same parts before the experiment, zero where parts are of one cluster.
    `treated` (n) is 1 where the first part was treated, -1 where the second was. `looks` (k) are days since the start.
    """

    first: Floats
    second: Floats
    before_first: Floats
    before_second: Floats
    treated: Integers
    looks: Integers
    complete: Integers


def cells_of(protocol: Protocol, assignment: Assignment, outcomes: Outcomes, values: Floats, every: int) -> Cells:
    """Return the cells of a metric's `values` (g, t) at looks every so many days, up to the newest day there is.

    In a switchback looks come when pairs of blocks end. There may be none yet.
    """
    if protocol.kind is Design.SWITCHBACK:
        return _blocks(protocol, assignment, outcomes, values)
    days = min(outcomes.days, protocol.days)
    looks = np.arange(every, days + 1, every)
    order = np.argsort(assignment.pair, kind="stable")
    order = order[assignment.pair[order] >= 0]
    one, two = order[0::2], order[1::2]
    total = np.cumsum(values[:, outcomes.start :], axis=1)[:, looks - 1] if len(looks) else values[:, :0]
    before = values[:, : outcomes.start].sum(axis=1)
    return Cells(
        total[one], total[two], before[one], before[two], 2 * assignment.arms[one, 0] - 1, looks,
        np.full(len(looks), len(one)),
    )  # fmt: skip


def _blocks(protocol: Protocol, assignment: Assignment, outcomes: Outcomes, values: Floats) -> Cells:
    length, away = protocol.block_days, protocol.washout_days
    pairs = min(outcomes.days, protocol.days) // (2 * length)
    inside = np.flatnonzero(assignment.pair >= 0)
    days = values[inside, outcomes.start : outcomes.start + pairs * 2 * length]
    sums = days.reshape(len(inside), pairs, 2, length)[..., away:].sum(axis=3)
    ended = np.tril(np.ones((pairs, pairs))).T  # pair by look: a pair counts from the look at its end on
    spread = sums[:, :, None, :] * ended[None, :, :, None]
    parts = spread.reshape(len(inside) * pairs, pairs, 2)
    arms = assignment.arms[inside, : 2 * pairs].reshape(len(inside), pairs, 2)[..., 0]
    none = np.zeros(len(parts))
    return Cells(
        parts[..., 0], parts[..., 1], none, none, np.where(arms.ravel() == Arm.TREATMENT, 1, -1),
        (np.arange(pairs) + 1) * 2 * length, (np.arange(pairs) + 1) * len(inside),
    )  # fmt: skip

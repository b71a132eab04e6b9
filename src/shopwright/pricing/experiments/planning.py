"""How long an experiment has to take, and how small an effect it would find, tried out on what the shop sold. Pure.

The last weeks of the history are played as if they had been the experiment: arms drawn by lot, an effect put on the
treated parts, the same bounds at the same looks. The share of drawings that find the effect is the power. Nothing is
assumed of the distribution of sales; what the history is too short for is not promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.pricing.experiments.assignment import Floats, assign
from shopwright.pricing.experiments.measuring import draw, ratios
from shopwright.pricing.experiments.outcomes import Cells, Outcomes, cells_of
from shopwright.pricing.experiments.protocol import BEFORE_DAYS, FEWEST_CELLS, LONGEST_DAYS, Design, Protocol
from shopwright.pricing.experiments.sequential import bounds, late_spending, signs_of

FEWEST_BEFORE: Final = 28
"""Days that have to lie before a played experiment: clusters cannot be paired by less."""
WEEKS: Final = (2, 3, 4, 6, 8, 10, 12, 16, 20, 26)
_DRAWINGS: Final = 1_000
_WINDOWS: Final = 3
"""How many stretches of the history are played for a length. The one that finds least counts: one may have been quieter
than the time to come, and with the mean of them effects were found less often than planned (73 instead of 80 %)."""
_LARGEST: Final = 1.0
_STEPS: Final = 12
"""Halvings of the range of effects: to 0.03 % of the control."""


@dataclass(frozen=True, slots=True)
class Length:
    """What an experiment of so many days would find.

    `power` is that for the effect that is asked for, `smallest` the smallest effect that is found with the protocol's power;
    None where not even twice the control would be.
    """

    days: int
    cells: int
    power: float
    smallest: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Lengths that the history can tell about, shortest first, and the first that finds the effect; None if none does."""

    effect: float
    clusters: int
    lengths: tuple[Length, ...]
    advised: Length | None


def plan(protocol: Protocol, values: Floats, effect: float, seed: int, weeks: Sequence[int] = WEEKS) -> Plan:
    """Try out lengths on the history of the metric, `values` (g, t) by cluster and day, for an effect (0.05: a twentieth more).

    `weeks` are the lengths, made whole pairs of blocks in a switchback; `protocol.days` does not matter. Lengths that leave no history before them, or too few cells, are not in the plan.
    """
    lengths: list[Length] = []
    for days in _lengths(protocol, values.shape[1], weeks):
        tried = replace(protocol, days=days)
        played = [
            cells
            for cells in _played(tried, values, seed)
            if len(cells.complete) and int(cells.complete[-1]) >= FEWEST_CELLS
        ]
        if played:
            lengths.append(_length(tried, played, effect, seed))
    selling = int(np.count_nonzero(values.sum(axis=1) > 0))
    advised = next((one for one in lengths if one.power >= protocol.power), None)
    return Plan(effect, selling, tuple(lengths), advised)


def _lengths(protocol: Protocol, history: int, weeks: Sequence[int]) -> Sequence[int]:
    most = min(history - FEWEST_BEFORE, LONGEST_DAYS)
    step = 2 * protocol.block_days if protocol.kind is Design.SWITCHBACK else 7
    days = sorted({-(-7 * one // step) * step for one in weeks})
    return [one for one in days if one <= most]


def _played(protocol: Protocol, values: Floats, seed: int) -> list[Cells]:
    """Return the cells of played experiments, ending today, half a length ago, and so on."""
    found: list[Cells] = []
    for window in range(_WINDOWS):
        end = values.shape[1] - window * protocol.days // 2
        start = end - protocol.days
        if start < FEWEST_BEFORE:
            break
        stretch = values[:, max(start - BEFORE_DAYS, 0) : end]
        outcomes = Outcomes({protocol.metric: stretch}, {}, stretch.shape[1] - protocol.days)
        arms = assign(protocol, stretch[:, : outcomes.start].sum(axis=1), seed)
        found.append(cells_of(protocol, arms, outcomes, stretch, 7))
    return found


def _length(protocol: Protocol, played: Sequence[Cells], effect: float, seed: int) -> Length:
    ready = []
    for cells in played:
        signs = signs_of(cells.treated, seed, _DRAWINGS)
        spent = np.where(
            cells.complete >= FEWEST_CELLS, late_spending(protocol.test_level, cells.looks / protocol.days), 0.0
        )
        drawn = draw(cells, signs)
        ready.append((drawn, bounds(np.abs(ratios(drawn).statistic), spent)))

    def power(size: float) -> float:
        return float(min((ratios(drawn, size).statistic > bound).any(axis=1).mean() for drawn, bound in ready))

    low, high = 0.0, _LARGEST
    if power(high) < protocol.power:
        smallest = None
    else:
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if power(middle) >= protocol.power else (middle, high)
        smallest = high
    return Length(protocol.days, int(played[0].complete[-1]), power(effect), smallest)

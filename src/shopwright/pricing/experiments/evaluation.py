"""What an experiment shows so far: the effect with its interval, the guardrails, and whether to go on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from shopwright.pricing.experiments.assignment import Assignment, Floats
from shopwright.pricing.experiments.measuring import Effects, differences, draw, ratios
from shopwright.pricing.experiments.outcomes import Cells, Outcomes, cells_of
from shopwright.pricing.experiments.protocol import FEWEST_CELLS, Design, Guardrail, Metric, Protocol
from shopwright.pricing.experiments.sequential import DRAWINGS, bounds, even_spending, late_spending, signs_of

_LOOK_DAYS: Final = 7
"""The main comparison is looked at by whole weeks, since a weekday's buyers are not another's."""


class ExperimentVerdict(StrEnum):
    """What is known."""

    TOO_EARLY = "too_early"
    OPEN = "open"
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    HARM = "harm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One metric at one look. `effect` is a share of the control (0.1: a tenth more), or a difference of rates.

    `low` and `high` hold the true effect with the chance that the level leaves, at whatever look one stops; None where too
    little is known for an interval. `statistic` beyond `bound` is an alarm; `bound` is None while nothing could be one.
    `base` is what treated parts would have brought under control, `control` what control parts brought (rates: the weight,
    and the count that is usual for it).
    """

    metric: Metric
    day: int
    effect: float | None
    low: float | None
    high: float | None
    statistic: float
    bound: float | None
    alarm: bool
    base: float
    control: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All that an experiment shows after so many days; `main` and `guardrails` are empty until the first look."""

    days: int
    cells: int
    verdict: ExperimentVerdict
    main: Reading | None
    path: tuple[Reading, ...]
    guardrails: tuple[Reading, ...]

    @property
    def breached(self) -> tuple[Reading, ...]:
        """The guardrails that were broken."""
        return tuple(reading for reading in self.guardrails if reading.alarm)


def evaluate(
    protocol: Protocol, assignment: Assignment, outcomes: Outcomes, seed: int, drawings: int = DRAWINGS
) -> Evaluation:
    """Return what the days that are there show. Deterministic: the same sales and seed give the same answer."""
    cells = cells_of(protocol, assignment, outcomes, outcomes.values[protocol.metric], _LOOK_DAYS)
    signs = signs_of(cells.treated, seed, drawings)
    path = _path(protocol, cells, signs)
    guardrails = _guardrails(protocol, assignment, outcomes, signs)
    days = min(outcomes.days, protocol.days)
    enough = int(cells.complete[-1]) if len(path) else 0
    verdict = _verdict(path, guardrails, finished=days >= protocol.days)
    return Evaluation(
        days=days,
        cells=enough,
        verdict=verdict,
        main=path[-1] if path else None,
        path=path,
        guardrails=guardrails,
    )


def _path(protocol: Protocol, cells: Cells, signs: Floats) -> tuple[Reading, ...]:
    effects = ratios(draw(cells, signs))
    spent = np.where(
        cells.complete >= FEWEST_CELLS, late_spending(protocol.test_level, cells.looks / protocol.days), 0.0
    )
    bound = bounds(np.abs(effects.statistic), spent)
    readings: list[Reading] = []
    for look in range(len(bound)):
        reading = _reading(protocol.metric, effects, cells, look, float(bound[look]))
        readings.append(reading)
        if reading.alarm:
            break  # what comes later does not change what was found
    return tuple(readings)


def _guardrails(protocol: Protocol, assignment: Assignment, outcomes: Outcomes, signs: Floats) -> tuple[Reading, ...]:
    """Judge all guardrails together by the worst of them, which costs less than dividing their level (Westfall, Young)."""
    if not protocol.guardrails:
        return ()
    every = 1 if protocol.kind is Design.CLUSTERS else _LOOK_DAYS
    measured: list[tuple[Cells, Effects, Floats]] = []
    for guardrail in protocol.guardrails:
        metric = guardrail.metric
        cells = cells_of(protocol, assignment, outcomes, outcomes.values[metric], every)
        if metric.is_rate:
            weights = cells_of(protocol, assignment, outcomes, outcomes.weights[metric], every)
            effects = differences(cells, weights, signs)
        else:
            effects = ratios(draw(cells, signs))
        measured.append((cells, effects, effects.statistic if metric.is_rate else -effects.statistic))
    cells = measured[0][0]
    if not len(cells.looks):
        return ()
    spent = np.where(
        cells.complete >= FEWEST_CELLS, even_spending(protocol.guardrail_level, cells.looks / protocol.days), 0.0
    )
    bound = bounds(np.max([harm for _, _, harm in measured], axis=0), spent)
    harms = [
        _beyond(guardrail, effects, harm)
        for guardrail, (_, effects, harm) in zip(protocol.guardrails, measured, strict=True)
    ]
    look = _stopping_look(harms, bound)
    return tuple(
        _reading(guardrail.metric, effects, cells, look, float(bound[look]), harm)
        for guardrail, (cells, effects, _), harm in zip(protocol.guardrails, measured, harms, strict=True)
    )


def _beyond(guardrail: Guardrail, effects: Effects, harm: Floats) -> Floats:
    """Return by look (k) how far the harm that was seen is beyond what is tolerated, in standard errors."""
    room = guardrail.tolerance if guardrail.metric.is_rate else -np.log1p(-guardrail.tolerance)
    error = effects.error[0]
    sound = np.isfinite(error) & (error > 0)
    tolerated = np.where(sound, room / np.where(sound, error, 1.0), 0.0)
    beyond: Floats = harm[0] - tolerated
    return beyond


def _stopping_look(harms: Sequence[Floats], bound: Floats) -> int:
    """Return the first look at which a guardrail breaks, else the newest."""
    broken = np.flatnonzero((np.array(harms) > bound).any(axis=0))
    return int(broken[0]) if len(broken) else len(bound) - 1


def _reading(
    metric: Metric, effects: Effects, cells: Cells, look: int, bound: float, harm: Floats | None = None
) -> Reading:
    effect, error = float(effects.effect[0, look]), float(effects.error[0, look])
    statistic = float(effects.statistic[0, look])
    known = np.isfinite(effect) and np.isfinite(error) and error > 0 and np.isfinite(bound)
    low, high = (effect - bound * error, effect + bound * error) if known else (None, None)
    judged = abs(statistic) if harm is None else float(harm[look])
    return Reading(
        metric=metric,
        day=int(cells.looks[look]),
        effect=_shown(metric, effect),
        low=None if low is None else _shown(metric, low),
        high=None if high is None else _shown(metric, high),
        statistic=statistic,
        bound=bound if np.isfinite(bound) else None,
        alarm=bool(judged > bound),
        base=float(effects.base[0, look]),
        control=float(effects.control[0, look]),
    )


def _shown(metric: Metric, effect: float) -> float | None:
    """Return an effect as it is read: a share of the control instead of a log."""
    if not np.isfinite(effect):
        return None
    return effect if metric.is_rate else float(np.expm1(min(effect, 50.0)))


def _verdict(path: Sequence[Reading], guardrails: Sequence[Reading], *, finished: bool) -> ExperimentVerdict:
    if any(reading.alarm for reading in guardrails):
        return ExperimentVerdict.HARM
    if not path or (not finished and all(reading.bound is None for reading in path)):
        return ExperimentVerdict.TOO_EARLY
    if path[-1].alarm:
        return ExperimentVerdict.BETTER if path[-1].statistic > 0 else ExperimentVerdict.WORSE
    return ExperimentVerdict.NO_DIFFERENCE if finished else ExperimentVerdict.OPEN

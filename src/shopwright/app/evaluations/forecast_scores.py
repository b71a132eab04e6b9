"""How good forecasts were: errors in units that are alike for every series, and how often intervals held. Pure.

Scales are those of the history before each origin. Weights are a series' share of the units of the four weeks before it
(as in the M5 competition); `rmsse` and `mase` are plain means over series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import Metrics
from shopwright.demand.forecasting.forecast import LEVELS, Forecast
from shopwright.demand.forecasting.panel import WEEK, Floats, Frequency, Ints, Plan, SalesPanel

_RECENT_WEEKS: Final = 4
_LOW_95, _LOW_80, _HIGH_80, _HIGH_95 = range(4)
_MIDDLE: Final = 2


@dataclass(frozen=True, slots=True)
class Scales:
    """What errors of each series (n,) are divided by and weighted with; NaN where there is no scale."""

    squared: Floats
    absolute: Floats
    weight: Floats

    def take(self, rows: Ints) -> "Scales":
        """Return some of the series."""
        return Scales(self.squared[rows], self.absolute[rows], self.weight[rows])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was forecast at one origin: mean (n, H), quantiles (L, n, H), and bounds (4, n, H), of totals (4, n).

    Bounds are low 95, low 80, high 80, high 95.
    """

    mean: Floats
    quantiles: Floats
    bounds: Floats
    totals: dict[int, Floats]

    @classmethod
    def of(cls, forecast: Forecast) -> "Answer":
        """Return what is scored of one of our forecasts."""
        totals = {horizon: total.bounds for horizon, total in forecast.totals.items()}
        return cls(forecast.mean, forecast.quantiles, forecast.bounds, totals)

    def take(self, rows: Ints) -> "Answer":
        """Return some of the series."""
        totals = {horizon: total[:, rows] for horizon, total in self.totals.items()}
        return Answer(self.mean[rows], self.quantiles[:, rows], self.bounds[:, rows], totals)


@dataclass(frozen=True, slots=True)
class Split:
    """One origin: what was known before it, what was planned, and what then happened (n, H)."""

    panel: SalesPanel
    plan: Plan
    actual: Floats
    measure: Scales


def scales(history: Floats, frequency: Frequency) -> Scales:
    """Return the mean squared and absolute errors of the naive forecast over a history (n, T) with NaN.

    Naive means a week before for days, and the period before for weeks.
    """
    lag = WEEK if frequency is Frequency.DAILY else 1
    change = history[:, lag:] - history[:, :-lag]
    there = ~np.isnan(change)
    count = there.sum(axis=1)
    change = np.where(there, change, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        squared, absolute = (change**2).sum(axis=1) / count, np.abs(change).sum(axis=1) / count
    recent = _RECENT_WEEKS * (WEEK if frequency is Frequency.DAILY else 1)
    weight = np.nansum(history[:, -recent:], axis=1)
    usable = (count > lag) & (squared > 0)
    return Scales(np.where(usable, squared, np.nan), np.where(usable, absolute, np.nan), weight)


def score(origins: Sequence[Split], answers: Sequence[Answer], horizon: int) -> Metrics:
    """Return the metrics of one horizon over all origins. Actual units that are NaN are not scored."""
    pairs = zip(origins, answers, strict=True)
    rows = [_scored(split.actual, answer, split.measure, horizon) for split, answer in pairs]
    every = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    weight = np.concatenate([row["weight"] / max(row["weight"].sum(), 1e-12) for row in rows]) / len(rows)
    metrics: Metrics = {
        "wrmsse": float((weight * every["rmsse"]).sum()),
        "rmsse": float(every["rmsse"].mean()),
        "mase": float(every["mase"].mean()),
        "pinball": float((weight * every["pinball"]).sum()),
        "bias": float(every["excess"].sum() / max(every["sold"].sum(), 1e-12)),
    }
    cells = np.maximum(every["cells"].sum(), 1)
    metrics |= {f"coverage_{name}": float(every[f"held_{name}"].sum() / cells) for name in ("80", "95")}
    return metrics | {
        "total_coverage_80": float(every["total_held"].mean()),
        "total_width_ratio": float(every["total_width"].sum() / max(every["summed_width"].sum(), 1e-12)),
        "series": float(len(every["rmsse"])),
    }


def _scored(actual: Floats, answer: Answer, measure: Scales, horizon: int) -> dict[str, Floats]:
    """Return the parts (n',) of each series that can be scored at one origin."""
    sold = actual[:, :horizon]
    there = ~np.isnan(sold)
    rows = np.isfinite(measure.squared) & there.any(axis=1)
    sold, there = np.where(there, sold, 0.0)[rows], there[rows]
    mean, quantiles = answer.mean[rows, :horizon], answer.quantiles[:, rows, :horizon]
    bounds = answer.bounds[:, rows, :horizon]
    total = answer.totals[horizon][:, rows]
    count = there.sum(axis=1)
    whole = there.all(axis=1)
    sums = sold.sum(axis=1)
    absolute = measure.absolute[rows]
    excess = np.where(there, mean - sold, 0.0)
    level = np.array(LEVELS)[:, None, None]
    missed = np.where(there, sold - quantiles, 0.0)
    lost = np.maximum(level * missed, (level - 1) * missed).mean(axis=0).sum(axis=1) / count
    inside = {
        "held_80": _inside(sold, bounds[_LOW_80], bounds[_HIGH_80]) & there,
        "held_95": _inside(sold, bounds[_LOW_95], bounds[_HIGH_95]) & there,
    }
    held = _inside(sums, total[_LOW_80], total[_HIGH_80])
    return {
        "weight": measure.weight[rows],
        "rmsse": np.sqrt((excess**2).sum(axis=1) / count / measure.squared[rows]),
        "mase": np.abs(np.where(there, sold - quantiles[_MIDDLE], 0.0)).sum(axis=1) / count / absolute,
        "pinball": lost / absolute,
        "excess": excess.sum(axis=1),
        "sold": sums,
        "cells": count.astype(np.float64),
        **{name: flags.sum(axis=1).astype(np.float64) for name, flags in inside.items()},
        "total_held": held[whole].astype(np.float64),
        "total_width": (total[_HIGH_80] - total[_LOW_80])[whole],
        "summed_width": (bounds[_HIGH_80] - bounds[_LOW_80]).sum(axis=1)[whole],
    }


def _inside(value: Floats, low: Floats, high: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell whether values lie between two bounds, both included, up to rounding errors."""
    slack = 1e-9 * (1 + np.abs(value))
    held: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (value >= low - slack) & (value <= high + slack)
    return held

"""Exponential smoothing of every product at many rates and origins at once, as one matrix product. Pure.

A smoothed level is a weighted sum of past units over the same sum of their factors (weekday, season, price): weights
fall by the rate with each period. Periods that are not known count in neither sum, so masks need no imputation.
Inside the forecaster arrays lie periods first, (T, n), so that a product of weights and units reads memory once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.panel import Floats, Frequency, Ints

DAILY_RATES: Final = (0.3, 0.12, 0.05, 0.02, 0.007)
"""A few days to half a year: between neighbours the error hardly changes."""
WEEKLY_RATES: Final = (0.6, 0.3, 0.14, 0.06, 0.02)


def rates(frequency: Frequency) -> tuple[float, ...]:
    """Return the smoothing rates, fastest first."""
    return DAILY_RATES if frequency is Frequency.DAILY else WEEKLY_RATES


@dataclass(frozen=True, slots=True)
class Levels:
    """Smoothed levels (K, O, n) by rate and origin, and the periods that carry each of them (its weight), alike."""

    level: Floats
    weight: Floats


def smoothed(units: Floats, factors: Floats, origins: Ints, smoothing: tuple[float, ...]) -> Levels:
    """Return the levels that were known before each origin (O,). Units and factors (T, n), zero where unknown.

    Where nothing was known yet, level and weight are 0.
    """
    kernel = kernels(units.shape[0], origins, smoothing)
    shape = (len(smoothing), origins.size, units.shape[1])
    weighted, carried = (kernel @ units).reshape(shape), (kernel @ factors).reshape(shape)
    known = carried > 0
    level = np.divide(weighted, carried, out=np.zeros(shape), where=known)
    return Levels(level, carried)


def kernels(periods: int, origins: Ints, smoothing: tuple[float, ...]) -> Floats:
    """Return the weights (K * O, T) that exponential smoothing gives to each period before each origin."""
    age = origins[:, None] - 1 - np.arange(periods)[None, :]
    keep = 1.0 - np.array(smoothing)[:, None, None]
    weights = np.where(age >= 0, keep ** np.maximum(age, 0), 0.0)
    return weights.reshape(-1, periods)


def windows(sums: Floats, start: Ints, stop: Ints) -> Floats:
    """Return sums over the half-open windows of periods, (W, n), from cumulated sums (T + 1, n)."""
    out: Floats = sums[stop] - sums[start]
    return out


def cumulated(values: Floats) -> Floats:
    """Return running sums (T + 1, n) that begin with 0."""
    sums = np.zeros((values.shape[0] + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=sums[1:])
    return sums

"""Takes units apart: what is known of each product, times the factors that are known ahead (week, year, price). Pure.

What is left over is the level, which levels.py learns. Arrays lie periods first, (T, n).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.effects import Effects, PriceScale, fit_effects
from shopwright.demand.forecasting.panel import (
    WEEK,
    Days,
    Floats,
    Frequency,
    Ints,
    Plan,
    SalesPanel,
    Singles,
    known_demand,
)
from shopwright.demand.forecasting.profiles import WeekProfile, capped, closed_days, week_profile
from shopwright.demand.forecasting.seasons import YearSeason, learn_season

_BLOCK: Final = 64
_LEARNT: Final = 2
"""Thirds of the history that effects are learnt from for the last one."""


@dataclass(frozen=True, slots=True)
class Past:
    """Units, units without single large orders, 1 where they are known, factors: (T, n), 0 where nothing is known."""

    units: Floats
    capped: Floats
    known: Floats
    factors: Floats
    honest: Floats
    """The factors as they would have been known: year, events and prices of the last third are learnt from what lay before.

    Backtests use these. With factors that had seen the outcome, errors would be too small and intervals too narrow.
    """


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What was learnt of the factors, and the past seen through them."""

    past: Past
    week: WeekProfile
    year: YearSeason
    price: Effects | None
    scale: PriceScale
    usual: Floats
    """Mean factor (n,) of price and promotion: what is taken where nothing is planned."""
    group: Ints
    frequency: Frequency

    def ahead(self, days: Days, plan: Plan | None) -> Floats:
        """Return the factors (H, n) of the periods ahead under a plan."""
        factors = self.week.factor[weekdays(days)] * self.year.factors(days)[:, self.group]
        if self.price is None:
            return factors
        features = self.scale.planned(plan, days.size)
        return factors * (self.usual if features is None else self.price.factors(features))


def weekdays(days: Days) -> Ints:
    """Return the weekday of each day, 0 is Monday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % WEEK


def decompose(panel: SalesPanel) -> Decomposition:
    """Learn the factors of a panel."""
    units, known = _turned(known_demand(panel))
    days, group = panel.days(), panel.groups
    week = WeekProfile(np.ones((WEEK, panel.products)), np.zeros(panel.products))
    if panel.frequency is Frequency.DAILY:
        weekday = weekdays(days)
        known[closed_days(units, known, weekday) > 0] = 0.0
    usual_units = capped(units, known)
    if panel.frequency is Frequency.DAILY:
        weekday = weekdays(days)
        week = week_profile(usual_units, known, weekday, group)
        factors = np.empty_like(known)
        for period, day in enumerate(weekday):
            np.multiply(week.factor[day], known[period], out=factors[period])
    else:
        factors = known.copy()
    scale = PriceScale.of(panel)
    features = scale.features(panel.price, panel.promo)
    cut = max(panel.periods * _LEARNT // (_LEARNT + 1), 1)
    early = _learn(units[:cut], factors[:cut], None if features is None else features[:, :cut], panel.until(cut))
    found = _learn(units, factors, features, panel, early.price)
    lifted, usual = found.seasonal, np.ones(panel.products)
    if found.price is not None and features is not None:
        priced = found.price.factors(features)
        lifted = lifted * priced
        usual = np.einsum("tn,tn->n", priced, known) / np.maximum(known.sum(axis=0), 1.0)
    honest = lifted
    if found.price is not None or not found.year.flat:
        honest = lifted.copy()
        honest[cut:] = _seasoned(factors[cut:], early.year, days[cut:], group)
        if early.price is not None and features is not None:
            honest[cut:] *= early.price.factors(features[:, cut:])
    return Decomposition(
        Past(units, usual_units, known, lifted, honest),
        week, found.year, found.price, scale, usual, group, panel.frequency,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Year and prices, and the factors (T, n) of weekdays and year together."""

    year: YearSeason
    price: Effects | None
    seasonal: Floats


def _turned(demand: Floats) -> tuple[Floats, Floats]:
    """Return units with 0 for NaN and 1 where they are known, periods first: by blocks that stay in the cache."""
    units, known = np.empty(demand.shape[::-1]), np.empty(demand.shape[::-1])
    for start in range(0, demand.shape[0], _BLOCK):
        block = demand[start : start + _BLOCK].T
        there = np.isfinite(block)
        known[:, start : start + _BLOCK] = there
        units[:, start : start + _BLOCK] = np.where(there, block, 0.0)
    return units, known


def _seasoned(factors: Floats, year: YearSeason, days: Days, group: Ints) -> Floats:
    """Return factors (T, n) times those of the year; the same array where the year is flat."""
    if year.flat:
        return factors
    out = np.empty_like(factors)
    for period, row in enumerate(year.factors(days)):
        np.multiply(factors[period], row[group], out=out[period])
    return out


def _learn(
    units: Floats, factors: Floats, features: Singles | None, panel: SalesPanel, begin: Effects | None = None
) -> _Learnt:
    """Learn the year given the effects of prices so far, then those, from where they are."""
    days, group, frequency = panel.days(), panel.groups, panel.frequency
    priced = factors if begin is None or features is None else factors * begin.factors(features)
    year = learn_season(units, priced, group, days, frequency)
    seasonal = _seasoned(factors, year, days, group)
    price = None if features is None else fit_effects(units, seasonal, features, group, frequency, begin)
    return _Learnt(year, price, seasonal)

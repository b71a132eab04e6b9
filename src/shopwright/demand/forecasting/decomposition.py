"""Takes units apart: what is known of each product, times the factors that are known ahead (week, year, price). Pure.

What is left over is the level, which levels.py learns. Arrays lie periods first, (T, n).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.forecasting.effects import Effects, PriceScale, fit_effects
from shopwright.demand.forecasting.panel import WEEK, Days, Floats, Frequency, Ints, Plan, SalesPanel, known_demand
from shopwright.demand.forecasting.profiles import WeekProfile, capped, closed_days, week_profile
from shopwright.demand.forecasting.seasons import YearSeason, learn_season

_ROUNDS: Final = 2
"""Year and price are learnt in turn, each given the other."""


@dataclass(frozen=True, slots=True)
class Past:
    """Units, 1 where they are known demand, and factors: (T, n) each, 0 where nothing is known."""

    units: Floats
    known: Floats
    factors: Floats


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
    demand = known_demand(panel)
    known = np.ascontiguousarray(np.isfinite(demand).T, dtype=np.float64)
    units = np.ascontiguousarray(np.nan_to_num(demand).T)
    days, group = panel.days(), panel.groups
    week = WeekProfile(np.ones((WEEK, panel.products)), np.zeros(panel.products))
    if panel.frequency is Frequency.DAILY:
        weekday = weekdays(days)
        known *= 1.0 - closed_days(units, known, weekday)[:, None]
        units *= known
        week = week_profile(capped(units, known), known, weekday, group)
        factors = week.factor[weekday] * known
    else:
        factors = known.copy()
    scale = PriceScale.of(panel)
    features = scale.features(panel.price, panel.promo)
    year, price, lifted = _year_and_price(units, factors, features, panel, group)
    usual = np.ones(panel.products)
    if price is not None and features is not None:
        usual = (price.factors(features) * known).sum(axis=0) / np.maximum(known.sum(axis=0), 1.0)
    return Decomposition(Past(units, known, lifted), week, year, price, scale, usual, group, panel.frequency)


def _year_and_price(
    units: Floats, factors: Floats, features: Floats | None, panel: SalesPanel, group: Ints
) -> tuple[YearSeason, Effects | None, Floats]:
    days, frequency = panel.days(), panel.frequency
    year = learn_season(units, factors, group, days, frequency)
    seasonal = factors * year.factors(days)[:, group]
    if features is None:
        return year, None, seasonal
    price = fit_effects(units, seasonal, features, group, frequency)
    for _ in range(_ROUNDS - 1):
        priced = factors * price.factors(features)
        year = learn_season(units, priced, group, days, frequency)
        seasonal = factors * year.factors(days)[:, group]
        price = fit_effects(units, seasonal, features, group, frequency)
    return year, price, seasonal * price.factors(features)

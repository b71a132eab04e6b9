"""The estimators of price response: from a history to a `PriceResponse`. Pure.

Every estimator follows one protocol and one conformance suite: a column for each product, every elasticity below
zero, the same answer for the same history.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from shopwright.demand.elasticity.design import OWN, Design, Form, TimeEffects, build_design, reference_prices
from shopwright.demand.elasticity.diagnosis import diagnose
from shopwright.demand.elasticity.fitting import Fit, evidence, fit, linear_part
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Floats, Ints, Slopes

_WEEKS_A_YEAR: Final = 52.18
_RECENT_WEEKS: Final = 8
_TAIL: Final = 0.025
_LEVEL_ROWS: Final = 14.0
"""Periods' worth of the whole history's level in the recent level."""
_DRIFT: Final = 0.1
"""Standard deviation by which a level has wandered since it was seen."""
_FORM_PRIOR: Final = 2.0


@dataclass(frozen=True, slots=True)
class ResponseSettings:
    """How price response is estimated; choose by cross-validation inside the data where it matters."""

    block_weeks: int = 8
    time_effects: TimeEffects = TimeEffects.CATEGORY


class ResponseEstimator(Protocol):
    """Something that reads a history and says how each product answers to price."""

    def estimate(self, history: PriceHistory) -> PriceResponse:
        """Return the response of all products of the history, also of those without a usable row."""
        ...


@dataclass(frozen=True, slots=True)
class HierarchicalResponse:
    """Empirical Bayes over product, category and shop on Poisson pseudo-likelihood with block fixed effects."""

    settings: ResponseSettings = ResponseSettings()

    def estimate(self, history: PriceHistory) -> PriceResponse:
        """Estimate both forms, weigh them by their evidence, and refuse where the data allow no more."""
        reference = reference_prices(history)
        designs = {form: self._design(history, form, reference) for form in Form}
        fits = {form: self._fit(history, design) for form, design in designs.items()}
        weight = _constant_weight(designs, fits)
        slopes = {form: _slopes(one) for form, one in fits.items()}
        diagnosis = diagnose(history, slopes[Form.CONSTANT].mean)
        doubtful = weight * _upper(slopes[Form.CONSTANT]) + (1 - weight) * _upper(slopes[Form.SEMI_LOG]) >= 0
        base, spread = _base(history, designs[Form.CONSTANT], fits[Form.CONSTANT])
        cross, cross_sd = _cross(designs, fits, weight)
        return PriceResponse(
            constant=slopes[Form.CONSTANT],
            semi_log=slopes[Form.SEMI_LOG],
            constant_weight=weight,
            reference=reference,
            base_units=base,
            base_spread=spread,
            cross=cross,
            cross_sd=cross_sd,
            changes=diagnosis.changes,
            refusals=diagnosis.refusals() | np.where(doubtful, int(Refusal.REACHES_ZERO), 0),
        )

    def _design(self, history: PriceHistory, form: Form, reference: Floats) -> Design:
        periods = max(round(self.settings.block_weeks * history.periods_a_year / _WEEKS_A_YEAR), 2)
        return build_design(history, form, periods, reference)

    def _fit(self, history: PriceHistory, design: Design) -> Fit:
        return fit(design, history.group, time_cells(history, design, self.settings.time_effects))


def time_cells(history: PriceHistory, design: Design, effects: TimeEffects) -> Ints | None:
    """Return the time cell (M,) of each row: a period of at least a week, of the shop or of a category."""
    if effects is TimeEffects.NONE:
        return None
    week = max(round(history.periods_a_year / _WEEKS_A_YEAR), 1)
    cell = history.period[design.rows] // week
    if effects is TimeEffects.CATEGORY:
        cell = cell * (int(history.group.max(initial=0)) + 1) + history.group[design.series]
    numbered: Ints = np.unique(cell, return_inverse=True)[1].astype(np.int64)
    return numbered


def _slopes(fitted: Fit) -> Slopes:
    """Return the posterior of the own-price coefficient."""
    variance = fitted.pooled.covariance[:, OWN, OWN]
    return Slopes.of(fitted.pooled.mean[:, OWN], np.sqrt(np.maximum(variance, 0.0)))


def _upper(slopes: Slopes) -> Floats:
    """Return the upper end (n,) of the 95 % interval before it is cut off at zero."""
    upper: Floats = slopes.location + 1.96 * slopes.scale
    return upper


def _constant_weight(designs: dict[Form, Design], fits: dict[Form, Fit]) -> Floats:
    """Return the probability (n,) of the constant form: its evidence, with the shop's share of it as prior."""
    phi = np.mean([one.phi for one in fits.values()], axis=0)
    kappa = np.mean([one.kappa for one in fits.values()], axis=0)
    found = {form: evidence(designs[form], fits[form], phi, kappa) for form in Form}
    odds = np.clip(found[Form.CONSTANT] - found[Form.SEMI_LOG], -50.0, 50.0)
    share = 0.5
    weight = np.full(odds.size, share)
    for _ in range(50):
        weight = 1 / (1 + (1 - share) / share * np.exp(-odds))
        share = float((weight.sum() + _FORM_PRIOR / 2) / (weight.size + _FORM_PRIOR))
    return weight


def _base(history: PriceHistory, design: Design, fitted: Fit) -> tuple[Floats, Floats]:
    """Return units a period at the reference price (n,), recent level first, and the sd of their logarithm."""
    products = history.products
    plain = np.exp(linear_part(design, fitted.pooled.mean))
    period = history.period[design.rows]
    recent = period > period.max(initial=0) - _RECENT_WEEKS * history.periods_a_year / _WEEKS_A_YEAR
    rows = np.maximum(np.bincount(history.series[history.usable], minlength=products), 1)
    # Blocks without sales were left out of the design, so all rows are counted at the usual price.
    level = np.bincount(design.series, design.quantity, products) / np.maximum(
        np.bincount(design.series, plain, products), rows
    )
    units = np.bincount(design.series[recent], design.quantity[recent], products) + _LEVEL_ROWS * level
    base = units / (np.bincount(design.series[recent], plain[recent], products) + _LEVEL_ROWS)
    spread = np.sqrt(_DRIFT**2 + fitted.phi / np.maximum(units, 1.0))
    return base, spread


def _cross(designs: dict[Form, Design], fits: dict[Form, Fit], weight: Floats) -> tuple[Floats, Floats]:
    """Return the elasticity with regard to all competitors' prices together and its sd, (n,) each."""
    place = designs[Form.CONSTANT].cross
    if place is None:
        return np.zeros(weight.size), np.zeros(weight.size)
    parts = {Form.CONSTANT: weight, Form.SEMI_LOG: 1 - weight}
    mean = sum(part * fits[form].pooled.mean[:, place] for form, part in parts.items())
    variance = sum(
        part * np.maximum(fits[form].pooled.covariance[:, place, place], 0.0) for form, part in parts.items()
    )
    return np.asarray(mean), np.sqrt(np.asarray(variance))

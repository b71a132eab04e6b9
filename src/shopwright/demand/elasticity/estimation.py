"""The estimators of price response: from a history to a `PriceResponse`. Pure.

Every estimator follows one protocol and one conformance suite: a column for each product, every elasticity below
zero, the same answer for the same history.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from shopwright.demand.elasticity.correlation import Wander
from shopwright.demand.elasticity.design import OWN, Design, Form, TimeEffects, UsualPrices, build_design, lay_out
from shopwright.demand.elasticity.diagnosis import DemandBeforeChanges, diagnose
from shopwright.demand.elasticity.fitting import Fit, evidence, fit, linear_part
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Floats, Ints, Slopes

_WEEKS_A_YEAR: Final = 52.18
_RECENT_WEEKS: Final = 8
_SHARED: Final = 0.5
"""More than half of the moves in common: a chain that reprices a brand in all stores has 0.8 to 0.9, a shop 0.1."""
_LEVEL_ROWS: Final = 14.0
"""Periods' worth of the whole history's level in the recent level."""
_DRIFT: Final = 0.1
"""Standard deviation by which a level has wandered since it was seen."""
_FORM_PRIOR: Final = 2.0
_FOLLOWS: Final = 1.282
"""One-sided ten per cent: being wary without need costs a little width only."""


@dataclass(frozen=True, slots=True)
class ResponseSettings:
    """How price response is estimated. The usual settings are fixed: nothing is tuned on what is measured."""

    block_weeks: int = 520
    """Length of the stretches within which prices are compared: a product's whole history, as what wanders is modelled."""
    wary_block_weeks: int = 8
    """Their length where list prices followed demand: what they followed then stays the same within a stretch."""
    time_effects: TimeEffects = TimeEffects.CATEGORY


class FittedResponse(Protocol):
    """What an estimator learnt."""

    @property
    def response(self) -> PriceResponse:
        """How all products of the history answer to price, also those without a usable row."""
        ...

    def log_relative(self, history: PriceHistory) -> Floats:
        """Return log demand (N,) over that of the usual price for rows of the same series, from what stands in them.

        Levels mean nothing here, differences within a series do. NaN where the price is unknown.
        """
        ...


class ResponseEstimator(Protocol):
    """Something that reads a history and learns how each product answers to price."""

    def fit(self, history: PriceHistory) -> FittedResponse:
        """Learn from a history. The same history gives the same answer."""
        ...


@dataclass(frozen=True, slots=True)
class HierarchicalFit:
    """What `HierarchicalResponse` learnt; see `FittedResponse`."""

    response: PriceResponse
    usual: UsualPrices
    coefficients: dict[Form, Floats]
    """(n, p) by form, the own price's kept below zero."""
    before: DemandBeforeChanges
    """Whether list prices followed demand."""
    weekly_precision: Floats
    """(n,) what one week's sales tell of the logarithm of demand, as 1 / variance: what a trial counts on."""
    sources: Floats
    """(3, n) how much of the elasticity comes from the product itself, its category, and the shop; they sum to 1."""

    def log_relative(self, history: PriceHistory) -> Floats:
        """Return log demand (N,) over that of the usual price, the forms averaged by their weights."""
        rows = np.flatnonzero(np.nan_to_num(history.price) > 0)
        series, relative = history.series[rows], np.full(len(history), np.nan)
        weight = self.response.constant_weight
        relative[rows] = 0.0
        for form, part in ((Form.CONSTANT, weight), (Form.SEMI_LOG, 1 - weight)):
            columns, _, _ = lay_out(history, rows, form, self.usual)
            relative[rows] += part[series] * np.einsum("mp,mp->m", columns, self.coefficients[form][series])
        return relative


@dataclass(frozen=True, slots=True)
class HierarchicalResponse:
    """Empirical Bayes over product, category and shop on Poisson pseudo-likelihood with block fixed effects."""

    settings: ResponseSettings = ResponseSettings()

    def estimate(self, history: PriceHistory) -> PriceResponse:
        """Return the response alone."""
        return self.fit(history).response

    def fit(self, history: PriceHistory) -> HierarchicalFit:
        """Estimate both forms, weigh them by their evidence, and refuse where the data allow no more."""
        usual, blocks = UsualPrices.of(history), self.settings.block_weeks
        design, fitted = self._fit(history, Form.CONSTANT, usual, blocks)
        before = DemandBeforeChanges.of(history, design, fitted)
        if before.shop_t_value > _FOLLOWS and self.settings.wary_block_weeks < blocks:
            blocks = self.settings.wary_block_weeks
            design, fitted = self._fit(history, Form.CONSTANT, usual, blocks)
        semi_log_design, semi_log = self._fit(history, Form.SEMI_LOG, usual, blocks, fitted.wander)
        fits = {Form.CONSTANT: fitted, Form.SEMI_LOG: semi_log}
        weight = _constant_weight({Form.CONSTANT: design, Form.SEMI_LOG: semi_log_design}, fits)
        slopes = {form: _slopes(one) for form, one in fits.items()}
        response = _response(history, usual, design, fits, slopes, weight)
        coefficients = {form: _signed(fits[form], slopes[form]) for form in Form}
        week = response.base_units * week_periods(history)
        precision = week / (fitted.phi + fitted.kappa * week)
        return HierarchicalFit(response, usual, coefficients, before, precision, _sources(fitted))

    def _fit(
        self, history: PriceHistory, form: Form, usual: UsualPrices, block_weeks: int, wander: Wander | None = None
    ) -> tuple[Design, Fit]:
        week = week_periods(history)
        design = build_design(history, form, max(block_weeks * week, 2), week, usual)
        return design, fit(design, history.group, time_cells(history, design, self.settings.time_effects), wander)


def _response(
    history: PriceHistory,
    usual: UsualPrices,
    design: Design,
    fits: dict[Form, Fit],
    slopes: dict[Form, Slopes],
    weight: Floats,
) -> PriceResponse:
    """Put together what the fits say; `design` is that of the constant form."""
    diagnosis, fitted = diagnose(history), fits[Form.CONSTANT]
    base, spread = _base(history, design, fitted)
    cross, cross_sd = _cross(design.cross, fits, weight)
    doubtful = weight * _upper(slopes[Form.CONSTANT]) + (1 - weight) * _upper(slopes[Form.SEMI_LOG]) >= 0
    return PriceResponse(
        constant=slopes[Form.CONSTANT],
        semi_log=slopes[Form.SEMI_LOG],
        constant_weight=weight,
        reference=usual.own,
        base_units=base,
        base_spread=spread,
        cross=cross,
        cross_sd=cross_sd,
        changes=diagnosis.changes,
        refusals=diagnosis.refusals() | np.where(doubtful, int(Refusal.REACHES_ZERO), 0),
    )


def week_periods(history: PriceHistory) -> int:
    """Return how many periods make a week, at least one."""
    return max(round(history.periods_a_year / _WEEKS_A_YEAR), 1)


def _sources(fitted: Fit) -> Floats:
    """Return how much of the own price's coefficient comes from product, category and shop, (3, n)."""
    borrowed = fitted.pooled.from_category[:, OWN]
    shop = borrowed * fitted.pooled.from_shop[fitted.category, OWN]
    return np.stack([1 - borrowed, borrowed - shop, shop])


def _signed(fitted: Fit, slopes: Slopes) -> Floats:
    """Return the coefficients (n, p) with the own price's below zero."""
    coefficients = fitted.pooled.mean.copy()
    coefficients[:, OWN] = slopes.mean
    return coefficients


def time_cells(history: PriceHistory, design: Design, effects: TimeEffects) -> tuple[Ints, ...]:
    """Return layers of time cells (M,): weeks (or longer periods) of the shop, and of each category.

    A layer in which prices move together is left out: it would take what the price does for a matter of the week.
    """
    if effects is TimeEffects.NONE:
        return ()
    time = history.period[design.rows] // week_periods(history)
    layers = [time]
    if effects is TimeEffects.CATEGORY:
        layers.append(time * (int(history.group.max(initial=0)) + 1) + history.group[design.series])
    cells = [np.unique(layer, return_inverse=True)[1].astype(np.int64) for layer in layers]
    return tuple(cell for cell in cells if shared_moves(design, cell) < _SHARED)


def shared_moves(design: Design, cell: Ints) -> float:
    """Return the intraclass correlation of the own price, blocks taken out, between rows of one time cell."""
    own = design.columns[:, OWN]
    count = design.block_sum(np.ones_like(own))
    moved = own - (design.block_sum(own) / count)[design.block]
    members, sums = np.bincount(cell), np.bincount(cell, moved)
    squares = float((moved**2).sum())
    pairs = float((members * (members - 1.0)).sum())
    if pairs == 0 or squares == 0:
        return 0.0
    return float(((sums**2).sum() - squares) / pairs / (squares / own.size))


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


def _cross(place: int | None, fits: dict[Form, Fit], weight: Floats) -> tuple[Floats, Floats]:
    """Return the elasticity with regard to all competitors' prices together and its sd, (n,) each."""
    if place is None:
        return np.zeros(weight.size), np.zeros(weight.size)
    constant, semi_log = (fits[form].pooled for form in (Form.CONSTANT, Form.SEMI_LOG))
    mean = weight * constant.mean[:, place] + (1 - weight) * semi_log.mean[:, place]
    variance = weight * constant.covariance[:, place, place] + (1 - weight) * semi_log.covariance[:, place, place]
    return mean, np.sqrt(np.maximum(variance, 0.0))

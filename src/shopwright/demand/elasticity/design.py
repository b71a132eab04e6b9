"""Turns a price history into the columns of a regression: own price, controls, competitors, blocks, time cells. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

import numpy as np

from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.pooling import CoefficientPrior
from shopwright.demand.elasticity.slopes import Floats, Ints

OWN: Final = 0
"""Column of the own price."""
_OWN_PRIOR: Final = (-2.5, 2.0, 0.5, 0.5)
"""Bijmolt, van Heerde, Pieters 2005: 1,851 published elasticities have the mean -2.62 and the sd 2.2."""
_CROSS_PRIOR: Final = (0.5, 1.0, 0.2, 0.2)
"""Auer, Papies 2020: 7,264 published cross-price elasticities have the mean 0.26 and a long right tail."""
_CONTROL_PRIOR: Final = (0.2, 0.2, 0.15, 0.15)
"""What a promotion or display adds to its lower price. A sale sign alone, at one price, has sold up to half more (Anderson,
Simester 2001); where promotions are the only changes of price, sales cannot tell the sign from the price."""
_COPY_SHARE: Final = 0.95
"""A competitor that asks our very price nearly always is our own price under another name."""


class Form(StrEnum):
    """How demand depends on the own price."""

    CONSTANT = "constant"
    SEMI_LOG = "semi_log"


class TimeEffects(StrEnum):
    """Which common ups and downs over time are taken out."""

    NONE = "none"
    SHOP = "shop"
    CATEGORY = "category"
    """Of the shop, and of each category on top, unless prices of a category move together."""


@dataclass(frozen=True, slots=True)
class Design:
    """Rows of a regression (M,), in order of block, and its p coefficients.

    Neighbouring rows of a history that share a week, a price and their controls are one row here: for the price they
    tell the same, and what is irregular from day to day evens out.
    """

    rows: Ints
    """(M,) first row of the history that each stands for."""
    series: Ints
    quantity: Floats
    """(M,) units of all rows that each stands for."""
    exposure: Floats
    """(M,) log of the number of rows that each stands for."""
    columns: Floats
    """(M, p): own price, controls, mean of the competitors."""
    prior: CoefficientPrior
    block: Ints
    """(M,) 0..B-1, in order: each block is one stretch of rows of one series."""
    starts: Ints
    """(B,) first row of each block."""
    cross: int | None
    """Column of the mean competitor price."""
    week: Floats
    """(M,) time of the row's middle, in weeks."""

    def first_blocks(self, blocks: int) -> Self:
        """Return the design of the first blocks alone."""
        rows = int(self.starts[blocks]) if blocks < self.starts.size else self.quantity.size
        by_row = ("rows", "series", "quantity", "exposure", "columns", "block", "week")
        return replace(self, starts=self.starts[:blocks], **{name: getattr(self, name)[:rows] for name in by_row})

    def block_sum(self, values: Floats) -> Floats:
        """Return sums over blocks, (B, ...), of values (M, ...)."""
        if self.starts.size == 0:
            return np.zeros((0, *values.shape[1:]))
        sums: Floats = np.add.reduceat(values, self.starts, axis=0)
        return sums


@dataclass(frozen=True, slots=True)
class UsualPrices:
    """Prices that everything is measured from: a product's own, and its competitors'."""

    own: Floats
    """(n,) median over usable rows, NaN where there are none."""
    rivals: Floats
    """(n, J) mean of log prices; NaN where a competitor has no offer, or asks our very price."""

    @classmethod
    def of(cls, history: PriceHistory) -> Self:
        """Return the usual prices of a history."""
        usable = history.usable
        series, prices = history.series[usable], history.competitors[usable]
        logs = np.log(np.where(prices > 0, prices, np.nan))
        same = np.isclose(logs, np.log(history.price[usable])[:, None])
        count = _sum((~np.isnan(logs)).astype(np.float64), series, history.products)
        level = _sum(np.nan_to_num(logs), series, history.products) / np.maximum(count, 1)
        copied = _sum(same.astype(np.float64), series, history.products) > _COPY_SHARE * count
        return cls(reference_prices(history), np.where(copied | (count == 0), np.nan, level))


def reference_prices(history: PriceHistory) -> Floats:
    """Return the usual price (n,): the median over usable rows; NaN where there are none."""
    usable = history.usable
    series, price = history.series[usable], history.price[usable]
    order = np.lexsort((price, series))
    count = np.bincount(series, minlength=history.products)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    middle = np.minimum(first + count // 2, max(price.size - 1, 0))
    return np.where(count > 0, price[order][middle] if price.size else np.nan, np.nan)


def build_design(
    history: PriceHistory, form: Form, block_periods: int, week_periods: int, usual: UsualPrices
) -> Design:
    """Lay out the usable rows whose block sold something; others say nothing about price."""
    rows = np.flatnonzero(history.usable)
    block = _runs(history.series[rows], history.period[rows] // block_periods)
    rows = rows[np.bincount(block, history.quantity[rows])[block] > 0] if rows.size else rows
    columns, prior, cross = lay_out(history, rows, form, usual)
    series, block_of = history.series[rows], history.period[rows] // block_periods
    alike = [history.period[rows] // week_periods, history.price[rows], *history.controls[rows].T]
    run = _runs(series, block_of, *alike)
    first = np.flatnonzero(np.diff(run, prepend=-1))
    count = np.bincount(run).astype(np.float64)
    block = _runs(series[first], block_of[first])
    return Design(
        rows=rows[first],
        series=series[first],
        quantity=np.bincount(run, history.quantity[rows]).astype(np.float64),
        exposure=np.log(count),
        columns=np.add.reduceat(columns, first, axis=0) / count[:, None] if first.size else columns,
        prior=prior,
        block=block,
        starts=np.flatnonzero(np.diff(block, prepend=-1)),
        cross=cross,
        week=(history.period[rows][first] + (count - 1) / 2) / week_periods,
    )


def lay_out(
    history: PriceHistory, rows: Ints, form: Form, usual: UsualPrices
) -> tuple[Floats, CoefficientPrior, int | None]:
    """Return columns of the regression (M, p) for rows of a history, their priors, and which is the competitors'."""
    ratio = history.price[rows] / usual.own[history.series[rows]]
    own = np.log(ratio) if form is Form.CONSTANT else ratio - 1
    columns = [own, *history.controls[rows].T]
    priors = [_OWN_PRIOR, *[_CONTROL_PRIOR] * (len(columns) - 1)]
    rivals = _competitors(history, rows, usual)
    if rivals is None:
        return np.stack(columns, axis=1), CoefficientPrior(*np.array(priors).T), None
    columns, priors = [*columns, rivals], [*priors, _CROSS_PRIOR]
    return np.stack(columns, axis=1), CoefficientPrior(*np.array(priors).T), len(columns) - 1


def _runs(*columns: Ints | Floats) -> Ints:
    """Return the number of each row's run, 0, 0, 1, ...: in a run none of the columns changes."""
    changed = np.zeros(columns[0].size, dtype=np.bool_)
    for values in columns:
        changed[1:] |= values[1:] != values[:-1]
    runs: Ints = np.cumsum(changed)
    return runs


def _competitors(history: PriceHistory, rows: Ints, usual: UsualPrices) -> Floats | None:
    """Return the mean log price (M,) of the competitors over usual, None without competitors.

    A missing price counts as that competitor's usual price for the series. One column for all: a column for
    each competitor foretold price changes worse in cross-validation over time (docs/science.md).
    """
    if history.competitors.shape[1] == 0:
        return None
    prices, series = history.competitors[rows], history.series[rows]
    distance = np.nan_to_num(np.log(np.where(prices > 0, prices, np.nan)) - usual.rivals[series])
    counted = np.maximum((~np.isnan(usual.rivals)).sum(axis=1), 1)
    mean: Floats = distance.sum(axis=1) / counted[series]
    return mean


def _sum(values: Floats, series: Ints, products: int) -> Floats:
    """Return sums (n, J) of values (M, J) over rows."""
    sums = np.zeros((products, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(series, values[:, column], products)
    return sums

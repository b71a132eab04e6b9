"""Turns a price history into the columns of a regression: own price, controls, competitors, blocks, time cells. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.pooling import CoefficientPrior
from shopwright.demand.elasticity.slopes import Flags, Floats, Ints

OWN: Final = 0
"""Column of the own price."""
_OWN_PRIOR: Final = (-2.5, 2.0, 0.5, 0.5)
"""Bijmolt, van Heerde, Pieters 2005: 1,851 published elasticities have the mean -2.62 and the sd 2.2."""
_CROSS_PRIOR: Final = (0.5, 1.0, 0.2, 0.2)
"""Auer, Papies 2020: 7,264 published cross-price elasticities have the mean 0.26 and a long right tail."""
_CONTROL_PRIOR: Final = (0.0, 1.0, 0.15, 0.15)
_SINGLE_RIVAL_PRIOR: Final = (0.0, 0.5, 0.15, 0.15)


class Form(StrEnum):
    """How demand depends on the own price."""

    CONSTANT = "constant"
    SEMI_LOG = "semi_log"


class TimeEffects(StrEnum):
    """Which common ups and downs over time are taken out."""

    NONE = "none"
    SHOP = "shop"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Design:
    """Usable rows of a history as columns (M,), grouped by block; p coefficients."""

    rows: Ints
    """(M,) which row of the history each is."""
    series: Ints
    quantity: Floats
    columns: Floats
    """(M, p): own price, controls, mean competitor, single competitors."""
    prior: CoefficientPrior
    block: Ints
    """(M,) 0..B-1, in order: each block is one stretch of rows of one series."""
    starts: Ints
    """(B,) first row of each block."""
    reference: Floats
    """(n,) usual price of each series, NaN where none."""
    cross: int | None
    """Column of the mean competitor price."""

    def block_sum(self, values: Floats) -> Floats:
        """Return sums over blocks, (B, ...), of values (M, ...)."""
        if self.starts.size == 0:
            return np.zeros((0, *values.shape[1:]))
        sums: Floats = np.add.reduceat(values, self.starts, axis=0)
        return sums


def reference_prices(history: PriceHistory) -> Floats:
    """Return the usual price (n,): the median over usable rows; NaN where there are none."""
    usable = history.usable
    series, price = history.series[usable], history.price[usable]
    order = np.lexsort((price, series))
    count = np.bincount(series, minlength=history.products)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    middle = np.minimum(first + count // 2, max(price.size - 1, 0))
    ordered = price[order]
    return np.where(count > 0, ordered[middle] if price.size else np.nan, np.nan)


def build_design(history: PriceHistory, form: Form, block_periods: int, reference: Floats) -> Design:
    """Lay out the usable rows whose block sold something; others say nothing about price."""
    rows = np.flatnonzero(history.usable)
    key = history.series[rows] * (int(history.period.max(initial=0)) // block_periods + 2)
    key += history.period[rows] // block_periods
    rows = rows[_sells(key, history.quantity[rows])]
    series = history.series[rows]
    changed = np.diff(series, prepend=-1) != 0
    changed |= np.diff(history.period[rows] // block_periods, prepend=-1) != 0
    ratio = history.price[rows] / reference[series]
    own = np.log(ratio) if form is Form.CONSTANT else ratio - 1
    rivals, rival_priors, has_cross = _competitors(history, rows)
    controls = history.controls[rows]
    columns = np.concatenate([own[:, None], controls, rivals], axis=1)
    priors = [_OWN_PRIOR, *[_CONTROL_PRIOR] * controls.shape[1], *rival_priors]
    mean, sd, product_sd, category_sd = np.array(priors).T
    return Design(
        rows=rows,
        series=series,
        quantity=history.quantity[rows],
        columns=columns,
        prior=CoefficientPrior(mean, sd, product_sd, category_sd),
        block=np.cumsum(changed) - 1,
        starts=np.flatnonzero(changed),
        reference=reference,
        cross=1 + controls.shape[1] if has_cross else None,
    )


def _sells(key: Ints, quantity: Floats) -> Flags:
    """Tell which rows are in a block (of one key) with sales."""
    _, block = np.unique(key, return_inverse=True)
    sells: Flags = np.bincount(block, weights=quantity)[block] > 0 if key.size else np.zeros(0, dtype=np.bool_)
    return sells


def _competitors(history: PriceHistory, rows: Ints) -> tuple[Floats, list[tuple[float, float, float, float]], bool]:
    """Return log competitor prices, as the mean over competitors and each one's distance from it.

    A missing price counts as that competitor's usual price for the series; one that is our own price is left out.
    """
    prices, series = history.competitors[rows], history.series[rows]
    if prices.shape[1] == 0:
        return np.zeros((rows.size, 0)), [], False
    own = np.log(history.price[rows])
    logs = np.log(np.where(prices > 0, prices, np.nan))
    same = np.isclose(logs, own[:, None])
    known = ~np.isnan(logs)
    copies = _share(same & known, series, history.products) > _COPY_SHARE
    logs = np.where(copies[series] | ~known, np.nan, logs)
    distance = logs - _mean(logs, series, history.products)[series]
    counted = np.maximum((~np.isnan(distance)).any(axis=1), 1)
    distance = np.nan_to_num(distance)
    offered = np.maximum((_share(~np.isnan(logs), series, history.products) > 0).sum(axis=1)[series], 1)
    mean = distance.sum(axis=1) / offered * counted
    if prices.shape[1] == 1:
        return mean[:, None], [_CROSS_PRIOR], True
    single = [_SINGLE_RIVAL_PRIOR] * prices.shape[1]
    return np.concatenate([mean[:, None], distance], axis=1), [_CROSS_PRIOR, *single], True


_COPY_SHARE: Final = 0.95
"""A competitor that asks our very price nearly always is our own price under another name."""


def _share(flags: Flags, series: Ints, products: int) -> Floats:
    """Return the share of rows (n, J) on which flags (M, J) hold."""
    count = np.maximum(np.bincount(series, minlength=products), 1)
    share: Floats = _sum(flags.astype(np.float64), series, products) / count[:, None]
    return share


def _mean(values: Floats, series: Ints, products: int) -> Floats:
    """Return means (n, J) of values (M, J) over rows that are not NaN; 0 where there are none."""
    known = ~np.isnan(values)
    count = np.maximum(_sum(known.astype(np.float64), series, products), 1)
    mean: Floats = _sum(np.nan_to_num(values), series, products) / count
    return mean


def _sum(values: Floats, series: Ints, products: int) -> Floats:
    return np.stack([np.bincount(series, column, products) for column in values.T], axis=1)

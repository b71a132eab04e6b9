"""Diagnosis of a price history: how often and how far prices moved, what hides demand, what would mislead. Pure."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from shopwright.demand.elasticity.design import OWN, Design
from shopwright.demand.elasticity.fitting import Fit
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.slopes import Floats, Ints

SMALLEST_CHANGE: Final = 0.01
"""Moves under one per cent are rounding and currency, not a change of price."""
_FEWEST_CHANGES: Final = 2
"""One change cannot be told from whatever else happened on its day."""
_LEAST_SPREAD: Final = 0.02
"""Standard deviation of log price below which the effect drowns: a tenth up for one week in five is twice that."""
_FEWEST_UNITS: Final = 20.0
_HIDDEN_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What each product's history allows, columns (n,)."""

    changes: Ints
    """Price changes of one per cent or more between rows that can be used."""
    spread: Floats
    """Standard deviation of log price over usable rows; 0 where there are none."""
    units: Floats
    """Units sold in usable rows."""
    periods: Ints
    """Usable rows."""
    stock_out_share: Floats
    """Share of rows with a stock-out."""

    def refusals(self) -> Ints:
        """Return the bits (n,) of `Refusal` that the history alone gives; the estimate adds its own."""
        bits = np.zeros(self.changes.size, dtype=np.int64)
        conditions = {
            Refusal.NO_PRICE: self.periods == 0,
            Refusal.TOO_FEW_SALES: self.units < _FEWEST_UNITS,
            Refusal.TOO_FEW_CHANGES: self.changes < _FEWEST_CHANGES,
            Refusal.TOO_LITTLE_VARIATION: self.spread < _LEAST_SPREAD,
            Refusal.MOSTLY_OUT_OF_STOCK: self.stock_out_share > _HIDDEN_SHARE,
        }
        for refusal, holds in conditions.items():
            bits |= np.where(holds, int(refusal), 0)
        return bits


def diagnose(history: PriceHistory) -> Diagnosis:
    """Diagnose every product of a history."""
    usable, products = history.usable, history.products
    series, quantity = history.series[usable], history.quantity[usable]
    logs = np.log(history.price[usable])
    count = np.bincount(series, minlength=products)
    divisor = np.maximum(count, 1)
    mean = np.bincount(series, logs, products) / divisor
    spread = np.sqrt(np.bincount(series, (logs - mean[series]) ** 2, products) / divisor)
    step = np.diff(logs, prepend=0.0)
    changed = (np.diff(series, prepend=-1) == 0) & (np.abs(step) >= SMALLEST_CHANGE)
    rows = np.maximum(np.bincount(history.series, minlength=products), 1)
    hidden = np.bincount(history.series, ~history.available, products)
    return Diagnosis(
        changes=np.bincount(series[changed], minlength=products),
        spread=spread,
        units=np.bincount(series, weights=quantity, minlength=products).astype(np.float64),
        periods=count,
        stock_out_share=hidden / rows,
    )


@dataclass(frozen=True, slots=True)
class DemandBeforeChanges:
    """Whether list prices followed demand: what was left unexplained just before they changed.

    Residuals are signed by the direction of the change and in standard deviations. Above zero, the price went up
    because the product sold well (endogeneity): a plain regression then finds too weak an answer, or the wrong sign.
    """

    rows: Ints
    """(n,) rows before changes of the list price that could be looked at."""
    total: Floats
    """(n,) sum of the signed residuals before them."""

    @property
    def t_value(self) -> Floats:
        """(n,) by product; 0 where there was no change."""
        value: Floats = self.total / np.sqrt(np.maximum(self.rows, 1))
        return value

    @property
    def shop_t_value(self) -> float:
        """Of all products together."""
        return float(self.total.sum() / np.sqrt(max(int(self.rows.sum()), 1)))

    @classmethod
    def of(cls, history: PriceHistory, design: Design, fitted: Fit) -> Self:
        """Look at the two rows (weeks at one price) before each change, out of promotion."""
        series, products = design.series, history.products
        step = np.diff(design.columns[:, OWN], prepend=0.0)
        promoted = (history.controls[design.rows] != 0).sum(axis=1) > 0
        same = np.diff(series, prepend=-1) == 0
        at = np.flatnonzero(same & (np.abs(step) >= SMALLEST_CHANGE))
        at = at[~promoted[at] & ~promoted[at - 1]]
        earlier = at[same[at - 1] & (step[at - 1] == 0) & ~promoted[at - 2]]
        before = np.concatenate([at - 1, earlier - 2])
        direction = np.sign(np.concatenate([step[at], step[earlier]]))
        mean, own = fitted.mean[before], series[before]
        scale = np.sqrt(mean * (fitted.phi[own] + fitted.kappa[own] * mean))
        residual = direction * (design.quantity[before] - mean) / scale
        return cls(
            np.bincount(own, minlength=products),
            np.bincount(own, weights=residual, minlength=products).astype(np.float64),
        )

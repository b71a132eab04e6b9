"""Diagnosis of a price history: how often and how far prices moved, what hides demand, what would mislead. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.slopes import Flags, Floats, Ints

SMALLEST_CHANGE: Final = 0.01
"""Moves under one per cent are rounding and currency, not a change of price."""
_FEWEST_CHANGES: Final = 2
"""One change cannot be told from whatever else happened on its day."""
_LEAST_SPREAD: Final = 0.02
"""Standard deviation of log price below which the effect drowns: a tenth up for one week in five is twice that."""
_FEWEST_UNITS: Final = 20.0
_HIDDEN_SHARE: Final = 0.5
_MISLED: Final = 2.0
_USUAL: Final = -2.0


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
    demand_before_change: Floats
    """t-value of log demand before a change of the list price over its average, signed by the change's direction.

    Far above zero the price followed demand up and down (endogeneity): a plain regression then finds too weak an
    answer, or the wrong sign.
    """

    @property
    def follows_demand(self) -> Flags:
        """Tell which products show signs of prices that were set because of demand."""
        follows: Flags = self.demand_before_change > _MISLED
        return follows

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


def diagnose(history: PriceHistory, elasticity: Floats | None = None) -> Diagnosis:
    """Diagnose every product; `elasticity` (n,) tells what prices did to demand, -2 where it is not known yet."""
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
        demand_before_change=_demand_before(
            series,
            np.log1p(quantity) - (np.full(products, _USUAL) if elasticity is None else elasticity)[series] * logs,
            step,
            changed & ~_either((history.controls[usable] != 0).sum(axis=1) > 0),
            products,
        ),
    )


def _either(flags: Flags) -> Flags:
    """Tell which rows or the rows before them are flagged."""
    either: Flags = flags | np.concatenate([[False], flags])[: flags.size]
    return either


def _demand_before(series: Ints, demand: Floats, step: Floats, changed: Flags, products: int) -> Floats:
    """Return the t-value (n,) of log demand, prices taken out, in the row before a change, signed by its direction."""
    divisor = np.maximum(np.bincount(series, minlength=products), 1)
    apart = demand - (np.bincount(series, demand, products) / divisor)[series]
    scale = np.sqrt(np.bincount(series, apart**2, products) / divisor)
    at = np.flatnonzero(changed)
    count = np.bincount(series[at], minlength=products)
    total = np.bincount(series[at], np.sign(step[at]) * apart[at - 1], products)
    t_value: Floats = total / np.maximum(scale * np.sqrt(np.maximum(count, 1)), 1e-9)
    return np.where(scale > 0, t_value, 0.0)

"""What a forecaster reads: sales by product and day (or week), with what is known beside them. Pure.

Letters used for shapes: n products, T periods of history, H periods ahead, L quantile levels. Periods are days or weeks.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from shopwright.kit.errors import Invalid

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
"""Single precision, for what is as noisy as sales: the processor takes twice as many at a time."""
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

WEEK: Final = 7


class InvalidPanel(Invalid):
    """The arrays of a panel do not fit each other."""

    code = "invalid_panel"


class Frequency(StrEnum):
    """How long a period is."""

    DAILY = "D"
    WEEKLY = "W"

    @property
    def days(self) -> int:
        """Days in a period."""
        return 1 if self is Frequency.DAILY else WEEK

    @property
    def season(self) -> int:
        """Periods in the shortest season: a week of days, a year of weeks."""
        return WEEK if self is Frequency.DAILY else 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the shop itself decides ahead, (n, H): its prices and promotions. NaN where it is not decided."""

    price: Floats | None = None
    promo: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesPanel:
    """Sales (n, T) of products over the same periods, oldest first. Raises InvalidPanel where shapes differ.

    `value` is units; NaN before a product is listed and wherever nothing is known; negative values are returns that
    were more than the sales of their period. `price` and `promo` (0 to 1) may be NaN. Where `in_stock` is False what
    was sold is not what was wanted: the period teaches nothing. `group` is the number of each product's category.
    """

    first: np.datetime64
    value: Floats
    frequency: Frequency = Frequency.DAILY
    group: Ints | None = None
    price: Floats | None = None
    promo: Floats | None = None
    in_stock: Flags | None = None

    def __post_init__(self) -> None:
        if self.value.ndim != 2:  # noqa: PLR2004 - products by periods
            raise InvalidPanel("Sales are products by periods.", shape=list(self.value.shape))
        for name in ("price", "promo", "in_stock"):
            column = getattr(self, name)
            if column is not None and column.shape != self.value.shape:
                raise InvalidPanel(f"The column {name} has another shape than the sales.", shape=list(column.shape))
        if self.group is not None and self.group.shape != self.value.shape[:1]:
            raise InvalidPanel("There is not one group for each product.", shape=list(self.group.shape))

    @property
    def products(self) -> int:
        """How many products there are, n."""
        return int(self.value.shape[0])

    @property
    def periods(self) -> int:
        """How many periods of history there are, T."""
        return int(self.value.shape[1])

    @property
    def groups(self) -> Ints:
        """The group of each product (n,), numbered from 0 without gaps."""
        if self.group is None:
            return np.zeros(self.products, dtype=np.int64)
        return np.unique(self.group, return_inverse=True)[1].astype(np.int64).reshape(-1)

    def days(self, ahead: int = 0) -> Days:
        """Return the first day of every period of the history and of `ahead` more, (T + ahead,)."""
        step = np.timedelta64(self.frequency.days, "D")
        days: Days = self.first.astype("datetime64[D]") + step * np.arange(self.periods + ahead)
        return days

    def until(self, period: int) -> "SalesPanel":
        """Return the panel as it was before a period: nothing later is in it."""
        return replace(
            self,
            value=self.value[:, :period],
            price=None if self.price is None else self.price[:, :period],
            promo=None if self.promo is None else self.promo[:, :period],
            in_stock=None if self.in_stock is None else self.in_stock[:, :period],
        )

    def plan(self, period: int, ahead: int) -> Plan:
        """Return the prices and promotions of `ahead` periods from a period on, as if they had been planned."""
        price, promo = (
            None if column is None else column[:, period : period + ahead] for column in (self.price, self.promo)
        )
        return Plan(price=price, promo=promo)

    def take(self, rows: Ints) -> "SalesPanel":
        """Return some of the products."""
        return replace(
            self,
            value=self.value[rows],
            group=None if self.group is None else self.group[rows],
            price=None if self.price is None else self.price[rows],
            promo=None if self.promo is None else self.promo[rows],
            in_stock=None if self.in_stock is None else self.in_stock[rows],
        )


def known_demand(panel: SalesPanel) -> Floats:
    """Return units (n, T) with NaN wherever they are not demand: not listed, out of stock, unknown.

    Returns of a period that exceed its sales are taken from the latest earlier period that can bear them, as they
    belong to that sale; what no period can bear is dropped. Never negative.
    """
    units = panel.value.astype(np.float64, copy=True)
    for row, period in np.argwhere(units < 0):
        bearing = np.flatnonzero(units[row, :period] >= -units[row, period])
        if bearing.size:
            units[row, bearing[-1]] += units[row, period]
        units[row, period] = 0.0
    if panel.in_stock is not None:
        units[~panel.in_stock] = np.nan
    return units

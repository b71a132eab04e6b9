"""What was sold at which price: the long table from which price response is estimated. Pure.

One row is one series (a product, or a product in a store) in one period. Prices should be list prices in force and
quantities orders or units at that price: the average paid (revenue over quantity) falls mechanically where large
orders get discounts, and would be taken for elasticity.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from shopwright.demand.elasticity.slopes import Flags, Floats, Ints
from shopwright.kit.errors import Invalid


class InvalidPriceHistory(Invalid):
    """Columns of a price history do not belong together, or hold values that cannot be."""

    code = "invalid_price_history"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceHistory:
    """Rows ordered by series and period, columns (N,); `group` is a column over the n series.

    Raises InvalidPriceHistory for lengths that differ, rows out of order or twice, and indices out of range.
    """

    series: Ints
    """0..n-1."""
    period: Ints
    """Number of the day or week; equal numbers of two series are the same time."""
    quantity: Floats
    """Units, zero or more; NaN where unknown."""
    price: Floats
    """Any unit; NaN or zero where unknown."""
    group: Ints
    """(n,) category of each series, 0..C-1."""
    controls: Floats
    """(N, K) what else moves demand and is known beforehand: promotion, display. 0 is the usual state."""
    control_names: tuple[str, ...] = ()
    competitors: Floats
    """(N, J) prices of matched competitors; NaN where one has no offer."""
    available: Flags
    """False in periods with stock-outs: what was sold there is not demand."""
    periods_a_year: float
    """365.25 for days, 52.18 for weeks, 12 for months."""

    def __post_init__(self) -> None:
        rows = self.series.size
        columns = (self.period, self.quantity, self.price, self.controls, self.competitors, self.available)
        if any(len(column) != rows for column in columns):
            raise InvalidPriceHistory("Columns of a price history have one length.")
        if self.controls.shape[1] != len(self.control_names):
            raise InvalidPriceHistory("Every control has a name.")
        if rows and not (int(self.series.min()) >= 0 and int(self.series.max()) < self.group.size):
            raise InvalidPriceHistory("A series has no group.")
        step, later = np.diff(self.series), np.diff(self.period)
        if not ((step > 0) | ((step == 0) & (later > 0))).all():
            raise InvalidPriceHistory("Rows are ordered by series and period, and none stands twice.")

    def __len__(self) -> int:
        return self.series.size

    @property
    def products(self) -> int:
        """Number of series."""
        return self.group.size

    @property
    def usable(self) -> Flags:
        """(N,) rows with a known quantity and price in stock."""
        known = np.isfinite(self.quantity) & np.isfinite(self.price) & np.isfinite(self.controls).all(axis=1)
        usable: Flags = known & (np.nan_to_num(self.price) > 0) & (np.nan_to_num(self.quantity, nan=-1) >= 0)
        return usable & self.available

    @classmethod
    def of_table(
        cls,
        *,
        series: Ints,
        period: Ints,
        quantity: Floats,
        price: Floats,
        group: Ints,
        controls: dict[str, Floats] | None = None,
        competitors: Floats | None = None,
        available: Flags | None = None,
        periods_a_year: float = 365.25,
    ) -> Self:
        """Make a history of rows in any order; leave out what there is not. Raises InvalidPriceHistory."""
        order = np.lexsort((period, series))
        named = controls or {}
        rows = series.size
        stacked = np.stack(list(named.values()), axis=1) if named else np.zeros((rows, 0))
        rivals = np.zeros((rows, 0)) if competitors is None else competitors
        in_stock = np.ones(rows, dtype=np.bool_) if available is None else available
        return cls(
            series=series[order],
            period=period[order],
            quantity=quantity[order].astype(np.float64),
            price=price[order].astype(np.float64),
            group=group,
            controls=stacked[order].astype(np.float64),
            control_names=tuple(named),
            competitors=rivals[order].astype(np.float64),
            available=in_stock[order],
            periods_a_year=periods_a_year,
        )

    @classmethod
    def of_panel(
        cls,
        quantity: Floats,
        price: Floats,
        group: Ints,
        *,
        controls: dict[str, Floats] | None = None,
        competitors: Floats | None = None,
        available: Flags | None = None,
        periods_a_year: float = 365.25,
    ) -> Self:
        """Make a history of full panels: arrays (n, T), competitors (J, n, T). Raises InvalidPriceHistory."""
        products, periods = quantity.shape
        return cls.of_table(
            series=np.repeat(np.arange(products), periods),
            period=np.tile(np.arange(periods), products),
            quantity=quantity.reshape(-1),
            price=price.reshape(-1),
            group=group,
            controls={name: values.reshape(-1) for name, values in (controls or {}).items()},
            competitors=None if competitors is None else competitors.reshape(len(competitors), -1).T,
            available=None if available is None else available.reshape(-1),
            periods_a_year=periods_a_year,
        )

    def keep(self, rows: Flags) -> Self:
        """Return the history of these rows (N,) alone; every series stays, if need be without rows."""
        return type(self)(
            series=self.series[rows],
            period=self.period[rows],
            quantity=self.quantity[rows],
            price=self.price[rows],
            group=self.group,
            controls=self.controls[rows],
            control_names=self.control_names,
            competitors=self.competitors[rows],
            available=self.available[rows],
            periods_a_year=self.periods_a_year,
        )

"""What pricing knows about demand, in columns: how much is sold, and how that answers to the price. Pure.

One row is one product, as in the catalog's columns. A service (or a simulated shop) fills them from estimates; nothing is
estimated here. Everything is float64: estimates, never money.
"""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import InvalidColumns

Estimates = NDArray[np.float64]


class Form(StrEnum):
    """How demand bends with the price. Each is exp(slope x curve(price / centre)), with slope 1 of the curve at 1."""

    CONSTANT = "constant"
    SEMI_LOG = "semi_log"


def curve(form: Form, ratio: Estimates) -> Estimates:
    """Return the curve of a form at prices over their centre: log r for constant elasticity, r - 1 for semi-log."""
    return np.log(ratio) if form is Form.CONSTANT else ratio - 1


@dataclass(frozen=True, slots=True)
class ResponseColumns:
    """Products, one a row, NaN where something is not known. A product without `slope` has no estimate.

    `units` are expected a day over the time to come at the present price and `rival_level` (season and trend included),
    `units_sd` is the standard deviation of their log. `slope` (F, n) is the elasticity at the price `centre` (millionths)
    under each form, below zero, `slope_sd` its standard deviation, `weight` (F, n) the weights of the forms, summing to 1.
    `rival_elasticity` is that with regard to all rivals together; `rival_level` the mean log price (millionths) of rivals
    at which `units` hold.
    `follow` is the share of a move of ours that rivals make too, in the end. `halo` is what the rest of the shop gains a
    day, in millionths of net profit, when the log of this price rises by one. `stock` are the units that can be sold in
    the time to come, infinite where that is not limited.
    """

    units: Estimates
    units_sd: Estimates
    centre: Estimates
    slope: Estimates
    slope_sd: Estimates
    weight: Estimates
    rival_elasticity: Estimates
    rival_level: Estimates
    follow: Estimates
    halo: Estimates
    stock: Estimates

    def __post_init__(self) -> None:
        size = len(self.units)
        wrong = sorted(name for name, values in self._columns().items() if values.shape[-1:] != (size,))
        by_form = (self.slope, self.slope_sd, self.weight)
        if wrong or any(values.shape != (len(Form), size) for values in by_form):
            raise InvalidColumns(f"A response has {size} rows and {len(Form)} forms.", columns=wrong)

    def __len__(self) -> int:
        return len(self.units)

    @classmethod
    def unknown(cls, size: int) -> Self:
        """Return the columns of products of which nothing is known."""
        blank, zero = np.full(size, np.nan), np.zeros(size)
        return cls(
            units=blank,
            units_sd=blank,
            centre=blank,
            slope=np.full((len(Form), size), np.nan),
            slope_sd=np.full((len(Form), size), np.nan),
            weight=np.full((len(Form), size), 1 / len(Form)),
            rival_elasticity=zero,
            rival_level=blank,
            follow=zero,
            halo=zero,
            stock=np.full(size, np.inf),
        )

    @property
    def elasticity(self) -> Estimates:
        """(n,) the expected elasticity at the centre."""
        with np.errstate(invalid="ignore"):
            result: Estimates = (self.weight * self.slope).sum(axis=0)
        return result

    @property
    def elasticity_sd(self) -> Estimates:
        """(n,) its standard deviation, the doubt about the form included."""
        with np.errstate(invalid="ignore"):
            second = (self.weight * (self.slope_sd**2 + self.slope**2)).sum(axis=0)
            result: Estimates = np.sqrt(np.maximum(second - self.elasticity**2, 0))
        return result

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether all that a price can be chosen by is known, finite and of the right sign."""
        needed = (self.units, self.units_sd, self.centre, self.rival_elasticity, self.follow, self.halo)
        by_form = (self.slope, self.slope_sd, self.weight)
        known = np.isfinite(np.stack(needed)).all(axis=0) & np.isfinite(np.stack(by_form)).all(axis=(0, 1))
        known &= (self.units >= 0) & (self.units_sd >= 0) & (self.centre > 0) & (self.stock >= 0)
        result: NDArray[np.bool_] = known & (self.slope < 0).all(axis=0) & (self.slope_sd >= 0).all(axis=0)
        return result

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Return these rows, in this order; a row may be taken several times."""
        return replace(self, **{name: values[..., rows] for name, values in self._columns().items()})

    def _columns(self) -> dict[str, Estimates]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

"""What is known about one slope of each product: a normal distribution cut off at zero. Pure.

Demand does not rise with the own price: the sign is a constraint of the distribution, not a repair of its mean.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TINY: Final = 1e-6
"""Scales below this are taken for it: nobody knows a slope that well."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """The posterior of a slope per product: normal (location, scale), all of it below zero. Columns (n,).

    Moments of the truncated normal: Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1, 13.10.1.
    """

    location: Floats
    """(n,) mean of the normal before it is cut; may be above zero where the data say so."""
    scale: Floats
    """(n,) its standard deviation, above zero."""

    def __post_init__(self) -> None:
        if self.location.shape != self.scale.shape or self.location.ndim != 1:
            raise ValueError("location and scale are columns of one length")
        if not (np.isfinite(self.location).all() and (self.scale > 0).all()):
            raise ValueError("locations are finite and scales above zero")

    def __len__(self) -> int:
        return self.location.size

    @classmethod
    def of(cls, location: Floats, scale: Floats) -> Self:
        """Make slopes; scales that came out as good as zero are kept above it."""
        return cls(location, np.maximum(scale, _TINY))

    @property
    def mean(self) -> Floats:
        """(n,) below zero."""
        location, scale = self.location, self.scale
        mean: Floats = np.minimum(location - scale * self._hazard(-location / scale), -_TINY)
        return mean

    @property
    def sd(self) -> Floats:
        """(n,) above zero."""
        edge = -self.location / self.scale
        hazard = self._hazard(edge)
        share = 1 - edge * hazard - hazard**2
        sd: Floats = self.scale * np.sqrt(np.clip(share, _TINY, 1.0))
        return sd

    def quantile(self, level: float | Floats) -> Floats:
        """Return quantiles (n,) of `level` between 0 and 1; below zero."""
        below = special.log_ndtr(-self.location / self.scale)
        place = special.ndtri_exp(np.log(level) + below)
        quantile: Floats = np.minimum(self.location + self.scale * place, -_TINY)
        return quantile

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends (n,) of the central interval that holds the slope with probability `level`."""
        tail = (1 - level) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    @property
    def above_zero(self) -> Floats:
        """(n,) probability of a slope of zero or more before the cut: doubt that the price moves demand at all."""
        doubt: Floats = special.ndtr(self.location / self.scale)
        return doubt

    def log_growth(self, step: Floats) -> Floats:
        """Return log E[exp(slope step)] for steps (n, ...): the posterior mean of what a step does to demand."""
        trailing = (1,) * (step.ndim - 1)
        location, scale = self.location.reshape(-1, *trailing), self.scale.reshape(-1, *trailing)
        edge = -location / scale
        growth: Floats = (
            location * step + scale**2 * step**2 / 2 + special.log_ndtr(edge - scale * step) - special.log_ndtr(edge)
        )
        return growth

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """Return slopes drawn from the posterior (draws, n)."""
        return self.quantile(rng.uniform(1e-12, 1 - 1e-12, (draws, len(self))))

    def take(self, rows: Ints | Flags) -> "Slopes":
        """Return the slopes of these rows."""
        return Slopes(self.location[rows], self.scale[rows])

    @staticmethod
    def _hazard(edge: Floats) -> Floats:
        """Return the standard normal density over the distribution function at `edge` (inverse Mills ratio)."""
        hazard: Floats = np.exp(-(edge**2) / 2 - np.log(2 * np.pi) / 2 - special.log_ndtr(edge))
        return hazard

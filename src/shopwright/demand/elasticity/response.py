"""What an estimate of price response says, product by product: the type that strategies and pages read. Pure.

Prices enter as ratios to a reference price, so no money is computed here. Two forms of demand stand side by side,
weighted by how well they explain the product's past:
constant elasticity: units = base * ratio ^ elasticity; semi-log: units = base * exp(slope * (ratio - 1)).
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.slopes import Flags, Floats, Ints, Slopes

LOWEST_RATIO, HIGHEST_RATIO = 0.1, 10.0
"""Ratios outside of these are no prices of the same product any more; they are evaluated at these."""
_BAND_DRAWS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceResponse:
    """How n products answer to price: columns (n,), and demand at any price ratio with its doubt."""

    constant: Slopes
    """Elasticity of the form with constant elasticity."""
    semi_log: Slopes
    """Slope of the semi-log form: its elasticity at the reference price."""
    constant_weight: Floats
    """Probability of the constant form, from 0 to 1; the semi-log form has the rest."""
    reference: Floats
    """The usual price, at which the ratio is 1, in the unit of the history. NaN where no price was ever seen."""
    base_units: Floats
    """Units a period at the reference price at the end of the history, out of promotion, in a usual season."""
    base_spread: Floats
    """Standard deviation of the logarithm of `base_units`."""
    cross: Floats
    """Elasticity with regard to all matched competitors' prices together; 0 where none were given."""
    cross_sd: Floats
    """Its standard deviation; 0 where no competitors were given."""
    changes: Ints
    """Price changes of one per cent or more that were seen with sales around them."""
    refusals: Ints
    """Bits of `Refusal`: why this product's response should not carry an optimised price. 0 is none."""

    def __post_init__(self) -> None:
        sizes = {len(getattr(self, field.name)) for field in fields(self)}
        if len(sizes) > 1:
            raise ValueError("columns of a price response have one length")

    def __len__(self) -> int:
        return len(self.constant)

    @property
    def elasticity(self) -> Floats:
        """(n,) posterior mean of the own-price elasticity at the reference price, both forms; below zero."""
        weight = self.constant_weight
        elasticity: Floats = weight * self.constant.mean + (1 - weight) * self.semi_log.mean
        return elasticity

    @property
    def elasticity_sd(self) -> Floats:
        """(n,) its standard deviation, the doubt about the form included."""
        weight, apart = self.constant_weight, self.constant.mean - self.semi_log.mean
        within = weight * self.constant.sd**2 + (1 - weight) * self.semi_log.sd**2
        sd: Floats = np.sqrt(within + weight * (1 - weight) * apart**2)
        return sd

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends (n,) of the interval of the elasticity; both below zero.

        The normal with the mixture's mean and sd, cut off at zero: exact where one form has all the weight.
        """
        weight = self.constant_weight
        location = weight * self.constant.location + (1 - weight) * self.semi_log.location
        apart = self.constant.location - self.semi_log.location
        within = weight * self.constant.scale**2 + (1 - weight) * self.semi_log.scale**2
        return Slopes.of(location, np.sqrt(within + weight * (1 - weight) * apart**2)).interval(level)

    def relative_units(self, ratios: Floats) -> Floats:
        """Return the posterior mean of demand at price ratios (n, g) over demand at the reference price, (n, g)."""
        steps = _clipped(ratios)
        weight = self.constant_weight[:, None]
        constant = np.exp(self.constant.log_growth(np.log(steps)))
        relative: Floats = weight * constant + (1 - weight) * np.exp(self.semi_log.log_growth(steps - 1))
        return relative

    def expected_units(self, ratios: Floats) -> Floats:
        """Return the posterior mean of units a period at price ratios (n, g), in their shape."""
        units: Floats = self.base_units[:, None] * np.exp(self.base_spread[:, None] ** 2 / 2)
        return units * self.relative_units(ratios)

    def draw_relative(self, ratios: Floats, rng: np.random.Generator, draws: int) -> Floats:
        """Return demand over demand at the reference price, (draws, n, g), drawn from the posterior.

        One draw holds one slope and one form for all ratios of a product, so differences between prices are right.
        """
        steps = _clipped(ratios)
        constant = self.constant.draw(rng, draws)[:, :, None] * np.log(steps)
        semi_log = self.semi_log.draw(rng, draws)[:, :, None] * (steps - 1)
        is_constant = rng.random((draws, len(self))) < self.constant_weight
        drawn: Floats = np.exp(np.where(is_constant[:, :, None], constant, semi_log))
        return drawn

    def draw_units(self, ratios: Floats, rng: np.random.Generator, draws: int) -> Floats:
        """Return units a period at price ratios (n, g), (draws, n, g), drawn from the posterior, base included."""
        relative = self.draw_relative(ratios, rng, draws)
        base = self.base_units * np.exp(self.base_spread * rng.standard_normal((draws, len(self))))
        units: Floats = base[:, :, None] * relative
        return units

    def band(self, ratios: Floats, rng: np.random.Generator, level: float = 0.80) -> tuple[Floats, Floats]:
        """Return the demand curve's band: ends (n, g) of the interval of expected units at price ratios (n, g)."""
        low, high = np.quantile(self.draw_units(ratios, rng, _BAND_DRAWS), [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high

    def refused(self, refusals: Refusal) -> Flags:
        """Tell (n,) which products have any of these refusals."""
        refused: Flags = (self.refusals & int(refusals)) != 0
        return refused

    def take(self, rows: Ints | Flags) -> "PriceResponse":
        """Return the response of these rows."""
        return PriceResponse(
            constant=self.constant.take(rows),
            semi_log=self.semi_log.take(rows),
            **{
                field.name: getattr(self, field.name)[rows]
                for field in fields(self)
                if field.name not in {"constant", "semi_log"}
            },
        )


def _clipped(ratios: Floats) -> Floats:
    return np.clip(ratios, LOWEST_RATIO, HIGHEST_RATIO)

"""Whether prices keep what they promised: sums by strategy and horizon, and how often each confidence came true. Pure.

What it compares are expectations and sales. Nothing here says what a price caused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054
CLASS_WIDTH: Final = 10
_MOST: Final = 100
NOTES: Final = (
    "Actual units and profit are compared with what was expected when the price was proposed, at its price and cost.",
    "Gained means: more profit than at the pace of the weeks before the change.",
    "Season, promotions, rivals and chance are in what was gained, so it is no effect of the price.",
    "Prices that did not stay for the whole horizon, and products that ran out of stock in it, are counted apart.",
    "What a price causes, only an experiment can tell: one in which some products keep their prices by lot.",
)
"""What may and may not be read from these figures: said with them, each time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How the met outcomes of one strategy, horizon and currency came out together.

    `bias` is what was expected too much, over what was sold; `wape` the sum of the errors over the same; None where
    nothing was sold. `within_expected` and `within` are shares, to be held against 0.95.
    """

    strategy: str
    horizon: int
    currency: str
    outcomes: int
    units: Decimal
    units_sold: Decimal
    profit: Decimal
    profit_made: Decimal
    profit_before: Decimal
    bias: float | None
    wape: float | None
    within_expected: float
    within: float
    gained: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Met outcomes whose promise (0..100) is in one class of ten points; 100 belongs to the highest.

    `promised` is the sum of what was promised, `gained` how many gained.
    """

    at_least: int
    outcomes: int
    promised: float
    gained: int


@dataclass(frozen=True, slots=True)
class ConfidenceClass:
    """Outcomes that were promised with about the same confidence, from `at_least` up to, not including, `below`.

    `promised` is their mean confidence, `gained` the share that gained, both in 0..100, with the ends of a 95 % interval
    of the share (Wilson 1927). `calibrated` tells whether what was promised lies in it.
    """

    at_least: int
    below: int
    outcomes: int
    promised: float
    gained: float
    gained_low: float
    gained_high: float

    @property
    def calibrated(self) -> bool:
        """Whether the promise is one that chance alone could explain."""
        return self.gained_low <= self.promised <= self.gained_high


def calibrate(tallies: Iterable[Tally]) -> list[ConfidenceClass]:
    """Return the class of each tally, the least confident first."""
    return [_class(tally) for tally in sorted(tallies, key=lambda one: one.at_least)]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share, 0..1, of `hits` among `of` (above zero)."""
    share, spread = hits / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _class(tally: Tally) -> ConfidenceClass:
    low, high = wilson(tally.gained, tally.outcomes)
    return ConfidenceClass(
        at_least=tally.at_least,
        below=tally.at_least + CLASS_WIDTH,
        outcomes=tally.outcomes,
        promised=round(tally.promised / tally.outcomes, 1),
        gained=round(_MOST * tally.gained / tally.outcomes, 1),
        gained_low=round(_MOST * low, 1),
        gained_high=round(_MOST * high, 1),
    )

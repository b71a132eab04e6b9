"""Whether prices keep what they promised: sums by strategy and horizon, and how often each confidence came true. Pure.

What it compares are expectations and sales. Nothing here says what a price caused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final

from shopwright.pricing.learning.outcomes import PriceOutcome

_Z: Final = 1.959963984540054
_WIDTH: Final = 10
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


def summarise(outcomes: Iterable[PriceOutcome]) -> list[Kept]:
    """Sum the met outcomes by strategy, horizon and currency, in this order."""
    groups: dict[tuple[str, int, str], list[PriceOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.units_sold is not None:
            groups[outcome.strategy, outcome.horizon, outcome.currency].append(outcome)
    return [_kept(key, groups[key]) for key in sorted(groups)]


def calibrate(
    outcomes: Iterable[PriceOutcome], promise: Callable[[PriceOutcome], float | None]
) -> list[ConfidenceClass]:
    """Sort the met outcomes into classes of ten points of what `promise` says (0..100), and see how many gained.

    Outcomes without a promise are left out; 100 belongs to the highest class.
    """
    classes: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for outcome in outcomes:
        promised, gained = promise(outcome), outcome.gained
        if promised is not None and gained is not None:
            classes[min(int(promised), _MOST - 1) // _WIDTH * _WIDTH].append((promised, gained))
    return [_class(at_least, classes[at_least]) for at_least in sorted(classes)]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share, 0..1, of `hits` among `of` (above zero)."""
    share, spread = hits / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _class(at_least: int, pairs: Sequence[tuple[float, bool]]) -> ConfidenceClass:
    hits, of = sum(gained for _, gained in pairs), len(pairs)
    low, high = wilson(hits, of)
    return ConfidenceClass(
        at_least=at_least,
        below=at_least + _WIDTH,
        outcomes=of,
        promised=round(sum(promised for promised, _ in pairs) / of, 1),
        gained=round(_MOST * hits / of, 1),
        gained_low=round(_MOST * low, 1),
        gained_high=round(_MOST * high, 1),
    )


def _kept(key: tuple[str, int, str], outcomes: Sequence[PriceOutcome]) -> Kept:
    strategy, horizon, currency = key
    pairs = [(outcome.units[1], outcome.units_sold or Decimal(0)) for outcome in outcomes]
    units, sold = sum((a for a, _ in pairs), Decimal(0)), sum((b for _, b in pairs), Decimal(0))
    missed = sum((abs(a - b) for a, b in pairs), Decimal(0))
    return Kept(
        strategy=strategy,
        horizon=horizon,
        currency=currency,
        outcomes=len(outcomes),
        units=units,
        units_sold=sold,
        profit=sum((outcome.profit for outcome in outcomes), Decimal(0)),
        profit_made=sum((outcome.profit_made or Decimal(0) for outcome in outcomes), Decimal(0)),
        profit_before=sum((outcome.profit_before for outcome in outcomes), Decimal(0)),
        bias=float((units - sold) / sold) if sold > 0 else None,
        wape=float(missed / sold) if sold > 0 else None,
        within_expected=_share(outcome.within_expected for outcome in outcomes),
        within=_share(outcome.within for outcome in outcomes),
        gained=_share(outcome.gained for outcome in outcomes),
    )


def _share(flags: Iterable[bool | None]) -> float:
    found = [flag is True for flag in flags]
    return sum(found) / len(found)

"""What will be sold: the forecast of each product, kept until it can be held against what was. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shopwright.demand.forecasting.forecast import ENOUGH_DAYS
from shopwright.kit.events import Event

HORIZONS: Final = (7, 30, 90)
"""Days ahead for which totals are forecast."""
MOST_DAYS: Final = 730
"""Days of history that forecasts are made from."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a product could not be bought, so that nothing sold says nothing: from the first to before `until`."""

    product_id: UUID
    first: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Expected units with the ends of the intervals that hold what comes in 80 and in 95 of 100 cases."""

    units: float
    low_95: float
    low_80: float
    high_80: float
    high_95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductForecast:
    """What a product will sell on each day from `first_day` on, and over each horizon.

    Totals have intervals of their own: days that all fall out low are rarer than one that does. `weekly` and `yearly`
    are the shares of the variation that a season explains, 0 where none was found.
    """

    product_id: UUID
    made_at: datetime
    first_day: date
    history_days: int
    confidence: int
    weekly: float
    yearly: float
    days: Sequence[Outlook]
    totals: dict[int, Outlook]

    @property
    def too_short(self) -> bool:
        """Whether there is so little history that the forecast leans on the product's category."""
        return self.history_days < ENOUGH_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How forecasts of one horizon came out, over products and origins.

    `hindsight` counts those that were made later from what had been known at their time. `wape` is the sum of errors over the sum of what was sold, `bias` the same with signs; `within_80` and `within_95`
    are shares of totals inside of their intervals. All are None where nothing was sold.
    """

    horizon: int
    forecasts: int
    hindsight: int
    sold: float
    wape: float | None
    bias: float | None
    within_80: float | None
    within_95: float | None


@dataclass(frozen=True, kw_only=True)
class ForecastsMade(Event, name="demand.forecasts_made", subject="shop"):
    """Every active product of a shop has a new forecast."""

    products: int
    first_day: date
    days_of_history: int

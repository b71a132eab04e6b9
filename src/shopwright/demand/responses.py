"""How demand answers to prices, as it is kept by product: the estimate, where it comes from, what it may not be used for.

Pure, and free of the estimators: they are loaded when they are needed (`demand/estimating.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shopwright.demand.forecasting.panel import Flags, Floats, SalesPanel
from shopwright.kit.events import Event

FollowShares = Callable[[Floats, Floats], Floats]
"""From daily log prices, ours (n, T) and rivals' (R, n, T), how far the mean rival follows each product, (n,)."""
Columns = Mapping[str, Any]
"""An array (n,) for each of `FIGURES` and `COUNTS`, and `trial_enough`."""

LARGEST_HISTORY: Final = 8_000_000
"""Products times days that responses are estimated from: about 2 GB. A larger shop is seen over fewer days."""
FEWEST_DAYS: Final = 56
LONGEST_HISTORY: Final = 365
"""Days; older prices met another market."""
SUSPICIOUS: Final = 1.96
SUSPICIOUS_SHOP: Final = 1.282
"""t values from which prices seem to have followed demand; the shop's is that at which the estimator becomes wary."""

FIGURES: Final = (
    "elasticity", "elasticity_sd", "elasticity_low", "elasticity_high", "constant_location", "constant_scale",
    "semi_log_location", "semi_log_scale", "constant_weight", "reference", "base_units", "base_spread",
    "cross_elasticity", "cross_sd", "own_share", "category_share", "shop_share", "price_spread", "units",
    "stock_out_share", "before_t", "shop_before_t", "trial_step", "trial_sd", "rival_level", "follow",
)  # fmt: skip
"""The fractional columns of `ProductResponse`."""
COUNTS: Final = ("changes", "refusals", "days", "rivals", "trial_weeks")
"""Its whole numbers."""


@dataclass(frozen=True, slots=True)
class RivalPrices:
    """What rivals asked, a row a product, rival and day on which they were seen; NaN where they had none to sell.

    `rival` numbers the rivals from 0, `day` counts from the first day of a history. Prices are delivered, in the currency
    and tax basis of our own price.
    """

    product_ids: Sequence[UUID]
    product: NDArray[np.int64]
    rival: NDArray[np.int64]
    day: NDArray[np.int64]
    price: Floats

    def of_products(self, products: Sequence[UUID]) -> "RivalPrices":
        """Return what was asked for these products, whose places in the list `product` then gives."""
        row_of = {product: row for row, product in enumerate(products)}
        row = np.array([row_of.get(product, -1) for product in self.product_ids], dtype=np.int64)[self.product]
        kept = row >= 0
        return RivalPrices(products, row[kept], self.rival[kept], self.day[kept], self.price[kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductResponse:
    """The estimate of one product; prices in units of its currency, demand in units a day, NaN where nothing is known.

    `constant_*` and `semi_log_*` are location and scale of the slope under each form (see `elasticity.response`).
    `own_share`, `category_share` and `shop_share` tell how much of the elasticity comes from where. `refusals` are bits of
    `elasticity.refusals.Refusal`. `before_t` tells whether list prices followed demand. `rival_level` is the mean
    logarithm of rivals' recent prices, `follow` how far they follow ours.
    """

    product_id: UUID
    made_at: datetime
    first_day: date
    currency: str
    elasticity: float
    elasticity_sd: float
    elasticity_low: float
    elasticity_high: float
    constant_location: float
    constant_scale: float
    semi_log_location: float
    semi_log_scale: float
    constant_weight: float
    reference: float
    base_units: float
    base_spread: float
    cross_elasticity: float
    cross_sd: float
    own_share: float
    category_share: float
    shop_share: float
    price_spread: float
    units: float
    stock_out_share: float
    before_t: float
    shop_before_t: float
    trial_step: float
    trial_sd: float
    rival_level: float
    follow: float
    changes: int
    refusals: int
    days: int
    rivals: int
    trial_weeks: int
    trial_enough: bool

    @property
    def follows_demand(self) -> bool:
        """Whether prices seem to have been raised where demand was high already: then the estimate is too weak."""
        return self.before_t > SUSPICIOUS or self.shop_before_t > SUSPICIOUS_SHOP


@dataclass(frozen=True, slots=True)
class ResponseTable:
    """The kept responses of a shop as columns by the names of `FIGURES` and `COUNTS`, one row a product."""

    product_ids: Sequence[UUID]
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.product_ids)


@dataclass(frozen=True, slots=True)
class Refused:
    """A reason not to choose prices by a response."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Expected units a week at one price, with the band of 80 %; `profit` a week net of tax, None without a cost."""

    price: Decimal
    units: float
    low_80: float
    high_80: float
    profit: Decimal | None


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """A response, why it may not be used, and the demand curve that it draws: no points where no price was ever seen."""

    response: ProductResponse
    refusals: Sequence[Refused]
    usual_price: Decimal | None
    curve: Sequence[CurvePoint]


class Estimating(Protocol):
    """What `demand/estimating.py` gives to those who load it late."""

    def estimate(self, panel: SalesPanel, promoted: Flags, prices: RivalPrices, follow: FollowShares) -> Columns:
        """Estimate every product of a panel."""
        ...

    def curve(self, kept: ProductResponse, prices: Sequence[float], rng: np.random.Generator) -> Floats:
        """Return expected units a day at prices, and the ends of their 80 % band: (3, g)."""
        ...

    def reasons(self, bits: int) -> list[tuple[str, str]]:
        """Return the word and the sentence of each refusal."""
        ...


@dataclass(frozen=True, kw_only=True)
class PriceResponsesEstimated(Event, name="demand.price_responses_estimated", subject="shop"):
    """It was estimated anew how every active product of a shop answers to its price; `refused` of them cannot be used."""

    products: int
    refused: int
    first_day: date
    days_of_history: int

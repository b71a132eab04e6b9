"""Applied prices, what they are expected to bring, and what happened since."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from shopwright.catalog.columns import PriceMoves
from shopwright.kit.amounts import scaled
from shopwright.pricing.expectation import Expectation
from shopwright.pricing.learning.meeting import Happened
from shopwright.pricing.learning.outcomes import AppliedPrice, PriceOutcome, predict
from shopwright.sales.domain import DailyUnits

BERLIN = ZoneInfo("Europe/Berlin")
APPLIED_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 3)
PRODUCT = UUID(int=1)


def expected(**changes: Any) -> Expectation:
    """14 pieces a week at present and 16 at the new price, seen over 56 days; 80 % sure of a gain."""
    given: dict[str, Any] = {
        "units_now": 14.0, "units": (15.0, 16.0, 18.0), "revenue": (None, None, None), "profit": (None, None, None),
        "gain": (None, None, None), "loss_chance": 0.2, "elasticity": (-3.5, -2.0, -0.5),
        "elasticity_source": "general", "days_of_sales": 56, "sales_until": date(2026, 3, 1), **changes,
    }  # fmt: skip
    return Expectation(**given)


def applied(**changes: Any) -> AppliedPrice:
    """From 12.00 to 11.00 EUR net with a margin of 50 %: 5.50 a piece instead of 6.50, on a Monday at noon."""
    given: dict[str, Any] = {
        "proposal_id": UUID(int=7), "product_id": PRODUCT, "strategy": "rule_based", "confidence": 80,
        "price_before": Decimal(12), "price": Decimal(11), "currency": "EUR", "gross": False, "margin_ppm": 500_000,
        "expected": expected(), "applied_at": APPLIED_AT, **changes,
    }  # fmt: skip
    return AppliedPrice(**given)


def outcome(horizon: int = 7, **changes: Any) -> PriceOutcome:
    """The prediction of an applied price at one horizon."""
    return next(one for one in predict(applied(**changes), None, BERLIN) if one.horizon == horizon)


def happened(sold: dict[int, float], until: date, **changes: Any) -> Happened:
    """Units of PRODUCT by day, counted from FIRST_DAY (below zero: before it); all is known up to `until`."""
    days = list(sold)
    start = min([0, *days])
    units = DailyUnits(
        first=date.fromordinal(FIRST_DAY.toordinal() + start),
        days=max((until - FIRST_DAY).days - start + 1, max([0, *days]) - start + 1),
        product_ids=[PRODUCT],
        row=np.zeros(len(days), dtype=np.int64),
        day=np.array(days, dtype=np.int64) - start,
        units=np.array(list(sold.values()), dtype=np.float64),
    )
    return Happened(until, units, **{"moves": moves(), **changes})


def moves(*rows: tuple[datetime, str]) -> PriceMoves:
    """Own prices of PRODUCT as they were set."""
    price = scaled([amount for _, amount in rows])
    at = np.array([int(moment.timestamp()) for moment, _ in rows], dtype=np.int64)
    return PriceMoves([PRODUCT for _ in rows], at, price, price)

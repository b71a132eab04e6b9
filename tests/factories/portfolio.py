"""Products that rules between products speak of, and prices that guardrails have left them."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from shopwright.kit.amounts import Amounts, scaled
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.portfolio.arranging import Wanted
from shopwright.pricing.portfolio.rules import Members

CENTS = PriceEnding.step(Decimal("0.01"))
CHARM = PriceEnding.charm(Decimal("0.99"), Decimal("0.49"))


def wanted(
    prices: Sequence[str],
    floors: Sequence[str] | str = "1",
    caps: Sequence[str] | str = "1000",
    curve: Sequence[float] | float = 1.0,
    ending: PriceEnding = CENTS,
) -> Wanted:
    """Prices with limits, all on one ending."""
    size = len(prices)

    def column(values: Sequence[str] | str) -> Amounts:
        return scaled([values] * size if isinstance(values, str) else values)

    return Wanted(
        price=scaled(prices),
        floor=column(floors),
        cap=column(caps),
        unit=np.full(size, 10_000),
        endings=[ending],
        ending_of=np.zeros(size, dtype=np.int64),
        curve=np.broadcast_to(np.asarray(curve, dtype=np.float64), size).copy(),
    )


def members(
    skus: Sequence[str],
    brands: Sequence[str | None] | None = None,
    costs: Sequence[str | None] | None = None,
    units: Sequence[float] | None = None,
    kinds: Sequence[int] | None = None,
    tax_ppm: int = 0,
) -> Members:
    """Products of the category Mugs; 10 pieces a week at a cost of 5 each unless told otherwise."""
    size = len(skus)
    return Members(
        skus=skus,
        brands=brands or [None] * size,
        categories=["Mugs"] * size,
        kind=np.array(kinds or [0] * size, dtype=np.int64),
        tax_factor=np.full(size, 1_000_000 + tax_ppm),
        cost=scaled(costs or ["5"] * size),
        units=np.array(units or [10.0] * size),
        priced=np.ones(size, dtype=np.bool_),
    )

"""The use cases of price response: estimated for a whole shop at once, read by product or as a table."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.catalog.domain import Product, ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import Absence
from shopwright.demand.forecasting.panel import Flags
from shopwright.demand.history import panel_of
from shopwright.demand.response_repository import ResponseRepository
from shopwright.demand.responses import (
    FEWEST_DAYS,
    LARGEST_HISTORY,
    LONGEST_HISTORY,
    CurvePoint,
    Estimating,
    FollowShares,
    PriceResponsesEstimated,
    ProductResponse,
    Refused,
    ResponseReport,
    ResponseTable,
    RivalPrices,
)
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.late import ESTIMATING, late
from shopwright.kit.money import Currency, Money
from shopwright.sales.domain import DailyUnits
from shopwright.sales.service import SalesService

FindRivals = Callable[[UnitOfWork, date, int], Awaitable[RivalPrices]]
"""Tells what rivals asked on so many days from a first one on; the market stands beside demand, not below it."""

_POINTS: Final = 25
_LOWEST, _HIGHEST = Decimal("0.7"), Decimal("1.3")
"""Ends of the curve over the usual price, where a product has no bounds of its own."""
_FARTHEST: Final = 2
"""However wide the bounds are: beyond twice or half of the usual price nobody has seen demand."""
_WEEK: Final = 7
_MILLION: Final = 1_000_000
_DIGITS: Final = 4


class PriceResponseService:
    """How the demand for what one tenant sells answers to prices."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._responses = ResponseRepository(unit)

    async def estimate(self, absences: Sequence[Absence], find_rivals: FindRivals, follow: FollowShares) -> int:
        """Estimate every active product anew; return how many, 0 for a shop without sales.

        The estimates that were there are replaced. `absences` are days without stock: nothing is learnt from them.
        """
        catalog = CatalogService(self._unit)
        products = await catalog.columns_for_pricing(ProductFilter())
        most_days = min(LONGEST_HISTORY, max(FEWEST_DAYS, LARGEST_HISTORY // max(len(products), 1)))
        sold = await SalesService(self._unit).units_by_day(most_days)
        if sold is None or not products.ids:
            return 0
        zone = (await TenantService(self._unit).get()).settings.zone
        moves = await catalog.price_moves(datetime.combine(sold.first, time(), zone).astimezone(UTC), at_least=1)
        panel = panel_of(products, sold, moves, absences, zone)
        promoted = await self._promoted(products.ids, sold)
        rivals = (await find_rivals(self._unit, sold.first, sold.days)).of_products(products.ids)
        columns = await asyncio.to_thread(lambda: _estimating().estimate(panel, promoted, rivals, follow))
        await self._responses.replace(products.ids, products.currencies, sold.first, columns)
        self._unit.publish(
            PriceResponsesEstimated(
                subject_id=str(self._unit.tenant),
                products=len(products),
                refused=int((columns["refusals"] != 0).sum()),
                first_day=sold.first,
                days_of_history=sold.days,
            )
        )
        return len(products)

    async def find_report(self, product_id: UUID) -> ResponseReport | None:
        """Return how demand for a product answers to its price; None where that was not estimated yet.

        The curve covers the product's own bounds, or else a range about its usual price. Raises ProductNotFound.
        """
        product = await CatalogService(self._unit).get_product(product_id)
        found = await self._responses.find(product_id)
        if found is None:
            return None
        tax_ppm = (await TenantService(self._unit).get()).settings.tax_ppm
        prices = _curve_prices(product, found)
        return await asyncio.to_thread(_report, product, found, prices, tax_ppm)

    async def table(self) -> ResponseTable:
        """Return all responses of the shop as columns."""
        return await self._responses.table()

    async def _promoted(self, products: Sequence[UUID], sold: DailyUnits) -> Flags:
        """Tell on which days (n, T) products were sold in promotions."""
        promoted = np.zeros((len(products), sold.days), dtype=np.bool_)
        row_of = {product: row for row, product in enumerate(products)}
        for product, days in await SalesService(self._unit).promoted_days(sold.first, sold.days):
            if product in row_of:
                promoted[row_of[product], days] = True
        return promoted


def _estimating() -> Estimating:
    module: Estimating = late(ESTIMATING)
    return module


def _curve_prices(product: Product, kept: ProductResponse) -> list[Decimal]:
    """Return prices from the lowest to the highest that the product allows, each once, in whole coins."""
    usual, coin = _usual_price(product, kept), Currency(product.currency).minor_unit
    if usual is None:
        return []
    lowest = max(product.min_price or usual * _LOWEST, usual / _FARTHEST)
    highest = min(product.max_price or usual * _HIGHEST, usual * _FARTHEST)
    step = (highest - lowest) / (_POINTS - 1)
    prices = [(lowest + step * place).quantize(coin, ROUND_HALF_UP) for place in range(_POINTS)]
    return sorted({price for price in prices if price > 0}) if highest > lowest else []


def _report(product: Product, kept: ProductResponse, prices: Sequence[Decimal], tax_ppm: int) -> ResponseReport:
    estimating = _estimating()
    rng = np.random.default_rng(product.id.int)  # the same product draws the same band
    points = estimating.curve(kept, [float(price) for price in prices], rng) * _WEEK
    curve = [
        CurvePoint(
            price=price,
            units=round(units, _DIGITS),
            low_80=round(low, _DIGITS),
            high_80=round(high, _DIGITS),
            profit=_profit(product, price, units, tax_ppm),
        )
        for price, (units, low, high) in zip(prices, points.T.tolist(), strict=True)
    ]
    refusals = [Refused(*reason) for reason in estimating.reasons(kept.refusals)]
    return ResponseReport(kept, refusals, _usual_price(product, kept), curve)


def _usual_price(product: Product, kept: ProductResponse) -> Decimal | None:
    if not np.isfinite(kept.reference):
        return None
    return Decimal(str(kept.reference)).quantize(Currency(product.currency).minor_unit, ROUND_HALF_UP)


def _profit(product: Product, price: Decimal, units: float, tax_ppm: int) -> Decimal | None:
    """Return what so many units earn at a price, net of tax and cost."""
    if product.cost is None:
        return None
    net = Money.of(price, product.currency, product.tax_basis).without_tax(Decimal(tax_ppm) / _MILLION).amount
    earned = (net - product.cost) * Decimal(str(round(units, _DIGITS)))
    return earned.quantize(Currency(product.currency).minor_unit, ROUND_HALF_UP)

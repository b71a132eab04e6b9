"""The use cases of demand: forecasts made for a whole shop at once, read by product, and held against what was sold."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import (
    HORIZONS,
    MOST_DAYS,
    Absence,
    Accuracy,
    ForecastsMade,
    ProductForecast,
)
from shopwright.demand.forecasting.forecast import Forecast, Forecaster
from shopwright.demand.forecasting.panel import SalesPanel
from shopwright.demand.history import panel_of
from shopwright.demand.repository import ForecastRepository
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.late import FORECASTER, late
from shopwright.sales.service import SalesService

_KEPT_EVERY: Final = timedelta(days=7)
_ACCURACY_DAYS: Final = 365


class DemandService:
    """The demand for what one tenant sells."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._forecasts = ForecastRepository(unit)

    async def make_forecasts(self, absences: Sequence[Absence] = ()) -> int:
        """Forecast every active product from the newest day with sales on; return how many, 0 for a shop without sales.

        The forecasts that were there are replaced; those of about every week are kept, to be met with what will be
        sold. `absences` are days without stock: nothing is learnt from them.
        """
        sold = await SalesService(self._unit).units_by_day(MOST_DAYS)
        catalog = CatalogService(self._unit)
        products = await catalog.columns_for_pricing(ProductFilter())
        if sold is None or not products.ids:
            return 0
        zone = (await TenantService(self._unit).get()).settings.zone
        moves = await catalog.price_moves(datetime.combine(sold.first, time(), zone).astimezone(UTC), at_least=1)
        panel = panel_of(products, sold, moves, absences, zone)
        forecast = await asyncio.to_thread(_forecast, panel)
        first_day = sold.first + timedelta(days=sold.days)
        await self._forecasts.replace(products.ids, first_day, forecast)
        newest = await self._forecasts.newest_kept()
        if newest is None or abs(first_day - newest) >= _KEPT_EVERY:
            await self._forecasts.keep(products.ids, first_day, forecast)
        await self._forecasts.meet(first_day - timedelta(days=1))
        self._unit.publish(
            ForecastsMade(
                subject_id=str(self._unit.tenant),
                products=len(products.ids),
                first_day=first_day,
                days_of_history=sold.days,
            )
        )
        return len(products.ids)

    async def find_forecast(self, product_id: UUID) -> ProductForecast | None:
        """Return the forecast of a product; None where none was made yet, or it is not active. Raises ProductNotFound."""
        found = await self._forecasts.find(product_id)
        if found is None:
            await CatalogService(self._unit).get_product(product_id)
        return found

    async def accuracy(self, product_id: UUID | None = None, since: date | None = None) -> list[Accuracy]:
        """Return how the kept forecasts of a year, or since a day, came out: by horizon, of one product or of all."""
        first = since or (self._unit.clock.now().date() - timedelta(days=_ACCURACY_DAYS))
        return await self._forecasts.accuracy(first, product_id)


def _forecast(panel: SalesPanel) -> Forecast:
    forecaster: Forecaster = late(FORECASTER).BatchForecaster()
    return forecaster.fit(panel).forecast(HORIZONS)

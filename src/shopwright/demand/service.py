"""The use cases of demand: forecasts made for a whole shop at once, read by product, and held against what was sold."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import numpy as np

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
from shopwright.demand.forecasting.forecast import ENOUGH_DAYS, Forecast, Forecaster
from shopwright.demand.forecasting.panel import WEEK, SalesPanel
from shopwright.demand.history import panel_of
from shopwright.demand.repository import ForecastRepository
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.late import FORECASTER, late
from shopwright.sales.service import SalesService

_KEPT_EVERY: Final = timedelta(days=7)
_ACCURACY_DAYS: Final = 365
_LEAST_TO_LOOK_BACK: Final = 90
"""Days of history from which a forecast is worth being judged."""
_MONTH: Final = 30


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
        known = await self._known(absences)
        if known is None:
            return 0
        products, panel, first_day = known
        forecast = await asyncio.to_thread(_forecast, panel)
        await self._forecasts.replace(products, first_day, forecast)
        newest = await self._forecasts.newest_kept()
        if newest is None or abs(first_day - newest) >= _KEPT_EVERY:
            await self._forecasts.keep(products, first_day, forecast)
        await self._forecasts.meet(first_day - timedelta(days=1))
        self._unit.publish(
            ForecastsMade(
                subject_id=str(self._unit.tenant),
                products=len(products),
                first_day=first_day,
                days_of_history=panel.periods,
            )
        )
        return len(products)

    async def has_kept_none(self) -> bool:
        """Tell whether no forecast of this shop was ever kept, at its time or later."""
        return await self._forecasts.newest_kept() is None

    async def look_back(self, weeks: int, absences: Sequence[Absence] = ()) -> int:
        """Forecast as so many weeks before the newest day with sales, from what had been known then, and keep it.

        It is kept as hindsight and met with what was sold since; products that had not sold yet are left out. Returns
        for how many products, 0 where there was too little history by then.
        """
        known = await self._known(absences)
        if known is None:
            return 0
        products, panel, first_day = known
        past = panel.until(max(panel.periods - weeks * WEEK, 0))
        if past.periods < _LEAST_TO_LOOK_BACK:
            return 0
        had_sold = np.flatnonzero(np.isfinite(past.value).any(axis=1))
        forecast = await asyncio.to_thread(_forecast, past.take(had_sold))
        kept = [products[row] for row in had_sold.tolist()]
        await self._forecasts.keep(kept, first_day - timedelta(weeks=weeks), forecast, hindsight=True)
        await self._forecasts.meet(first_day - timedelta(days=1))
        return len(kept)

    async def _known(self, absences: Sequence[Absence]) -> tuple[Sequence[UUID], SalesPanel, date] | None:
        """Return active products, what is known of their sales, and the day after; None for a shop without either."""
        sold = await SalesService(self._unit).units_by_day(MOST_DAYS)
        catalog = CatalogService(self._unit)
        products = await catalog.columns_for_pricing(ProductFilter())
        if sold is None or not products.ids:
            return None
        zone = (await TenantService(self._unit).get()).settings.zone
        moves = await catalog.price_moves(datetime.combine(sold.first, time(), zone).astimezone(UTC), at_least=1)
        panel = panel_of(products, sold, moves, absences, zone)
        return products.ids, panel, sold.first + timedelta(days=sold.days)

    async def find_forecast(self, product_id: UUID) -> ProductForecast | None:
        """Return the forecast of a product; None where none was made yet, or it is not active. Raises ProductNotFound."""
        found = await self._forecasts.find(product_id)
        if found is None:
            await CatalogService(self._unit).get_product(product_id)
        return found

    async def expected_units(self) -> dict[UUID, float]:
        """Return the units a day that each product with enough history is forecast to sell in the next month."""
        return await self._forecasts.daily_units(_MONTH, ENOUGH_DAYS)

    async def accuracy(self, product_id: UUID | None = None, since: date | None = None) -> list[Accuracy]:
        """Return how the kept forecasts of a year, or since a day, came out: by horizon, of one product or of all."""
        first = since or (self._unit.clock.now().date() - timedelta(days=_ACCURACY_DAYS))
        return await self._forecasts.accuracy(first, product_id)


def _forecast(panel: SalesPanel) -> Forecast:
    forecaster: Forecaster = late(FORECASTER).BatchForecaster()
    return forecaster.fit(panel).forecast(HORIZONS)

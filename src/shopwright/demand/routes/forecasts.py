"""HTTP: what will be sold, and how earlier forecasts came out."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from shopwright.demand.domain import ProductForecast
from shopwright.demand.service import DemandService
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.fields import Day

router = guarded_router(prefix="/demand", tag="demand")


class OutlookAnswer(BaseModel):
    """Expected units with the ends of their intervals."""

    units: float
    low_95: float
    low_80: float
    high_80: float
    high_95: float


class DayAnswer(OutlookAnswer):
    """What is expected of a day."""

    day: date


class TotalAnswer(OutlookAnswer):
    """What is expected of a whole horizon; its interval is its own, not the sum of the days'."""

    horizon: int = Field(description="Days from the first day of the forecast on.")


class ForecastAnswer(BaseModel):
    """The forecast of a product."""

    product_id: UUID
    made_at: datetime
    first_day: date
    history_days: int = Field(description="Days on which the product could be bought.")
    too_short: bool = Field(description="Less than 30 days of history: the forecast leans on the category.")
    confidence: int = Field(ge=0, le=100, description="By history, backtests and freshness.")
    weekly: float = Field(description="Share of the variation that a weekly season explains, 0 to 1.")
    yearly: float = Field(description="Share of the variation that a yearly season explains, 0 to 1.")
    totals: list[TotalAnswer]
    days: list[DayAnswer]


class AccuracyAnswer(BaseModel):
    """How forecasts of one horizon came out."""

    horizon: int
    forecasts: int
    hindsight: int = Field(description="How many of them were made later, from what had been known at their time.")
    sold: float
    wape: float | None = Field(description="Sum of errors over the sum of what was sold.")
    bias: float | None = Field(description="The same with signs: above zero, too much was expected.")
    within_80: float | None = Field(description="Share of totals within the 80 % interval.")
    within_95: float | None = Field(description="Share of totals within the 95 % interval.")


class AccuracyList(BaseModel):
    """By horizon, the shortest first."""

    items: list[AccuracyAnswer]


async def demand_service(request: Request) -> DemandService:
    """Build the service on the request's unit of work."""
    return DemandService(unit_of(request))


Demand = Annotated[DemandService, Depends(demand_service)]


@router.get("/forecasts/{product_id}", name="get_forecast", response_model=ForecastAnswer | None)
@needs("demand:read")
async def get_forecast(demand: Demand, product_id: UUID) -> Response:
    """Give the forecast of a product: each day, and the totals of 7, 30 and 90 days; null where there is none yet."""
    found = await demand.find_forecast(product_id)
    return answer(None if found is None else _shown(found))


@router.get("/accuracy", name="list_forecast_accuracy", response_model=AccuracyList)
@needs("demand:read")
async def list_forecast_accuracy(
    demand: Demand,
    product_id: Annotated[UUID | None, Query(description="One product; all where it is left out.")] = None,
    since: Day | None = None,
) -> Response:
    """Tell how forecasts came out whose days have passed: of a year, or since a day."""
    return answer({"items": await demand.accuracy(product_id, since)})


def _shown(forecast: ProductForecast) -> dict[str, Any]:
    days = (forecast.first_day + timedelta(days=number) for number in range(len(forecast.days)))
    return {
        "product_id": forecast.product_id,
        "made_at": forecast.made_at,
        "first_day": forecast.first_day,
        "history_days": forecast.history_days,
        "too_short": forecast.too_short,
        "confidence": forecast.confidence,
        "weekly": forecast.weekly,
        "yearly": forecast.yearly,
        "totals": [{"horizon": horizon, **asdict(outlook)} for horizon, outlook in forecast.totals.items()],
        "days": [{"day": day, **asdict(outlook)} for day, outlook in zip(days, forecast.days, strict=True)],
    }

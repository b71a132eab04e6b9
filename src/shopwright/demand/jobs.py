"""What demand does by the clock, and after sales came in: forecasts and price responses of a whole shop."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shopwright.demand.domain import Absence
from shopwright.demand.response_service import FindRivals, PriceResponseService
from shopwright.demand.responses import FollowShares
from shopwright.demand.service import DemandService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job

FindAbsences = Callable[[UnitOfWork], Awaitable[Sequence[Absence]]]
"""Tells on which days products could not be bought; stock is known in a layer above this one."""


@dataclass(frozen=True, kw_only=True)
class ForecastShop(Job, kind="demand.forecast_shop", priority=-1, timeout=timedelta(minutes=30)):
    """Forecast every active product of a shop."""


def forecast_handler(find_absences: FindAbsences) -> JobHandler:
    """Make the worker's handler of ForecastShop."""

    async def handle(context: JobContext[ForecastShop]) -> None:
        async with context.unit() as unit:
            await DemandService(unit).make_forecasts(await find_absences(unit))

    return handle


@dataclass(frozen=True, kw_only=True)
class EstimateResponses(Job, kind="demand.estimate_responses", priority=-2, timeout=timedelta(minutes=30)):
    """Estimate how the demand for every active product of a shop answers to its price."""


def response_handler(find_absences: FindAbsences, find_rivals: FindRivals, follow: FollowShares) -> JobHandler:
    """Make the worker's handler of EstimateResponses; `follow` tells how far rivals follow our prices."""

    async def handle(context: JobContext[EstimateResponses]) -> None:
        async with context.unit() as unit:
            await PriceResponseService(unit).estimate(await find_absences(unit), find_rivals, follow)

    return handle

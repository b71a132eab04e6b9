"""What demand does by the clock, and after sales came in: forecasts and price responses of a whole shop."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shopwright.demand.domain import Absence
from shopwright.demand.response_service import FindRivals, PriceResponseService
from shopwright.demand.responses import FollowShares
from shopwright.demand.service import DemandService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue

FindAbsences = Callable[[UnitOfWork], Awaitable[Sequence[Absence]]]
"""Tells on which days products could not be bought; stock is known in a layer above this one."""


@dataclass(frozen=True, kw_only=True)
class ForecastShop(Job, kind="demand.forecast_shop", priority=-1, timeout=timedelta(minutes=30)):
    """Forecast every active product of a shop."""


@dataclass(frozen=True, kw_only=True)
class LookBack(Job, kind="demand.look_back", priority=-3, timeout=timedelta(hours=2)):
    """Forecast a shop as of days long past, so that it can be told at once how forecasts come out."""


LOOKED_BACK: Final = tuple(range(1, 27, 2))
"""Weeks before the newest day with sales: half a year, so that forecasts of 90 days have come due too."""


def forecast_handler(find_absences: FindAbsences) -> JobHandler:
    """Make the worker's handler of ForecastShop; after a shop's first forecasts it has the shop look back."""

    async def handle(context: JobContext[ForecastShop]) -> None:
        async with context.unit() as unit:
            demand = DemandService(unit)
            is_first = await demand.has_kept_none()
            if await demand.make_forecasts(await find_absences(unit)) and is_first:
                job = LookBack()
                await JobQueue().enter(unit, job, job.payload(), key=LookBack.kind)

    return handle


def look_back_handler(find_absences: FindAbsences) -> JobHandler:
    """Make the worker's handler of LookBack."""

    async def handle(context: JobContext[LookBack]) -> None:
        for done, weeks in enumerate(LOOKED_BACK):
            await context.report("forecast as of earlier weeks", done=done, total=len(LOOKED_BACK))
            async with context.unit() as unit:
                if not await DemandService(unit).look_back(weeks, await find_absences(unit)):
                    break  # a week further back there was no more history

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

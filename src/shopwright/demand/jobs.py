"""What demand does by the clock, and after sales came in: forecasts of a whole shop."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shopwright.demand.domain import Absence
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

"""What learning does by the clock: each night predictions are kept, and met where their days have passed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shopwright.demand.domain import Absence
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.pricing.learning.service import LearningService

FindAbsences = Callable[[UnitOfWork], Awaitable[Sequence[Absence]]]
"""Tells on which days products could not be bought; stock is known in a context beside this one."""


@dataclass(frozen=True, kw_only=True)
class MeetPriceOutcomes(Job, kind="pricing.meet_outcomes", priority=-2, timeout=timedelta(minutes=15)):
    """Keep what newly applied prices are expected to bring, and hold what was sold against what waits for it."""


def outcomes_handler(find_absences: FindAbsences) -> JobHandler:
    """Make the worker's handler of MeetPriceOutcomes."""

    async def handle(context: JobContext[MeetPriceOutcomes]) -> None:
        async with context.unit() as unit:
            shop = (await TenantService(unit).get()).settings
            learning = LearningService(unit, shop.tax_ppm, shop.zone)
            await learning.keep_predictions()
            await learning.meet(await find_absences(unit))

    return handle

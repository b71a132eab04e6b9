"""What experiments do by the clock: each night they are judged, and prices that should stay are put back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shopwright.demand.domain import Absence
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.pricing.experiments.service import ExperimentService

FindAbsences = Callable[[UnitOfWork], Awaitable[Sequence[Absence]]]
"""Tells on which days products could not be bought; stock is known in a context beside this one."""


@dataclass(frozen=True, kw_only=True)
class JudgeExperiments(Job, kind="pricing.judge_experiments", timeout=timedelta(minutes=15)):
    """Judge the running experiments of a shop; stop, finish and switch those that are due."""


def experiments_handler(find_absences: FindAbsences) -> JobHandler:
    """Make the worker's handler of JudgeExperiments."""

    async def handle(context: JobContext[JudgeExperiments]) -> None:
        async with context.unit() as unit:
            experiments = ExperimentService(unit, (await TenantService(unit).get()).settings)
            if await experiments.judge(await find_absences(unit)):
                await experiments.put_back()

    return handle

"""What the worker does about forecasts: a look back follows the first of a shop, and no later ones."""

import asyncio
import random
from datetime import timedelta

from tests.demand.test_service import sell
from tests.factories.catalog import product_of
from tests.factories.sales import FIRST

from shopwright.demand.domain import Absence
from shopwright.demand.jobs import LOOKED_BACK, ForecastShop, LookBack, forecast_handler, look_back_handler
from shopwright.demand.service import DemandService
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.jobs.execution import JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.worker import Worker, WorkerOptions
from shopwright.kit.ids import TenantId

DAYS = 130


async def never_empty(_: UnitOfWork) -> list[Absence]:
    """Tell that every shelf was full on every day."""
    return []


async def jobs_of(database: Database, tenant: TenantId) -> list[tuple[str, str]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select kind, state from job_progress where tenant_id = $1 order by kind", tenant
        )
    return [(row["kind"], row["state"]) for row in rows]


async def work_off(database: Database, tenant: TenantId) -> list[tuple[str, str]]:
    """Forecast the shop, and wait until no job of it is left to do; return all that there were."""
    queue = JobQueue()
    async with database.unit(tenant) as unit:
        await queue.enqueue(unit, ForecastShop())
    handlers: dict[type[Job], JobHandler] = {
        ForecastShop: forecast_handler(never_empty),
        LookBack: look_back_handler(never_empty),
    }
    options = WorkerOptions(poll=timedelta(seconds=0.05))
    worker = Worker(database, queue, handlers, options=options, chance=random.Random(1))  # noqa: S311 - for back-off
    working = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(60):
            while {state for _, state in await jobs_of(database, tenant)} & {"queued", "running"}:  # noqa: ASYNC110 - they are another's jobs
                await asyncio.sleep(0.1)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return await jobs_of(database, tenant)


async def test_a_shop_looks_back_after_its_first_forecasts_only(database: Database, tenant: TenantId) -> None:
    mug = await product_of(database, tenant)
    await sell(database, tenant, mug.id, 4, FIRST, DAYS)
    done = [(ForecastShop.kind, "succeeded"), (LookBack.kind, "succeeded")]
    assert await work_off(database, tenant) == done
    async with database.unit(tenant) as unit:
        week, month = await DemandService(unit).accuracy(since=FIRST)
    reached = [weeks for weeks in LOOKED_BACK if DAYS - weeks * 7 >= 90]
    assert (week.horizon, week.forecasts, week.hindsight) == (7, len(reached), len(reached))
    assert (month.horizon, month.forecasts) == (30, len([weeks for weeks in reached if weeks * 7 >= 30]))
    assert await work_off(database, tenant) == [done[0], *done]

"""Jobs and workers under test. Run as a program it is a worker whose handler begins a job and never ends it."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import Database
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job, JobProgress, JobState
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.schedules import Schedule, Tenants
from shopwright.infra.jobs.service import JobService
from shopwright.infra.jobs.worker import Worker, WorkerOptions, no_tenants
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId
from shopwright.kit.time import SystemClock
from tests.conformance.stations import eventually

QUEUE = JobQueue(100_000)
QUICK = WorkerOptions(
    poll=timedelta(seconds=0.1), watch=timedelta(seconds=0.1), takeover=timedelta(seconds=1), grace=timedelta(seconds=0)
)


ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class ErrandRun(Event, name="test.errand_run", subject="errand"):
    """The effect of a handler: counting it counts effects, not calls."""

    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Errand(Job, kind="test.errand", max_attempts=3, backoff=Backoff(first=0.1, jitter=0)):
    """The job of the processes that are killed."""

    number: int = 0


def errand(**terms: Any) -> type[Errand]:
    """Make a kind of job that no other test's worker runs."""
    terms = {"max_attempts": 3, "backoff": Backoff(first=0.1, jitter=0), **terms}

    @dataclass(frozen=True, kw_only=True)
    class OwnErrand(Errand, kind=f"test.{uuid4().hex}", **terms):
        """A kind of its own."""

    return OwnErrand


@asynccontextmanager
async def worker(
    dsn: str,
    handlers: Mapping[type[Job], JobHandler],
    schedules: Sequence[Schedule] = (),
    tenants: Tenants = no_tenants,
    **options: Any,
) -> AsyncIterator[Database]:
    """Run a worker with a pool of its own; give its database."""
    database = await Database.open(dsn, SystemClock(), max_size=8)
    made = Worker(database, QUEUE, handlers, schedules, tenants=tenants, options=replace(QUICK, **options))
    running = asyncio.create_task(made.run())
    try:
        yield database
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await database.close()


class Crowd:
    """A handler that counts how many run at a time."""

    def __init__(self, seconds: float = 0.15) -> None:
        self.seconds = seconds
        self.now: Counter[TenantId] = Counter()
        self.most: Counter[TenantId] = Counter()
        self.most_of_all = 0
        self.order: list[int] = []

    async def run(self, context: JobContext[Errand]) -> None:
        self.order.append(context.job.number)
        self.now[context.tenant] += 1
        self.most[context.tenant] = max(self.most[context.tenant], self.now[context.tenant])
        self.most_of_all = max(self.most_of_all, self.now.total())
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.now[context.tenant] -= 1


async def send(database: Database, tenant: TenantId, *jobs: Job) -> list[UUID]:
    """Enqueue jobs in one transaction."""
    async with database.unit(tenant) as unit:
        return [await QUEUE.enqueue(unit, job) for job in jobs]


async def look(database: Database, tenant: TenantId, job_id: UUID) -> JobProgress:
    """Read what is known of a job."""
    async with database.unit(tenant) as unit:
        return await JobService(unit, QUEUE).get_job(job_id)


async def until(database: Database, tenant: TenantId, job_id: UUID, *states: JobState) -> JobProgress:
    """Wait until a job is in one of these states."""

    async def reached() -> JobProgress | None:
        found = await look(database, tenant, job_id)
        return found if found.state in states else None

    found: JobProgress = await eventually(reached)
    return found


async def effects(database: Database, tenant: TenantId) -> list[str]:
    """List who ran errands of a tenant."""
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select payload from journal where tenant_id = $1 and name = 'test.errand_run' order by id", tenant
        )
    return [row["payload"]["by"] for row in rows]


async def _hang(dsn: str) -> None:
    async def begin(context: JobContext[Errand]) -> None:
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id=str(context.id), by="the dead"))
            sys.stdout.write("running\n")
            sys.stdout.flush()
            await asyncio.sleep(3600)

    async with worker(dsn, {Errand: begin}):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(_hang(sys.argv[1]))

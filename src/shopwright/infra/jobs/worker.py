"""A worker: runs the jobs of all tenants in this process until it is told to stop, and fires the schedules.

It survives the loss of the database. When it ends in order, its jobs get a moment to finish and then go back to the
queue; when it is killed, another worker takes them over as soon as their heartbeats are silent.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain import models

from shopwright.infra.db import Database
from shopwright.infra.jobs.engine import SETTINGS, EngineQueries, PoolDriver
from shopwright.infra.jobs.execution import JobHandler, JobObserver, NobodyWatches, Run, Stop, context_of
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.record import JobRecord, Refusal
from shopwright.infra.jobs.schedules import Clockwork, Schedule, Tenants
from shopwright.infra.loops import keep_on
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

_PRUNE_EVERY = 3600.0
_HANDING_BACK = 5.0  # seconds that jobs picked but not begun have to go back to the queue
_ENGINE_LOG_KEPT = timedelta(days=1)
_STOP = "select id, reason from jobs_to_stop($1, $2)"
_RECOVER = "select recover_jobs()"
_PRUNE = "select prune_jobs($1, $2)"
_PRUNE_ENGINE_LOG = "delete from jobs.pgqueuer_log where created < now() - $1::interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """How a worker works.

    `concurrency` jobs run at a time in this process, `tenant_concurrency` of one tenant in all processes. A job whose
    worker has been silent for `takeover` goes to another. Ended jobs are kept for so long.
    """

    concurrency: int = 10
    tenant_concurrency: int = 4
    takeover: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=0.5)
    watch: timedelta = timedelta(seconds=1)
    grace: timedelta = timedelta(seconds=10)
    succeeded_kept: timedelta = timedelta(days=30)
    failed_kept: timedelta = timedelta(days=180)


class _Ids(msgspec.Struct):
    tenant: UUID
    id: UUID


async def no_tenants() -> Sequence[TenantId]:
    """List no tenants: for workers without schedules of every tenant."""
    return ()


class Worker:
    """Runs jobs and schedules."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        handlers: Mapping[type[Job], JobHandler],
        schedules: Sequence[Schedule] = (),
        *,
        tenants: Tenants = no_tenants,
        options: WorkerOptions | None = None,
        observer: JobObserver | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._database = database
        self._clockwork = Clockwork(database, queue, schedules, tenants)
        self._handlers = {**handlers, **self._clockwork.handlers}
        self._options = options or WorkerOptions()
        self._observer = observer or NobodyWatches()
        self._chance = chance or random.SystemRandom()
        self._record = JobRecord(database, self._options.tenant_concurrency)
        self._places = asyncio.Semaphore(self._options.concurrency)
        self._driver = PoolDriver(database.pool)
        self._runs: dict[UUID, Run] = {}
        self._manager: QueueManager | None = None
        self._ending = False
        self._pruned = -_PRUNE_EVERY

    @property
    def running(self) -> int:
        """How many jobs this worker runs now."""
        return len(self._runs)

    async def run(self) -> None:
        """Work until cancelled; then let the jobs under way finish for `grace`, and put the rest back."""
        picking = asyncio.create_task(keep_on("worker: pick", self._pick))
        others = [
            asyncio.create_task(keep_on("worker: watch", self._watch)),
            asyncio.create_task(keep_on("worker: recover", self._recover)),
        ]
        if self._clockwork.schedules:
            others.append(asyncio.create_task(keep_on("worker: schedule", self._schedule)))
        try:
            await asyncio.wait([picking, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._end(picking, others)

    async def _pick(self) -> None:
        """Let PgQueuer pick jobs; comes back only when it failed or the worker ends."""
        if self._ending:
            await asyncio.Event().wait()
        manager = QueueManager(EngineQueries(self._driver), channel=SETTINGS.channel)
        for job_type, handler in self._handlers.items():
            manager.entrypoint(job_type.kind, accepts_context=False)(partial(self._execute, manager, handler))
        self._manager = manager
        concurrency = self._options.concurrency
        try:
            await manager.run(
                dequeue_timeout=self._options.poll,
                batch_size=max(concurrency // 2, 1),
                max_concurrent_tasks=max(concurrency, 2),
                heartbeat_timeout=self._options.takeover,
                log_aggregation_interval=timedelta(0),
            )
        finally:
            self._manager = None

    async def _execute(self, manager: QueueManager, handler: JobHandler, picked: models.Job) -> None:
        ids = msgspec.json.decode(picked.payload or b"", type=_Ids)
        tenant = TenantId(ids.tenant)
        async with self._places:
            if self._ending:
                await self._record.hand_back(picked.id)
                return
            progress = await self._record.begin(tenant, ids.id, picked.id)
            if isinstance(progress, Refusal):
                manager.job_context.pop(picked.id, None)  # else a job that comes back at once would be passed over
                return
            if progress.attempts == 1:
                waited = self._database.clock.now() - progress.created_at
                self._observer.started(progress.kind, waited.total_seconds())
            run = Run(self._record, self._observer, tenant, progress)
            self._runs[ids.id] = run
            try:
                await run.execute(handler, partial(context_of, self._database, self._record, tenant), self._chance)
            finally:
                del self._runs[ids.id]
                manager.job_context.pop(picked.id, None)

    async def _watch(self) -> None:
        """Stop the runs that somebody cancelled or another worker took over."""
        await asyncio.sleep(self._options.watch.total_seconds())
        if not self._runs:
            return
        runs = dict(self._runs)
        async with self._database.unit(SYSTEM_TENANT) as unit:
            rows = await unit.connection.fetch(_STOP, list(runs), [run.progress.attempts for run in runs.values()])
        for row in rows:
            runs[row["id"]].stop(Stop(row["reason"]))

    async def _recover(self) -> None:
        """Put jobs back that fell out of the queue, catch up with a clock that was set back, forget what is old."""
        async with self._database.unit(SYSTEM_TENANT) as unit:
            await unit.connection.execute(_RECOVER)
            if time.monotonic() - self._pruned > _PRUNE_EVERY:
                now = unit.clock.now()
                before = (now - self._options.succeeded_kept, now - self._options.failed_kept)
                await unit.connection.execute(_PRUNE, *before)
                await unit.connection.execute(_PRUNE_ENGINE_LOG, _ENGINE_LOG_KEPT)
                self._pruned = time.monotonic()
        if self._clockwork.schedules:
            await self._clockwork.bring_forward()
        await asyncio.sleep(self._options.takeover.total_seconds())

    async def _schedule(self) -> None:
        """Let PgQueuer fire the schedules, each by one worker of all; comes back only when it failed."""
        scheduler = SchedulerManager(EngineQueries(self._driver))
        for schedule in self._clockwork.schedules:
            scheduler.schedule(schedule.name, schedule.cron, accepts_context=False)(partial(self._fire, schedule))
        await scheduler.run()

    async def _fire(self, schedule: Schedule, _fired: Any) -> None:
        await self._clockwork.fire(schedule)

    async def _end(self, picking: "asyncio.Task[None]", others: "Sequence[asyncio.Task[None]]") -> None:
        self._ending = True
        if self._manager is not None:
            self._manager.shutdown.set()
        deadline = time.monotonic() + self._options.grace.total_seconds()
        while self._runs and time.monotonic() < deadline:  # noqa: ASYNC110 - the runs end on their own
            await asyncio.sleep(0.05)
        for run in list(self._runs.values()):
            run.stop(Stop.SHUTDOWN)
        while self._runs:  # noqa: ASYNC110 - each ends soon after it was told to
            await asyncio.sleep(0.05)
        deadline = time.monotonic() + _HANDING_BACK
        while self._manager is not None and time.monotonic() < deadline:  # noqa: ASYNC110 - it ends on its own
            await asyncio.sleep(0.05)
        self._driver.shutdown.set()
        for task in (picking, *others):
            task.cancel()
        await asyncio.wait([picking, *others])

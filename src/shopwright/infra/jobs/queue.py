"""The way into the queue: a job is enqueued in the transaction of the change that asks for it, or not at all."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.kinds import Job, QueueFull
from shopwright.infra.late import JOB_ENGINE, late
from shopwright.kit.ids import new_id

_SECONDS_UNTIL_ROOM = 5

_WAITING = "select count(*) from (select from jobs.pgqueuer where status = 'queued' limit $1) as waiting"
_ENTER = """
insert into job_progress (tenant_id, id, kind, key, payload, priority, max_attempts, actor_kind, actor_id,
                          request_id, trace_id, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
on conflict (tenant_id, kind, key) where key is not null and state in ('queued', 'running') do nothing
returning true
"""
_OPEN_WITH_KEY = """
select id from job_progress where tenant_id = $1 and kind = $2 and key = $3 and state in ('queued', 'running')
"""
_PLACE = "update job_progress set queue_id = $3 where tenant_id = $1 and id = $2"


class JobQueue:
    """The queue of all tenants. `limit` jobs may wait; concurrent requests may exceed it by as many as they are."""

    def __init__(self, limit: int = 1_000) -> None:
        self.limit = limit

    async def enqueue(
        self, unit: UnitOfWork, job: Job, *, key: str | None = None, after: timedelta = timedelta(0)
    ) -> UUID:
        """Enter a job of the unit's tenant, to run when the unit has committed and `after` has passed.

        While a job of the same kind and `key` is open, its id is returned and nothing is entered. Raises
        QueueFull and MalformedJob.
        """
        payload = job.payload()
        if key is not None and (found := await self._open_with(unit, job, key)) is not None:
            return found
        await self.demand_room(unit)
        return await self.enter(unit, job, payload, key=key, after=after)

    async def demand_room(self, unit: UnitOfWork) -> None:
        """Raise QueueFull when as many jobs wait as may."""
        waiting = await unit.connection.fetchval(_WAITING, self.limit)
        if waiting >= self.limit:
            raise QueueFull(
                f"{waiting} jobs wait already; none is taken before some have run.",
                retry_after=_SECONDS_UNTIL_ROOM,
                limit=self.limit,
            )

    async def enter(
        self, unit: UnitOfWork, job: Job, payload: dict[str, Any], *, key: str | None, after: timedelta = timedelta(0)
    ) -> UUID:
        """Enter a job however many wait; for the program's own schedules."""
        now = unit.clock.now()
        job_id = new_id(unit.tenant, now)
        by = unit.by
        terms = (job.kind, key, payload, job.priority, job.max_attempts)
        cause = (by.actor_kind, by.actor_id, by.request_id, by.trace_id)
        if not await unit.connection.fetchval(_ENTER, unit.tenant, job_id, *terms, *cause, now):
            found = None if key is None else await self._open_with(unit, job, key)
            if found is not None:
                return found
            return await self.enter(unit, job, payload, key=key, after=after)  # it ended just now
        await place(unit, job_id, job.kind, job.priority, after)
        return job_id

    async def _open_with(self, unit: UnitOfWork, job: Job, key: str) -> UUID | None:
        found: UUID | None = await unit.connection.fetchval(_OPEN_WITH_KEY, unit.tenant, job.kind, key)
        return found


async def place(unit: UnitOfWork, job_id: UUID, kind: str, priority: int, after: timedelta = timedelta(0)) -> None:
    """Give a job its place in PgQueuer's queue, which learns no more of it than its ids."""
    ids = msgspec.json.encode({"tenant": unit.tenant, "id": job_id})
    engine = late(JOB_ENGINE)
    (queue_id,) = await engine.EngineQueries(engine.UnitDriver(unit)).enqueue(kind, ids, priority, execute_after=after)
    await unit.connection.execute(_PLACE, unit.tenant, job_id, queue_id)

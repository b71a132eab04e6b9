"""What people see of jobs and do with them: look, cancel, try again. In the tenant's own unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.kinds import (
    JobCancelled,
    JobHasEnded,
    JobNotFound,
    JobNotRepeatable,
    JobProgress,
    JobRetried,
    JobState,
    job_types,
)
from shopwright.infra.jobs.queue import JobQueue, place
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.events import ActorKind, Provenance

_GET = "select * from job_progress where tenant_id = $1 and id = $2"
_HOLD = f"{_GET} for no key update"
_LIST = """
select * from job_progress
 where tenant_id = $1 and ($2::text[] is null or kind = any($2)) and ($3::text[] is null or state = any($3))
   and ($4::uuid is null or id < $4)
 order by id desc
 limit $5
"""
_CANCEL_QUEUED = """
update job_progress set state = 'cancelled', finished_at = $3, updated_at = $3, cancel_requested_at = $3
 where tenant_id = $1 and id = $2
"""
_CANCEL_RUNNING = """
update job_progress set cancel_requested_at = coalesce(cancel_requested_at, $3), updated_at = $3
 where tenant_id = $1 and id = $2
"""
_LEAVE_QUEUE = "delete from jobs.pgqueuer where id = $1"
_REOPEN = """
update job_progress
   set state = 'queued', max_attempts = attempts + $4, waiting = false, done = 0, total = null, step = null, message = null,
       error = null, error_code = null, stack = null, cancel_requested_at = null, finished_at = null, updated_at = $3
 where tenant_id = $1 and id = $2
"""
_COUNTED = "select kind, state, jobs, since from jobs_counted() order by kind, state"


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs of a kind are queued or running, of all tenants, and since when the oldest is."""

    kind: str
    state: JobState
    jobs: int
    since: datetime


class JobService:
    """The jobs of one tenant."""

    def __init__(self, unit: UnitOfWork, queue: JobQueue) -> None:
        self._unit = unit
        self._queue = queue

    async def get_job(self, job_id: UUID) -> JobProgress:
        """Return a job. Raises JobNotFound."""
        return job_of(await self._row(_GET, job_id))

    async def list_jobs(
        self,
        *,
        kinds: Sequence[str] | None = None,
        states: Sequence[JobState] | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Slice[JobProgress]:
        """List jobs, the newest first, of these kinds and states or of all. Raises InvalidCursor."""
        (before,) = decode_cursor(cursor, UUID) or (None,)
        rows = await self._unit.connection.fetch(_LIST, self._unit.tenant, kinds, states, before, limit + 1)
        return page_of([job_of(row) for row in rows], limit, lambda job: (job.id,))

    async def cancel_job(self, job_id: UUID) -> JobProgress:
        """Give a job up: a queued one at once, a running one within about a second. Raises JobNotFound, JobHasEnded."""
        row = await self._row(_HOLD, job_id)
        state = JobState(row["state"])
        if not state.is_open:
            raise JobHasEnded(f"The job has {state} already.", state=state)
        now = self._unit.clock.now()
        statement = _CANCEL_QUEUED if state is JobState.QUEUED else _CANCEL_RUNNING
        await self._unit.connection.execute(statement, self._unit.tenant, job_id, now)
        if state is JobState.QUEUED:
            await self._unit.connection.execute(_LEAVE_QUEUE, row["queue_id"])
        self._unit.publish(JobCancelled(subject_id=str(job_id), kind=row["kind"]))
        return await self.get_job(job_id)

    async def retry_job(self, job_id: UUID) -> JobProgress:
        """Queue a job that failed or was cancelled again. Raises JobNotFound, JobNotRepeatable, QueueFull."""
        row = await self._row(_HOLD, job_id)
        state = JobState(row["state"])
        if state not in (JobState.FAILED, JobState.CANCELLED):
            raise JobNotRepeatable(f"The job is {state}.", state=state)
        await self._queue.demand_room(self._unit)
        now = self._unit.clock.now()
        again = job_types[row["kind"]].max_attempts if row["kind"] in job_types else 1
        await self._unit.connection.execute(_REOPEN, self._unit.tenant, job_id, now, again)
        await place(self._unit, job_id, row["kind"], row["priority"])
        self._unit.publish(JobRetried(subject_id=str(job_id), kind=row["kind"]))
        return await self.get_job(job_id)

    async def _row(self, statement: str, job_id: UUID) -> Any:
        row = await self._unit.connection.fetchrow(statement, self._unit.tenant, job_id)
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.", job_id=str(job_id))
        return row


async def count_jobs(unit: UnitOfWork) -> list[JobCount]:
    """Count the open jobs of all tenants by kind and state, for metrics and the System page."""
    rows = await unit.connection.fetch(_COUNTED)
    return [JobCount(row["kind"], JobState(row["state"]), row["jobs"], row["since"]) for row in rows]


def job_of(row: Any) -> JobProgress:
    """Turn a row of job_progress into what is known of the job."""
    return JobProgress(
        id=row["id"],
        kind=row["kind"],
        state=JobState(row["state"]),
        payload=row["payload"],
        priority=row["priority"],
        attempts=row["attempts"],
        max_attempts=row["max_attempts"],
        step=row["step"],
        done=row["done"],
        total=row["total"],
        message=row["message"],
        error=row["error"],
        error_code=row["error_code"],
        stack=row["stack"],
        by=Provenance(ActorKind(row["actor_kind"]), row["actor_id"], row["request_id"], row["trace_id"]),
        cancel_requested_at=row["cancel_requested_at"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        finished_at=row["finished_at"],
    )

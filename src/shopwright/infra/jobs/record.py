"""What a run of a job writes about itself: that it began, how far it is, what came of it.

The job's row and its place in the queue always change in one transaction. A run is known by its attempt: once another
has begun, nothing that an earlier one says is written.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.jobs.kinds import JobAbandoned, JobFailed, JobLost, JobProgress, JobState
from shopwright.infra.jobs.service import job_of
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

_LOOK_AGAIN = timedelta(seconds=30)  # a job that waits for its tenant is woken; this is for a lost wake-up
_UNEXPECTED = "The job failed unexpectedly. Operators find the cause in the log."

_LIMIT_WAITS = "set local lock_timeout = '5s'"
_TENANTS_TURN = "select pg_advisory_xact_lock(hashtextextended('jobs:' || $1::uuid::text, 0))"
_ROW = "select * from job_progress where tenant_id = $1 and id = $2 for update"
_RUNNING = "select count(*) from job_progress where tenant_id = $1 and state = 'running' and id <> $2"
_BEGIN = """
update job_progress
   set state = 'running', waiting = false, attempts = attempts + 1, started_at = coalesce(started_at, $3), updated_at = $3
 where tenant_id = $1 and id = $2 returning *
"""
_WAIT = "update job_progress set state = 'queued', waiting = true, updated_at = $3 where tenant_id = $1 and id = $2"
_HOLD = """
select true from job_progress where tenant_id = $1 and id = $2 and attempts = $3 and state = 'running' for key share
"""
_REPORT = """
update job_progress
   set step = coalesce($4, step), done = coalesce($5, done), total = coalesce($6, total),
       message = coalesce($7, message), updated_at = $8
 where tenant_id = $1 and id = $2 and attempts = $3 and state = 'running' returning true
"""
_END = """
update job_progress
   set state = $4, error = $5, error_code = $6, stack = $7, finished_at = $8, updated_at = $8
 where tenant_id = $1 and id = $2 and attempts = $3 and state = 'running' returning queue_id
"""
_BACK = """
update job_progress
   set state = 'queued', max_attempts = max_attempts + $4, error = coalesce($5, error), error_code = coalesce($6, error_code),
       stack = coalesce($7, stack), updated_at = $8
 where tenant_id = $1 and id = $2 and attempts = $3 and state = 'running' returning queue_id
"""
_LEAVE_QUEUE = "delete from jobs.pgqueuer where id = $1"
_REQUEUE = """
update jobs.pgqueuer
   set status = 'queued', execute_after = now() + $2, updated = now(), queue_manager_id = null, slot = null
 where id = $1
"""
_WAKE_NEXT = """
update jobs.pgqueuer set execute_after = now()
 where id = (select queue_id from job_progress where tenant_id = $1 and state = 'queued' and waiting
              order by priority desc, queue_id limit 1)
   and status = 'queued'
"""


class Refusal(StrEnum):
    """Why a job that was picked is not run now."""

    ENDED = "ended"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure, as it is kept: the sentence is for people, the stack for operators."""

    sentence: str
    code: str
    stack: str

    @classmethod
    def of(cls, error: Exception, stack: str) -> "Failure":
        """Describe an error; one that is not of the domain is not shown."""
        if isinstance(error, ShopwrightError):
            return cls(error.message, error.code, stack)
        return cls(_UNEXPECTED, "error", stack)


class JobRecord:
    """Writes the rows of the jobs that one worker runs."""

    def __init__(self, database: Database, tenant_limit: int) -> None:
        self._database = database
        self._tenant_limit = tenant_limit

    async def begin(self, tenant: TenantId, job_id: UUID, queue_id: int) -> JobProgress | Refusal:
        """Begin the next attempt, unless the job has ended, or its tenant runs as many jobs as it may."""
        async with self._database.unit(tenant) as unit:
            await unit.connection.execute(_LIMIT_WAITS)  # a run that lost the job may hold it still
            await unit.connection.execute(_TENANTS_TURN, tenant)
            row = await unit.connection.fetchrow(_ROW, tenant, job_id)
            if row is None or row["queue_id"] != queue_id or not JobState(row["state"]).is_open:
                await unit.connection.execute(_LEAVE_QUEUE, queue_id)
                return Refusal.ENDED
            if row["state"] == JobState.RUNNING and await self._ends_here(unit, row):
                return Refusal.ENDED
            if tenant != SYSTEM_TENANT:
                running = await unit.connection.fetchval(_RUNNING, tenant, job_id)
                if running >= self._tenant_limit:
                    await unit.connection.execute(_WAIT, tenant, job_id, unit.clock.now())
                    await unit.connection.execute(_REQUEUE, queue_id, _LOOK_AGAIN)
                    return Refusal.WAITS
            return job_of(await unit.connection.fetchrow(_BEGIN, tenant, job_id, unit.clock.now()))

    async def hand_back(self, queue_id: int) -> None:
        """Leave a job that was picked and not begun to another worker."""
        async with self._database.unit(SYSTEM_TENANT) as unit:
            await unit.connection.execute(_REQUEUE, queue_id, timedelta(0))

    async def _ends_here(self, unit: UnitOfWork, row: Any) -> bool:
        """End a job whose worker died, when it was to be cancelled or has had all its attempts."""
        if row["cancel_requested_at"] is not None:
            await self._end(unit, row["id"], row["attempts"], JobState.CANCELLED, None)
            return True
        if row["attempts"] < row["max_attempts"]:
            return False
        abandoned = JobAbandoned(f"The worker died in each of {row['attempts']} attempts.")
        failure = Failure.of(abandoned, "")
        await self._end(unit, row["id"], row["attempts"], JobState.FAILED, failure)
        unit.publish(_failed(row["id"], row["kind"], row["attempts"], failure))
        return True

    async def hold(self, unit: UnitOfWork, job_id: UUID, attempt: int) -> None:
        """Keep another run from beginning until the unit ends. Raises JobLost when one has, or the job has ended."""
        if not await unit.connection.fetchval(_HOLD, unit.tenant, job_id, attempt):
            raise JobLost("The job was cancelled or taken over.")

    async def report(
        self,
        tenant: TenantId,
        job_id: UUID,
        attempt: int,
        progress: "tuple[str | None, int | None, int | None, str | None]",
    ) -> None:
        """Write how far a run is: step, done, total and message; None leaves a value as it is. Raises JobLost."""
        async with self._database.unit(tenant) as unit:
            if not await unit.connection.fetchval(_REPORT, tenant, job_id, attempt, *progress, unit.clock.now()):
                raise JobLost("The job was cancelled or taken over.")

    async def end(self, tenant: TenantId, job: JobProgress, state: JobState, failure: Failure | None = None) -> bool:
        """Write how a run ended; return whether it still counted."""
        async with self._database.unit(tenant, job.by) as unit:
            await unit.connection.execute(_TENANTS_TURN, tenant)
            counted = await self._end(unit, job.id, job.attempts, state, failure)
            if counted and state is JobState.FAILED and failure is not None:
                unit.publish(_failed(job.id, job.kind, job.attempts, failure))
        return counted

    async def put_back(
        self, tenant: TenantId, job: JobProgress, delay: timedelta, failure: Failure | None = None
    ) -> bool:
        """Queue a job again: after a failure, or because its worker ends, and then it gets another attempt."""
        another = 0 if failure else 1  # attempts only rise: they are the fence
        async with self._database.unit(tenant) as unit:
            await unit.connection.execute(_TENANTS_TURN, tenant)
            parts = _parts(failure)
            now = unit.clock.now()
            queue_id = await unit.connection.fetchval(_BACK, tenant, job.id, job.attempts, another, *parts, now)
            if queue_id is None:
                return False
            await unit.connection.execute(_REQUEUE, queue_id, delay)
            await unit.connection.execute(_WAKE_NEXT, tenant)
        return True

    async def _end(
        self, unit: UnitOfWork, job_id: UUID, attempt: int, state: JobState, failure: Failure | None
    ) -> bool:
        parts = _parts(failure)
        now = unit.clock.now()
        queue_id = await unit.connection.fetchval(_END, unit.tenant, job_id, attempt, state, *parts, now)
        if queue_id is None:
            return False
        await unit.connection.execute(_LEAVE_QUEUE, queue_id)
        await unit.connection.execute(_WAKE_NEXT, unit.tenant)
        return True


def _parts(failure: Failure | None) -> tuple[str | None, str | None, str | None]:
    return (failure.sentence, failure.code, failure.stack) if failure else (None, None, None)


def _failed(job_id: UUID, kind: str, attempts: int, failure: Failure) -> JobFailed:
    return JobFailed(
        subject_id=str(job_id), kind=kind, attempts=attempts, error=failure.sentence, error_code=failure.code
    )

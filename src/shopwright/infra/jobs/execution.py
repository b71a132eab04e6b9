"""One run of one job: begin, hand it to its handler with a time limit, write what came of it."""

import asyncio
import contextlib
import random
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Generic, Protocol

import structlog

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.jobs.kinds import Job, JobLost, JobProgress, JobState, JobTimedOut, JobType, job_from, job_types
from shopwright.infra.jobs.record import Failure, JobRecord
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import TenantId

_log = structlog.get_logger(__name__)
_LONGEST_STACK = 20_000
_LAST_WORDS = 10.0  # seconds a handler has to end after it was told to


class JobObserver(Protocol):
    """Is told what workers do; the metrics implement it. Must return at once and never raise."""

    def started(self, kind: str, waited: float) -> None:
        """Take note that a job begins for the first time, so many seconds after it was enqueued."""
        ...

    def finished(self, kind: str, outcome: str, seconds: float) -> None:
        """Take note of a run's outcome (a JobState, "retried", "released" or "lost") and how long it took."""
        ...


class NobodyWatches:
    """The observer of those who need none."""

    def started(self, kind: str, waited: float) -> None:
        """Take no note."""

    def finished(self, kind: str, outcome: str, seconds: float) -> None:
        """Take no note."""


class Stop(StrEnum):
    """Why a run is told to stop."""

    CANCELLED = "cancelled"
    LOST = "lost"
    SHUTDOWN = "shutdown"


class JobContext(Generic[JobType]):
    """What a handler is given: the job, its tenant, units of work, and a place to say how far it is."""

    def __init__(
        self, database: Database, record: JobRecord, tenant: TenantId, progress: JobProgress, job: JobType
    ) -> None:
        self.id = progress.id
        self.tenant = tenant
        self.attempt = progress.attempts
        self.by = progress.by
        self.job = job
        self.clock = database.clock
        self._database = database
        self._record = record

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work of the job's tenant, in the name of whoever asked for the job.

        It commits only while this run is the job's present one: while it is open no other can begin. Raises JobLost.
        """
        async with self._database.unit(self.tenant, self.by) as unit:
            await self._record.hold(unit, self.id, self.attempt)
            yield unit

    async def report(
        self,
        step: str | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
        message: str | None = None,
    ) -> None:
        """Say how far the job is; what is None stays as it was. It is seen at once, whatever becomes of the run.

        Raises JobLost.
        """
        await self._record.report(self.tenant, self.id, self.attempt, (step, done, total, message))


JobHandler = Callable[[JobContext[Any]], Awaitable[None]]
"""Does a job: `async (context: JobContext[ImportFile]) -> None`. A job may run more than once: keep steps repeatable."""


class Run:
    """A run under way."""

    def __init__(self, record: JobRecord, observer: JobObserver, tenant: TenantId, progress: JobProgress) -> None:
        self.progress = progress
        self.tenant = tenant
        self._record = record
        self._observer = observer
        self._stop: Stop | None = None
        self._work: asyncio.Task[None] | None = None

    def stop(self, why: Stop) -> None:
        """Tell the run to stop; the first reason holds."""
        if self._stop is None:
            self._stop = why
            if self._work is not None:
                self._work.cancel()

    async def execute(
        self, handler: JobHandler, context_of: "Callable[[JobProgress], JobContext[Any]]", chance: random.Random
    ) -> None:
        """Run the handler to an end of any kind and write it."""
        began = time.monotonic()
        kind = job_types[self.progress.kind]
        self._work = asyncio.create_task(_within(kind.timeout, handler, partial(context_of, self.progress)))
        if self._stop is not None:
            self._work.cancel()
        await asyncio.wait([self._work])
        outcome = await self._write(kind, chance, self._work)
        self._observer.finished(self.progress.kind, outcome, time.monotonic() - began)

    async def _write(self, kind: type[Job], chance: random.Random, work: "asyncio.Task[None]") -> str:
        error = asyncio.CancelledError() if work.cancelled() else work.exception()
        if error is None:
            return await self._end(JobState.SUCCEEDED)
        if self._stop is Stop.CANCELLED:
            return await self._end(JobState.CANCELLED)
        if self._stop is Stop.LOST or isinstance(error, JobLost):
            return "lost"
        if self._stop is Stop.SHUTDOWN:
            await self._record.put_back(self.tenant, self.progress, timedelta(0))
            return "released"
        return await self._fail(kind, error, chance)

    async def _fail(self, kind: type[Job], error: BaseException, chance: random.Random) -> str:
        reported = error if isinstance(error, Exception) else RuntimeError(f"The handler ended by {error!r}.")
        stack = "".join(traceback.format_exception(error))[-_LONGEST_STACK:]
        failure = Failure.of(reported, stack)
        repeatable = (
            not isinstance(reported, ShopwrightError) or reported.retryable or isinstance(reported, JobTimedOut)
        )
        last = not repeatable or self.progress.attempts >= self.progress.max_attempts
        _log.warning(
            "job_failed" if last else "job_to_be_retried",
            kind=self.progress.kind,
            job_id=str(self.progress.id),
            tenant_id=str(self.tenant),
            request_id=self.progress.by.request_id,
            attempt=self.progress.attempts,
            error=repr(reported),  # the stack is kept with the job
        )
        if last:
            return await self._end(JobState.FAILED, failure)
        delay = kind.backoff.delay(self.progress.attempts, chance)
        if isinstance(reported, ShopwrightError) and reported.retry_after is not None:
            delay = max(delay, timedelta(seconds=reported.retry_after))
        await self._record.put_back(self.tenant, self.progress, delay, failure)
        return "retried"

    async def _end(self, state: JobState, failure: Failure | None = None) -> str:
        return state if await self._record.end(self.tenant, self.progress, state, failure) else "lost"


async def _within(limit: timedelta, handler: JobHandler, context: Callable[[], JobContext[Any]]) -> None:
    """Run a handler for so long at most; one that will not end is left behind after its last words."""
    work = asyncio.ensure_future(handler(context()))
    try:
        done, _ = await asyncio.wait([work], timeout=limit.total_seconds())
    except asyncio.CancelledError:
        await _cancel(work)
        raise
    if not done:
        await _cancel(work)
        raise JobTimedOut(f"The job ran longer than {limit.total_seconds():g} s.", seconds=limit.total_seconds())
    await work


async def _cancel(work: "asyncio.Future[None]") -> None:
    work.cancel()
    await asyncio.wait([work], timeout=_LAST_WORDS)
    with contextlib.suppress(BaseException):
        work.exception()


def context_of(database: Database, record: JobRecord, tenant: TenantId, progress: JobProgress) -> JobContext[Any]:
    """Make what the handler of a job is given. Raises MalformedJob."""
    return JobContext(database, record, tenant, progress, job_from(progress.kind, progress.payload))

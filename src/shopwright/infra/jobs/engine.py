"""PgQueuer as we use it: in its own schema, polling, over our pool, with the outcome of jobs left to us.

It picks jobs by priority, keeps their heartbeats and hands those of a silent worker to another. What becomes of a job is
written by `execution` with the job's own row in one transaction; PgQueuer's own bookkeeping of outcomes is off.
"""

import asyncio
from datetime import timedelta
from typing import Any, Self

import asyncpg
import structlog
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain import models, types
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver, NotifyCallback

from shopwright.infra.db import UnitOfWork

_log = structlog.get_logger(__name__)
_AFTER_LOSS = 1.0
_LOSSES = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)

# Every name is given: PgQueuer reads those that are not from bare names of the environment.
SETTINGS = DBSettings(
    prefix="",
    db_schema="jobs",
    channel=types.Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
)


class EngineQueries(Queries):
    """PgQueuer's statements, without those that would decide what becomes of a job."""

    def __init__(self, driver: Driver) -> None:
        super().__init__(
            driver,
            qbe=QueryBuilderEnvironment(SETTINGS),
            qbq=QueryQueueBuilder(SETTINGS),
            qbs=QuerySchedulerBuilder(SETTINGS),
        )

    async def log_jobs(
        self, job_status: list[tuple[models.Job, types.JOB_STATUS, models.TracebackRecord | None]]
    ) -> None:
        """Leave the queue as it is: the execution has taken the job out of it, or means it to stay."""

    async def retry_job(
        self, job: models.Job, delay: timedelta, traceback_record: models.TracebackRecord | None
    ) -> None:
        """Leave the queue as it is, like `log_jobs`."""


class _Loopback(Driver):
    """What both drivers share: notices stay within the object, so that no connection has to listen."""

    def __init__(self) -> None:
        self._shutdown = asyncio.Event()
        self._tasks = TaskManager()
        self._heard: dict[str, list[NotifyCallback]] = {}

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Register a callback for notices of this object."""
        self._heard.setdefault(channel, []).append(callback)

    async def notify(self, channel: str, payload: str) -> None:
        """Hand a notice to the callbacks of this object."""
        for callback in self._heard.get(channel, ()):
            callback(payload)

    @property
    def shutdown(self) -> asyncio.Event:
        """Set when the driver is to be used no more."""
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        """The driver's own tasks: there are none."""
        return self._tasks

    async def __aenter__(self) -> Self:
        """Open nothing: the connections are others'."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""


class UnitDriver(_Loopback):
    """Runs PgQueuer's statements in a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__()
        self._connection = unit.connection

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows of a statement."""
        return [dict(row) for row in await self._connection.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        return await self._connection.execute(query, *args)


class PoolDriver(_Loopback):
    """Runs PgQueuer's statements on the pool, waiting for a database that is away instead of giving up."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        super().__init__()
        self._pool = pool

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows of a statement; it may run twice, which PgQueuer's statements bear."""
        while True:
            try:
                return [dict(row) for row in await self._pool.fetch(query, *args)]
            except _LOSSES as error:
                await self._wait(error)

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement; it may run twice, which PgQueuer's statements bear."""
        while True:
            try:
                return await self._pool.execute(query, *args)
            except _LOSSES as error:
                await self._wait(error)

    async def _wait(self, error: Exception) -> None:
        if self._shutdown.is_set():
            raise error
        _log.warning("job_queue_out_of_reach", error=repr(error))
        await asyncio.sleep(_AFTER_LOSS)

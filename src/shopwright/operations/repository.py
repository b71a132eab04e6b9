"""Queues and schedules in the database. Every statement names the tenant, or counts over all for operators."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from shopwright.infra.db import UnitOfWork
from shopwright.operations.domain import ConsumerLine, JobLine, Loop

_FAILED_WITHIN: Final = timedelta(days=1)

_JOBS: Final = """
select kind, count(*) filter (where state = 'queued')::integer as queued,
       count(*) filter (where state = 'running')::integer as running,
       min(coalesce(started_at, created_at)) as oldest
  from job_progress where tenant_id = $1 and state in ('queued', 'running') group by kind order by kind
"""
_ALL_JOBS: Final = """
select kind, coalesce(sum(jobs) filter (where state = 'queued'), 0)::integer as queued,
       coalesce(sum(jobs) filter (where state = 'running'), 0)::integer as running, min(since) as oldest
  from jobs_counted() group by kind order by kind
"""
_DELIVERIES: Final = """
select consumer, count(*) filter (where state = 'retry')::integer as retrying,
       count(*) filter (where state = 'parked')::integer as parked
  from delivery where tenant_id = $1 and state in ('retry', 'parked') group by consumer order by consumer
"""
_ALL_DELIVERIES: Final = """
select consumer, coalesce(sum(entries) filter (where state = 'retry'), 0)::integer as retrying,
       coalesce(sum(entries) filter (where state = 'parked'), 0)::integer as parked
  from deliveries_counted() group by consumer order by consumer
"""
_LOOPS: Final = """
select s.entrypoint as name, s.expression as cron, s.last_run as last_fired, s.next_run as next_due, j.state as job_state,
       j.started_at as job_started, j.finished_at as job_finished, j.error as job_error
  from jobs.pgqueuer_schedules s
  left join lateral (
    select state, started_at, finished_at, error from job_progress
     where tenant_id = $1 and key = 'schedule:' || s.entrypoint order by id desc limit 1) j on true
 order by s.entrypoint
"""


class OperationsRepository:
    """The questions about what runs and waits."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def jobs(self, *, of_all: bool) -> list[JobLine]:
        """Count open jobs by kind."""
        rows = await self._rows(_ALL_JOBS, _JOBS, of_all=of_all)
        return [JobLine(**row) for row in rows]

    async def deliveries(self, *, of_all: bool) -> list[ConsumerLine]:
        """Count failed deliveries by consumer."""
        rows = await self._rows(_ALL_DELIVERIES, _DELIVERIES, of_all=of_all)
        return [ConsumerLine(**row) for row in rows]

    async def failed_jobs(self, now: datetime) -> int:
        """Count the tenant's jobs that failed within a day."""
        found: int = await self._unit.connection.fetchval(
            "select count(*) from job_progress where tenant_id = $1 and state = 'failed' and finished_at > $2",
            self._unit.tenant,
            now - _FAILED_WITHIN,
        )
        return found

    async def loops(self) -> list[Loop]:
        """Return every schedule with the tenant's own last job of it."""
        return [Loop(**row) for row in await self._unit.connection.fetch(_LOOPS, self._unit.tenant)]

    async def make_months(self, today: date, ahead: int) -> None:
        """Make the partitions of the month of a day and of so many after it, of every table that is cut by month."""
        await self._unit.connection.execute(
            """select ensure_month(parent::regclass, (date_trunc('month', $1::date) + months * interval '1 month')::date)
                 from unnest(array['journal', 'order_line', 'price_point', 'offer_point']) as parent
                 cross join generate_series(0, $2::integer) as months""",
            today,
            ahead,
        )

    async def _rows(self, all_statement: str, own_statement: str, *, of_all: bool) -> list[Any]:
        if of_all:
            return await self._unit.connection.fetch(all_statement)
        return await self._unit.connection.fetch(own_statement, self._unit.tenant)

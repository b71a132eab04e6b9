"""What runs by the clock: one line a schedule in the program's wiring, fired by one worker of all.

Firing enqueues and does nothing else. For a schedule of every tenant one job is enqueued that enqueues the others,
so that it is repeated when something fails in between.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter  # type: ignore[import-untyped]

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import Database
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

Tenants = Callable[[], Awaitable[Sequence[TenantId]]]
"""Lists the tenants that schedules run for: `async () -> [tenant, ...]`."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job by the clock. `cron` has five fields, or six with seconds, in UTC.

    A run that comes while the one before is open is left out. Raises ValueError for a malformed `cron`.
    """

    name: str
    cron: str
    job: Callable[[], Job]
    per_tenant: bool = False

    def __post_init__(self) -> None:
        if not croniter.is_valid(self.cron):
            raise ValueError(f"{self.name}: {self.cron!r} is no cron expression")

    @property
    def key(self) -> str:
        """Under which its jobs are open, one at a time: for who enters one out of turn."""
        return f"schedule:{self.name}"


@dataclass(frozen=True, kw_only=True)
class RunForTenants(
    Job,
    kind="jobs.run_for_tenants",
    priority=10,
    max_attempts=20,
    backoff=Backoff(longest=60),
    timeout=timedelta(hours=1),
):
    """Enqueue a schedule's job for every tenant."""

    schedule: str


# Of a schedule that waits longer than its cron expression says, the clock was set back since it was last fired.
_BRING_FORWARD = """
update jobs.pgqueuer_schedules s set next_run = now() + w.delay
  from unnest($1::text[], $2::text[], $3::interval[]) as w(name, cron, delay)
 where s.entrypoint = w.name and s.expression = w.cron and s.next_run > now() + w.delay + interval '5 seconds'
"""


class Clockwork:
    """Fires schedules."""

    def __init__(self, database: Database, queue: JobQueue, schedules: Sequence[Schedule], tenants: Tenants) -> None:
        self.schedules = tuple(schedules)
        self._database = database
        self._queue = queue
        # People's own jobs must find room while a schedule fills the queue.
        self._half_of_queue = JobQueue(max(queue.limit // 2, 1))
        self._tenants = tenants
        self._by_name = {schedule.name: schedule for schedule in schedules}
        if len(self._by_name) != len(self.schedules):
            raise ValueError("two schedules have one name")

    @property
    def handlers(self) -> dict[type[Job], JobHandler]:
        """The handler of the clockwork's own job."""
        return {RunForTenants: self._run_for_tenants}

    async def fire(self, schedule: Schedule) -> None:
        """Enqueue the job of a schedule, or the one that enqueues it for every tenant."""
        job = RunForTenants(schedule=schedule.name) if schedule.per_tenant else schedule.job()
        async with self._database.unit(SYSTEM_TENANT) as unit:
            await self._queue.enter(unit, job, job.payload(), key=schedule.key)

    async def bring_forward(self) -> None:
        """Let schedules whose next time lies beyond their cron expression's come at that: a clock was set back."""
        async with self._database.unit(SYSTEM_TENANT) as unit:
            now = unit.clock.now()
            delays = [croniter(schedule.cron, now).get_next(datetime) - now for schedule in self.schedules]
            names, crons = [s.name for s in self.schedules], [s.cron for s in self.schedules]
            await unit.connection.execute(_BRING_FORWARD, names, crons, delays)

    async def _run_for_tenants(self, context: JobContext[RunForTenants]) -> None:
        schedule = self._by_name.get(context.job.schedule)
        if schedule is None:
            return  # it was taken out of the program since
        tenants = await self._tenants()
        for number, tenant in enumerate(tenants, start=1):
            async with self._database.unit(tenant) as unit:
                await self._half_of_queue.enqueue(unit, schedule.job(), key=schedule.key)
            if number % 100 == 0 or number == len(tenants):
                await context.report("enqueuing", done=number, total=len(tenants))

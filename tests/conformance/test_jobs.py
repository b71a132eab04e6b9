"""What background work holds, whatever happens to jobs, handlers, workers and connections."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from shopwright.infra.db import Database
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job, JobFailed, JobLost, JobState
from shopwright.infra.jobs.schedules import Schedule
from shopwright.infra.jobs.service import JobService
from shopwright.infra.journal.entries import from_row
from shopwright.kit.errors import Invalid, Unavailable
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_id, new_tenant_id
from shopwright.kit.time import SystemClock
from tests.conformance.errands import QUEUE, Errand, ErrandRun, effects, errand, look, send, until, worker
from tests.conformance.stations import eventually

ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


@pytest.fixture
async def shop(app_dsn: str) -> AsyncIterator[Database]:
    """The database as those who enqueue see it, by the machine's clock."""
    opened = await Database.open(app_dsn, SystemClock(), max_size=3)
    yield opened
    await opened.close()


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


async def test_a_job_runs_in_the_name_of_who_asked_and_shows_its_progress(
    app_dsn: str, shop: Database, tenant: TenantId
) -> None:
    kind = errand()
    seen: list[Any] = []

    async def run(context: JobContext[Errand]) -> None:
        await context.report("looking", done=1, total=3, message="behind the shelf")
        seen.append(await look(shop, tenant, context.id))
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id=str(context.job.number)))
            seen.append((unit.tenant, unit.by))
        await context.report(done=3)

    by = Provenance(ActorKind.PERSON, new_id(tenant, shop.clock.now()), "r-1", "t-1")
    async with worker(app_dsn, {kind: run}):
        async with shop.unit(tenant, by) as unit:
            job_id = await QUEUE.enqueue(unit, kind(number=7))
        done = await until(shop, tenant, job_id, *ENDED)
    assert (done.state, done.attempts, done.error, done.done, done.total) == (JobState.SUCCEEDED, 1, None, 3, 3)
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.created_at <= done.started_at <= done.finished_at
    midway, (owner, cause) = seen
    assert (midway.state, midway.step, midway.done, midway.total) == (JobState.RUNNING, "looking", 1, 3)
    assert (owner, cause) == (tenant, by)


async def test_a_job_that_is_put_off_runs_later(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, crowd = errand(), Crowd(0)
    async with worker(app_dsn, {kind: crowd.run}):
        async with shop.unit(tenant) as unit:
            later = await QUEUE.enqueue(unit, kind(number=2), after=timedelta(seconds=1))
            await QUEUE.enqueue(unit, kind(number=1))
        done = await until(shop, tenant, later, *ENDED)
    assert crowd.order == [1, 2]
    assert done.started_at is not None
    assert done.started_at - done.created_at >= timedelta(seconds=1)


async def test_the_more_urgent_runs_first(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    crowd = Crowd(0.01)
    low, high = errand(priority=1), errand(priority=9)
    ids = await send(shop, tenant, low(number=1), low(number=2), high(number=3), high(number=4))
    async with worker(app_dsn, {low: crowd.run, high: crowd.run}, concurrency=1):
        for job_id in ids:
            await until(shop, tenant, job_id, JobState.SUCCEEDED)
    assert crowd.order == [3, 4, 1, 2]


async def test_a_worker_runs_as_many_as_it_may(app_dsn: str, shop: Database) -> None:
    kind, crowd = errand(), Crowd()
    sent = [(tenant, (await send(shop, tenant, kind()))[0]) for tenant in (new_tenant_id() for _ in range(10))]
    async with worker(app_dsn, {kind: crowd.run}, concurrency=3):
        for tenant, job_id in sent:
            await until(shop, tenant, job_id, JobState.SUCCEEDED)
    assert crowd.most_of_all == 3


async def test_a_tenant_runs_as_many_as_it_may_in_all_workers_and_holds_up_no_other(
    app_dsn: str, shop: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    kind, crowd = errand(), Crowd()
    many = await send(shop, tenant, *[kind(number=n) for n in range(12)])
    async with (
        worker(app_dsn, {kind: crowd.run}, tenant_concurrency=2),
        worker(app_dsn, {kind: crowd.run}, tenant_concurrency=2),
    ):
        (other,) = await send(shop, other_tenant, kind())
        await until(shop, other_tenant, other, JobState.SUCCEEDED)
        assert len(crowd.order) < 12
        began = time.monotonic()
        for job_id in many:
            await until(shop, tenant, job_id, JobState.SUCCEEDED)
    assert crowd.most[tenant] == 2
    assert time.monotonic() - began < 10  # those that waited were woken, not found by chance
    assert sorted(crowd.order) == sorted([0, *range(12)])


@pytest.mark.property_test(45, 63)
async def test_a_failure_is_retried_and_the_last_one_is_kept_with_its_stack(
    app_dsn: str, shop: Database, tenant: TenantId
) -> None:
    kind, runs = errand(), []

    async def fail(context: JobContext[Errand]) -> None:
        runs.append((context.job.number, context.attempt))
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id="1", by=f"{context.job.number}"))
            if context.job.number == 1 or context.attempt < 2:
                raise ValueError("a secret detail")

    async with worker(app_dsn, {kind: fail}):
        hopeless, hard = await send(shop, tenant, kind(number=1), kind(number=2))
        failed = await until(shop, tenant, hopeless, *ENDED)
        passed = await until(shop, tenant, hard, *ENDED)
        assert (failed.state, failed.attempts, failed.error_code) == (JobState.FAILED, 3, "error")
        assert passed.state is JobState.SUCCEEDED
        assert passed.attempts == 2
        assert failed.error is not None
        assert "secret" not in failed.error
        assert failed.stack is not None
        assert "ValueError: a secret detail" in failed.stack
        assert "in fail" in failed.stack
        assert sorted(runs) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]
        assert await effects(shop, tenant) == ["2"]
        async with shop.unit(tenant) as unit:
            row = await unit.connection.fetchrow(
                "select * from journal where tenant_id = $1 and name = 'jobs.job_failed'", tenant
            )
            told = from_row(row).event()
            assert isinstance(told, JobFailed)
            assert (told.subject_id, told.attempts) == (str(hopeless), 3)
            await JobService(unit, QUEUE).retry_job(hopeless)
        again = await until(shop, tenant, hopeless, *ENDED)
        assert (again.state, again.attempts) == (JobState.FAILED, 6)


async def test_an_error_that_no_repetition_cures_fails_at_once(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind = errand()

    async def fail(context: JobContext[Errand]) -> None:
        if context.job.number == 1:
            raise Invalid("The file has no header.")
        raise Unavailable("The shop does not answer.", retry_after=0.5)

    async with worker(app_dsn, {kind: fail}):
        wrong, away = await send(shop, tenant, kind(number=1), kind(number=2))
        failed = await until(shop, tenant, wrong, *ENDED)
        assert (failed.attempts, failed.error, failed.error_code) == (1, "The file has no header.", "invalid")
        failed = await until(shop, tenant, away, *ENDED)
        assert (failed.attempts, failed.error_code) == (3, "unavailable")
        assert failed.finished_at is not None
        assert failed.started_at is not None
        assert failed.finished_at - failed.started_at >= timedelta(seconds=1)  # twice as long as Retry-After said


async def test_a_job_that_takes_too_long_is_ended(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind = errand(timeout=timedelta(seconds=0.2), max_attempts=2)

    async def hang(context: JobContext[Errand]) -> None:
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id="1"))
            await asyncio.sleep(60)

    async with worker(app_dsn, {kind: hang}):
        (job_id,) = await send(shop, tenant, kind())
        failed = await until(shop, tenant, job_id, *ENDED)
    assert (failed.state, failed.attempts, failed.error_code) == (JobState.FAILED, 2, "job_timed_out")
    assert await effects(shop, tenant) == []


async def test_a_running_job_is_cancelled_and_leaves_nothing(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, begun = errand(), asyncio.Event()

    async def hang(context: JobContext[Errand]) -> None:
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id="1"))
            begun.set()
            await asyncio.sleep(60)

    async with worker(app_dsn, {kind: hang}):
        (job_id,) = await send(shop, tenant, kind())
        await asyncio.wait_for(begun.wait(), 10)
        async with shop.unit(tenant) as unit:
            asked = await JobService(unit, QUEUE).cancel_job(job_id)
        assert (asked.state, asked.cancel_requested_at is not None) == (JobState.RUNNING, True)
        cancelled = await until(shop, tenant, job_id, *ENDED)
    assert (cancelled.state, cancelled.attempts) == (JobState.CANCELLED, 1)
    assert await effects(shop, tenant) == []
    assert await _places(shop, kind) == 0


async def _places(shop: Database, kind: type[Errand]) -> int:
    async with shop.unit(SYSTEM_TENANT) as unit:
        count: int = await unit.connection.fetchval(
            "select count(*) from jobs.pgqueuer where entrypoint = $1", kind.kind
        )
    return count


@pytest.mark.slow
async def test_the_job_of_a_killed_worker_is_taken_over(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    async def run(context: JobContext[Errand]) -> None:
        async with context.unit() as unit:
            unit.publish(ErrandRun(subject_id=str(context.id), by="the living"))

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.conformance.errands", app_dsn),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        (job_id,) = await send(shop, tenant, Errand())
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"running\n"
        async with worker(app_dsn, {Errand: run}):
            await asyncio.sleep(1.5)  # as long as it lives, nobody takes its job
            assert (await look(shop, tenant, job_id)).attempts == 1
            process.send_signal(signal.SIGKILL)
            await process.wait()
            died = time.monotonic()
            done = await until(shop, tenant, job_id, *ENDED)
            assert time.monotonic() - died < 5
        assert (done.state, done.attempts) == (JobState.SUCCEEDED, 2)
        assert await effects(shop, tenant) == ["the living"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_job_that_kills_its_workers_is_given_up(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, crowd = errand(max_attempts=2), Crowd()
    (job_id,) = await send(shop, tenant, kind())
    async with shop.unit(tenant) as unit:  # as two dead workers leave it
        await unit.connection.execute(
            "update job_progress set state = 'running', attempts = 2 where tenant_id = $1 and id = $2", tenant, job_id
        )
        await unit.connection.execute(
            "update jobs.pgqueuer set status = 'picked', heartbeat = now() - interval '1 hour' where entrypoint = $1",
            kind.kind,
        )
    async with worker(app_dsn, {kind: crowd.run}):
        failed = await until(shop, tenant, job_id, *ENDED)
    assert (failed.state, failed.error_code, crowd.order) == (JobState.FAILED, "job_abandoned", [])


async def test_a_run_that_lost_its_job_can_write_nothing(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, released = errand(), asyncio.Event()
    lost: list[Exception] = []

    async def stall(context: JobContext[Errand]) -> None:
        await released.wait()
        for deed in (_publish(context, "the slow"), context.report("still here")):
            try:
                await deed
            except JobLost as error:
                lost.append(error)
        await asyncio.sleep(60)

    async def run(context: JobContext[Errand]) -> None:
        await _publish(context, "the quick")
        released.set()
        await eventually(_is(lambda: len(lost) == 2))

    # The first worker's heartbeats are too rare for the second, as if it were stalled; nor does it look up.
    minute = timedelta(seconds=60)
    async with worker(app_dsn, {kind: stall}, takeover=minute, watch=minute):
        (job_id,) = await send(shop, tenant, kind())
        await until(shop, tenant, job_id, JobState.RUNNING)
        async with worker(app_dsn, {kind: run}):
            done = await until(shop, tenant, job_id, *ENDED)
    assert (done.state, done.attempts, done.step) == (JobState.SUCCEEDED, 2, None)
    assert await effects(shop, tenant) == ["the quick"]


async def _publish(context: JobContext[Errand], by: str) -> None:
    async with context.unit() as unit:
        unit.publish(ErrandRun(subject_id=str(context.id), by=by))


def _is(condition: Any) -> Any:
    async def ask() -> bool:
        return bool(condition())

    return ask


async def test_nobody_takes_a_job_while_its_run_has_a_unit_open(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind = errand()

    async def write_slowly(context: JobContext[Errand]) -> None:
        async with context.unit() as unit:
            await asyncio.sleep(2.5)
            unit.publish(ErrandRun(subject_id=str(context.id), by=f"attempt {context.attempt}"))

    async def refuse(context: JobContext[Errand]) -> None:
        await _publish(context, f"other, attempt {context.attempt}")

    minute = timedelta(seconds=60)
    async with worker(app_dsn, {kind: write_slowly}, takeover=minute, watch=minute):
        (job_id,) = await send(shop, tenant, kind())
        await until(shop, tenant, job_id, JobState.RUNNING)
        async with worker(app_dsn, {kind: refuse}):
            await asyncio.sleep(2)
            assert (await look(shop, tenant, job_id)).attempts == 1
            await until(shop, tenant, job_id, *ENDED)
    # The unit that was open came to its end before another run could begin.
    assert (await effects(shop, tenant))[0] == "attempt 1"


async def test_a_worker_that_ends_puts_its_jobs_back(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, crowd = errand(max_attempts=1), Crowd(60)
    (job_id,) = await send(shop, tenant, kind())
    async with worker(app_dsn, {kind: crowd.run}):
        await until(shop, tenant, job_id, JobState.RUNNING)
    assert (await look(shop, tenant, job_id)).state is JobState.QUEUED
    crowd.seconds = 0
    async with worker(app_dsn, {kind: crowd.run}, takeover=timedelta(hours=1)):
        done = await until(shop, tenant, job_id, *ENDED)
    assert (done.state, done.attempts, done.max_attempts) == (JobState.SUCCEEDED, 2, 2)


async def test_a_worker_that_ends_lets_its_jobs_finish_for_a_while(
    app_dsn: str, shop: Database, tenant: TenantId
) -> None:
    kind, crowd = errand(), Crowd(0.5)
    (job_id,) = await send(shop, tenant, kind())
    async with worker(app_dsn, {kind: crowd.run}, grace=timedelta(seconds=10)):
        await until(shop, tenant, job_id, JobState.RUNNING)
    assert (await look(shop, tenant, job_id)).state is JobState.SUCCEEDED


async def test_a_worker_goes_on_after_its_connections_were_lost(
    app_dsn: str, server: tuple[str, str], shop: Database, tenant: TenantId
) -> None:
    kind, crowd = errand(), Crowd(0)
    async with worker(app_dsn, {kind: crowd.run}) as database:
        (first,) = await send(shop, tenant, kind(number=1))
        await until(shop, tenant, first, JobState.SUCCEEDED)
        pool: Any = database.pool
        pids = [holder._con.get_server_pid() for holder in pool._holders if holder._con is not None]
        assert pids
        admin = await asyncpg.connect(server[0])
        try:
            await admin.execute("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", pids)
        finally:
            await admin.close()
        (second,) = await send(shop, tenant, kind(number=2))
        await until(shop, tenant, second, JobState.SUCCEEDED)
    assert crowd.order == [1, 2]


async def test_a_job_that_fell_out_of_the_queue_is_put_back(app_dsn: str, shop: Database, tenant: TenantId) -> None:
    kind, crowd = errand(), Crowd(0)
    (job_id,) = await send(shop, tenant, kind())
    async with shop.unit(tenant) as unit:
        await unit.connection.execute("delete from jobs.pgqueuer where entrypoint = $1", kind.kind)
    async with worker(app_dsn, {kind: crowd.run}):
        await until(shop, tenant, job_id, JobState.SUCCEEDED)
    assert crowd.order == [0]


@pytest.mark.slow
async def test_schedules_run_by_the_clock_for_the_program_and_for_every_tenant(
    app_dsn: str, tenant: TenantId, other_tenant: TenantId
) -> None:
    overall, each = errand(), errand()
    crowd = Crowd(0)

    async def tenants() -> list[TenantId]:
        return [tenant, other_tenant]

    seen: list[tuple[str, TenantId]] = []

    async def note(context: JobContext[Errand]) -> None:
        seen.append((context.job.kind, context.tenant))
        await crowd.run(context)

    schedules = [
        Schedule(f"overall-{overall.kind}", "* * * * * *", overall),
        Schedule(f"each-{each.kind}", "* * * * * *", each, per_tenant=True),
    ]
    expected = {(overall.kind, SYSTEM_TENANT), (each.kind, tenant), (each.kind, other_tenant)}
    handlers: dict[type[Job], JobHandler] = {overall: note, each: note}
    async with worker(app_dsn, handlers, schedules, tenants), worker(app_dsn, handlers, schedules, tenants):
        await eventually(_is(lambda: set(seen) == expected and min(Counter(seen).values()) >= 2))
    assert set(seen) == expected


async def test_a_schedule_leaves_out_what_is_still_running(app_dsn: str, shop: Database) -> None:
    kind, crowd = errand(), Crowd(2.5)
    async with worker(app_dsn, {kind: crowd.run}, [Schedule(f"slow-{kind.kind}", "* * * * * *", kind)]):
        await eventually(_is(lambda: len(crowd.order) == 2))
        async with shop.unit(SYSTEM_TENANT) as unit:
            jobs = (await JobService(unit, QUEUE).list_jobs(kinds=[kind.kind])).items
    assert crowd.most_of_all == 1
    assert len([job for job in jobs if job.state.is_open]) == 1

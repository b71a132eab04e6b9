"""What background work holds, whatever happens to jobs, handlers, workers and connections."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from shopwright.infra.db import Database
from shopwright.infra.jobs.execution import JobContext
from shopwright.infra.jobs.kinds import JobFailed, JobState
from shopwright.infra.jobs.service import JobService
from shopwright.infra.journal.entries import from_row
from shopwright.kit.errors import Invalid, Unavailable
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_id, new_tenant_id
from tests.conformance.errands import ENDED, QUEUE, Crowd, Errand, ErrandRun, effects, errand, look, send, until, worker


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
    # The moments come from two clocks, the program's and the database's, a few milliseconds apart.
    assert done.started_at - done.created_at >= timedelta(seconds=0.95)


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

"""What holds when workers die, stall, end or lose their connections, and when the clock strikes."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from shopwright.infra.db import Database
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job, JobLost, JobState
from shopwright.infra.jobs.record import JobRecord
from shopwright.infra.jobs.schedules import Schedule
from shopwright.infra.jobs.service import JobService
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from tests.conformance.errands import ENDED, QUEUE, Crowd, Errand, ErrandRun, effects, errand, look, send, until, worker
from tests.conformance.stations import eventually


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


async def test_the_job_of_a_dead_worker_is_taken_over_though_the_clock_was_set_back(
    app_dsn: str, shop: Database, tenant: TenantId
) -> None:
    kind, crowd = errand(), Crowd()
    (job_id,) = await send(shop, tenant, kind())
    async with shop.unit(tenant) as unit:  # as a worker leaves it that died at a time which is yet to come
        await unit.connection.execute(
            "update job_progress set state = 'running', attempts = 1 where tenant_id = $1 and id = $2", tenant, job_id
        )
        await unit.connection.execute(
            "update jobs.pgqueuer set status = 'picked', heartbeat = now() + interval '1 day' where entrypoint = $1",
            kind.kind,
        )
    async with worker(app_dsn, {kind: crowd.run}):
        done = await until(shop, tenant, job_id, *ENDED)
    assert (done.state, done.attempts) == (JobState.SUCCEEDED, 2)


async def test_a_schedule_comes_in_time_though_the_clock_was_set_back(app_dsn: str, shop: Database) -> None:
    kind, crowd = errand(), Crowd(0)
    schedule = Schedule(f"often-{kind.kind}", "* * * * * *", kind)
    async with worker(app_dsn, {kind: crowd.run}, [schedule]):
        await eventually(_is(lambda: crowd.order))
        async with shop.unit(SYSTEM_TENANT) as unit:
            await unit.connection.execute(
                "update jobs.pgqueuer_schedules set next_run = now() + interval '1 day' where entrypoint = $1",
                schedule.name,
            )
        fired = len(crowd.order)
        await eventually(_is(lambda: len(crowd.order) > fired + 1))


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


@pytest.mark.parametrize("delay", [0.0, 0.5])
async def test_a_worker_that_ends_hands_back_what_it_had_picked_only(
    app_dsn: str, shop: Database, tenant: TenantId, delay: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_back = JobRecord.hand_back

    async def hand_back_late(record: JobRecord, number: int) -> None:
        await asyncio.sleep(delay)  # a busy database
        await hand_back(record, number)

    monkeypatch.setattr(JobRecord, "hand_back", hand_back_late)
    kind, crowd = errand(), Crowd(60)
    ids = await send(shop, tenant, kind(number=1), kind(number=2))
    async with worker(app_dsn, {kind: crowd.run}, concurrency=1):
        await eventually(_is(lambda: crowd.order == [1]))
        await asyncio.sleep(0.3)
    crowd.seconds = 0
    async with worker(app_dsn, {kind: crowd.run}, takeover=timedelta(hours=1)):
        for job_id in ids:
            await until(shop, tenant, job_id, JobState.SUCCEEDED)
    assert sorted(crowd.order) == [1, 1, 2]


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

"""The way into the queue, and what people do with jobs, without a worker."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from shopwright.infra.db import Database
from shopwright.infra.jobs.engine import SETTINGS
from shopwright.infra.jobs.kinds import (
    Job,
    JobCancelled,
    JobHasEnded,
    JobNotFound,
    JobNotRepeatable,
    JobRetried,
    JobState,
    MalformedJob,
    QueueFull,
    job_from,
)
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.schedules import Schedule
from shopwright.infra.jobs.service import JobService, count_jobs
from shopwright.infra.migrations import FOLDER
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import TenantId, is_foreign, new_id
from shopwright.kit.time import FixedClock


@dataclass(frozen=True, kw_only=True)
class Polish(Job, kind="test.polish", priority=5, max_attempts=2):
    """Never run: no worker of these tests knows it."""

    table: UUID
    coats: tuple[int, ...] = (1,)


QUEUE = JobQueue(100_000)


def polish() -> Polish:
    return Polish(table=uuid4())


async def in_queue(database: Database, tenant: TenantId) -> int:
    async with database.unit(tenant) as unit:
        count: int = await unit.connection.fetchval(
            "select count(*) from jobs.pgqueuer q join job_progress p on p.queue_id = q.id where p.tenant_id = $1",
            tenant,
        )
    return count


async def test_a_job_is_entered_with_its_cause(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    by = Provenance(ActorKind.PERSON, new_id(tenant, clock.now()), "r-1", "t-1")
    job = polish()
    async with database.unit(tenant, by) as unit:
        job_id = await QUEUE.enqueue(unit, job)
        found = await JobService(unit, QUEUE).get_job(job_id)
    assert not is_foreign(str(job_id), tenant)
    assert (found.state, found.kind, found.priority, found.attempts, found.max_attempts) == (
        JobState.QUEUED,
        "test.polish",
        5,
        0,
        2,
    )
    assert job_from(found.kind, found.payload) == job
    assert (found.by, found.created_at) == (by, clock.now())


async def test_a_job_of_a_unit_that_fails_was_never_there(database: Database, tenant: TenantId) -> None:
    with pytest.raises(RuntimeError):
        async with database.unit(tenant) as unit:
            await QUEUE.enqueue(unit, polish())
            raise RuntimeError
    assert await in_queue(database, tenant) == 0
    async with database.unit(tenant) as unit:
        assert (await JobService(unit, QUEUE).list_jobs()).items == []


async def test_one_key_has_one_open_job(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        first = await QUEUE.enqueue(unit, polish(), key="shine")
        assert await QUEUE.enqueue(unit, polish(), key="shine") == first
        assert await QUEUE.enqueue(unit, polish(), key="other") != first
    async with database.unit(other_tenant) as unit:
        assert await QUEUE.enqueue(unit, polish(), key="shine") != first
    async with database.unit(tenant) as unit:
        await JobService(unit, QUEUE).cancel_job(first)
        assert await QUEUE.enqueue(unit, polish(), key="shine") != first


async def test_two_at_once_with_one_key_get_one_job(database: Database, tenant: TenantId) -> None:
    async def enqueue() -> UUID:
        async with database.unit(tenant) as unit:
            return await QUEUE.enqueue(unit, polish(), key="shine")

    assert len(set(await asyncio.gather(*(enqueue() for _ in range(4))))) == 1
    assert await in_queue(database, tenant) == 1


async def test_a_full_queue_refuses_and_says_when_to_come_back(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        kept = await QUEUE.enqueue(unit, polish(), key="kept")
    full = JobQueue(1)
    with pytest.raises(QueueFull) as refused:
        async with database.unit(tenant) as unit:
            await full.enqueue(unit, polish())
    assert (refused.value.status, refused.value.details) == (429, {"limit": 1})
    assert refused.value.retry_after is not None
    assert await in_queue(database, tenant) == 1
    async with database.unit(tenant) as unit:
        assert await full.enqueue(unit, polish(), key="kept") == kept


async def test_a_job_that_does_not_fit_its_class_is_refused(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        with pytest.raises(MalformedJob, match=r"not a test\.polish"):
            await QUEUE.enqueue(unit, Polish(table="no id"))  # type: ignore[arg-type]
        with pytest.raises(MalformedJob, match="8192 bytes"):
            await QUEUE.enqueue(unit, Polish(table=uuid4(), coats=tuple(range(3_000))))
        with pytest.raises(MalformedJob, match="No job is called"):
            job_from("test.unheard_of", {})
    assert await in_queue(database, tenant) == 0


async def test_a_queued_job_is_cancelled_at_once_and_can_be_tried_again(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        job_id = await QUEUE.enqueue(unit, polish())
    async with database.unit(tenant) as unit:
        cancelled = await JobService(unit, QUEUE).cancel_job(job_id)
        assert isinstance(unit.events[0], JobCancelled)
    assert cancelled.state is JobState.CANCELLED
    assert cancelled.finished_at is not None
    assert await in_queue(database, tenant) == 0
    async with database.unit(tenant) as unit:
        service = JobService(unit, QUEUE)
        with pytest.raises(JobHasEnded):
            await service.cancel_job(job_id)
        again = await service.retry_job(job_id)
        assert isinstance(unit.events[-1], JobRetried)
        assert (again.state, again.finished_at, again.cancel_requested_at) == (JobState.QUEUED, None, None)
        with pytest.raises(JobNotRepeatable):
            await service.retry_job(job_id)
    assert await in_queue(database, tenant) == 1


@pytest.mark.property_test(82)
async def test_another_tenant_neither_sees_nor_touches_a_job(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with database.unit(tenant) as unit:
        job_id = await QUEUE.enqueue(unit, polish())
    async with database.unit(other_tenant) as unit:
        service = JobService(unit, QUEUE)
        assert (await service.list_jobs()).items == []
        for deed in (service.get_job, service.cancel_job, service.retry_job):
            with pytest.raises(JobNotFound):
                await deed(job_id)
    assert await in_queue(database, tenant) == 1


async def test_what_the_engine_stores_names_ids_and_nothing_else(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        job_id = await QUEUE.enqueue(unit, polish())
        stored = await unit.connection.fetchval(
            "select convert_from(payload, 'UTF8')::jsonb from jobs.pgqueuer where id = "
            "(select queue_id from job_progress where tenant_id = $1 and id = $2)",
            tenant,
            job_id,
        )
    assert stored == {"tenant": str(tenant), "id": str(job_id)}


async def test_lists_are_filtered_and_paged_newest_first(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    ids = []
    for _ in range(5):
        clock.advance(timedelta(seconds=1))
        async with database.unit(tenant) as unit:
            ids.append(await QUEUE.enqueue(unit, polish()))
    async with database.unit(tenant) as unit:
        service = JobService(unit, QUEUE)
        await service.cancel_job(ids[0])
        first = await service.list_jobs(limit=3)
        second = await service.list_jobs(limit=3, cursor=first.next_cursor)
        assert [job.id for job in [*first.items, *second.items]] == ids[::-1]
        assert second.next_cursor is None
        assert [job.id for job in (await service.list_jobs(states=[JobState.CANCELLED])).items] == ids[:1]
        assert (await service.list_jobs(kinds=["test.other"])).items == []
        counts = {(count.kind, count.state): count.jobs for count in await count_jobs(unit)}
        assert counts["test.polish", JobState.QUEUED] >= 4


async def test_the_migration_holds_the_text_of_the_installed_engine() -> None:
    def squeezed(text: str) -> str:
        return " ".join(line for line in text.split("\n") if not line.lstrip().startswith("--")).replace(" ", "")

    file = (Path(FOLDER) / "sql" / "0010_jobs.sql").read_text(encoding="utf-8")
    pinned = file.partition("Begin of the text of PgQueuer.")[2].partition("-- End of the text of PgQueuer.")[0]
    expected = QueryBuilderEnvironment(SETTINGS).build_install_query()
    assert squeezed(pinned) == squeezed(expected.replace("CREATE SCHEMA IF NOT EXISTS jobs", "CREATE SCHEMA jobs"))


def test_a_malformed_cron_expression_is_refused() -> None:
    with pytest.raises(ValueError, match="nightly: '0 25 ' is no cron expression"):
        Schedule("nightly", "0 25 ", polish)

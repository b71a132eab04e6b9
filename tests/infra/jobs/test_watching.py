"""Watching jobs: each move is told once, of the tenants that are asked for and of no others."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest

from shopwright.infra.db import Database
from shopwright.infra.jobs.kinds import Job, JobState
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.service import JobService
from shopwright.infra.jobs.watching import JobWatch
from shopwright.kit.ids import TenantId


@dataclass(frozen=True, kw_only=True)
class WalkDog(Job, kind="test_watching.walk_dog"):
    """A job that nobody runs."""


@pytest.fixture
def watch(database: Database) -> JobWatch:
    return JobWatch(database)


async def enqueue(database: Database, tenant: TenantId) -> UUID:
    async with database.unit(tenant) as unit:
        return await JobQueue().enqueue(unit, WalkDog())


async def look(watch: JobWatch, *tenants: TenantId) -> Sequence[tuple[TenantId, UUID, JobState]]:
    return [(moved.tenant, moved.job.id, moved.job.state) for moved in await watch.look(tenants)]


async def test_each_move_is_told_once(database: Database, watch: JobWatch, tenant: TenantId) -> None:
    job = await enqueue(database, tenant)
    assert await look(watch, tenant) == [(tenant, job, JobState.QUEUED)]
    assert await look(watch, tenant) == []
    async with database.unit(tenant) as unit:
        await JobService(unit, JobQueue()).cancel_job(job)
    assert await look(watch, tenant) == [(tenant, job, JobState.CANCELLED)]
    assert await look(watch, tenant) == []


async def test_the_neighbours_jobs_are_not_told(
    database: Database, watch: JobWatch, tenant: TenantId, other_tenant: TenantId
) -> None:
    await look(watch, tenant)
    job = await enqueue(database, other_tenant)
    assert await look(watch, tenant) == []
    assert await look(watch, tenant, other_tenant) == [(other_tenant, job, JobState.QUEUED)]

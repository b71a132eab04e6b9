"""Watching jobs as they move, for onlookers. How far a job is does not stand in the journal: it is no fact that stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shopwright.infra.db import Database
from shopwright.infra.jobs.kinds import JobProgress
from shopwright.infra.jobs.service import job_of
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

_MOST: Final = 100  # open jobs of one tenant that are looked at: those that run first
_LINGER: Final = timedelta(seconds=60)  # how long the end of a job is looked for; clocks of machines differ by less
_MOVING = "select * from jobs_moving($1, $2, $3)"


@dataclass(frozen=True, slots=True)
class MovedJob:
    """A job that has moved since it was looked at before."""

    tenant: TenantId
    job: JobProgress


class JobWatch:
    """Tells what has changed between two looks. For one caller at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, tuple[Any, ...]] = {}

    async def look(self, tenants: Sequence[TenantId]) -> list[MovedJob]:
        """Return the jobs of these tenants that moved since the last look; all that are open, of a tenant new to it."""
        async with self._database.unit(SYSTEM_TENANT) as unit:
            ended_after: datetime = unit.clock.now() - _LINGER
            rows = await unit.connection.fetch(_MOVING, list(tenants), ended_after, _MOST)
        found = [MovedJob(TenantId(row["tenant_id"]), job_of(row)) for row in rows]
        moved = [one for one in found if self._known.get(one.job.id) != _stand(one.job)]
        self._known = {one.job.id: _stand(one.job) for one in found}
        return moved


def _stand(job: JobProgress) -> tuple[Any, ...]:
    return (job.state, job.attempts, job.step, job.done, job.total, job.message)

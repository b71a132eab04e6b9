from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.pricing.experiments.test_service import run, service

from shopwright.demand.domain import Absence
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId
from shopwright.pricing.experiments.jobs import experiments_handler


class Night:
    """What a handler needs of its context: units of work."""

    def __init__(self, database: Database, tenant: TenantId) -> None:
        self._database = database
        self._tenant = tenant

    def unit(self) -> Any:
        return self._database.unit(self._tenant)


async def no_absences(_: UnitOfWork) -> Sequence[Absence]:
    return ()


async def test_a_night_judges_what_runs(database: Database, tenant: TenantId, products: list[UUID]) -> None:
    handler = experiments_handler(no_absences)
    night: Any = Night(database, tenant)
    await handler(night)
    experiment = await run(database, tenant)
    await handler(night)
    async with database.unit(tenant) as unit:
        judged, _ = await service(unit).get(experiment.id)
    assert (judged.report or {})["verdict"] == "too_early"
    assert products

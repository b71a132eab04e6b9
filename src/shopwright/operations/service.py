"""The use cases of whoever looks after a running program. A shop sees its own, the operators' tenant sees all."""

from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.operations.domain import Loop, Queues
from shopwright.operations.repository import OperationsRepository


class OperationsService:
    """What runs and waits, for the unit's tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._operations = OperationsRepository(unit)

    @property
    def sees_all(self) -> bool:
        """Tell whether the caller looks after the whole installation."""
        return self._unit.tenant == SYSTEM_TENANT

    async def queues(self) -> Queues:
        """Return what waits: of the tenant, or of all for operators."""
        return Queues(
            whole_installation=self.sees_all,
            jobs=await self._operations.jobs(of_all=self.sees_all),
            failed_jobs=await self._operations.failed_jobs(self._unit.clock.now()),
            deliveries=await self._operations.deliveries(of_all=self.sees_all),
        )

    async def list_loops(self) -> list[Loop]:
        """List the schedules: when they fired, when they will, and what became of the tenant's last job of each."""
        return await self._operations.loops()

"""What the operation of the program needs by the clock: months of tables that are cut by time, before they begin."""

from dataclasses import dataclass
from typing import Final

from shopwright.infra.jobs.execution import JobContext
from shopwright.infra.jobs.kinds import Job
from shopwright.operations.repository import OperationsRepository

MONTHS_AHEAD: Final = 2
"""Months that stand ready: so that a program that was off for weeks still finds the present one."""


@dataclass(frozen=True, kw_only=True)
class MakeMonths(Job, kind="operations.make_months", priority=5):
    """Make the partitions of this month and the next ones; rows would fall into the default partition without them."""


async def make_months(context: JobContext[MakeMonths]) -> None:
    """Do a MakeMonths. What is locked by a load stays for the next time."""
    async with context.unit() as unit:
        await OperationsRepository(unit).make_months(unit.clock.now().date(), MONTHS_AHEAD)

"""What figures do by the clock: keep the states of the day, which nothing tells afterwards without reading everything."""

from dataclasses import dataclass
from datetime import timedelta

from shopwright.figures.service import FigureService
from shopwright.infra.jobs.execution import JobContext
from shopwright.infra.jobs.kinds import Job


@dataclass(frozen=True, kw_only=True)
class KeepStates(Job, kind="figures.keep_states", priority=-5, timeout=timedelta(minutes=10)):
    """Keep the states of a shop's figures: of today so far, and of days since the last time."""


async def keep_states(context: JobContext[KeepStates]) -> None:
    """Do a KeepStates."""
    async with context.unit() as unit:
        await FigureService(unit).keep_states()

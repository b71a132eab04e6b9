"""How things stand when a page opens its connection, and again when it could not keep up. It reads and changes nothing.

Every topic that the person may see gets one, though most have nothing to show: it says that from here on whatever
changes will be told, and that what was read before has to be read again.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from shopwright.app.live.feed import encoded, job_content
from shopwright.app.live.topics import JOBS, TOPICS
from shopwright.identity.domain import Principal
from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.kinds import JobState
from shopwright.infra.jobs.service import JobService
from shopwright.infra.platform import Platform
from shopwright.infra.storage import TenantStorage
from shopwright.ingestion.domain import ImportState
from shopwright.ingestion.service import ImportService
from shopwright.pricing.policy_service import PolicyService

_MOST: Final = 50
Question = Callable[[Platform, UnitOfWork], Awaitable[dict[str, Any]]]


async def snapshots(platform: Platform, principal: Principal) -> list[str]:
    """Return a message for each topic that the principal may see, all from one moment."""
    messages = []
    async with platform.database.unit(principal.tenant) as unit:
        for topic in TOPICS:
            if principal.may(topic.permission):
                ask = _QUESTIONS.get(topic.name)
                messages.append(encoded("snapshot", topic, await ask(platform, unit) if ask else {}))
    return messages


async def _open_jobs(platform: Platform, unit: UnitOfWork) -> dict[str, Any]:
    states = [state for state in JobState if state.is_open]
    found = await JobService(unit, platform.queue).list_jobs(states=states, limit=_MOST)
    return {"jobs": [job_content(job) for job in found.items]}


async def _running_imports(platform: Platform, unit: UnitOfWork) -> dict[str, Any]:
    service = ImportService(unit, TenantStorage(platform.storage, unit.tenant))
    found = await service.list_imports(state=ImportState.RUNNING, limit=_MOST)
    return {"running": [str(import_.id) for import_ in found.items]}


async def _kill_switch(_: Platform, unit: UnitOfWork) -> dict[str, Any]:
    control = await PolicyService(unit).get_control()
    return {"halted": control.halted, "reason": control.reason}


_QUESTIONS: Final[dict[str, Question]] = {JOBS: _open_jobs, "imports": _running_imports, "prices": _kill_switch}

"""What identity does by the clock: forget sessions, invitations and attempts that are long over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shopwright.identity.service.clearing import forget_what_is_over
from shopwright.infra.jobs.execution import JobContext
from shopwright.infra.jobs.kinds import Job

KEPT_FOR: Final = timedelta(days=30)
"""How long what is over can still be looked at, and a refresh token that was stolen still be told from an unknown one."""


@dataclass(frozen=True, kw_only=True)
class ForgetOldAccess(Job, kind="identity.forget_old_access", priority=-5):
    """Delete a tenant's sessions and invitations, and in the system tenant attempts to sign in, that are long over."""


async def forget_old_access(context: JobContext[ForgetOldAccess]) -> None:
    """Do a ForgetOldAccess."""
    async with context.unit() as unit:
        await forget_what_is_over(unit, context.clock.now() - KEPT_FOR)

"""Forgetting access that is long over: sessions, invitations, attempts to sign in."""

from datetime import datetime

from shopwright.identity.credentials import OldAccessForgotten
from shopwright.identity.repository.attempts import AttemptRepository
from shopwright.identity.repository.members import InvitationRepository
from shopwright.identity.repository.sessions import SessionRepository
from shopwright.infra.db import UnitOfWork


async def forget_what_is_over(unit: UnitOfWork, before: datetime) -> OldAccessForgotten | None:
    """Delete what was over before a moment: sessions with their refresh tokens, invitations, counted attempts.

    Attempts are counted in the system tenant, so there is nothing to forget of them elsewhere. Returns the event that
    says how many rows went, None when there were none.
    """
    told = OldAccessForgotten(
        subject_id=str(unit.tenant),
        sessions=await SessionRepository(unit).forget(before),
        invitations=await InvitationRepository(unit).forget(before),
        attempts=await AttemptRepository(unit).forget(before),
    )
    if not told.sessions + told.invitations + told.attempts:
        return None
    unit.publish(told)
    return told

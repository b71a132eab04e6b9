"""A member's own sessions in one tenant: see them, end them."""

from uuid import UUID

from shopwright.identity.credentials import EndReason, Session, SessionNotFound
from shopwright.identity.domain import Principal
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.repository.sessions import SessionRepository
from shopwright.identity.service.opening import session_ended
from shopwright.infra.db import UnitOfWork


class SessionService:
    """What a member may do with sessions of their own."""

    def __init__(self, unit: UnitOfWork, principal: Principal) -> None:
        self._unit = unit
        self._principal = principal
        self._sessions = SessionRepository(unit)

    async def list_own(self) -> list[Session]:
        """List the open sessions, used last first."""
        return await self._sessions.list_open(self._principal.member)

    async def log_out(self) -> None:
        """End the session of the request. Its tokens are refused from the next request on."""
        await self._end(self._principal.credential, EndReason.LOGGED_OUT)

    async def end(self, session: UUID) -> None:
        """End one of the member's sessions. Raises SessionNotFound."""
        if not await self._end(session, EndReason.REVOKED):
            raise SessionNotFound("You have no such open session.")

    async def end_others(self) -> int:
        """End all of the member's sessions but that of the request; return how many."""
        member = self._principal.member
        ended = await self._sessions.end_all(member, EndReason.REVOKED, spared=self._principal.credential)
        for session in ended:
            await publish_change(self._unit, session_ended(session, member, EndReason.REVOKED))
        return len(ended)

    async def _end(self, session: UUID, why: EndReason) -> bool:
        if not await self._sessions.end(session, self._principal.member, why):
            return False
        await publish_change(self._unit, session_ended(session, self._principal.member, why))
        return True

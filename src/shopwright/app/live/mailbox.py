"""What waits to be sent to one open page. It is bounded: who reads too slowly loses the lot and is told anew."""

import asyncio
from collections import deque
from enum import Enum
from typing import Final
from uuid import UUID

from shopwright.app.live.topics import Topic
from shopwright.identity.domain import Principal

MOST_WAITING: Final = 200


class Put(Enum):
    """What became of a message: a page that is due a snapshot needs none, nor does one that may not see it."""

    TAKEN = "taken"
    LEFT_OUT = "left out"
    OVERFLOWN = "overflown"


class Mailbox:
    """Messages for one principal, who may see some topics. For one reader; whoever puts something in never waits."""

    def __init__(self, principal: Principal, most: int = MOST_WAITING) -> None:
        self.principal = principal
        self._most = most
        self._waiting: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._stale = True
        self._doubted = False

    def put(self, topic: Topic, message: str) -> Put:
        """Add a message, if the principal may see its topic. One too many makes all of them give way to a snapshot."""
        if self._stale or not self.principal.may(topic.permission):
            return Put.LEFT_OUT
        if len(self._waiting) >= self._most:
            self.spoil()
            return Put.OVERFLOWN
        self._waiting.append(message)
        self._arrived.set()
        return Put.TAKEN

    def spoil(self) -> None:
        """Forget what waits: the page has to be told anew how everything stands."""
        self._waiting.clear()
        self._stale = True
        self._arrived.set()

    def doubt(self, subject: UUID) -> None:
        """Have the credential looked at again if it rests on this session, token, member, person or tenant."""
        principal = self.principal
        if subject in {principal.credential, principal.member, principal.person, principal.tenant}:
            self._doubted = True
            self._arrived.set()

    async def arrival(self, seconds: float) -> bool:
        """Wait until there is something to do, at most so long; tell whether there is."""
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return False
        return True

    def take_doubt(self) -> bool:
        """Tell whether the credential is in doubt; it no longer is, once asked."""
        doubted, self._doubted = self._doubted, False
        return doubted

    def take_stale(self) -> bool:
        """Tell whether a snapshot is due; what is put in from now on comes after it."""
        stale, self._stale = self._stale, False
        return stale

    def take(self) -> str | None:
        """Return the next message; None when there is none (any more)."""
        if self._waiting:
            return self._waiting.popleft()
        if not (self._stale or self._doubted):
            self._arrived.clear()
        return None

    def __len__(self) -> int:
        return len(self._waiting)

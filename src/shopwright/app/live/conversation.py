"""One open connection: snapshots first, then changes and pings, until the page goes or the credential does.

The page says nothing that matters. Whoever reads too slowly is told anew instead of being waited for.
"""

import asyncio
import contextlib
import time
from typing import Final

import msgspec
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from shopwright.app.live.feed import LiveFeed, TooManyLive
from shopwright.app.live.mailbox import Mailbox
from shopwright.app.live.snapshots import snapshots
from shopwright.identity.deps import Authenticator, platform_of, principal_of
from shopwright.identity.domain import CredentialExpired
from shopwright.infra.db import DatabaseUnavailable
from shopwright.kit.errors import Forbidden, ShopwrightError, Unauthenticated

EXPIRED: Final = 4401
"""The credential's time is over: refresh the session, then connect again."""
ENDED: Final = 4403
"""The session has ended or the credential was revoked: sign in again."""
TOO_MANY: Final = 4429
"""The tenant has too many connections: close one, connect again later."""
TRY_AGAIN: Final = 1013
"""Something that is needed does not answer: connect again in a moment."""

_LONGEST_SEND: Final = 60.0


class Conversation:
    """Speaks to one page, from when the feed follows: then nothing that changes is missed.

    Silence is broken by pings. The credential is verified now and then, and at once when something happens that puts
    it in doubt.
    """

    def __init__(self, socket: WebSocket, mailbox: Mailbox, feed: LiveFeed) -> None:
        self._socket = socket
        self._mailbox = mailbox
        self._feed = feed
        self._verified_at = self._sent_at = time.monotonic()

    async def run(self) -> None:
        """Speak until either side ends it."""
        speaking = asyncio.create_task(self._speak())
        listening = asyncio.create_task(self._until_it_goes())
        try:
            await asyncio.wait({speaking, listening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (speaking, listening):
                task.cancel()
            await asyncio.wait({speaking, listening})
        if not speaking.cancelled():
            await self._end(speaking.exception())

    async def _until_it_goes(self) -> None:
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            continue

    async def _speak(self) -> None:
        await self._feed.following()
        rhythm = self._feed.rhythm
        while True:
            if self._mailbox.take_doubt() or time.monotonic() - self._verified_at >= rhythm.verify:
                await self._verify()
            if self._mailbox.take_stale():
                for snapshot in await snapshots(platform_of(self._socket), self._mailbox.principal):
                    await self._send(snapshot)
            while (message := self._mailbox.take()) is not None:
                await self._send(message)
            if not await self._mailbox.arrival(min(rhythm.ping, rhythm.verify)) and self._silence() >= rhythm.ping:
                await self._send(self._ping())

    async def _verify(self) -> None:
        """Authenticate anew. Another role may see other topics, so it is told anew how things stand."""
        authenticator: Authenticator = self._socket.app.state.authenticator
        principal = await authenticator.authenticate(self._socket)
        self._verified_at = time.monotonic()
        if principal.permissions != self._mailbox.principal.permissions:
            self._mailbox.principal = principal
            self._mailbox.spoil()

    def _silence(self) -> float:
        return time.monotonic() - self._sent_at

    def _ping(self) -> str:
        now = platform_of(self._socket).clock.now()
        return msgspec.json.encode({"type": "ping", "at": now}).decode()

    async def _send(self, message: str) -> None:
        async with asyncio.timeout(_LONGEST_SEND):
            await self._socket.send_text(message)
        self._sent_at = time.monotonic()

    async def _end(self, error: BaseException | None) -> None:
        if error is None or isinstance(error, (WebSocketDisconnect, TimeoutError)):
            return
        code, reason = closing(error)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code, reason)
        if code == TRY_AGAIN and not isinstance(error, DatabaseUnavailable):
            raise error


def closing(error: BaseException) -> tuple[int, str]:
    """Return the code and the reason with which a connection is closed for an error."""
    reason = error.code if isinstance(error, ShopwrightError) else "internal_error"
    if isinstance(error, CredentialExpired):
        return EXPIRED, reason
    if isinstance(error, (Unauthenticated, Forbidden)):
        return ENDED, reason
    return (TOO_MANY, reason) if isinstance(error, TooManyLive) else (TRY_AGAIN, reason)


async def converse(socket: WebSocket, feed: LiveFeed) -> None:
    """Accept a socket that was admitted, and speak to it. One too many is accepted only to be told so."""
    await socket.accept()
    try:
        with feed.open_page(principal_of(socket)) as mailbox:
            await Conversation(socket, mailbox, feed).run()
    except TooManyLive as error:
        await socket.close(*closing(error))


def feed_of(connection: HTTPConnection) -> LiveFeed:
    """Return the feed of the process."""
    feed: LiveFeed = connection.app.state.live
    return feed

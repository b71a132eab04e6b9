"""Hearing NOTIFY on a connection of its own, which is opened again whenever it is lost.

PostgreSQL keeps no notices for those who are away: whoever needs every one is told of each gap and reads the truth
anew after it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import asyncpg
import structlog

from shopwright.infra.db import APPLICATION_ROLE

CHECK_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 0.5
_LONGEST_AGAIN: Final = 10.0
_log = structlog.get_logger(__name__)
_FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class Listener:
    """Listens on one channel. `heard` gets each payload; `connected` is told when hearing begins and when it ends.

    Both are called in the event loop, must not wait and must not raise.
    """

    def __init__(
        self,
        dsn: str,
        channel: str,
        *,
        heard: Callable[[str], None],
        connected: Callable[[bool], None],
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._dsn = dsn
        self._channel = channel
        self._heard = heard
        self._connected = connected
        self._check_seconds = check_seconds
        self._pause = _AGAIN_SECONDS

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is noticed within `check_seconds` and opened again."""
        while True:
            try:
                await self._listen()
            except _FAILURES as error:
                _log.warning("listener_disturbed", channel=self._channel, error=repr(error))
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_AGAIN)

    async def _listen(self) -> None:
        settings = {"role": APPLICATION_ROLE, "application_name": f"shopwright listens to {self._channel}"}
        connection: asyncpg.Connection[Any] = await asyncpg.connect(self._dsn, server_settings=settings)
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(self._channel, self._take)
            self._connected(True)  # noqa: FBT003 - a plain callback
            self._pause = _AGAIN_SECONDS
            while not ended.is_set():
                await asyncio.wait_for(connection.execute("select"), self._check_seconds)
                await _either(ended, self._check_seconds)
        finally:
            self._connected(False)  # noqa: FBT003 - a plain callback
            connection.terminate()

    def _take(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        self._heard(str(payload))


async def _either(ended: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return

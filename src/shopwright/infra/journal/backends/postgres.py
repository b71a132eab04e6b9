"""The bus of several processes over PostgreSQL: NOTIFY wakes the relays of the others.

The word goes out on a connection of its own, at most every 50 ms, never inside a business transaction: NOTIFY there
takes a lock at commit and cuts the commit rate to a tenth. A word that is lost costs one polling interval.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from shopwright.infra.journal.relay import Relay
from shopwright.infra.loops import keep_on
from shopwright.infra.sessions import OwnConnection
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId

_CHANNEL = "shopwright_journal"
_GATHER = 0.05
_LARGEST_WORD = 7_000  # bytes; PostgreSQL takes 8,000
_CHECK_EVERY = 5.0
_LOSSES = (asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgresBus:
    """Delivers in this process and wakes the others. A process without consumers only spreads the word."""

    def __init__(self, relay: Relay, dsn: str) -> None:
        self._relay = relay
        self._speaking = OwnConnection(dsn, "shopwright notify")
        self._listening = OwnConnection(dsn, "shopwright listen")
        self._names: set[str] = set()
        self._waiting = asyncio.Event()

    def announce(self, tenant: TenantId, events: Sequence[Event]) -> None:  # noqa: ARG002 - every tenant is served alike
        """Wake the consumers of these events, here at once and elsewhere soon."""
        names = {event.wire_name for event in events}
        self._relay.wake(names)
        self._names |= names
        self._waiting.set()

    async def run(self) -> None:
        """Deliver, speak and listen until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._relay.run())
                tasks.create_task(keep_on("bus: speak", self._speak, expected=_LOSSES))
                if self._relay.consumers:
                    tasks.create_task(keep_on("bus: listen", self._listen, expected=_LOSSES))
        finally:
            await self._speaking.close()
            await self._listening.close()

    async def _speak(self) -> None:
        await self._waiting.wait()
        await asyncio.sleep(_GATHER)
        self._waiting.clear()
        names, self._names = self._names, set()
        word = msgspec.json.encode(sorted(names)).decode()
        connection = await self._speaking.get()
        await connection.execute("select pg_notify($1, $2)", _CHANNEL, word if len(word) <= _LARGEST_WORD else "")

    async def _listen(self) -> None:
        connection = await self._listening.get()
        await connection.add_listener(_CHANNEL, self._heard)
        self._relay.wake()  # for what was said while nobody listened
        while not connection.is_closed():
            await connection.execute("select")  # a connection that died in silence is found out
            await asyncio.sleep(_CHECK_EVERY)

    def _heard(self, _connection: Any, _pid: int, _channel: str, word: object) -> None:
        try:
            names = msgspec.json.decode(str(word), type=list[str])
        except msgspec.MsgspecError:
            names = None
        self._relay.wake(names)

"""The relay: reads the journal for every consumer and delivers, at least once, until it is told to stop.

Polling is what makes delivery certain; being woken only makes it prompt. Of several processes with the same
consumer one delivers at a time. Nothing here ends on an error: it is logged, and the next round tries again.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

import asyncpg

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer, DeliveryObserver, NobodyWatches
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.handling import Handling
from shopwright.infra.journal.windows import Batch, Windows
from shopwright.infra.loops import keep_on
from shopwright.infra.sessions import Locks
from shopwright.kit.ids import SYSTEM_TENANT

_LOOK_EVERY = 15.0  # seconds between two looks at the lag
_PRUNE_EVERY = 3600.0
_MARKS_KEPT = timedelta(days=3)  # far longer than any entry lingers in a stream or a window


class Relay:
    """Delivers the journal to consumers.

    `poll` is the longest time in seconds between two looks at the journal, `batch` the most entries taken at a
    time. `settle` lets windows rest before they are read: for a bus that delivers faster by another way, and
    then the relay only finds what that way lost.
    """

    def __init__(
        self,
        database: Database,
        dsn: str,
        consumers: Sequence[Consumer],
        *,
        poll: float = 0.5,
        batch: int = 200,
        settle: timedelta = timedelta(0),
        observer: DeliveryObserver | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.consumers = tuple(consumers)
        self._database = database
        self._locks = Locks(dsn)
        self._poll = poll
        self._batch = batch
        self._settle = settle
        self._observer = observer or NobodyWatches()
        self._desks = [_Desk(Handling(database, consumer, observer, chance)) for consumer in consumers]

    def wake(self, event_names: Iterable[str] | None = None) -> None:
        """Have the journal read now, by the consumers of these events or by all. Safe to call from any callback."""
        names = None if event_names is None else frozenset(event_names)
        for desk in self._desks:
            if names is None or not names.isdisjoint(desk.names):
                desk.woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for desk in self._desks:
                    for step in (self._deliver_next, self._retry_due, self._look_after):
                        name = f"relay {desk.name}: {step.__name__.strip('_')}"
                        tasks.create_task(
                            keep_on(name, partial(step, desk), expected=(asyncpg.PostgresError, asyncpg.InterfaceError))
                        )
        finally:
            await self._locks.close()

    async def deliver(self) -> int:
        """Deliver everything that is there now, retries that are due included; return how many entries."""
        delivered = 0
        while True:
            found = 0
            for desk in self._desks:
                found += await self._next_window(desk) + await self._due(desk)
            delivered += found
            if not found:
                return delivered

    async def register(self) -> None:
        """Enter consumers that were never seen, so that their place in the journal is kept from now on."""
        for desk in self._desks:
            await self._register(desk)

    async def _deliver_next(self, desk: "_Desk") -> None:
        if await self._holds(desk) and await self._next_window(desk):
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await desk.woken.wait()
        desk.woken.clear()

    async def _retry_due(self, desk: "_Desk") -> None:
        if not (await self._holds(desk) and await self._due(desk)):
            await asyncio.sleep(self._poll)

    async def _look_after(self, desk: "_Desk") -> None:
        if await self._holds(desk):
            async with self._database.unit(SYSTEM_TENANT) as unit:
                windows = desk.windows(unit)
                now = unit.clock.now()
                entries, since = await windows.waiting()
                if time.monotonic() - desk.pruned > _PRUNE_EVERY:
                    await windows.prune(now - _MARKS_KEPT)
                    desk.pruned = time.monotonic()
            seconds = (now - since).total_seconds() if since else 0.0
            self._observer.lagging(desk.name, entries, max(seconds, 0.0))
        await asyncio.sleep(_LOOK_EVERY)

    async def _holds(self, desk: "_Desk") -> bool:
        return await self._locks.hold(f"journal:{desk.name}")

    async def _next_window(self, desk: "_Desk") -> int:
        await self._register(desk)
        batch = await self._read(desk)
        await desk.handling.handle_all(batch.entries)
        if batch.then is not None:
            async with self._database.unit(SYSTEM_TENANT) as unit:
                await desk.windows(unit).move(batch.then)
        return len(batch.entries)

    async def _read(self, desk: "_Desk") -> Batch:
        async with self._database.unit(SYSTEM_TENANT) as unit:
            return await desk.windows(unit).next_batch(self._batch, self._settle)

    async def _due(self, desk: "_Desk") -> int:
        async with self._database.unit(SYSTEM_TENANT) as unit:
            entries: list[Entry] = await desk.windows(unit).due(self._batch)
        await desk.handling.handle_all(entries)
        return len(entries)

    async def _register(self, desk: "_Desk") -> None:
        if not desk.registered:
            async with self._database.unit(SYSTEM_TENANT) as unit:
                await desk.windows(unit).register(history=desk.handling.consumer.history)
            desk.registered = True


class _Desk:
    """What the relay keeps for one consumer."""

    def __init__(self, handling: Handling) -> None:
        self.handling = handling
        self.name = handling.consumer.name
        self.names = handling.consumer.event_names
        self.woken = asyncio.Event()
        self.registered = False
        self.pruned = time.monotonic()

    def windows(self, unit: UnitOfWork) -> Windows:
        """Return the consumer's view of the journal within a unit of the system tenant."""
        return Windows(unit, self.name, self.names)

"""Buses under test: a station is one process's share of a bus, with its own pool, in this process or in another.

Run as a program it is a station of its own whose handler writes its effect and then hangs before the commit.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.backends.inproc import InprocBus
from shopwright.infra.journal.backends.postgres import PostgresBus
from shopwright.infra.journal.backends.redis import RedisBus, RedisOptions
from shopwright.infra.journal.bus import Bus
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry, from_row
from shopwright.infra.journal.relay import Relay
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from shopwright.kit.time import SystemClock

KINDS = ("inproc", "postgres", "redis")
_REGISTERED = "select count(*) from journal_offset where tenant_id = $1 and consumer = $2"


@dataclass(frozen=True, kw_only=True)
class BellRung(Event, name="test.bell_rung", subject="bell"):
    """What the tests publish."""

    number: int = 0


@dataclass(frozen=True, kw_only=True)
class BellHeard(Event, name="test.bell_heard", subject="bell"):
    """The effect of a handler, written in its unit: counting it counts effects, not calls."""

    number: int
    listener: str


@dataclass(frozen=True)
class Ground:
    """Where the stations of a test stand."""

    kind: str
    dsn: str
    redis_url: str = ""
    prefix: str = ""
    ca_file: str = ""
    settle: timedelta = timedelta(seconds=3)
    """After how long a Redis bus delivers from the journal what Redis did not bring."""

    def bus(self, database: Database, consumers: Sequence[Consumer]) -> Bus:
        """Make a bus of the kind under test."""
        if self.kind == "redis":
            options = RedisOptions(
                self.redis_url,
                Path(self.ca_file) if self.ca_file else None,
                prefix=self.prefix,
                partitions=4,
                lease=1.0,
            )
            return RedisBus(database, self.dsn, consumers, options, poll=0.1, settle=self.settle)
        relay = Relay(database, self.dsn, consumers, poll=0.25)
        return InprocBus(relay) if self.kind == "inproc" else PostgresBus(relay, self.dsn)

    @asynccontextmanager
    async def station(self, *consumers: Consumer) -> AsyncIterator[Database]:
        """Run a bus with these consumers; give the database whose commits it is told of."""
        database = await Database.open(self.dsn, SystemClock(), max_size=6)
        bus = self.bus(database, consumers)
        database.on_published = bus.announce
        running = asyncio.create_task(bus.run())
        try:
            await _until_registered(database, consumers)
            yield database
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await database.close()


async def _until_registered(database: Database, consumers: Sequence[Consumer]) -> None:
    async def all_registered() -> bool:
        async with database.unit(SYSTEM_TENANT) as unit:
            counts = [await unit.connection.fetchval(_REGISTERED, SYSTEM_TENANT, c.name) for c in consumers]
        return all(counts)

    await eventually(all_registered)


async def eventually(condition: "Callable[[], Any]", seconds: float = 60.0) -> Any:
    """Wait until an async condition gives something true, and return that."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):  # noqa: ASYNC110 - it happens in other processes too
            await asyncio.sleep(0.02)
    return found


async def heard(database: Database, tenant: TenantId, listener: str) -> list[tuple[str, int]]:
    """List the effects of a listener for a tenant, in the order in which they were written."""
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select * from journal where tenant_id = $1 and name = 'test.bell_heard' order by id", tenant
        )
    entries = [from_row(row) for row in rows]
    return [(e.subject_id, e.payload["number"]) for e in entries if e.payload["listener"] == listener]


async def ring(database: Database, tenant: TenantId, *bells: tuple[str, int]) -> None:
    """Publish, one transaction each."""
    for subject, number in bells:
        async with database.unit(tenant) as unit:
            unit.publish(BellRung(subject_id=subject, number=number))


def writing(name: str) -> Callable[[UnitOfWork, Entry, BellRung], Any]:
    """Make a handler that writes that it heard the bell."""

    async def hear(unit: UnitOfWork, _entry: Entry, event: BellRung) -> None:
        unit.publish(BellHeard(subject_id=event.subject_id, number=event.number, listener=name))

    return hear


async def _hang(ground: Ground, name: str) -> None:
    async def hear(unit: UnitOfWork, entry: Entry, event: BellRung) -> None:
        await writing(name)(unit, entry, event)
        sys.stdout.write("handling\n")
        sys.stdout.flush()
        await asyncio.sleep(3600)

    async with ground.station(Consumer(name, {BellRung: hear}, history=False, timeout=timedelta(hours=1))):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.sleep(3600)


if __name__ == "__main__":
    kind, dsn, redis_url, prefix, consumer = sys.argv[1:]
    asyncio.run(_hang(Ground(kind, dsn, redis_url, prefix), consumer))

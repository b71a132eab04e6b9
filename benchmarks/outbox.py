"""What publishing an event costs a commit, and how fast the relay delivers.

Run with the application role's address of a migrated database: `python -m benchmarks.outbox postgresql://...`. The
server should have fsync on: without it a commit costs next to nothing and the event looks dear.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.relay import Relay
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId, new_tenant_id
from shopwright.kit.time import SystemClock

_CLIENTS = 8
_ROUNDS = 9
_SECONDS = 1.5
_WRITE = """
insert into idempotency_key (tenant_id, actor_id, key, fingerprint, expires_at) values ($1, $1, $2, '', $3)
"""


@dataclass(frozen=True, kw_only=True)
class StockCounted(Event, name="benchmark.stock_counted", subject="product"):
    """An event of ordinary size."""

    counted: int
    warehouse: str


async def run(dsn: str, *, seconds: float = _SECONDS, rounds: int = _ROUNDS) -> dict[str, float | str]:
    """Measure; return commits/s without and with one event, the median ratio of neighbouring rounds, deliveries/s."""
    database = await Database.open(dsn, SystemClock(), max_size=_CLIENTS)
    try:
        async with database.unit(new_tenant_id()) as unit:
            fsync = await unit.connection.fetchval("show fsync")
        await _commits(database, seconds / 2, publish=True)
        pairs = [
            (await _commits(database, seconds, publish=False), await _commits(database, seconds, publish=True))
            for _ in range(rounds)
        ]
        return {
            "fsync": fsync,
            "clients": _CLIENTS,
            "commits_per_s": round(statistics.median(plain for plain, _ in pairs)),
            "commits_with_event_per_s": round(statistics.median(published for _, published in pairs)),
            "ratio": round(statistics.median(published / plain for plain, published in pairs), 3),
            "deliveries_per_s": round(await _deliveries(database, dsn)),
        }
    finally:
        await database.close()


async def _commits(database: Database, seconds: float, *, publish: bool) -> float:
    """Commit from all clients for so long; return commits per second."""
    ends = time.perf_counter() + seconds

    async def client() -> int:
        tenant, commits = new_tenant_id(), 0
        while time.perf_counter() < ends:
            async with database.unit(tenant) as unit:
                await unit.connection.execute(_WRITE, tenant, str(commits), unit.clock.now() + timedelta(days=1))
                if publish:
                    unit.publish(_event(commits))
            commits += 1
        return commits

    began = time.perf_counter()
    commits = await asyncio.gather(*(client() for _ in range(_CLIENTS)))
    return sum(commits) / (time.perf_counter() - began)


async def _deliveries(database: Database, dsn: str, events: int = 2_000) -> float:
    """Deliver events of four tenants to one consumer whose handler writes a row; return events per second."""

    async def handle(unit: UnitOfWork, entry: Entry, _event: StockCounted) -> None:
        await unit.connection.execute(_WRITE, unit.tenant, f"handled-{entry.id}", unit.clock.now() + timedelta(days=1))

    handlers: dict[type[Event], Callable[[UnitOfWork, Entry, Any], Awaitable[None]]] = {StockCounted: handle}
    relay = Relay(database, dsn, [Consumer(f"benchmark-{uuid4().hex}", handlers, history=False)])
    await relay.register()
    tenants: list[TenantId] = [new_tenant_id() for _ in range(4)]
    for tenant in tenants:
        async with database.unit(tenant) as unit:
            unit.publish_all(_event(number) for number in range(events // len(tenants)))
    began = time.perf_counter()
    delivered = await relay.deliver()
    assert delivered == events
    return delivered / (time.perf_counter() - began)


def _event(number: int) -> StockCounted:
    return StockCounted(
        subject_id=str(number), counted=number, warehouse="north", before={"stock": 1}, after={"stock": number}
    )


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1])), indent=2))

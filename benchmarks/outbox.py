"""What publishing an event costs a commit, and how fast the relay delivers.

The server has fsync on: without it a commit costs next to nothing and the event looks dear.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from benchmarks.measuring import Context, Result
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.relay import Relay
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId, new_tenant_id

BAR = 0.8
_CLIENTS = 8
_PAIRS_A_ROUND = 3
_SECONDS = 1.5
_WRITE = """
insert into idempotency_key (tenant_id, actor_id, key, fingerprint, expires_at) values ($1, $1, $2, '', $3)
"""


@dataclass(frozen=True, kw_only=True)
class StockCounted(Event, name="benchmark.stock_counted", subject="product"):
    """An event of ordinary size."""

    counted: int
    warehouse: str


async def run(context: Context) -> Result:
    """Measure commits without and with one event in turns; the median ratio of neighbours counts."""
    place = await context.database()
    database = await place.open(size=_CLIENTS)
    seconds = max(_SECONDS * context.scale, 0.3)
    try:
        await _commits(database, seconds / 2, publish=True)
        pairs = [
            (await _commits(database, seconds, publish=False), await _commits(database, seconds, publish=True))
            for _ in range(context.rounds * _PAIRS_A_ROUND)
        ]
        deliveries = await _deliveries(database, place.app)
    finally:
        await database.close()
    return Result(
        name="outbox",
        ratio=statistics.median(published / plain for plain, published in pairs),
        bar=BAR,
        figures={
            "commits/s without an event": statistics.median(plain for plain, _ in pairs),
            "commits/s with an event": statistics.median(published for _, published in pairs),
            "deliveries/s of the relay": deliveries,
        },
        note=f"{_CLIENTS} clients, one row a commit, with an event in the journal against without",
    )


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

"""What publishing an event costs a commit, and how fast the relay delivers.

The bar is for a commit of the program's own: a product's price is set, which locks and writes the product, adds a point to
its price history and publishes an event; against the same with the event thrown away. Beside it stands the smallest commit
that there is, one row in one table, where the event's own row and its three index entries weigh most. The server has
fsync on: without it a commit costs next to nothing and the event looks dear.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from benchmarks.measuring import Context, Place, Result
from benchmarks.shop import add_products
from shopwright.catalog.service import CatalogService
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


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who commits again and again: what the n-th commit does, with its event."""

    tenant: TenantId
    write: Callable[[UnitOfWork, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Commits a second, measured one after the other."""

    silent: float
    published: float


async def run(context: Context) -> Result:
    """Measure commits without and with their event in turns; the median ratio of neighbours counts."""
    place = await context.database()
    database = await place.open(size=_CLIENTS)
    try:
        prices = await _pairs(context, database, [await _price_setter(place) for _ in range(_CLIENTS)])
        rows = await _pairs(context, database, [_row_writer() for _ in range(_CLIENTS)])
        deliveries = await _deliveries(database, place.app)
    finally:
        await database.close()
    return Result(
        name="outbox",
        ratio=_ratio(prices),
        bar=BAR,
        figures={
            "prices set/s without an event": statistics.median(pair.silent for pair in prices),
            "prices set/s with an event": statistics.median(pair.published for pair in prices),
            "rows/s without an event": statistics.median(pair.silent for pair in rows),
            "rows/s with an event": statistics.median(pair.published for pair in rows),
            "ratio of one row a commit": _ratio(rows),
            "deliveries/s of the relay": deliveries,
        },
        note=f"{_CLIENTS} clients set prices, one a commit, with an event in the journal against without",
    )


async def _price_setter(place: Place) -> Client:
    """Make a client whose shop has one product, and who gives it another price in each commit."""
    tenant = new_tenant_id()
    connection = await asyncpg.connect(place.admin)
    try:
        await add_products(connection, tenant, 1)
        product: UUID = await connection.fetchval("select id from product where tenant_id = $1", tenant)
    finally:
        await connection.close()

    async def write(unit: UnitOfWork, number: int) -> None:
        await CatalogService(unit).change(product, {"price": Decimal(80 + number % 2)})

    return Client(tenant, write)


def _row_writer() -> Client:
    async def write(unit: UnitOfWork, number: int) -> None:
        await unit.connection.execute(_WRITE, unit.tenant, str(uuid4()), unit.clock.now() + timedelta(days=1))
        unit.publish(_event(number))

    return Client(new_tenant_id(), write)


async def _pairs(context: Context, database: Database, clients: Sequence[Client]) -> list[Pair]:
    seconds = max(_SECONDS * context.scale, 0.3)
    await _commits(database, clients, seconds / 2, publish=True)
    return [
        Pair(
            await _commits(database, clients, seconds, publish=False),
            await _commits(database, clients, seconds, publish=True),
        )
        for _ in range(context.rounds * _PAIRS_A_ROUND)
    ]


def _ratio(pairs: Sequence[Pair]) -> float:
    return statistics.median(pair.published / pair.silent for pair in pairs)


async def _commits(database: Database, clients: Sequence[Client], seconds: float, *, publish: bool) -> float:
    """Let all clients commit for so long; return commits per second."""
    ends = time.perf_counter() + seconds

    async def commit(client: Client) -> int:
        commits = 0
        while time.perf_counter() < ends:
            async with database.unit(client.tenant) as unit:
                if not publish:
                    _silence(unit)
                await client.write(unit, commits)
            commits += 1
        return commits

    began = time.perf_counter()
    commits = await asyncio.gather(*map(commit, clients))
    return sum(commits) / (time.perf_counter() - began)


def _silence(unit: UnitOfWork) -> None:
    """Let a unit throw its events away: the same work without an outbox."""
    for name in ("publish", "publish_all"):
        setattr(unit, name, lambda *_: None)


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

"""What row-level security costs: the same reads through the same program, on a database without its policies.

Compared by CPU time of the program and of its server process together: the policies are the server's work.
"""

import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg

from benchmarks.application import Served, call, served
from benchmarks.measuring import Context, Place, Result, process_cpu

MOST_COST = 0.15
REQUESTS = 600
_PAIRS_A_ROUND = 3
_PROTECTED = "select oid::regclass::text from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace"
_SERVED_BY = """
select pid from pg_stat_activity
 where datname = current_database() and application_name in ('shopwright', 'shopwright reader')
"""


@dataclass(frozen=True, slots=True)
class Side:
    """A program and the server processes that work for it."""

    program: Served
    servers: Sequence[int]

    async def cost(self, path: str, requests: int) -> tuple[float, float]:
        """Return CPU seconds (of both) and seconds of the clock, a request."""
        started, cpu = time.perf_counter(), self._cpu()
        for _ in range(requests):
            assert (await call(self.program.app, "GET", path, self.program.headers)).status == 200
        spent = self._cpu() - cpu
        return spent / requests, (time.perf_counter() - started) / requests

    def _cpu(self) -> float:
        return time.process_time() + sum(process_cpu(server) for server in self.servers)


async def run(context: Context) -> Result:
    """Measure both in turns; the median ratio of neighbours counts."""
    requests = context.sized(REQUESTS)
    async with AsyncExitStack() as stack:
        protected = await _side(context, stack, await context.database())
        open_place = await context.database()
        await open_place.execute(*await _lifting(open_place))
        unprotected = await _side(context, stack, open_place)
        one = await _compare(context, protected, unprotected, "/api/v1/catalog/products/{product}", requests)
        page = await _compare(context, protected, unprotected, "/api/v1/catalog/products", requests // 4)
    return Result(
        name="row_level_security",
        ratio=one[0],
        bar=1 / (1 + MOST_COST),
        figures={
            "cost of a read of one product, %": 100 * (1 / one[0] - 1),
            "cost of a page of products, %": 100 * (1 / page[0] - 1),
            "CPU us a read with policies": 1e6 * one[1],
            "CPU us a read without": 1e6 * one[2],
            "clock us a read with policies": 1e6 * one[3],
        },
        note=f"reads without policies against reads with them; a cost of {MOST_COST:.0%} is the bar",
        limits={"cost of a page of products, %": 100 * MOST_COST},
    )


async def _compare(
    context: Context, protected: Side, unprotected: Side, path: str, requests: int
) -> tuple[float, float, float, float]:
    """Return the median ratio (without to with), CPU with and without, and the clock with policies."""
    mine, theirs = path.format(product=protected.program.product), path.format(product=unprotected.program.product)
    await protected.cost(mine, requests // 4)
    await unprotected.cost(theirs, requests // 4)
    pairs = [
        (await protected.cost(mine, requests), await unprotected.cost(theirs, requests))
        for _ in range(context.rounds * _PAIRS_A_ROUND)
    ]
    return (
        statistics.median(without[0] / with_[0] for with_, without in pairs),
        statistics.median(with_[0] for with_, _ in pairs),
        statistics.median(without[0] for _, without in pairs),
        statistics.median(with_[1] for with_, _ in pairs),
    )


async def _side(context: Context, stack: AsyncExitStack, place: Place) -> Side:
    program = await stack.enter_async_context(served(context, place, connections=1))
    path = f"/api/v1/catalog/products/{program.product}"
    assert (await call(program.app, "GET", path, program.headers)).status == 200  # the reading connection is open now
    connection = await asyncpg.connect(place.admin)
    try:
        servers = [row["pid"] for row in await connection.fetch(_SERVED_BY)]
    finally:
        await connection.close()
    if len(servers) != 2:
        raise RuntimeError(f"the program should have two connections, not {len(servers)}")
    return Side(program, servers)


async def _lifting(place: Place) -> list[str]:
    """Return the statements that take the policies off every table."""
    connection = await asyncpg.connect(place.admin)
    try:
        tables = [row[0] for row in await connection.fetch(_PROTECTED)]
    finally:
        await connection.close()
    return [f"alter table {table} disable row level security" for table in tables]

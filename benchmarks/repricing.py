"""A whole catalog repriced: read, compare, decide within limits, explain, write proposals and holds, commit.

There is no peer that does the same, so the bar is a limit in seconds; the time to read the same products and offers with
one plain query stands beside it.
"""

import time

from benchmarks.measuring import Context, Result, process_cpu, server_process
from benchmarks.shop import make_shop
from shopwright.catalog.domain import ProductFilter
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.repricing import RepricingService, RunReport

PRODUCTS = 50_000
MOST_SECONDS = 10.0
_TAX_PPM = 190_000


async def run(context: Context) -> Result:
    """Measure runs over all products, each in a fresh shop; the best counts."""
    products = context.sized(PRODUCTS)
    seconds: list[float] = []
    cpu: list[float] = []
    reads: list[float] = []
    counts: dict[str, int] = {}
    for _ in range(context.rounds):
        place = await context.database()
        tenant = await make_shop(place, products)
        database = await place.open(size=1)
        try:
            reads.append(await _read(database, tenant))
            server = await server_process(database)
            started, before = time.perf_counter(), time.process_time() + process_cpu(server)
            report = await _reprice(database, tenant)
            seconds.append(time.perf_counter() - started)
            cpu.append(time.process_time() + process_cpu(server) - before)
        finally:
            await database.close()
        counts = report.run.counts
        if report.run.state != "completed":
            raise RuntimeError(f"the run was stopped: {report.run.halt_reason}")
    limit = MOST_SECONDS * context.scale
    return Result(
        name="repricing",
        ratio=limit / min(seconds),
        bar=1.0,
        figures={
            "products": products,
            "seconds": min(seconds),
            "CPU seconds, ours and the server's for us": min(cpu),
            "products/s": products / min(seconds),
            "seconds to read the same rows plainly": min(reads),
            **{f"products {outcome.replace('_', ' ')}": count for outcome, count in counts.items()},
        },
        note=f"a whole catalog with four rivals on every third product, against a limit of {limit:g} s",
    )


async def _reprice(database: Database, tenant: TenantId) -> RunReport:
    async with database.unit(tenant) as unit:
        return await RepricingService(unit, _TAX_PPM).run(ProductFilter(), "benchmark")


async def _read(database: Database, tenant: TenantId) -> float:
    started = time.perf_counter()
    async with database.unit(tenant) as unit:
        await unit.connection.fetch(
            """select p.id, p.sku, p.price, p.cost, p.min_price, p.max_price, o.price as offered, o.competitor_id
                 from product p left join offer o on o.tenant_id = p.tenant_id and o.product_id = p.id
                where p.tenant_id = $1""",
            tenant,
        )
    return time.perf_counter() - started

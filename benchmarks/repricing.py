"""A whole catalog repriced: read, compare, decide within limits, explain, write proposals and holds, commit.

Once by a rule, and once by the response of demand, which four in five products have. There is no peer that does the same, so the bar is a limit in seconds; the time to read the same products and offers with
one plain query stands beside it.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg

from benchmarks.measuring import Context, Place, Result, process_cpu, server_process
from benchmarks.shop import make_shop
from shopwright.catalog.domain import ProductFilter
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.repricing import RepricingService, RunReport

PRODUCTS = 50_000
MOST_SECONDS = 10.0
MOST_SECONDS_BY_RESPONSE = 15.0
_TAX_PPM = 190_000
_FREE: Final = {"breaker": {"max_share_ppm": 1_000_000, "max_mean_ppm": 1_000_000}}
_BELIEFS: Final = """
insert into price_belief
select tenant_id, id, now(), currency, 0.2 + n % 17 / 4.0, 0.3, price, -1.5 - n % 20 / 10.0, -1.5 - n % 20 / 10.0, 0.3, 0.3,
       0.5, 0.4, ln(price), 0.3, 0, case when n % 5 = 0 then 4 else 0 end
  from (select tenant_id, id, currency, price, row_number() over (order by id) as n from product where tenant_id = $1) as p
"""
Prepare = Callable[[Place, Database, TenantId], Awaitable[None]]


async def run(context: Context) -> Result:
    """Measure runs by the built-in rule, each over all products in a fresh shop; the best counts."""
    return await _measure(context, "repricing", MOST_SECONDS, _nothing)


async def run_by_response(context: Context) -> Result:
    """Measure runs by profit_maximization, each over all products in a fresh shop; the best counts."""
    return await _measure(context, "repricing_by_response", MOST_SECONDS_BY_RESPONSE, _maximise)


async def _nothing(_: Place, __: Database, ___: TenantId) -> None:
    """Leave the shop to the built-in policy."""


async def _maximise(place: Place, database: Database, tenant: TenantId) -> None:
    """Give products beliefs, and the shop a policy that maximises profit by them."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(place.admin)
    try:
        await connection.execute(_BELIEFS, tenant)
        await connection.execute("analyze price_belief")
    finally:
        await connection.close()
    async with database.unit(tenant) as unit:
        rules = PolicyRules.read(_FREE)
        await PolicyService(unit).create("Profit", Scope(ScopeKind.TENANT), "profit_maximization", rules)


async def _measure(context: Context, name: str, most_seconds: float, prepare: Prepare) -> Result:
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
            await prepare(place, database, tenant)
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
    limit = most_seconds * context.scale
    return Result(
        name=name,
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

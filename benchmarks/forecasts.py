"""Forecasts of a whole shop from the database and back: 10,000 products, two years, three horizons with intervals.

Sales lie in the daily totals as imports leave them; on three days of ten a product sells, and its price was
changed seven times. What is measured is what the
worker's job does: read, learn, forecast, store, in one transaction.
"""

import time

import asyncpg

from benchmarks.measuring import Context, Place, Result, process_cpu, server_process
from benchmarks.shop import add_products
from shopwright.demand.domain import MOST_DAYS
from shopwright.demand.service import DemandService
from shopwright.kit.ids import TenantId, new_tenant_id

PRODUCTS = 10_000
LIMIT_SECONDS = 8.0
_TENANT = "insert into tenant (tenant_id, name) values ($1, 'Bench')"
_SALES = """
insert into daily_sales (tenant_id, product_id, day, currency, orders, units, units_returned, units_cancelled, revenue,
                         revenue_returned, revenue_cancelled)
select $1, p.id, current_date - $2::integer + d, 'EUR', 1, 1 + floor(random() * 4), 0, 0, 10, 0, 0
  from product p, generate_series(0, $2::integer - 1) d where p.tenant_id = $1 and random() < 0.3
"""
_PRICES = """
insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin)
select $1, p.id, now() - make_interval(days => n * 100 + 7), p.price * (0.9 + n % 3 * 0.1), p.price * (0.9 + (n + 1) % 3 * 0.1),
       'EUR', 'gross', 'edit'
  from product p, generate_series(0, 6) n where p.tenant_id = $1
"""


async def run(context: Context) -> Result:
    """Forecast the shop; the fastest round counts."""
    place = await context.database()
    products = context.sized(PRODUCTS)
    tenant = await _shop(place, products)
    database = await place.open(size=1)
    taken: list[tuple[float, float]] = []
    try:
        server = await server_process(database)
        for _ in range(context.rounds):
            began, cpu = time.perf_counter(), time.process_time() + process_cpu(server)
            async with database.unit(tenant) as unit:
                made = await DemandService(unit).make_forecasts()
            if made != products:
                raise RuntimeError(f"{made} forecasts for {products} products")
            taken.append((time.perf_counter() - began, time.process_time() + process_cpu(server) - cpu))
    finally:
        await database.close()
    seconds = min(clock for clock, _ in taken)
    return Result(
        name="forecasts",
        ratio=LIMIT_SECONDS / seconds,
        bar=1.0,
        figures={"seconds": seconds, "CPU seconds, ours and one server's": min(cpu for _, cpu in taken),
                 "products": products, "days": MOST_DAYS},
        note=f"forecasts of a shop, database to database, against {LIMIT_SECONDS:.0f} s",
    )  # fmt: skip


async def _shop(place: Place, products: int) -> TenantId:
    tenant = new_tenant_id()
    connection = await asyncpg.connect(place.admin)
    try:
        await connection.execute(_TENANT, tenant)
        await add_products(connection, tenant, products)
        await connection.execute(_SALES, tenant, MOST_DAYS)
        await connection.execute(_PRICES, tenant)
        await connection.execute("vacuum analyze daily_sales")
    finally:
        await connection.close()
    return tenant

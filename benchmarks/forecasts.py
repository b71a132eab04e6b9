"""Forecasts of a whole shop from the database and back: 10,000 products, two years, three horizons with intervals.

Sales lie in the daily totals as imports leave them; on three days of ten a product sells, and its price was
changed seven times. What is measured is what the
worker's job does: read, learn, forecast, store, in one transaction. Beside it, forecasting alone against Prophet, by CPU
time a product on one panel, where Prophet is installed (group `peers`).
"""

import os
import time
from collections.abc import Callable

import asyncpg
import numpy as np

from benchmarks.measuring import Context, Place, Result, process_cpu, server_process
from benchmarks.shop import add_products
from shopwright.app.evaluations.forecast_peers import find_peer
from shopwright.demand.domain import HORIZONS, MOST_DAYS
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.panel import Plan, SalesPanel
from shopwright.demand.service import DemandService
from shopwright.kit.ids import TenantId, new_tenant_id

PRODUCTS = 10_000
LIMIT_SECONDS = 8.0
PROPHETS = 10
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
                 "products": products, "days": MOST_DAYS, **_alone(products, context)},
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


def _alone(products: int, context: Context) -> dict[str, float]:
    """Return CPU milliseconds a product of forecasting alone, and how many of ours Prophet's time is worth."""
    panel = _panel(products, context.seed)
    plain = SalesPanel(first=panel.first, value=panel.value, group=panel.group)
    kinds = {"forecasting alone": panel, "forecasting alone, no prices": plain}
    found = {f"CPU ms a product, {what}": _ours(one, context.rounds) for what, one in kinds.items()}
    prophet, _ = find_peer("prophet")
    if prophet is None:
        return found
    few = plain.take(np.arange(min(PROPHETS, products)))
    theirs = 1_000 * _cpu(lambda: prophet(few, Plan(), list(HORIZONS))) / few.products
    ratios = {name.replace("CPU ms a product", "times Prophet"): theirs / ours for name, ours in found.items()}
    return {**found, "CPU ms a product, Prophet": theirs, **ratios}


def _ours(panel: SalesPanel, rounds: int) -> float:
    """Return the CPU milliseconds a product of our forecasts, the fastest round."""
    taken = [_cpu(lambda: BatchForecaster().fit(panel).forecast(HORIZONS)) for _ in range(rounds)]
    return 1_000 * min(taken) / panel.products


def _panel(products: int, seed: int) -> SalesPanel:
    """Draw sales and prices as those in the database: sold on three days of ten, seven changes of price."""
    rng = np.random.default_rng(seed)
    shape = (products, MOST_DAYS)
    steps = 0.9 + np.arange(MOST_DAYS) // 100 % 3 * 0.1
    return SalesPanel(
        first=np.datetime64("2024-01-01"),
        value=np.where(rng.random(shape) < 0.3, 1.0 + rng.integers(0, 4, shape), 0.0),
        group=rng.integers(0, 30, products),
        price=np.round(rng.lognormal(3, 0.5, products), 2)[:, None] * steps,
    )


def _cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of some work, those of child processes that it waits for too."""
    before = os.times()
    work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])

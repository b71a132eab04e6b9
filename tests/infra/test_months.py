"""The months of partitioned tables: whoever makes one waits for nobody for long, and nobody for ever."""

import asyncio
from datetime import date

from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId

PATIENCE_SECONDS = 10


async def make(unit: UnitOfWork, month: date) -> bool:
    """Make a month of order lines; tell whether it is there."""
    await unit.connection.execute("select ensure_month('order_line', $1)", month)
    child = f"order_line_{month:%Y%m}"
    there: bool = await unit.connection.fetchval("select to_regclass($1) is not null", child)
    return there


async def touch_every_month(unit: UnitOfWork) -> None:
    await unit.connection.execute("delete from order_line where tenant_id = $1", unit.tenant)


async def test_a_month_that_cannot_be_made_at_once_is_left_for_later(
    pool_database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    month = date(2003, 4, 1)
    async with pool_database.unit(other_tenant) as busy:
        await touch_every_month(busy)
        async with pool_database.unit(tenant) as unit:
            assert not await asyncio.wait_for(make(unit, month), PATIENCE_SECONDS)
    async with pool_database.unit(tenant) as unit:
        assert await make(unit, month)


async def test_two_who_touched_every_month_can_both_make_one(
    pool_database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    both = asyncio.Barrier(2)

    async def work(owner: TenantId, month: date) -> None:
        async with pool_database.unit(owner) as unit:
            await touch_every_month(unit)
            await both.wait()
            await make(unit, month)
            await unit.connection.execute("delete from price_point where tenant_id = $1", owner)
            await touch_every_month(unit)

    working = asyncio.gather(work(tenant, date(2003, 5, 1)), work(other_tenant, date(2003, 6, 1)))
    await asyncio.wait_for(working, PATIENCE_SECONDS)


async def test_two_who_make_the_same_month_both_find_it(
    pool_database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    made = asyncio.Event()

    async def first() -> bool:
        async with pool_database.unit(tenant) as unit:
            there = await make(unit, date(2003, 7, 1))
            made.set()
            await asyncio.sleep(0.3)
        return there

    async def second() -> bool:
        await made.wait()
        async with pool_database.unit(other_tenant) as unit:
            return await make(unit, date(2003, 7, 1))

    assert all(await asyncio.wait_for(asyncio.gather(first(), second()), PATIENCE_SECONDS))

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from shopwright.infra.bulk import LoadCounts, UndoCounts
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId, new_id
from shopwright.sales import loading
from shopwright.sales.loading import STAGED, LineChunk, OrderLineLoad, line_chunk

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


async def chunk(product: UUID, *rows: dict[str, Any]) -> AsyncIterator[LineChunk]:
    empty = dict.fromkeys(STAGED)
    lines = [
        {**empty, "product_id": str(product), "sold_on": FIRST, "quantity": 1, "revenue": Decimal("9.99"), "currency": "EUR",
         "tax_basis": "gross", "kind": "sale", "row_number": n, **row}
        for n, row in enumerate(rows, 2)
    ]  # fmt: skip
    yield line_chunk(pl.DataFrame(lines, infer_schema_length=None))


async def chunks(product: UUID, *parts: Sequence[dict[str, Any]]) -> AsyncIterator[LineChunk]:
    for part in parts:
        async for each in chunk(product, *part):
            yield each


async def stored(database: Database, tenant: TenantId) -> list[tuple[Any, ...]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select sold_on, line_key, quantity, import_id from order_line where tenant_id = $1 order by 1, 2", tenant
        )
    return [tuple(row) for row in rows]


@pytest.fixture(params=["copied", "staged"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load both ways: straight into the table, and as on a server whose administrator may make no such role."""
    if request.param == "staged":

        async def may_not_copy(_: UnitOfWork) -> bool:
            return False

        monkeypatch.setattr(loading, "may_copy", may_not_copy)


@pytest.fixture
def product(database: Database, tenant: TenantId) -> UUID:
    return new_id(tenant, database.clock.now())


async def load(database: Database, tenant: TenantId, product: UUID, *rows: dict[str, Any]) -> tuple[UUID, LoadCounts]:
    load_id = new_id(tenant, database.clock.now())
    async with database.unit(tenant) as unit:
        return load_id, await OrderLineLoad(unit, load_id).load(chunk(product, *rows))


async def test_lines_of_several_months_are_loaded_once(database: Database, tenant: TenantId, product: UUID) -> None:
    rows: list[dict[str, Any]] = [
        {"line_key": 1},
        {"line_key": 2, "sold_on": LAST},
        {"line_key": 1, "sold_on": date(2026, 2, 3)},
    ]
    first, counts = await load(database, tenant, product, *rows)
    assert counts == LoadCounts(new=3)
    _, again = await load(database, tenant, product, *rows)
    assert again == LoadCounts(unchanged=3)
    assert {row[3] for row in await stored(database, tenant)} == {first}


async def test_chunks_beyond_the_known_days_and_among_them_make_one_load(
    database: Database, tenant: TenantId, product: UUID
) -> None:
    await load(database, tenant, product, {"line_key": 1, "sold_on": day(10)}, {"line_key": 2, "sold_on": day(20)})
    before = await stored(database, tenant)
    load_id = new_id(tenant, database.clock.now())
    parts = (
        [{"line_key": 3, "sold_on": day(1)}],
        [{"line_key": 1, "sold_on": day(10)}, {"line_key": 4, "sold_on": day(15)}],
        [{"line_key": 2, "sold_on": day(20), "quantity": 5}, {"line_key": 5, "sold_on": day(60)}],
        [{"line_key": 6, "sold_on": day(61)}],
    )
    async with database.unit(tenant) as unit:
        counts = await OrderLineLoad(unit, load_id).load(chunks(product, *parts))
    assert counts == LoadCounts(new=4, changed=1, unchanged=1)
    assert [row[:3] for row in await stored(database, tenant)] == [
        (day(1), 3, 1), (day(10), 1, 1), (day(15), 4, 1), (day(20), 2, 5), (day(60), 5, 1), (day(61), 6, 1)
    ]  # fmt: skip
    async with database.unit(tenant) as unit:
        undone = await OrderLineLoad(unit, load_id).undo(day(1), day(61), loaded=5)
    assert undone == UndoCounts(removed=5, restored=1, kept=0)
    assert await stored(database, tenant) == before


async def test_two_loads_that_need_new_months_do_not_wait_for_each_other_for_ever(
    database: Database, tenant: TenantId, other_tenant: TenantId, product: UUID
) -> None:
    both_inserted = asyncio.Barrier(2)
    new_months = iter((date(2019, 7, 1), date(2019, 8, 1)))

    async def lines() -> AsyncIterator[LineChunk]:
        async for each in chunk(product, {"line_key": 1}):
            yield each
        await asyncio.wait_for(both_inserted.wait(), 10)
        async for each in chunk(product, {"line_key": 2, "sold_on": next(new_months)}):
            yield each

    async def loaded(owner: TenantId) -> LoadCounts:
        async with database.unit(owner) as unit:
            return await OrderLineLoad(unit, new_id(owner, database.clock.now())).load(lines())

    await load(database, tenant, product, {"line_key": 3, "sold_on": LAST})
    counts = await asyncio.gather(loaded(tenant), loaded(other_tenant))
    assert list(counts) == [LoadCounts(new=2), LoadCounts(new=2)]


async def test_a_newer_value_replaces_the_line_and_undo_brings_the_old_one_back(
    database: Database, tenant: TenantId, product: UUID
) -> None:
    await load(database, tenant, product, {"line_key": 1}, {"line_key": 2})
    before = await stored(database, tenant)
    second, counts = await load(database, tenant, product, {"line_key": 1, "quantity": 5}, {"line_key": 3})
    assert counts == LoadCounts(new=1, changed=1)
    async with database.unit(tenant) as unit:
        undone = await OrderLineLoad(unit, second).undo(FIRST, LAST, loaded=2)
    assert undone == UndoCounts(removed=2, restored=1, kept=0)
    assert await stored(database, tenant) == before


async def test_undo_leaves_what_a_later_load_replaced(database: Database, tenant: TenantId, product: UUID) -> None:
    first, _ = await load(database, tenant, product, {"line_key": 1}, {"line_key": 2})
    later, _ = await load(database, tenant, product, {"line_key": 1, "quantity": 7})
    async with database.unit(tenant) as unit:
        undone = await OrderLineLoad(unit, first).undo(FIRST, LAST, loaded=2)
    assert undone == UndoCounts(removed=1, restored=0, kept=1)
    assert await stored(database, tenant) == [(FIRST, 1, Decimal(7), later)]


async def test_a_load_that_fails_leaves_nothing(database: Database, tenant: TenantId, product: UUID) -> None:
    with pytest.raises(Exception, match="quantity"):
        await load(database, tenant, product, {"line_key": 1}, {"line_key": 2, "quantity": None})
    assert await stored(database, tenant) == []


@pytest.mark.property_test(82)
async def test_the_neighbours_lines_are_untouched(
    database: Database, tenant: TenantId, other_tenant: TenantId, product: UUID
) -> None:
    await load(database, tenant, product, {"line_key": 1})
    _, counts = await load(database, other_tenant, product, {"line_key": 1, "quantity": 9})
    assert counts == LoadCounts(new=1)
    assert [row[2] for row in await stored(database, tenant)] == [Decimal(1)]

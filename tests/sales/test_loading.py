from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from shopwright.infra.bulk import LoadCounts, UndoCounts, as_csv
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.sales.loading import STAGED, OrderLineLoad

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


async def chunk(*rows: dict[str, Any]) -> AsyncIterator[bytes]:
    empty = dict.fromkeys(STAGED)
    lines = [
        {**empty, "sold_on": FIRST, "product": 1, "quantity": 1, "revenue": Decimal("9.99"), "currency": "EUR",
         "tax_basis": "gross", "kind": "sale", "row_number": n, **row}
        for n, row in enumerate(rows, 2)
    ]  # fmt: skip
    yield as_csv(pl.DataFrame(lines, infer_schema_length=None), list(STAGED))


async def stored(database: Database, tenant: TenantId) -> list[tuple[Any, ...]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select sold_on, line_key, quantity, import_id from order_line where tenant_id = $1 order by 1, 2", tenant
        )
    return [tuple(row) for row in rows]


@pytest.fixture
def product(database: Database, tenant: TenantId) -> UUID:
    return new_id(tenant, database.clock.now())


async def load(database: Database, tenant: TenantId, product: UUID, *rows: dict[str, Any]) -> tuple[UUID, LoadCounts]:
    load_id = new_id(tenant, database.clock.now())
    async with database.unit(tenant) as unit:
        return load_id, await OrderLineLoad(unit, load_id).load(chunk(*rows), [product])


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

"""The loads of tables that are known by a product and more: traffic, stock levels, reviews."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from shopwright.infra.bulk import KeyedLoad as Load
from shopwright.infra.bulk import KeyedTable, LoadCounts, UndoCounts, as_csv
from shopwright.infra.db import Database
from shopwright.inventory.loading import STOCK_LEVELS
from shopwright.kit.ids import TenantId, new_id
from shopwright.reviews.loading import REVIEWS
from shopwright.sales.loading import TRAFFIC

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
REVIEW = {"rating": 4, "text": "Fine", "source": "file", "author_ref": "x", "written_on": MARCH}
Case = tuple[KeyedTable, dict[str, Any], dict[str, Any], dict[str, Any]]
CASES: dict[str, Case] = {
    "traffic": (TRAFFIC, {"day": MARCH, "sessions": 3, "views": 5}, {"sessions": 4}, {"day": APRIL}),
    "stock_level": (
        STOCK_LEVELS,
        {"warehouse": "main", "counted_at": NOON, "quantity": Decimal(5)},
        {"quantity": Decimal(6)},
        {"warehouse": "north"},
    ),
    "review": (REVIEWS, REVIEW, {"rating": 2}, {"text": "Better"}),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


async def load(
    database: Database, tenant: TenantId, table: KeyedTable, product: UUID, *rows: dict[str, Any]
) -> tuple[UUID, LoadCounts]:
    async def chunk() -> AsyncIterator[bytes]:
        lines = [{**dict.fromkeys(table.staged), "product": 1, "row_number": n, **row} for n, row in enumerate(rows, 2)]
        yield as_csv(pl.DataFrame(lines, infer_schema_length=None), list(table.staged))

    load_id = new_id(tenant, database.clock.now())
    async with database.unit(tenant) as unit:
        return load_id, await Load(unit, load_id, table).load(chunk(), [product])


async def stored(database: Database, tenant: TenantId, table: KeyedTable) -> list[dict[str, Any]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            f"select * from {table.name} where tenant_id = $1 order by row_number, import_id", tenant
        )
    return [dict(row) for row in rows]


@pytest.fixture
def product(database: Database, tenant: TenantId) -> UUID:
    return new_id(tenant, database.clock.now())


@pytest.mark.property_test(9)
async def test_rows_come_back_as_they_were_and_once(
    database: Database, tenant: TenantId, product: UUID, case: Case
) -> None:
    table, row, _, other = case
    first, counts = await load(database, tenant, table, product, row, {**row, **other})
    assert counts == LoadCounts(new=2)
    _, again = await load(database, tenant, table, product, {**row, **other}, row)
    assert again == LoadCounts(unchanged=2)
    found = (await stored(database, tenant, table))[0]
    assert {name: found[name] for name in row} == row
    assert (found["product_id"], found["import_id"], found["row_number"]) == (product, first, 2)


async def test_what_differs_is_replaced_and_undo_brings_it_back(
    database: Database, tenant: TenantId, product: UUID, case: Case
) -> None:
    table, row, change, other = case
    await load(database, tenant, table, product, row)
    before = await stored(database, tenant, table)
    second, counts = await load(database, tenant, table, product, {**row, **change}, {**row, **other})
    assert counts == LoadCounts(new=1, changed=1)
    async with database.unit(tenant) as unit:
        undone = await Load(unit, second, table).undo(loaded=2)
    assert undone == UndoCounts(removed=2, restored=1)
    assert await stored(database, tenant, table) == before


async def test_undo_leaves_what_a_later_load_replaced(
    database: Database, tenant: TenantId, product: UUID, case: Case
) -> None:
    table, row, change, _ = case
    first, _ = await load(database, tenant, table, product, row)
    await load(database, tenant, table, product, {**row, **change})
    after = await stored(database, tenant, table)
    async with database.unit(tenant) as unit:
        undone = await Load(unit, first, table).undo(loaded=1)
    assert undone == UndoCounts(kept=1)
    assert await stored(database, tenant, table) == after


async def test_of_rows_with_one_key_the_last_counts(
    database: Database, tenant: TenantId, product: UUID, case: Case
) -> None:
    table, row, change, _ = case
    _, counts = await load(database, tenant, table, product, row, {**row, **change})
    assert counts == LoadCounts(new=1, superseded=1)
    found = await stored(database, tenant, table)
    assert [{name: line[name] for name in change} for line in found] == [change]


@pytest.mark.property_test(82)
async def test_the_neighbours_rows_are_untouched(
    database: Database, tenant: TenantId, other_tenant: TenantId, product: UUID, case: Case
) -> None:
    table, row, change, _ = case
    first, _ = await load(database, tenant, table, product, row)
    before = await stored(database, tenant, table)
    _, counts = await load(database, other_tenant, table, product, {**row, **change})
    assert counts == LoadCounts(new=1)
    async with database.unit(other_tenant) as unit:
        assert await Load(unit, first, table).undo(loaded=1) == UndoCounts(kept=1)
    assert await stored(database, tenant, table) == before

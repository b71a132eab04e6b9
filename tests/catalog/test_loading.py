from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from shopwright.catalog.loading import STAGED, Precedence, ProductDefaults, ProductLoad
from shopwright.infra.bulk import LoadCounts, UndoCounts, as_csv
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock

DEFAULTS = ProductDefaults("EUR")


async def chunk(*rows: dict[str, Any]) -> AsyncIterator[bytes]:
    lines = [{**dict.fromkeys(STAGED), "marketplace": "own", "row_number": n, **row} for n, row in enumerate(rows, 2)]
    filled = [{**line, "normalised_sku": line["sku"]} for line in lines]
    yield as_csv(pl.DataFrame(filled, infer_schema_length=None), list(STAGED))


async def load(
    database: Database, tenant: TenantId, *rows: dict[str, Any], precedence: Precedence = Precedence.FILE
) -> tuple[UUID, LoadCounts]:
    load_id = new_id(tenant, database.clock.now())
    async with database.unit(tenant) as unit:
        return load_id, await ProductLoad(unit, load_id, DEFAULTS, precedence).load(chunk(*rows))


async def undo(
    database: Database, tenant: TenantId, load_id: UUID, loaded: int, in_use: tuple[UUID, ...] = ()
) -> UndoCounts:
    async with database.unit(tenant) as unit:
        return await ProductLoad(unit, load_id, DEFAULTS).undo(loaded, in_use)


async def stored(database: Database, tenant: TenantId) -> dict[str, dict[str, Any]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select * from product where tenant_id = $1", tenant)
    return {row["sku"]: dict(row) for row in rows}


async def history(database: Database, tenant: TenantId) -> list[tuple[Any, ...]]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select previous, price, currency, origin from price_point where tenant_id = $1 order by at, price", tenant
        )
    return [tuple(row) for row in rows]


async def test_new_products_get_defaults_where_the_file_says_nothing(database: Database, tenant: TenantId) -> None:
    given = new_id(tenant, database.clock.now())
    _, counts = await load(
        database, tenant, {"sku": "A", "id": str(given), "price": "9.99"}, {"sku": "B", "name": "Bee"}
    )
    assert counts == LoadCounts(new=2)
    products = await stored(database, tenant)
    assert (products["A"]["id"], products["A"]["name"], products["A"]["currency"]) == (given, "A", "EUR")
    assert (products["B"]["name"], products["B"]["price"], products["B"]["tax_basis"]) == ("Bee", None, "gross")
    assert await history(database, tenant) == [(None, Decimal("9.99"), "EUR", "import")]


async def test_a_file_changes_only_what_it_says(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    await load(database, tenant, {"sku": "A", "price": "9.99", "cost": "4.00", "attributes": '{"a": 1}'}, {"sku": "B"})
    clock.advance(timedelta(hours=1))
    _, counts = await load(database, tenant, {"sku": "A", "price": "8.99", "attributes": '{"b": 2}'}, {"sku": "B"})
    assert counts == LoadCounts(changed=1, unchanged=1)
    product = (await stored(database, tenant))["A"]
    assert (product["price"], product["cost"]) == (Decimal("8.99"), Decimal("4.00"))
    assert product["attributes"] == {"a": 1, "b": 2}
    assert (await history(database, tenant))[-1] == (Decimal("9.99"), Decimal("8.99"), "EUR", "import")


async def test_filling_blanks_leaves_what_the_shop_says(database: Database, tenant: TenantId) -> None:
    await load(database, tenant, {"sku": "A", "name": "Ours", "price": "9.99"})
    row = {"sku": "A", "name": "Theirs", "price": "1.00", "brand": "Acme"}
    _, counts = await load(database, tenant, row, precedence=Precedence.SHOP)
    assert counts == LoadCounts(changed=1)
    product = (await stored(database, tenant))["A"]
    assert (product["name"], product["price"], product["brand"]) == ("Ours", Decimal("9.99"), "Acme")
    assert len(await history(database, tenant)) == 1


@pytest.mark.parametrize(
    ("precedence", "expected"),
    [(Precedence.FILE, ("USD", Decimal("12.00"), None)), (Precedence.SHOP, ("EUR", Decimal("9.99"), Decimal("4.00")))],
)
async def test_amounts_of_two_currencies_never_stand_in_one_product(
    database: Database, tenant: TenantId, precedence: Precedence, expected: tuple[Any, ...]
) -> None:
    await load(database, tenant, {"sku": "A", "price": "9.99", "cost": "4.00"})
    foreign = {"sku": "A", "price": "12.00", "max_price": "20.00", "currency": "USD"}
    await load(database, tenant, foreign, precedence=precedence)
    product = (await stored(database, tenant))["A"]
    assert (product["currency"], product["price"], product["cost"]) == expected
    assert product["max_price"] == (Decimal("20.00") if precedence is Precedence.FILE else None)


async def test_a_currency_without_an_amount_changes_nothing(database: Database, tenant: TenantId) -> None:
    await load(database, tenant, {"sku": "A", "price": "9.99"})
    _, counts = await load(database, tenant, {"sku": "A", "currency": "USD"})
    assert counts == LoadCounts(unchanged=1)


@pytest.mark.property_test(5)
async def test_of_rows_with_one_sku_the_newest_counts_then_the_last(database: Database, tenant: TenantId) -> None:
    march, april = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    rows: list[dict[str, Any]] = [
        {"sku": "A", "price": "3", "updated_at": april},
        {"sku": "A", "price": "2", "updated_at": march},
        {"sku": "A", "price": "1", "updated_at": None},
        {"sku": "B", "price": "1", "updated_at": None},
        {"sku": "B", "price": "2", "updated_at": None},
    ]
    _, counts = await load(database, tenant, *rows)
    assert counts == LoadCounts(new=2, superseded=3)
    products = await stored(database, tenant)
    assert (products["A"]["price"], products["B"]["price"]) == (3, 2)


async def test_undo_removes_the_new_and_restores_the_old(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    await load(database, tenant, {"sku": "A", "price": "9.99", "brand": "Acme"})
    clock.advance(timedelta(hours=1))
    before = await stored(database, tenant)
    second, counts = await load(
        database, tenant, {"sku": "A", "price": "5.00", "brand": "Other"}, {"sku": "B", "price": "1"}
    )
    clock.advance(timedelta(hours=1))
    assert await undo(database, tenant, second, counts.written) == UndoCounts(removed=1, restored=1)
    after = await stored(database, tenant)
    changing = {"version", "pricing_version", "updated_at"}
    assert set(after) == {"A"}
    assert {k: v for k, v in after["A"].items() if k not in changing} == {
        k: v for k, v in before["A"].items() if k not in changing
    }


async def test_undo_keeps_the_price_that_was_in_force_in_the_history(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    await load(database, tenant, {"sku": "A", "price": "9.99"})
    clock.advance(timedelta(hours=1))
    second, _ = await load(database, tenant, {"sku": "A", "price": "5.00"})
    clock.advance(timedelta(hours=1))
    await undo(database, tenant, second, 1)
    points = [(old and str(old), str(new), origin) for old, new, _, origin in await history(database, tenant)]
    assert points == [
        (None, "9.990000", "import"), ("9.990000", "5.000000", "import"), ("5.000000", "9.990000", "rollback"),
    ]  # fmt: skip


async def test_undo_leaves_what_somebody_changed_since(database: Database, tenant: TenantId) -> None:
    first, _ = await load(database, tenant, {"sku": "A", "price": "9.99"}, {"sku": "B", "price": "1"})
    async with database.unit(tenant) as unit:
        await unit.connection.execute(
            "update product set name = 'Edited', version = version + 1 where tenant_id = $1 and sku = 'A'", tenant
        )
    assert await undo(database, tenant, first, 2) == UndoCounts(removed=1, kept=1)
    assert set(await stored(database, tenant)) == {"A"}


async def test_undo_archives_what_other_rows_refer_to(database: Database, tenant: TenantId) -> None:
    first, _ = await load(database, tenant, {"sku": "A"}, {"sku": "B"})
    used = (await stored(database, tenant))["A"]["id"]
    assert await undo(database, tenant, first, 2, (used,)) == UndoCounts(removed=1, kept=1)
    products = await stored(database, tenant)
    assert {sku: product["status"] for sku, product in products.items()} == {"A": "archived"}


@pytest.mark.property_test(82)
async def test_the_neighbours_products_are_untouched(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    first, _ = await load(database, tenant, {"sku": "A", "price": "1"})
    _, counts = await load(database, other_tenant, {"sku": "A", "price": "2"})
    assert counts == LoadCounts(new=1)
    assert await undo(database, other_tenant, first, 1) == UndoCounts(kept=1)
    assert (await stored(database, tenant))["A"]["price"] == 1

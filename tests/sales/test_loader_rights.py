"""What the role that copies rows past row-level security can do: add rows to the bound tenant's, and nothing else."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.factories.sales import add_lines

from shopwright.infra.bulk import copy_rows, may_copy, once
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id

COLUMNS = {"sold_on": "date", "line_key": "bigint", "product_id": "uuid", "quantity": "numeric", "revenue": "numeric",
           "currency": "text"}  # fmt: skip


def line(tenant: TenantId, database: Database) -> str:
    return f"2026-03-02,1,{new_id(tenant, database.clock.now())},1,10,EUR\n"


async def test_rows_get_the_bound_tenant_and_the_load(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    load_id = new_id(tenant, database.clock.now())
    for owner in (tenant, other_tenant, tenant):  # on one connection after another: nothing of an earlier one is left
        async with database.unit(owner) as unit:
            assert await may_copy(unit)
            rows = line(owner, database).replace(",1,", f",{'3' if owner == tenant else '4'},", 1).encode()
            await unit.connection.execute("delete from order_line where tenant_id = $1", owner)
            assert await copy_rows(unit, load_id, "order_line", COLUMNS, rows) == 1
            assert await unit.connection.fetchval("select current_user") == "shopwright_app"
            found = await unit.connection.fetch("select tenant_id, import_id, kind, tax_basis from order_line")
            assert [tuple(row) for row in found] == [(owner, load_id, "sale", "gross")]


@pytest.mark.property_test(82)
@pytest.mark.parametrize(
    "statement",
    [
        "select 1 from order_line limit 1",
        "update order_line set quantity = 0",
        "delete from order_line",
        "truncate order_line",
        "insert into order_line (tenant_id, sold_on) values (gen_random_uuid(), '2026-03-02')",
        "insert into order_line (import_id, sold_on) values (gen_random_uuid(), '2026-03-02')",
        "select 1 from product limit 1",
        "insert into product (name) values ('x')",
        "select 1 from journal limit 1",
        "create table public.mine (x integer)",
    ],
)
async def test_the_loader_may_do_nothing_else(database: Database, tenant: TenantId, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unit(tenant) as unit:
            await add_lines(unit, new_id(tenant, database.clock.now()), {})
            await unit.connection.execute("set local role shopwright_loader")
            await unit.connection.execute(statement)


@pytest.mark.property_test(82)
async def test_a_load_cannot_name_a_tenant(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    rows = f"{other_tenant},{line(tenant, database)}".encode()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unit(tenant) as unit:
            await copy_rows(
                unit, new_id(tenant, database.clock.now()), "order_line", {"tenant_id": "uuid", **COLUMNS}, rows
            )


async def test_without_a_tenant_nothing_is_copied(app_dsn: str, tenant: TenantId, database: Database) -> None:
    async def rows() -> AsyncIterator[bytes]:
        async for chunk in once(line(tenant, database).encode()):
            yield chunk

    connection = await asyncpg.connect(app_dsn)
    try:
        with pytest.raises(asyncpg.NotNullViolationError):
            async with connection.transaction():
                await connection.execute("set local role shopwright_loader")
                await connection.copy_to_table("order_line", source=rows(), columns=list(COLUMNS), format="csv")
    finally:
        await connection.close()

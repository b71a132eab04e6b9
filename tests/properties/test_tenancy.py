"""Laws of tenancy, for every table that the database lists: what one tenant holds, no other reaches."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.infra.db import prepare_connection
from shopwright.infra.postgres.provision import in_database
from shopwright.kit.ids import TenantId, new_tenant_id
from tests.factories.rows import insert, sample_row, tenant_tables

Administrator: TypeAlias = "asyncpg.Connection[Any]"

_TENANTS = 3
_MOST_TABLES = 100
_holdings = st.sets(st.tuples(st.integers(0, _TENANTS - 1), st.integers(0, _MOST_TABLES)), max_size=8)


@pytest.fixture
async def administrator(server: tuple[str, str], database_name: str) -> AsyncIterator[Administrator]:
    connection = await asyncpg.connect(in_database(server[0], database_name))
    await prepare_connection(connection)
    yield connection
    await connection.close()


async def become(connection: Administrator, tenant: TenantId | None) -> None:
    """Go on as the program, bound to a tenant, until the transaction ends."""
    await connection.execute(f"set local role shopwright_app; set local app.tenant_id = '{tenant or ''}'")


@pytest.mark.property_test(82)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(holdings=_holdings, viewer=st.one_of(st.none(), st.integers(0, _TENANTS - 1)))
async def test_a_tenant_sees_its_own_rows_and_no_others(
    administrator: Administrator, holdings: set[tuple[int, int]], viewer: int | None
) -> None:
    names = await tenant_tables(administrator)
    tenants = [new_tenant_id() for _ in range(_TENANTS)]
    held = {(owner, names[place % len(names)]) for owner, place in holdings}
    attempt = administrator.transaction()
    await attempt.start()
    try:
        for owner, table in sorted(held):
            await insert(administrator, await sample_row(administrator, table, tenants[owner]))
        await become(administrator, None if viewer is None else tenants[viewer])
        for table in {table for _, table in held}:
            seen = await administrator.fetchval(f"select count(*) from {table} where tenant_id = any($1)", tenants)
            assert seen == ((viewer, table) in held), table
    finally:
        await attempt.rollback()


@pytest.mark.property_test(82, 83)
async def test_no_row_is_written_for_another_tenant_or_for_none(administrator: Administrator) -> None:
    mine, theirs = new_tenant_id(), new_tenant_id()
    names = await tenant_tables(administrator)
    assert len(names) > 25
    for table in names:
        for bound in (mine, None):
            row = await sample_row(administrator, table, theirs)
            async with administrator.transaction():
                await become(administrator, bound)
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                    async with administrator.transaction():
                        await administrator.execute(row.insertion, *row.values.values())
        nobodys = await sample_row(administrator, table, mine)
        nobodys.values["tenant_id"] = None
        with pytest.raises(asyncpg.NotNullViolationError):
            await insert(administrator, nobodys)


@pytest.mark.property_test(82)
async def test_no_row_of_another_tenant_is_changed_deleted_or_given_away(administrator: Administrator) -> None:
    mine, theirs = new_tenant_id(), new_tenant_id()
    for table in await tenant_tables(administrator):
        attempt = administrator.transaction()
        await attempt.start()
        await insert(administrator, await sample_row(administrator, table, theirs))
        await insert(administrator, await sample_row(administrator, table, mine))
        await become(administrator, mine)
        for change in (
            f"update {table} set tenant_id = tenant_id where tenant_id = '{theirs}'",
            f"delete from {table} where tenant_id = '{theirs}'",
            f"update {table} set tenant_id = '{theirs}'",
        ):
            gives_away = change.endswith(f"set tenant_id = '{theirs}'")
            try:
                async with administrator.transaction():
                    status = await administrator.execute(change)
                assert not gives_away, table
                assert status in {"UPDATE 0", "DELETE 0"}, table
            except asyncpg.InsufficientPrivilegeError as refusal:
                assert gives_away or "permission denied" in str(refusal), table  # noqa: PT017
        await attempt.rollback()

from datetime import timedelta
from decimal import Decimal

from tests.factories.catalog import product_of
from tests.factories.sales import FIRST, add_lines

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.sales.service import SalesService


async def test_takings_are_net_of_what_came_back_and_of_one_currency(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    mug, pot = await product_of(database, tenant), await product_of(database, tenant, "POT-1")
    later = FIRST + timedelta(days=2)
    async with database.unit(tenant) as unit:
        await add_lines(
            unit,
            mug.id,
            {"quantity": Decimal(3), "revenue": Decimal("30.50"), "order_ref": "1", "sold_on": later},
            {"quantity": Decimal(1), "revenue": Decimal(10), "order_ref": "1", "kind": "return", "sold_on": later},
            {"currency": "USD"},
        )
        await add_lines(unit, pot.id, {"quantity": Decimal("0.5")})
        await SalesService(unit).rebuild_daily()
    async with database.unit(tenant) as unit:
        found = await SalesService(unit).takings_by_day(FIRST, 7, [mug.id], "EUR")
        assert (found.product_ids, found.row.tolist(), found.day.tolist()) == ([mug.id], [0], [2])
        assert (found.units.tolist(), found.returned.tolist(), found.revenue.tolist()) == ([2.0], [1.0], [20.5])
        both = await SalesService(unit).takings_by_day(FIRST, 1, [mug.id, pot.id], "EUR")
        assert (both.product_ids, both.units.tolist()) == ([pot.id], [0.5])
        assert await SalesService(unit).newest_day() == later
    async with database.unit(other_tenant) as unit:
        assert (await SalesService(unit).takings_by_day(FIRST, 7, [mug.id], "EUR")).product_ids == []
        assert await SalesService(unit).newest_day() is None

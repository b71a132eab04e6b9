"""A shop of 20 products in 20 categories that has sold them evenly for 100 days."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.factories.proposals import product

from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId

SHOP = TenantSettings()
HISTORY_DAYS = 100


async def sell(unit: UnitOfWork, products: list[UUID], first: date, days: int, units: float = 10) -> None:
    """Write what products sold: about so many units a day at 10 EUR, up to a tenth more or less by product and day."""
    await unit.connection.execute(
        """insert into daily_sales (tenant_id, product_id, day, currency, orders, units, units_returned, units_cancelled,
                                    revenue, revenue_returned, revenue_cancelled)
           select $1, p, $3::date + d, 'EUR', 1, u, 0, 0, 10 * u, 0, 0
             from unnest($2::uuid[]) with ordinality as n(p, row), generate_series(0, $4::integer - 1) d,
                  lateral (select round($5::numeric * (0.9 + ((row * 7919 + d * 104729) % 200) / 1000.0), 3) as u) sold
           on conflict (tenant_id, product_id, day, currency) do nothing""",
        unit.tenant,
        products,
        first,
        days,
        units,
    )  # fmt: skip


@pytest.fixture
async def products(database: Database, tenant: TenantId) -> list[UUID]:
    """Open the shop; return its products, that of category Kind 0 first."""
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", SHOP, simulated=False)
        made = [await product(unit, f"P-{n:02}", category=f"Kind {n:02}") for n in range(20)]
        today = unit.clock.now().date()
        await sell(unit, made, today - timedelta(days=HISTORY_DAYS), HISTORY_DAYS)
    return made

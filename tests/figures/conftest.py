"""A shop of two products with sales, costs, stock and a rival, at noon of 2 March 2026 in Berlin."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories.catalog import add_product
from tests.factories.inventory import count_stock
from tests.factories.market import offers
from tests.factories.proposals import new_proposal
from tests.factories.sales import add_lines

from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.inventory.service import InventoryService
from shopwright.kit.ids import TenantId, new_id
from shopwright.pricing.repository import ProposalRepository
from shopwright.sales.service import SalesService

TODAY = date(2026, 3, 2)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
async def shop(database: Database, tenant: TenantId) -> dict[str, UUID]:
    """MUG-1 at 10 EUR with cost 5, MUG-2 at 20 EUR without a cost; tax 19 %."""
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
        mug = await add_product(unit, "MUG-1")
        jug = await add_product(unit, "MUG-2", price=Decimal(20), cost=None, max_price=Decimal(40))
        await add_lines(
            unit, mug.id,
            {"sold_on": ago(1), "order_ref": "A", "quantity": Decimal(10), "revenue": Decimal("119.00")},
            {"sold_on": ago(1), "order_ref": "B", "quantity": Decimal(2), "revenue": Decimal("23.80")},
            {"sold_on": ago(0), "order_ref": "B", "kind": "return", "quantity": Decimal(2), "revenue": Decimal("23.80")},
            {"sold_on": ago(8), "order_ref": "C", "revenue": Decimal("11.90")},
        )  # fmt: skip
        await add_lines(unit, jug.id, {"sold_on": ago(1), "order_ref": "A", "revenue": Decimal(20)})
        await add_lines(unit, mug.id, {"sold_on": ago(2), "order_ref": "D", "revenue": Decimal(30), "currency": "USD"})
        await SalesService(unit).rebuild_daily()
        await count_stock(unit, jug.id, "3", hours_ago=24 * 9)
        await count_stock(unit, jug.id, "0", hours_ago=2)
        await count_stock(unit, mug.id, "9", hours_ago=24 * 9)
        await InventoryService(unit).refresh_catalog()
        await offers(unit, {"sku": "MUG-1", "price": Decimal("7.00"), "shipping": Decimal("1.00")})
        await ProposalRepository(unit).add_all(
            new_id(tenant, unit.clock.now()),
            [new_proposal(unit, mug.id, expected={"gain": ["-3.00", "12.50", "20.00"]})],
        )
    return {"mug": mug.id, "jug": jug.id}

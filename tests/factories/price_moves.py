"""Own prices as they were set in the past, straight in the table, and what was sold at them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.sales.service import SalesService
from tests.factories.sales import FIRST, add_lines


async def sell_at(
    database: Database,
    tenant: TenantId,
    product: UUID,
    prices: Sequence[int],
    weekly: Sequence[int],
    first: date = FIRST,
) -> None:
    """Ask each price for a week, and sell so many units a week.

    Each week's units are spread over seven days as evenly as whole units can be.
    """
    async with database.unit(tenant) as unit:
        # The product was there before its row was.
        await unit.connection.execute(
            "delete from price_point where tenant_id = $1 and product_id = $2", tenant, product
        )
        for week, price in enumerate(prices):
            set_at = datetime.combine(first + timedelta(days=7 * week - 1), time(12), UTC)
            await unit.connection.execute(
                """insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin)
                   values ($1, $2, $3, $4, $5, 'EUR', 'gross', 'edit')""",
                tenant,
                product,
                set_at,
                Decimal(price),
                Decimal(prices[max(week - 1, 0)]),
            )
        lines = [
            {
                "sold_on": first + timedelta(days=7 * week + day),
                "quantity": Decimal(units),
                "revenue": Decimal(price * units),
            }
            for week, (price, total) in enumerate(zip(prices, weekly, strict=True))
            for day in range(7)
            if (units := total // 7 + (day < total % 7))
        ]
        await add_lines(unit, product, *lines)
        await SalesService(unit).rebuild_daily()

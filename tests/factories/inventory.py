"""Counted stock, straight in the table."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from shopwright.infra.db import UnitOfWork


async def count_stock(
    unit: UnitOfWork, product_id: UUID, quantity: str, *, warehouse: str = "main", hours_ago: int = 0
) -> None:
    """Insert a count of a product."""
    await unit.connection.execute(
        """insert into stock_level (tenant_id, product_id, warehouse, counted_at, quantity)
           values ($1, $2, $3, $4, $5)""",
        unit.tenant,
        product_id,
        warehouse,
        unit.clock.now() - timedelta(hours=hours_ago),
        Decimal(quantity),
    )

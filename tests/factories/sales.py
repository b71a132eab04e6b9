"""Order lines of a shop, straight in the table."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shopwright.infra.db import UnitOfWork

FIRST = date(2026, 3, 2)
"""A Monday."""


async def add_lines(unit: UnitOfWork, product_id: UUID, *lines: dict[str, Any]) -> None:
    """Insert order lines: one piece for 10 EUR sold on FIRST, unless a line says otherwise."""
    taken: int = await unit.connection.fetchval("select count(*) from order_line where tenant_id = $1", unit.tenant)
    for key, line in enumerate(lines, taken + 1):
        values = {
            "sold_on": FIRST, "line_key": key, "product_id": product_id, "quantity": Decimal(1),
            "revenue": Decimal(10), "currency": "EUR", "kind": "sale", **line,
        }  # fmt: skip
        names = ", ".join(values)
        places = ", ".join(f"${place}" for place in range(2, len(values) + 2))
        await unit.connection.execute(
            f"insert into order_line (tenant_id, {names}) values ($1, {places})", unit.tenant, *values.values()
        )

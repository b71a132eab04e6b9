"""Counted stock in bulk: the same file twice changes nothing, and a load can be taken back."""

from typing import Final
from uuid import UUID

from shopwright.infra.bulk import KeyedLoad, KeyedTable
from shopwright.infra.db import UnitOfWork

STOCK_LEVELS: Final = KeyedTable(
    "stock_level", key={"warehouse": "text", "counted_at": "timestamptz"}, values={"quantity": "numeric"}
)


class StockLevelLoad(KeyedLoad):
    """Loads the counts of one import. A count is known by product, warehouse and moment."""

    def __init__(self, unit: UnitOfWork, load_id: UUID) -> None:
        super().__init__(unit, load_id, STOCK_LEVELS)

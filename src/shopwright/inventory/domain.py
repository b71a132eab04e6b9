"""Stock as it was counted, by product and warehouse. Pure. The newest count of a warehouse is in force."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StockCount:
    """How many units of a product were counted in a warehouse at a moment."""

    product_id: UUID
    sku: str | None
    warehouse: str
    counted_at: datetime
    quantity: Decimal
    import_id: UUID | None
    row_number: int | None


@dataclass(frozen=True, slots=True)
class StockFilter:
    """Which counts; None means all. `history` adds the counts that a newer one of the warehouse has replaced."""

    product_id: UUID | None = None
    warehouse: str | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class EmptyShelf:
    """A product that had nothing to sell from a count on until a later one, which may not have come yet."""

    product_id: UUID
    since: datetime
    until: datetime | None

"""HTTP: stock as it was counted."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.exports import Columns, ExportFormat, export
from shopwright.infra.web.fields import Line
from shopwright.infra.web.pages import LARGEST_PAGE, Page
from shopwright.inventory.domain import StockCount, StockFilter
from shopwright.inventory.service import InventoryService

router = guarded_router(prefix="/inventory", tag="inventory")


class StockAnswer(BaseModel):
    """How many units of a product were counted in a warehouse at a moment."""

    product_id: UUID
    sku: str | None
    warehouse: str
    counted_at: datetime
    quantity: Decimal
    import_id: UUID | None
    row_number: int | None


class StockQuery(BaseModel):
    """Which counts."""

    model_config = ConfigDict(extra="forbid")

    product_id: UUID | None = None
    warehouse: Line | None = None
    history: bool = Field(default=False, description="Also counts that a newer one of the warehouse has replaced.")

    def wanted(self) -> StockFilter:
        """Return the filter."""
        return StockFilter(self.product_id, self.warehouse, self.history)


class StockPage(StockQuery):
    """Which page of which counts."""

    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(default=100, ge=1, le=LARGEST_PAGE, description="Rows a page.")


class StockExport(StockQuery):
    """Which counts as which kind of file."""

    format: ExportFormat = ExportFormat.CSV


_EXPORTED: Final[Columns[StockCount]] = {
    "sku": lambda count: count.sku,
    "warehouse": lambda count: count.warehouse,
    "counted_at": lambda count: count.counted_at,
    "quantity": lambda count: count.quantity,
}


async def inventory_service(request: Request) -> InventoryService:
    """Build the service on the request's unit of work."""
    return InventoryService(unit_of(request))


Inventory = Annotated[InventoryService, Depends(inventory_service)]


@router.get("/levels", name="list_stock_levels", response_model=Page[StockAnswer])
@needs("catalog:read")
async def list_stock_levels(inventory: Inventory, query: Annotated[StockPage, Query()]) -> Response:
    """List the newest count of each product and warehouse, with older ones if asked."""
    return answer(await inventory.list_counts(query.wanted(), cursor=query.cursor, limit=query.limit))


@router.get("/levels/export", name="export_stock_levels", response_class=StreamingResponse)
@needs("catalog:read", in_transaction=True)
async def export_stock_levels(inventory: Inventory, query: Annotated[StockExport, Query()]) -> StreamingResponse:
    """Give all counts of a filter as a file."""
    return await export(inventory.export(query.wanted()), _EXPORTED, query.format, "stock-levels")

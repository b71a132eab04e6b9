"""HTTP: order lines, totals, traffic."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.exports import Columns, ExportFormat, export
from shopwright.infra.web.fields import Day, Line
from shopwright.infra.web.pages import LARGEST_PAGE, CursorText, Limit, Page
from shopwright.kit.money import TaxBasis
from shopwright.sales.domain import Grain, LineFilter, LineKind, OrderLine, Period, TotalsFilter
from shopwright.sales.service import SalesService

router = guarded_router(prefix="/sales", tag="sales")


class LineAnswer(BaseModel):
    """One line of an order. Quantity and revenue are above zero; `kind` gives the sign."""

    sold_on: date
    line_key: str = Field(description="Tells lines of one day apart.")
    sold_at: datetime | None
    product_id: UUID
    sku: str | None
    order_ref: str | None
    kind: LineKind
    quantity: Decimal
    revenue: Decimal
    list_price: Decimal | None
    currency: str
    tax_basis: TaxBasis
    channel: str | None
    country: str | None
    promotion: bool | None
    import_id: UUID | None
    row_number: int | None


class TotalAnswer(BaseModel):
    """What was sold in the period that begins on `period`, gross, returned, cancelled and net, in one currency."""

    period: date
    product_id: UUID | None
    currency: str
    orders: int = Field(description="Orders, counted once for each product in them and day.")
    units: Decimal
    units_returned: Decimal
    units_cancelled: Decimal
    units_net: Decimal
    revenue: Decimal
    revenue_returned: Decimal
    revenue_cancelled: Decimal
    revenue_net: Decimal


class TrafficAnswer(BaseModel):
    """How often a product was looked at on a day."""

    product_id: UUID
    day: date
    sessions: int
    views: int


class PeriodQuery(BaseModel):
    """Business days of the shop from `since` up to, not including, `until`."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = None
    until: Day | None = None


class LineQuery(PeriodQuery):
    """Which order lines."""

    product_id: UUID | None = None
    kind: LineKind | None = None
    channel: Line | None = None
    order_ref: Line | None = None

    def wanted(self) -> LineFilter:
        """Return the filter."""
        return LineFilter(
            period=Period(self.since, self.until),
            product_id=self.product_id,
            kind=self.kind,
            channel=self.channel,
            order_ref=self.order_ref,
        )


class LinePage(LineQuery):
    """Which page of which order lines."""

    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(default=100, ge=1, le=LARGEST_PAGE, description="Rows a page.")


class LineExport(LineQuery):
    """Which order lines as which kind of file."""

    format: ExportFormat = ExportFormat.CSV


class TotalsPage(PeriodQuery):
    """Which totals."""

    grain: Grain = Grain.DAY
    product_id: list[UUID] | None = Field(default=None, max_length=LARGEST_PAGE)
    category: Line | None = None
    brand: Line | None = None
    by_product: bool = Field(default=False, description="Tell products apart instead of adding them up.")
    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(default=100, ge=1, le=LARGEST_PAGE, description="Rows a page.")

    def wanted(self) -> TotalsFilter:
        """Return the filter."""
        return TotalsFilter(
            period=Period(self.since, self.until),
            grain=self.grain,
            products=self.product_id,
            category=self.category,
            brand=self.brand,
            by_product=self.by_product,
        )


_EXPORTED: Final[Columns[OrderLine]] = {
    "sold_on": lambda line: line.sold_on,
    "sold_at": lambda line: line.sold_at,
    "order_ref": lambda line: line.order_ref,
    "sku": lambda line: line.sku,
    "kind": lambda line: line.kind.value,
    "quantity": lambda line: line.quantity,
    "revenue": lambda line: line.revenue,
    "list_price": lambda line: line.list_price,
    "currency": lambda line: line.currency,
    "tax_basis": lambda line: line.tax_basis.value,
    "channel": lambda line: line.channel,
    "country": lambda line: line.country,
    "promotion": lambda line: line.promotion,
}


async def sales_service(request: Request) -> SalesService:
    """Build the service on the request's unit of work."""
    return SalesService(unit_of(request))


Sales = Annotated[SalesService, Depends(sales_service)]


@router.get("/lines", name="list_order_lines", response_model=Page[LineAnswer])
@needs("sales:read")
async def list_order_lines(sales: Sales, query: Annotated[LinePage, Query()]) -> Response:
    """List order lines, newest first."""
    return answer(await sales.list_lines(query.wanted(), cursor=query.cursor, limit=query.limit))


@router.get("/lines/export", name="export_order_lines", response_class=StreamingResponse)
@needs("sales:read", in_transaction=True)
async def export_order_lines(sales: Sales, query: Annotated[LineExport, Query()]) -> StreamingResponse:
    """Give all order lines of a filter as a file."""
    return await export(sales.export_lines(query.wanted()), _EXPORTED, query.format, "order-lines")


@router.get("/totals", name="list_sales_totals", response_model=Page[TotalAnswer])
@needs("sales:read")
async def list_sales_totals(sales: Sales, query: Annotated[TotalsPage, Query()]) -> Response:
    """List totals by day, week or month, oldest first; returns and cancellations are dated to their sale."""
    return answer(await sales.totals(query.wanted(), cursor=query.cursor, limit=query.limit))


@router.get("/traffic", name="list_traffic", response_model=Page[TrafficAnswer])
@needs("sales:read")
async def list_traffic(
    sales: Sales,
    since: Day | None = None,
    until: Day | None = None,
    product_id: UUID | None = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Response:
    """List sessions and views by product and day, newest first."""
    return answer(await sales.traffic(Period(since, until), product_id=product_id, cursor=cursor, limit=limit))

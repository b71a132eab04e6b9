"""The use cases of sales: reading lines, totals and traffic; making the daily totals from the lines."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.sales.domain import (
    ALL_PRODUCTS,
    LONGEST_RETURN_DAYS,
    DailyTakings,
    DailyUnits,
    LineFilter,
    OrderLine,
    Period,
    SalesPace,
    SalesTotal,
    SalesTotalsRebuilt,
    TotalsFilter,
    TrafficDay,
)
from shopwright.sales.repository import SalesRepository

_EXPORT_BATCH = 2_000


class SalesService:
    """What was sold, returned and looked at, of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._sales = SalesRepository(unit)

    async def list_lines(self, wanted: LineFilter, *, cursor: str | None = None, limit: int = 100) -> Slice[OrderLine]:
        """Return a page of order lines, newest first."""
        decoded = decode_cursor(cursor, date, int)
        after = None if decoded is None else (decoded[0], decoded[1])
        lines = await self._sales.list_lines(wanted, after, limit + 1)
        return page_of(lines, limit, lambda line: (line.sold_on, line.line_key))

    def export_lines(self, wanted: LineFilter) -> AsyncIterator[list[OrderLine]]:
        """Yield all order lines of a filter in batches, from one snapshot and in bounded memory."""
        return self._sales.stream_lines(wanted, _EXPORT_BATCH)

    async def totals(self, wanted: TotalsFilter, *, cursor: str | None = None, limit: int = 100) -> Slice[SalesTotal]:
        """Return totals by period, then product, then currency, oldest first. Currencies are never added up.

        A week or month that the filter's period cuts holds what lies within the filter's period.
        """
        decoded = decode_cursor(cursor, date, UUID, str)
        after = None if decoded is None else (decoded[0], decoded[1], decoded[2])
        totals = await self._sales.list_totals(wanted, after, limit + 1)
        return page_of(totals, limit, lambda total: (total.period, total.product_id or ALL_PRODUCTS, total.currency))

    async def pace(self, most_days: int) -> SalesPace:
        """Return how fast products sell at present, seen over up to `most_days` days, fewer in a younger shop."""
        first, until = await self._sales.days_with_sales()
        if first is None or until is None:
            return SalesPace(None, 0, {})
        days = min(most_days, (until - first).days + 1)
        units = await self._sales.units_since(until - timedelta(days=days - 1))
        return SalesPace(until, days, {product: float(sold) * 7 / days for product, sold in units.items()})

    async def units_by_day(self, most_days: int) -> DailyUnits | None:
        """Return net units of up to `most_days` days up to the newest day with sales; None for a shop without sales."""
        first, until = await self._sales.days_with_sales()
        if first is None or until is None:
            return None
        days = min(most_days, (until - first).days + 1)
        return await self._sales.units_by_day(until - timedelta(days=days - 1), days)

    async def newest_day(self) -> date | None:
        """Return the newest day with sales, None in a shop without."""
        return (await self._sales.days_with_sales())[1]

    async def takings_by_day(self, first: date, days: int, products: Sequence[UUID], currency: str) -> DailyTakings:
        """Return what products took in one currency on `days` days from the first on."""
        return await self._sales.takings_by_day(first, days, products, currency)

    async def promoted_days(self, first: date, days: int) -> list[tuple[UUID, list[int]]]:
        """Return for each product the days of a period, counted from its first, with sales that were promoted."""
        return await self._sales.promoted_days(first, days)

    async def traffic(
        self, period: Period, *, product_id: UUID | None = None, cursor: str | None = None, limit: int = 100
    ) -> Slice[TrafficDay]:
        """Return sessions and views by product and day, newest first."""
        decoded = decode_cursor(cursor, date, UUID)
        after = None if decoded is None else (decoded[0], decoded[1])
        days = await self._sales.list_traffic(period, product_id, after, limit + 1)
        return page_of(days, limit, lambda day: (day.day, day.product_id))

    async def rebuild_daily(
        self,
        first: date | None = None,
        last: date | None = None,
        products: Sequence[UUID] | None = None,
        *,
        removed: bool = False,
    ) -> int:
        """Make anew the daily totals that lines of the days first to last (both included) bear on.

        Call it after lines of these days were loaded; with `removed` after lines of these days were taken away, since
        then nothing tells any more which earlier sales they were returns of. Other days are made anew where returns
        move between them and these. None means from the beginning, to the end, all products. Returns the number of
        rows (product, day, currency) that were written.
        """
        Period(first, last)
        if removed and first is not None:
            first -= timedelta(days=LONGEST_RETURN_DAYS)
        rows = await self._sales.rebuild_daily(first, last, products)
        self._unit.publish(SalesTotalsRebuilt(subject_id=str(self._unit.tenant), first=first, last=last, rows=rows))
        return rows

"""The use cases of figures: the dashboard of a shop. It reads everything and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shopwright.figures.definitions import DEFINITIONS, Definition, FigureName
from shopwright.figures.domain import Dashboard, Figure, Link, Point, RevenueDay, Values, figure_of
from shopwright.figures.periods import (
    Comparison,
    Days,
    PeriodName,
    compared,
    end_of,
    moments_of,
    period_of,
    reaches_present,
)
from shopwright.figures.repository import FigureRepository
from shopwright.figures.takings import Book, rounded
from shopwright.figures.words import State, happening_of, needs_of
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import UnitOfWork

_TENTH = Decimal("0.1")


class FigureService:
    """The figures of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._figures = FigureRepository(unit)

    async def dashboard(
        self,
        period: PeriodName = PeriodName.MONTH,
        comparison: Comparison = Comparison.PREVIOUS,
        *,
        until: date | None = None,
        operating: bool = False,
    ) -> Dashboard:
        """Return the shop at a glance, over whole business days that end before `until`: today when it is None.

        Figures are defined in `figures.definitions`. Sales come from the daily totals (net: returns and cancellations
        are dated to their sale), states (price index, empty shelves) are read at up to eight moments of the period, and
        what waits is counted now. Amounts are in the shop's currency; what no recorded rate converts is given apart.
        """
        settings = (await TenantService(self._unit).get()).settings
        now = self._unit.clock.now()
        today = now.astimezone(settings.zone).date()
        days = period_of(period, until or today)
        before = compared(days, comparison)
        book = await self._book(days, before, settings)
        state = await self._figures.state(now, today, settings.currency)
        figures = [
            *self._sales_figures(book, days, before, state["newest_sale"], today, settings.currency),
            await self._orders(days, before, state["newest_sale"], today),
            *await self._states(days, before, now, settings, state),
        ]
        happenings = await self._figures.happenings(end_of(days.since, settings.zone), now)
        return Dashboard(
            period=period,
            days=days,
            comparison=comparison,
            compared_days=before,
            currency=settings.currency,
            time_zone=settings.time_zone,
            computed_at=now,
            figures=figures,
            revenue=_revenue(book, days, before),
            foreign=book.foreign(days),
            needs=needs_of(state, now, today, settings.currency, operating=operating),
            happenings=sorted(
                (happening_of(row, days.since.isoformat()) for row in happenings),
                key=lambda one: one.newest,
                reverse=True,
            ),
        )

    async def _book(self, days: Days, before: Days | None, settings: TenantSettings) -> Book:
        rows = await self._figures.sales(days, before)
        abroad = {(code, row.day) for row in rows for code in (row.currency, row.cost_currency)}
        wanted = sorted(one for one in abroad if one[0] != settings.currency)
        rates = await self._figures.rates(wanted, settings.currency)
        return Book(rows, settings.currency, settings.tax_rate, rates)

    def _sales_figures(
        self, book: Book, days: Days, before: Days | None, newest: date | None, today: date, currency: str
    ) -> list[Figure]:
        takings, earlier = book.of(days), None if before is None else book.of(before)
        revenue, profit, margin = book.sparks(days)
        common = Values(value=None, compared=None, spark=(), newest=newest, is_old=_is_old_day(newest, today))
        values = {
            FigureName.REVENUE: replace(
                common,
                value=rounded(takings.revenue, currency),
                compared=None if earlier is None else rounded(earlier.revenue, currency),
                spark=revenue,
                foreign=book.foreign(days),
            ),
            FigureName.GROSS_PROFIT: replace(
                common,
                value=rounded(takings.profit, currency),
                compared=None if earlier is None else rounded(earlier.profit, currency),
                spark=profit,
                coverage=takings.coverage,
            ),
            FigureName.MARGIN: replace(
                common,
                value=takings.margin,
                compared=None if earlier is None else earlier.margin,
                spark=margin,
                coverage=takings.coverage,
            ),
        }
        return [
            figure_of(DEFINITIONS[name], found, currency, _sales_link(DEFINITIONS[name], days))
            for name, found in values.items()
        ]

    async def _orders(self, days: Days, before: Days | None, newest: date | None, today: date) -> Figure:
        orders = await self._figures.orders(days, before)
        values = Values(
            value=Decimal(sum(orders.get(day, 0) for day in days)),
            compared=None if before is None else Decimal(sum(orders.get(day, 0) for day in before)),
            spark=[Point(day, Decimal(orders.get(day, 0))) for day in days],
            newest=newest,
            is_old=_is_old_day(newest, today),
        )
        definition = DEFINITIONS[FigureName.ORDERS]
        return figure_of(definition, values, "", _sales_link(definition, days, kind="sale"))

    async def _states(
        self, days: Days, before: Days | None, now: datetime, settings: TenantSettings, state: State
    ) -> list[Figure]:
        moments = list(moments_of(days, now, settings.zone))
        then = None if before is None else end_of(before.until, settings.zone)
        asked = moments if then is None or then in moments else [then, *moments]
        indices = {at: _tenth(found) for at, found in (await self._figures.price_index(asked)).items()}
        empty = {at: Decimal(found) for at, found in (await self._figures.out_of_stock(asked)).items()}
        if not reaches_present(days, now, settings.zone):
            counted = empty.get(moments[-1])
        elif (counted := Decimal(state["out_of_stock"]) if state["counted"] else None) is not None:
            empty[moments[-1]] = counted
        spark = [(at, (at.astimezone(settings.zone) - timedelta(microseconds=1)).date()) for at in moments]
        index, stock = DEFINITIONS[FigureName.PRICE_INDEX], DEFINITIONS[FigureName.OUT_OF_STOCK]
        return [
            figure_of(index, Values(
                value=indices.get(moments[-1]),
                compared=None if then is None else indices.get(then),
                spark=[Point(day, indices.get(at)) for at, day in spark],
                newest=state["newest_offer"],
                is_old=_is_old(state["newest_offer"], now, index),
            ), settings.currency, Link(index.page, rows=index.rows)),
            figure_of(stock, Values(
                value=counted,
                compared=None if then is None else empty.get(then),
                spark=[Point(day, empty.get(at)) for at, day in spark],
                newest=state["newest_count"],
                is_old=_is_old(state["newest_count"], now, stock),
            ), settings.currency,
            Link(stock.page, {"stock": "out", "status": "active"}, f"{stock.rows}?stock=out&status=active")),
        ]  # fmt: skip


def _revenue(book: Book, days: Days, before: Days | None) -> Sequence[RevenueDay]:
    earlier: list[date | None] = [None] * len(days) if before is None else list(before)
    return [
        RevenueDay(day, book.revenue_of(day), other, None if other is None else book.revenue_of(other))
        for day, other in zip(days, earlier, strict=True)
    ]


def _sales_link(definition: Definition, days: Days, **more: str) -> Link:
    wanted: Mapping[str, Any] = {"since": days.since.isoformat(), "until": days.until.isoformat(), **more}
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return Link(definition.page, wanted, f"{definition.rows}?{query}")


def _is_old_day(newest: date | None, today: date) -> bool:
    return newest is not None and today - newest > DEFINITIONS[FigureName.REVENUE].fresh_for


def _is_old(newest: datetime | None, now: datetime, definition: Definition) -> bool:
    return newest is not None and now - newest > definition.fresh_for


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)

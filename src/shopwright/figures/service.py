"""The use cases of figures: the dashboard of a shop. It reads everything and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from shopwright.figures.definitions import DEFINITIONS, Definition, FigureName, Unit
from shopwright.figures.domain import Dashboard, Figure, Link, Point, RevenueDay, Values, figure_of
from shopwright.figures.periods import (
    Comparison,
    Days,
    PeriodName,
    compared,
    end_of,
    period_of,
    reaches_present,
)
from shopwright.figures.repository import FigureRepository
from shopwright.figures.takings import Book, rounded
from shopwright.figures.words import State, happening_of, needs_of
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import UnitOfWork

LONGEST_KEPT: Final = 92
"""Days for which the states of figures are read back: a quarter, the longest spark but one."""
_DAYS_AT_ONCE: Final = 31
_TENTH: Final = Decimal("0.1")
_ONE: Final = Decimal(1)


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
        are dated to their sale), states (price index, empty shelves) are those kept at the ends of days and the
        present one, and what waits is counted now. Amounts are in the shop's currency; what no recorded rate converts is given apart.
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
        first = days.since if before is None else min(before.since, days.since)
        kept = await self._figures.kept(first, days.until)
        present: dict[FigureName, Decimal | None] = {}
        if reaches_present(days, now, settings.zone):
            present[FigureName.PRICE_INDEX] = await self._figures.price_index(now)
            present[FigureName.OUT_OF_STOCK] = Decimal(state["out_of_stock"]) if state["counted"] else None
        found = []
        for name, newest, link in (
            (FigureName.PRICE_INDEX, state["newest_offer"], {}),
            (FigureName.OUT_OF_STOCK, state["newest_count"], {"stock": "out", "status": "active"}),
        ):
            definition = DEFINITIONS[name]
            spark = [Point(day, _shown(kept.get((name, day)), definition)) for day in days]
            if name in present:
                spark.append(Point(now.astimezone(settings.zone).date(), _shown(present[name], definition)))
            values = Values(
                value=spark[-1].value,
                compared=None if before is None else _shown(kept.get((name, list(before)[-1])), definition),
                spark=spark,
                newest=newest,
                is_old=newest is not None and now - newest > definition.fresh_for,
            )
            found.append(figure_of(definition, values, settings.currency, _link(definition, link)))
        return found

    async def keep_states(self, days: int | None = None) -> int:
        """Read the states of figures at the ends of the last days and keep them; return how many were kept.

        With None what is missing since the newest kept day is read, which itself was perhaps not over then, up to
        LONGEST_KEPT days. Call it with LONGEST_KEPT after offers or counts of the past came or went.
        """
        settings = (await TenantService(self._unit).get()).settings
        now = self._unit.clock.now()
        today = now.astimezone(settings.zone).date()
        if days is None:
            last = await self._figures.last_kept()
            days = LONGEST_KEPT if last is None else min((today - last).days + 1, LONGEST_KEPT)
        kept = 0
        for start in range(0, days, _DAYS_AT_ONCE):
            chosen = [today - timedelta(days=back) for back in range(start, min(start + _DAYS_AT_ONCE, days))]
            kept += await self._figures.keep(
                {day: min(end_of(day + timedelta(days=1), settings.zone), now) for day in chosen}
            )
        return kept


def _revenue(book: Book, days: Days, before: Days | None) -> Sequence[RevenueDay]:
    earlier: list[date | None] = [None] * len(days) if before is None else list(before)
    return [
        RevenueDay(day, book.revenue_of(day), other, None if other is None else book.revenue_of(other))
        for day, other in zip(days, earlier, strict=True)
    ]


def _sales_link(definition: Definition, days: Days, **more: str) -> Link:
    return _link(definition, {"since": days.since.isoformat(), "until": days.until.isoformat(), **more})


def _link(definition: Definition, wanted: Mapping[str, str]) -> Link:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return Link(definition.page, wanted, f"{definition.rows}?{query}" if query else definition.rows)


def _is_old_day(newest: date | None, today: date) -> bool:
    return newest is not None and today - newest > DEFINITIONS[FigureName.REVENUE].fresh_for


def _shown(value: Decimal | None, definition: Definition) -> Decimal | None:
    step = _TENTH if definition.unit is Unit.INDEX else _ONE
    return None if value is None else value.quantize(step, ROUND_HALF_UP)

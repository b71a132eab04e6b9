"""Laws of sales: the totals are the lines, however often and in whatever pieces they were made."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.infra.db import Database
from shopwright.kit.ids import new_tenant_id
from shopwright.sales.domain import LONGEST_RETURN_DAYS, TotalsFilter
from shopwright.sales.service import SalesService
from tests.factories.sales import FIRST, add_lines

PRODUCT = UUID(int=7)
DAYS = st.integers(0, 150)
LINES = st.fixed_dictionaries(
    {
        "sold_on": DAYS.map(lambda day: FIRST + timedelta(days=day)),
        "order_ref": st.none() | st.sampled_from(["O-1", "O-2", "O-3"]),
        "kind": st.sampled_from(["sale", "sale", "return", "cancellation"]),
        "quantity": st.integers(1, 9).map(Decimal),
    }
)


def expected(lines: list[dict[str, Any]]) -> dict[date, tuple[Decimal, Decimal, Decimal]]:
    """Add up by hand: gross, returned, cancelled by the day on which a line counts."""
    sums: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for line in lines:
        day, place = line["sold_on"], ["sale", "return", "cancellation"].index(line["kind"])
        sales = [
            other["sold_on"]
            for other in lines
            if place and other["kind"] == "sale" and other["order_ref"] == line["order_ref"] is not None
        ]
        found = [sale for sale in sales if timedelta(0) <= day - sale <= timedelta(days=LONGEST_RETURN_DAYS)]
        sums[min(found, default=day)][place] += line["quantity"]
    return {day: (sold, returned, cancelled) for day, (sold, returned, cancelled) in sums.items()}


async def totals(sales: SalesService) -> dict[date, tuple[Decimal, Decimal, Decimal]]:
    page = await sales.totals(TotalsFilter(), limit=400)
    return {total.period: (total.units, total.units_returned, total.units_cancelled) for total in page.items}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=3))
async def test_totals_are_the_lines_in_whatever_pieces_they_came(
    database: Database, loads: list[list[dict[str, Any]]]
) -> None:
    async with database.unit(new_tenant_id()) as unit:
        sales = SalesService(unit)
        for load in loads:
            await add_lines(unit, PRODUCT, *load)
            days = [line["sold_on"] for line in load]
            await sales.rebuild_daily(min(days), max(days))
        assert await totals(sales) == expected([line for load in loads for line in load])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.lists(LINES, max_size=6), taken=st.lists(LINES, min_size=1, max_size=4))
async def test_taking_lines_away_again_leaves_no_trace_in_the_totals(
    database: Database, kept: list[dict[str, Any]], taken: list[dict[str, Any]]
) -> None:
    async with database.unit(new_tenant_id()) as unit:
        sales = SalesService(unit)
        await add_lines(unit, PRODUCT, *kept, *({**line, "channel": "taken"} for line in taken))
        await sales.rebuild_daily()
        await unit.connection.execute("delete from order_line where tenant_id = $1 and channel = 'taken'", unit.tenant)
        days = [line["sold_on"] for line in taken]
        await sales.rebuild_daily(min(days), max(days), removed=True)
        assert await totals(sales) == expected(kept)

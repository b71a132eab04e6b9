"""Takes everything out of a simulated shop but its people, its settings and its journal, which nobody can change.

It also makes the months that a shop is filled with.
"""

from datetime import date
from typing import Final

from shopwright.infra.db import UnitOfWork

_EMPTYING: Final = (
    "delete from forecast where tenant_id = $1",
    "delete from forecast_kept where tenant_id = $1",
    "delete from figure_day where tenant_id = $1",
    "delete from price_hold where tenant_id = $1",
    "delete from proposal where tenant_id = $1",
    "delete from pricing_run where tenant_id = $1",
    "delete from pricing_policy where tenant_id = $1",
    "delete from pricing_control where tenant_id = $1",
    "delete from offer_point where tenant_id = $1",
    "delete from offer where tenant_id = $1",
    "delete from competitor where tenant_id = $1",
    "delete from review where tenant_id = $1",
    "delete from stock_level where tenant_id = $1",
    "delete from traffic where tenant_id = $1",
    "delete from daily_orders where tenant_id = $1",
    "delete from daily_sales where tenant_id = $1",
    "delete from order_line where tenant_id = $1",
    "delete from price_point where tenant_id = $1",
    "delete from exchange_rate where tenant_id = $1",
    "delete from product where tenant_id = $1",
    "delete from overwritten_row where tenant_id = $1",
    "delete from saved_mapping where tenant_id = $1",
    "delete from import where tenant_id = $1",
)


_MAKE_MONTHS: Final = """
select ensure_month(parent::regclass, month::date)
  from unnest(array['order_line', 'price_point', 'offer_point']) as parent
 cross join generate_series(date_trunc('month', $1::date), $2::date, interval '1 month') as month
"""


async def make_months(unit: UnitOfWork, first: date, last: date) -> None:
    """Make the partitions of a period.

    They take locks against every writer of their table: two loads side by side that each make theirs wait for each other
    for ever. In a unit of its own before the loads, nobody waits.
    """
    await unit.connection.execute(_MAKE_MONTHS, first, last)


async def empty(unit: UnitOfWork) -> None:
    """Delete the rows of the unit's tenant, those that refer to others first."""
    for statement in _EMPTYING:
        await unit.connection.execute(statement, unit.tenant)

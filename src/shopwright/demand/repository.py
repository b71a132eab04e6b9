"""Forecasts in the database. Every statement names the tenant."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np

from shopwright.demand.domain import Accuracy, Outlook, ProductForecast
from shopwright.demand.forecasting.forecast import Forecast, Total
from shopwright.infra.binary_copy import Column, binary_rows, integers, reals, smallints, uuids
from shopwright.infra.bulk import rows_of
from shopwright.infra.db import UnitOfWork

_BOUNDS: Final = ("low_95", "low_80", "high_80", "high_95")
_COLUMNS: Final = (
    "product_id", "history_days", "confidence", "weekly", "yearly", "units", *_BOUNDS, "totals",
    *(f"totals_{name}" for name in _BOUNDS),
)  # fmt: skip
_KEPT: Final = ("product_id", "horizon", "units", *_BOUNDS)

# What a day of a horizon sold is net of returns, as it was when the forecast was made of it.
_MEET: Final = """
update forecast_kept k set actual = coalesce(s.units, 0)
  from (select w.product_id, w.first_day, w.horizon,
               (select sum(d.units - d.units_returned - d.units_cancelled) from daily_sales d
                 where d.tenant_id = $1 and d.product_id = w.product_id
                   and d.day >= w.first_day and d.day < w.first_day + w.horizon) as units
          from forecast_kept w
         where w.tenant_id = $1 and w.actual is null and w.first_day + w.horizon <= $2::date + 1) s
 where k.tenant_id = $1 and k.product_id = s.product_id and k.first_day = s.first_day and k.horizon = s.horizon
"""
_ACCURACY: Final = """
select horizon, count(*) as forecasts, count(*) filter (where hindsight) as hindsight, sum(actual)::float8 as sold, sum(abs(units - actual))::float8 as missed,
       sum(units - actual)::float8 as over, avg((actual between low_80 and high_80)::int)::float8 as within_80,
       avg((actual between low_95 and high_95)::int)::float8 as within_95
  from forecast_kept
 where tenant_id = $1 and actual is not null and first_day >= $2 and ($3::uuid is null or product_id = $3)
 group by horizon order by horizon
"""


class ForecastRepository:
    """The questions that the service asks about forecasts of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def find(self, product_id: UUID) -> ProductForecast | None:
        """Return the forecast of a product."""
        row = await self._unit.connection.fetchrow(
            "select * from forecast where tenant_id = $1 and product_id = $2", self._unit.tenant, product_id
        )
        return None if row is None else _forecast(row)

    async def daily_units(self, horizon: int, least_history: int) -> dict[UUID, float]:
        """Return the units a day over a horizon by product, of those with so many days of history."""
        rows = await self._unit.connection.fetch(
            """select product_id, (totals[array_position(horizons, $2::smallint)] / $2)::float8 as units from forecast
                where tenant_id = $1 and history_days >= $3 and $2 = any(horizons)""",
            self._unit.tenant,
            horizon,
            least_history,
        )
        return {row["product_id"]: row["units"] for row in rows}

    async def replace(self, products: Sequence[UUID], first_day: date, forecast: Forecast) -> None:
        """Let these be the only forecasts there are, by one COPY."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute("create temp table staged_forecast (like forecast) on commit drop")
        await connection.execute(
            "alter table staged_forecast alter tenant_id drop not null, alter made_at drop not null,"
            " alter first_day drop not null, alter horizons drop not null"
        )
        rows = binary_rows(_columns(products, forecast))
        await connection.copy_to_table("staged_forecast", source=rows, columns=list(_COLUMNS), format="binary")
        await connection.execute("delete from forecast where tenant_id = $1", tenant)
        columns = ", ".join(_COLUMNS)
        await connection.execute(
            f"""insert into forecast (tenant_id, made_at, first_day, horizons, {columns})
                select $1, $2, $3, $4, {columns} from staged_forecast""",
            tenant,
            self._unit.clock.now(),
            first_day,
            sorted(forecast.totals),
        )
        await connection.execute("drop table staged_forecast")

    async def keep(
        self, products: Sequence[UUID], first_day: date, forecast: Forecast, *, hindsight: bool = False
    ) -> int:
        """Keep the totals until they can be met with what was sold, and return how many; those of a day once only.

        `hindsight` marks what was made later than on its first day.
        """
        connection, columns = self._unit.connection, ", ".join(_KEPT)
        await connection.execute("create temp table staged_total (like forecast_kept) on commit drop")
        await connection.execute(
            "alter table staged_total alter tenant_id drop not null, alter first_day drop not null,"
            " alter hindsight drop not null"
        )
        for horizon, total in forecast.totals.items():
            rows = binary_rows(_total_columns(products, horizon, total))
            await connection.copy_to_table("staged_total", source=rows, columns=list(_KEPT), format="binary")
        done = await connection.execute(
            f"""insert into forecast_kept (tenant_id, first_day, hindsight, {columns})
                select $1, $2, $3, {columns} from staged_total on conflict do nothing""",
            self._unit.tenant,
            first_day,
            hindsight,
        )
        await connection.execute("drop table staged_total")
        return rows_of(done)

    async def newest_kept(self) -> date | None:
        """Return the first day of the forecasts that were kept last."""
        found: date | None = await self._unit.connection.fetchval(
            "select max(first_day) from forecast_kept where tenant_id = $1", self._unit.tenant
        )
        return found

    async def meet(self, until: date) -> int:
        """Write what was sold beside forecasts whose days have all passed on a day; return how many."""
        return rows_of(await self._unit.connection.execute(_MEET, self._unit.tenant, until))

    async def accuracy(self, since: date, product_id: UUID | None) -> list[Accuracy]:
        """Return how forecasts that begin on a day or later came out, by horizon; of one product or of all."""
        rows = await self._unit.connection.fetch(_ACCURACY, self._unit.tenant, since, product_id)
        return [
            Accuracy(
                horizon=row["horizon"],
                forecasts=row["forecasts"],
                hindsight=row["hindsight"],
                sold=row["sold"],
                wape=row["missed"] / row["sold"] if row["sold"] > 0 else None,
                bias=row["over"] / row["sold"] if row["sold"] > 0 else None,
                within_80=row["within_80"],
                within_95=row["within_95"],
            )
            for row in rows
        ]


def _columns(products: Sequence[UUID], forecast: Forecast) -> list[Column]:
    """Return the columns `_COLUMNS`, a row for each product."""
    totals = [forecast.totals[horizon] for horizon in sorted(forecast.totals)]
    bounds = zip(*(total.bounds for total in totals), strict=True)
    return [
        uuids(products),
        integers(forecast.history),
        smallints(np.clip(np.round(forecast.confidence), 0, 100)),
        reals(forecast.season.weekly),
        reals(forecast.season.yearly),
        reals(forecast.mean),
        *(reals(bound) for bound in forecast.bounds),
        reals(np.stack([total.mean for total in totals], axis=1)),
        *(reals(np.stack(bound, axis=1)) for bound in bounds),
    ]


def _total_columns(products: Sequence[UUID], horizon: int, total: Total) -> list[Column]:
    """Return the columns `_KEPT`, a row for each product."""
    horizons = smallints(np.full(len(products), horizon))
    return [uuids(products), horizons, reals(total.mean), *(reals(bound) for bound in total.bounds)]


def _forecast(row: Any) -> ProductForecast:
    return ProductForecast(
        product_id=row["product_id"],
        made_at=row["made_at"],
        first_day=row["first_day"],
        history_days=row["history_days"],
        confidence=row["confidence"],
        weekly=row["weekly"],
        yearly=row["yearly"],
        days=_outlooks(row["units"], [row[name] for name in _BOUNDS]),
        totals=dict(
            zip(row["horizons"], _outlooks(row["totals"], [row[f"totals_{name}"] for name in _BOUNDS]), strict=True)
        ),
    )


def _outlooks(units: Sequence[float], bounds: Sequence[Sequence[float]]) -> list[Outlook]:
    return [
        Outlook(units=one, **dict(zip(_BOUNDS, ends, strict=True)))
        for one, ends in zip(units, zip(*bounds, strict=True), strict=True)
    ]

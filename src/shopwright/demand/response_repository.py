"""Price responses in the database. Every statement names the tenant."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np

from shopwright.demand.responses import COUNTS, FIGURES, ProductResponse, ResponseTable
from shopwright.infra.db import UnitOfWork

_COPIED: Final = ("product_id", "currency", *FIGURES, *COUNTS, "trial_enough")
_FIELDS: Final = ", ".join(("product_id", "made_at", "first_day", *_COPIED[1:]))
_TABLE: Final = (
    f"select array_agg(product_id) as product_ids, {', '.join(f'array_agg({name}) as {name}' for name in (*FIGURES, *COUNTS))}"
    " from (select * from price_response where tenant_id = $1 order by product_id) as kept"
)


class ResponseRepository:
    """The questions that the service asks about price responses of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def find(self, product_id: UUID) -> ProductResponse | None:
        """Return the response of a product."""
        row = await self._unit.connection.fetchrow(
            f"select {_FIELDS} from price_response where tenant_id = $1 and product_id = $2",
            self._unit.tenant,
            product_id,
        )
        return None if row is None else ProductResponse(**dict(row))

    async def table(self) -> ResponseTable:
        """Return all responses as columns, in order of product, by one query that gives one row of arrays."""
        rows = await self._unit.connection.fetch(_TABLE, self._unit.tenant)
        row = rows[0]
        return ResponseTable(
            row["product_ids"] or [],
            {name: np.array(row[name] or [], dtype=np.float64) for name in (*FIGURES, *COUNTS)},
        )

    async def replace(
        self, products: Sequence[UUID], currencies: Sequence[str], first_day: date, columns: Mapping[str, Any]
    ) -> None:
        """Let these be the only responses there are, by one COPY."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute("create temp table staged_response (like price_response) on commit drop")
        await connection.execute(
            "alter table staged_response alter tenant_id drop not null, alter made_at drop not null,"
            " alter first_day drop not null"
        )
        await connection.copy_records_to_table(
            "staged_response", records=_rows(products, currencies, columns), columns=list(_COPIED)
        )
        await connection.execute("delete from price_response where tenant_id = $1", tenant)
        names = ", ".join(_COPIED)
        await connection.execute(
            f"""insert into price_response (tenant_id, made_at, first_day, {names})
                select $1, $2, $3, {names} from staged_response""",
            tenant,
            self._unit.clock.now(),
            first_day,
        )
        await connection.execute("drop table staged_response")


def _rows(products: Sequence[UUID], currencies: Sequence[str], columns: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield a row of `_COPIED` for each product."""
    return zip(products, currencies, *(columns[name].tolist() for name in _COPIED[2:]), strict=True)

"""Beliefs about demand in the database. Every statement names the tenant."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.infra.db import UnitOfWork
from shopwright.pricing.believed import FIGURES, BeliefTable
from shopwright.pricing.responses import Estimates

_TABLE: Final = (
    "select array_agg(product_id) as product_ids, array_agg(currency) as currencies, "
    + ", ".join(f"array_agg({name}) as {name}" for name in FIGURES)
    + " from price_belief where tenant_id = $1 and ($2::uuid[] is null or product_id = any($2))"
)
_COPIED: Final = ("product_id", "currency", *FIGURES)


class BeliefRepository:
    """The questions about what one tenant's pricing believes."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def table(self, products: Sequence[UUID] | None = None) -> BeliefTable:
        """Return the beliefs of some products or of all, by one query that gives one row of arrays."""
        chosen = None if products is None else list(products)
        rows = await self._unit.connection.fetch(_TABLE, self._unit.tenant, chosen)
        row = rows[0]
        return BeliefTable(
            row["product_ids"] or [],
            row["currencies"] or [],
            {name: np.array(row[name] or [], dtype=np.float64) for name in FIGURES},
        )

    async def replace(
        self, products: Sequence[UUID], currencies: Sequence[str], columns: Mapping[str, Estimates]
    ) -> None:
        """Let these be the only beliefs there are, by one COPY."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute("create temp table staged_belief (like price_belief) on commit drop")
        await connection.execute("alter table staged_belief alter tenant_id drop not null, alter made_at drop not null")
        figures = [columns[name].tolist() for name in FIGURES[:-1]]
        refusals = columns["refusals"].astype(np.int64).tolist()
        await connection.copy_records_to_table(
            "staged_belief", records=zip(products, currencies, *figures, refusals, strict=True), columns=list(_COPIED)
        )
        names = ", ".join(_COPIED)
        await connection.execute("delete from price_belief where tenant_id = $1", tenant)
        await connection.execute(
            f"insert into price_belief (tenant_id, made_at, {names}) select $1, $2, {names} from staged_belief",
            tenant,
            self._unit.clock.now(),
        )
        await connection.execute("drop table staged_belief")

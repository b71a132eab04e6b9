"""Own prices of the past in bulk: for histories that come from elsewhere."""

from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import UUID

from shopwright.infra.bulk import rows_of, stage
from shopwright.infra.db import UnitOfWork

STAGED: Final = {"product": "integer", "at": "timestamptz", "price": "numeric"}
"""The columns of a chunk: `product` counts from 1 into the list of product ids; a row for each change of a price."""


async def load_price_history(
    unit: UnitOfWork, load_id: UUID, chunks: AsyncIterator[bytes], products: Sequence[UUID]
) -> int:
    """Write points of the price history, in the products' own currency and tax basis; return how many are new."""
    await stage(unit, "staged_price", STAGED, chunks)
    months = await unit.connection.fetch(
        "select distinct date_trunc('month', at at time zone 'UTC')::date as month from staged_price"
    )
    for row in months:
        await unit.connection.execute("select ensure_month('price_point', $1)", row["month"])
    done = await unit.connection.execute(
        """insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin, import_id)
           select $1, p.id, s.at, s.price, lag(s.price) over (partition by p.id order by s.at), p.currency, p.tax_basis,
                  'import', $2
             from staged_price s join product p on p.tenant_id = $1 and p.id = ($3::uuid[])[s.product]
           on conflict do nothing""",
        unit.tenant,
        load_id,
        list(products),
    )
    await unit.connection.execute("drop table staged_price")
    return rows_of(done)

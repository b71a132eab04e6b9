"""What binary COPY reads is what the columns held."""

from uuid import UUID

import numpy as np
import pytest

from shopwright.infra.binary_copy import binary_rows, integers, reals, smallints, uuids
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId


@pytest.mark.parametrize("rows", [0, 1, 1_000, 2_345])
async def test_rows_come_out_of_the_database_as_they_went_in(database: Database, tenant: TenantId, rows: int) -> None:
    rng = np.random.default_rng(rows)
    ids = [UUID(bytes=rng.bytes(16)) for _ in range(rows)]
    whole, small = rng.integers(-(2**31), 2**31, rows), rng.integers(-(2**15), 2**15, rows)
    single, several = rng.normal(size=rows).astype(np.float32), rng.normal(size=(rows, 5)).astype(np.float32)
    columns = [uuids(ids), integers(whole), smallints(small), reals(single), reals(several)]
    async with database.unit(tenant) as unit:
        await unit.connection.execute(
            "create temp table came (id uuid, whole integer, small smallint, single real, several real[]) on commit drop"
        )
        await unit.connection.copy_to_table("came", source=binary_rows(columns), format="binary")
        found = await unit.connection.fetch("select * from came")
    assert [row["id"] for row in found] == ids
    assert [row["whole"] for row in found] == whole.tolist()
    assert [row["small"] for row in found] == small.tolist()
    assert [row["single"] for row in found] == single.tolist()
    assert [row["several"] for row in found] == several.tolist()

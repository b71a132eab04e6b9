"""Shops whose settings say where their days begin."""

import pytest

from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId


@pytest.fixture(autouse=True)
async def shops(request: pytest.FixtureRequest) -> None:
    """Open the shops of the tenants that a test has."""
    for name in ("tenant", "other_tenant"):
        if name in request.fixturenames:
            tenant: TenantId = request.getfixturevalue(name)
            database: Database = request.getfixturevalue("database")
            async with database.unit(tenant) as unit:
                await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)

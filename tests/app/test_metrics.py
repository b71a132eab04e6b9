"""The metrics of the process: for those who run the installation, and for nobody else."""

import pytest
from tests.factories.callers import caller

from shopwright.app.health import health_router
from shopwright.infra.db import Database
from shopwright.infra.telemetry.metrics import CONTENT_TYPE
from shopwright.kit.ids import SYSTEM_TENANT, TenantId


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
async def test_operators_read_the_metrics_of_the_process(database: Database, prefix: str) -> None:
    answer = await caller(database, SYSTEM_TENANT, health_router(prefix)).get(f"{prefix}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert "# TYPE shopwright_http_requests_total counter" in answer.text


async def test_people_of_a_shop_do_not(database: Database, tenant: TenantId) -> None:
    answer = await caller(database, tenant, health_router(""), {"audit:read"}).get("/metrics")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_missing"
    assert "shopwright_http" not in answer.text

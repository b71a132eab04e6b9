from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.demand.test_service import sell
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.sales import FIRST

from shopwright.demand.routes.forecasts import AccuracyList, ForecastAnswer, router
from shopwright.demand.service import DemandService
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId

DEMAND = "/api/v1/demand"


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    made = await product_of(database, tenant)
    await sell(database, tenant, made.id, 3, FIRST, 40)
    async with database.unit(tenant) as unit:
        await DemandService(unit).make_forecasts()
    return made.id


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, tenant, router, ["demand:read"]) as client:
        yield client


async def test_a_forecast_is_given_as_documented(client: httpx2.AsyncClient, mug: UUID) -> None:
    sent = await client.get(f"{DEMAND}/forecasts/{mug}")
    forecast = ForecastAnswer.model_validate_json(sent.content)
    assert list(sent.json()) == list(ForecastAnswer.model_fields)
    assert forecast.first_day == FIRST + timedelta(days=40)
    assert [total.horizon for total in forecast.totals] == [7, 30, 90]
    assert [day.day for day in forecast.days[:2]] == [FIRST + timedelta(days=40), FIRST + timedelta(days=41)]


async def test_a_new_product_has_no_forecast_and_an_unknown_one_is_not_found(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    new = await product_of(database, tenant)
    none = await client.get(f"{DEMAND}/forecasts/{new.id}")
    assert (none.status_code, none.json()) == (200, None)
    missing = await client.get(f"{DEMAND}/forecasts/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "product_not_found")


async def test_accuracy_is_listed_as_documented(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, mug: UUID
) -> None:
    await sell(database, tenant, mug, 3, FIRST + timedelta(days=40), 7)
    async with database.unit(tenant) as unit:
        await DemandService(unit).make_forecasts()
    sent = await client.get(f"{DEMAND}/accuracy?product_id={mug}&since={FIRST}")
    [week] = AccuracyList.model_validate_json(sent.content).items
    assert (week.horizon, week.forecasts, week.hindsight, week.sold) == (7, 1, 0, 21)

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import numpy as np
import pytest
from tests.demand.test_response_service import PRICES, SOLD, estimate
from tests.demand.test_service import sell
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.price_moves import sell_at
from tests.factories.sales import FIRST

from shopwright.demand.routes.responses import PriceResponseAnswer, router
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId

RESPONSES = "/api/v1/demand/responses"


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    made = await product_of(database, tenant)
    await sell_at(database, tenant, made.id, PRICES, SOLD)
    return made.id


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, tenant, router, ["demand:read"]) as client:
        yield client


async def test_a_response_is_given_as_documented(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, mug: UUID
) -> None:
    await estimate(database, tenant)
    sent = await client.get(f"{RESPONSES}/{mug}")
    response = PriceResponseAnswer.model_validate_json(sent.content)
    assert list(sent.json()) == list(PriceResponseAnswer.model_fields)
    assert response.elasticity.low_95 < response.elasticity.value < response.elasticity.high_95 < 0
    assert (response.refused, response.refusals, response.trial, response.rivals) == (False, [], None, None)
    assert response.source.own + response.source.category + response.source.shop == pytest.approx(1)
    assert response.diagnosis.price_changes == len(PRICES) - 1
    assert response.usual_units == pytest.approx(sum(SOLD) / len(SOLD), rel=0.25)
    assert (response.curve[0].price, response.curve[-1].price) == ("6.00", "20.00")
    again = await client.get(f"{RESPONSES}/{mug}")
    assert np.array_equal(again.content, sent.content)  # the band is drawn, and always the same


async def test_what_is_refused_comes_with_its_reasons_and_a_trial(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    pot = await product_of(database, tenant, "POT-1")
    await sell(database, tenant, pot.id, 4, FIRST, 100)
    await estimate(database, tenant)
    response = PriceResponseAnswer.model_validate_json((await client.get(f"{RESPONSES}/{pot.id}")).content)
    assert response.refused
    assert "too_few_changes" in [reason.code for reason in response.refusals]
    assert response.trial is not None
    assert response.trial.weeks >= 4


@pytest.mark.usefixtures("mug")
async def test_a_product_without_a_price_has_a_response_and_no_curve(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    pot = await product_of(database, tenant, "POT-1", price=None, cost=None, min_price=None, max_price=None)
    await estimate(database, tenant)
    response = PriceResponseAnswer.model_validate_json((await client.get(f"{RESPONSES}/{pot.id}")).content)
    assert (response.usual_price, response.curve) == (None, [])
    assert response.refusals[0].code == "no_price"


async def test_a_new_product_has_no_response_and_an_unknown_one_is_not_found(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    new = await product_of(database, tenant)
    none = await client.get(f"{RESPONSES}/{new.id}")
    assert (none.status_code, none.json()) == (200, None)
    missing = await client.get(f"{RESPONSES}/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "product_not_found")

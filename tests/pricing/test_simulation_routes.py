from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from tests.factories.shop import client_of, open_shop

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.routes.simulations import ShadowPriceAnswer, SimulationAnswer

LOWEST: dict[str, Any] = {"rule": {"position": "lowest"}}


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    await open_shop(database, tenant)
    async with client_of(database, tenant) as client:
        yield client


async def test_a_draft_is_tried_and_nothing_is_proposed(client: httpx2.AsyncClient) -> None:
    sent = await client.post("/pricing/simulations", json={"policy": {"rules": LOWEST}})
    found = SimulationAnswer.model_validate_json(sent.content)
    assert sent.status_code == 200
    [total] = found.totals
    assert (total.products, total.downs, found.strategies) == (1, 1, {"rule_based": 1})
    assert found.branches[0].currency == "EUR"
    assert (await client.get("/proposals")).json()["items"] == []
    assert (await client.get("/prices/runs")).json()["items"] == []


async def test_a_policy_that_is_there_is_tried_by_its_id(client: httpx2.AsyncClient) -> None:
    body = {"name": "Others", "scope": "category", "scope_value": "Nothing of ours"}
    made = (await client.post("/policies", json=body)).json()
    sent = await client.post("/pricing/simulations", json={"policy_id": made["id"]})
    assert (sent.status_code, sent.json()["totals"], sent.json()["branches"]) == (200, [], [])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"policy": []}, 422, "malformed_request"),
        ({"policy": {}, "policy_id": "00000000-0000-0000-0000-000000000001"}, 404, "policy_not_found"),
        ({"policy_id": "00000000-0000-0000-0000-000000000001"}, 404, "policy_not_found"),
        ({"policy": {"strategy": "astrology"}}, 400, "invalid_policy"),
        ({"policy": {"rules": {"profit": {"horizon_days": 0}}}}, 400, "invalid_strategy_settings"),
        ({"policy": {"scope": "brand"}}, 400, "invalid_governance"),
    ],
)
async def test_what_cannot_be_tried_is_refused(
    client: httpx2.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    refused = await client.post("/pricing/simulations", json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_shadow_prices_are_listed_as_documented(
    client: httpx2.AsyncClient, database: Database, other_tenant: TenantId
) -> None:
    shadow = {
        "name": "Dearer",
        "scope": "tenant",
        "rules": {"rule": {"position": "index", "index_ppm": 1_050_000}, "mode": "shadow"},
    }
    made = (await client.post("/policies", json=shadow)).json()
    await client.post("/prices/optimize", json={})
    sent = (await client.get(f"/pricing/shadow-prices?policy_id={made['id']}")).json()
    [found] = [ShadowPriceAnswer.model_validate(item) for item in sent["items"]]
    assert list(sent["items"][0]) == list(ShadowPriceAnswer.model_fields)
    assert (found.current_price, found.live_price, found.shadow_price) == (Decimal(10), Decimal(9), Decimal("9.45"))
    async with client_of(database, other_tenant) as neighbour:
        assert (await neighbour.get("/pricing/shadow-prices")).json()["items"] == []

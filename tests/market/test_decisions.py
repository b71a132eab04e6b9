from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.factories import journal
from tests.factories.shop import client_of, open_shop

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    await open_shop(database, tenant)
    async with client_of(database, tenant) as client:
        yield client


async def listed(client: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"/market/{path}")).json()["items"]
    return items


async def test_competitors_are_listed_and_ignored(client: httpx2.AsyncClient) -> None:
    [first, _] = await listed(client, "competitors")
    path = f"/market/competitors/{first['id']}"
    changed = await client.put(path, json={"status": "ignored"}, headers={"If-Match": f'W/"{first["version"]}"'})
    assert (changed.status_code, changed.json()["status"]) == (200, "ignored")
    late = await client.put(path, json={"is_own": True}, headers={"If-Match": f'W/"{first["version"]}"'})
    assert (late.status_code, late.json()["code"]) == (409, "changed_since_read")
    assert [one["is_own"] for one in await listed(client, "competitors")] == [False, False]


async def test_a_competitor_that_is_not_there(client: httpx2.AsyncClient) -> None:
    missing = await client.put(f"/market/competitors/{uuid4()}", json={})
    assert (missing.status_code, missing.json()["code"]) == (404, "competitor_not_found")


async def test_an_offer_is_matched_unmatched_and_has_a_history(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    [matched] = [one for one in await listed(client, "offers") if one["product_id"]]
    rejected = await client.post(f"/market/matches/{matched['id']}/reject")
    assert (rejected.json()["match_state"], rejected.json()["product_id"]) == ("rejected", None)
    assert await listed(client, f"offers?product_id={matched['product_id']}") == []
    confirmed = await client.post(
        f"/market/matches/{matched['id']}/confirm", json={"product_id": matched["product_id"]}
    )
    assert (confirmed.json()["match_state"], confirmed.json()["match_confidence"]) == ("confirmed", "1")
    assert [point["price"] for point in await listed(client, f"offers/{matched['id']}/history")] == ["9.00"]
    assert len(await journal.entries(database, tenant, "market.match_decided")) == 2


async def test_an_offer_without_a_product_is_not_confirmed_without_naming_one(client: httpx2.AsyncClient) -> None:
    [alone] = await listed(client, "matches?state=unmatched")
    refused = await client.post(f"/market/matches/{alone['id']}/confirm", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "match_impossible")
    assert [one["version"] for one in await listed(client, "matches?state=unmatched")] == [alone["version"]]


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_nothing_and_changes_nothing(
    client: httpx2.AsyncClient, database: Database, other_tenant: TenantId
) -> None:
    before = await listed(client, "offers")
    async with client_of(database, other_tenant) as neighbour:
        for path in ("competitors", "offers", "matches"):
            assert await listed(neighbour, path) == []
        for one in before:
            missing = await neighbour.post(f"/market/matches/{one['id']}/reject")
            assert (missing.status_code, missing.json()["code"]) == (404, "offer_not_found")
            assert (await neighbour.get(f"/market/offers/{one['id']}/history")).status_code == 404
    assert await listed(client, "offers") == before

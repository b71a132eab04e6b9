from collections.abc import AsyncIterator

import httpx2
import pytest
from tests.factories import market as made
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.journal import events_of

from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.kit.ids import TenantId
from shopwright.market.routes import CompetitorAnswer, OfferAnswer, router

MARKET = "/api/v1/market"
LISTS = ("competitors", "offers", "matches")


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody of a shop with one product, one offer matched to it and one in review."""
    await product_of(database, tenant, "A-1", gtin="4006381333931")
    async with database.unit(tenant) as unit:
        await made.offers(
            unit,
            {"competitor": "Bolt", "sku": "A-1"},
            {"competitor": "Crow", "sku": "A-1", "gtin": "96385074"},
        )
    async with caller(database, tenant, router) as client:
        yield client


async def offers(client: httpx2.AsyncClient, query: str = "offers") -> list[OfferAnswer]:
    return Page[OfferAnswer].model_validate_json((await client.get(f"{MARKET}/{query}")).content).items


async def test_the_inbox_holds_what_is_in_review_until_somebody_decides(client: httpx2.AsyncClient) -> None:
    [waiting] = await offers(client, "matches")
    assert (waiting.competitor, waiting.delivered) == ("Crow", waiting.price)
    confirmed = await client.post(f"{MARKET}/matches/{waiting.id}/confirm", json={})
    assert confirmed.json()["match_state"] == "confirmed"
    assert await offers(client, "matches") == []
    rejected = await client.post(f"{MARKET}/matches/{waiting.id}/reject")
    assert (rejected.json()["match_state"], rejected.json()["product_id"]) == ("rejected", None)
    assert [one.match_state for one in await offers(client, "matches?state=rejected")] == ["rejected"]


async def test_a_decision_on_a_match_is_taken_back(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    [waiting] = await offers(client, "matches")
    await client.post(f"{MARKET}/matches/{waiting.id}/reject")
    unknown = await client.post(f"{MARKET}/matches/{waiting.id}/reopen", json={"product_id": str(waiting.id)})
    assert (unknown.status_code, await offers(client, "matches")) == (404, [])
    back = await client.post(f"{MARKET}/matches/{waiting.id}/reopen", json={"product_id": str(waiting.product_id)})
    assert (back.json()["match_state"], back.json()["product_id"]) == ("review", str(waiting.product_id))
    assert [one.id for one in await offers(client, "matches")] == [waiting.id]
    told = [event for event in await events_of(database, tenant) if event.wire_name == "market.match_decided"]
    assert [event.after["match_state"] for event in told] == ["rejected", "review"]
    nothing = await client.post(f"{MARKET}/matches/{waiting.id}/reopen", json={})
    assert (nothing.json()["match_state"], nothing.json()["product_id"]) == ("unmatched", None)


async def test_a_competitor_is_ignored(client: httpx2.AsyncClient) -> None:
    page = Page[CompetitorAnswer].model_validate_json((await client.get(f"{MARKET}/competitors")).content)
    bolt = next(one for one in page.items if one.name == "Bolt")
    assert bolt.offers == 1
    changed = await client.put(f"{MARKET}/competitors/{bolt.id}", json={"status": "ignored"})
    assert (changed.json()["status"], changed.json()["version"]) == ("ignored", 2)
    stale = await client.put(f"{MARKET}/competitors/{bolt.id}", json={}, headers={"If-Match": 'W/"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_since_read")


async def test_sightings_are_listed(client: httpx2.AsyncClient) -> None:
    [first, _] = await offers(client)
    history = await client.get(f"{MARKET}/offers/{first.id}/history")
    assert [point["source"] for point in history.json()["items"]] == ["test"]


@pytest.mark.property_test(82, 85)
async def test_the_neighbour_sees_nothing_and_changes_nothing(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    [first, _] = await offers(client)
    before = await events_of(database, tenant)
    async with caller(database, other_tenant, router) as neighbour:
        for path in LISTS:
            assert (await neighbour.get(f"{MARKET}/{path}")).json() == {"items": [], "next_cursor": None}
        attempts = [
            await neighbour.post(f"{MARKET}/matches/{first.id}/confirm", json={}),
            await neighbour.post(f"{MARKET}/matches/{first.id}/reject"),
            await neighbour.post(f"{MARKET}/matches/{first.id}/reopen", json={}),
            await neighbour.get(f"{MARKET}/offers/{first.id}/history"),
            await neighbour.put(f"{MARKET}/competitors/{first.competitor_id}", json={}),
        ]
    codes = [(attempt.status_code, attempt.json()["code"]) for attempt in attempts]
    assert codes == [(404, "offer_not_found")] * 4 + [(404, "competitor_not_found")]
    assert await events_of(database, tenant) == before
    assert {event.wire_name for event in await events_of(database, other_tenant)} == {
        "identity.foreign_object_requested"
    }


@pytest.mark.property_test(52)
async def test_a_reader_cannot_decide(client: httpx2.AsyncClient, database: Database, tenant: TenantId) -> None:
    [first, _] = await offers(client)
    async with caller(database, tenant, router, ["market:read"]) as reader:
        refusals = [
            await reader.post(f"{MARKET}/matches/{first.id}/reject"),
            await reader.post(f"{MARKET}/matches/{first.id}/reopen", json={}),
            await reader.post(f"{MARKET}/matches/{first.id}/confirm", json={}),
            await reader.put(f"{MARKET}/competitors/{first.competitor_id}", json={}),
        ]
    assert {refusal.status_code for refusal in refusals} == {403}
    assert (await offers(client))[0] == first

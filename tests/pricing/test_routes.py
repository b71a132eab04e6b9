from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.factories.shop import client_of, open_shop

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.policies import STRATEGIES

MUGS = {"name": "Mugs", "scope": "category", "scope_value": "Mugs"}


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    await open_shop(database, tenant)
    async with client_of(database, tenant) as client:
        yield client


async def proposed(client: httpx2.AsyncClient) -> dict[str, Any]:
    """Reprice, and return the one proposal."""
    answer = await client.post("/prices/optimize", json={})
    assert (answer.status_code, answer.json()["proposals"]) == (200, 1)
    [proposal] = (await client.get("/proposals?state=proposed")).json()["items"]
    found: dict[str, Any] = proposal
    return found


async def test_a_policy_is_added_read_changed_and_deleted(client: httpx2.AsyncClient) -> None:
    made = await client.post("/policies", json=MUGS)
    path = f"/policies/{made.json()['id']}"
    shown = await client.get(path)
    assert (made.status_code, made.headers["etag"], shown.json()) == (201, 'W/"1"', made.json())
    changed = await client.put(path, json={"name": "Cups"}, headers={"If-Match": made.headers["etag"]})
    assert (changed.json()["name"], changed.json()["scope"], changed.headers["etag"]) == ("Cups", "category", 'W/"2"')
    late = {"If-Match": made.headers["etag"]}
    for refused in (await client.put(path, json={"name": "X"}, headers=late), await client.delete(path, headers=late)):
        assert (refused.status_code, refused.json()["code"]) == (409, "changed_since_read")
    assert [policy["name"] for policy in (await client.get("/policies")).json()] == ["Cups"]
    assert (await client.delete(path, headers={"If-Match": 'W/"2"'})).status_code == 204
    missing = await client.get(path)
    assert (missing.status_code, missing.json()["code"]) == (404, "policy_not_found")


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_policy_has_any_strategy_and_its_settings_are_written_out(
    client: httpx2.AsyncClient, strategy: str
) -> None:
    rules = {"profit": {"goal": "sell_through", "until": "2026-04-01"}, "without_response": "rule_based"}
    made = await client.post("/policies", json={**MUGS, "strategy": strategy, "rules": rules})
    assert (made.status_code, made.json()["strategy"]) == (201, strategy)
    shown = (await client.get(f"/policies/{made.json()['id']}")).json()["rules"]
    assert (shown["profit"]["until"], shown["ml"]["goal"], shown["exploration"]["round_days"]) == (
        "2026-04-01",
        "profit",
        14,
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**MUGS, "strategy": "astrology"}, 400, "invalid_policy"),
        ({**MUGS, "rules": {"guardrails": {"min_margin_ppm": "much"}}}, 400, "invalid_policy"),
        ({**MUGS, "rules": {"profit": {"goal": "sell_through"}}}, 400, "invalid_strategy_settings"),
        ({**MUGS, "rules": {"exploration": {"step_ppm": 0}}}, 400, "invalid_strategy_settings"),
        ({**MUGS, "rules": {"without_response": "guess"}}, 400, "invalid_policy"),
        ({**MUGS, "scope_value": None}, 400, "invalid_governance"),
        (MUGS, 409, "policy_scope_taken"),
    ],
)
async def test_a_policy_that_cannot_be_is_refused(
    client: httpx2.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    await client.post("/policies", json=MUGS)
    refused = await client.post("/policies", json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len((await client.get("/policies")).json()) == 1


@pytest.mark.parametrize(
    ("rules", "field", "expected"),
    [
        ({"guardrails": {"min_margin_ppm": "much"}}, "min_margin_ppm", "int"),
        ({"guardrails": {"min_margin_ppm": 1_000_000}}, "min_margin_ppm", "below 100 %"),
        ({"guardrails": {"endings": {"JPY": {"modulus": "1", "endings": ["0.99"]}}}}, "endings", "JPY"),
        ({"rule": {"cover_steps": [{"at_least": 9, "change_ppm": 0}] * 2}}, "cover_steps", "later day"),
        ({"rule": {"cover_steps": [{"at_least": "x", "change_ppm": 0}]}}, "cover_steps", "int"),
        (
            {"governance": {"blackouts": [{"weekdays": [], "since": "22:00:00", "until": "06:00:00"}]}},
            "blackouts",
            "day",
        ),
        ({"governance": {"blackouts": [{"weekdays": [0], "since": "late", "until": "06:00:00"}]}}, "blackouts", "time"),
    ],
)
async def test_a_wrong_setting_is_named_with_what_is_expected(
    client: httpx2.AsyncClient, rules: dict[str, Any], field: str, expected: str
) -> None:
    problem = (await client.post("/policies", json={**MUGS, "rules": rules})).json()
    fields = problem["details"].get(
        "fields", [{"field": problem["details"].get("field"), "expected": problem["detail"]}]
    )
    assert [one["field"] for one in fields] == [field]
    assert expected in fields[0]["expected"]


async def test_a_price_is_proposed_approved_applied_and_taken_back(client: httpx2.AsyncClient) -> None:
    proposal = await proposed(client)
    chosen = {"ids": [proposal["id"]]}
    assert "rivals" in (await client.get(f"/proposals/{proposal['id']}")).json()["explanation"]
    assert (await client.post(f"/proposals/{proposal['id']}/approve", json={})).json()["state"] == "approved"
    assert (await client.post("/proposals/bulk/undo", json=chosen)).json()["counts"] == {"done": 1}
    assert (await client.post("/proposals/bulk/approve", json=chosen)).json()["counts"] == {"done": 1}
    assert (await client.post("/proposals/bulk/apply", json=chosen)).json()["counts"] == {"done": 1}
    [row] = (await client.get("/prices/current")).json()["items"]
    assert row["price"] == proposal["proposed_price"]
    assert (await client.post("/proposals/bulk/roll-back", json=chosen)).json()["counts"] == {"done": 1}
    [row] = (await client.get("/prices/current")).json()["items"]
    assert row["price"] == proposal["current_price"]


async def test_what_waits_is_counted_and_summed(client: httpx2.AsyncClient) -> None:
    await proposed(client)
    assert (await client.get("/proposals/totals")).json() == [
        {"state": "proposed", "currency": "EUR", "proposals": 1, "expected": 0, "gain": ["0.00", "0.00", "0.00"]}
    ]
    assert len((await client.get("/proposals", params={"order": "stake"})).json()["items"]) == 1


async def test_a_price_is_rejected_once(client: httpx2.AsyncClient) -> None:
    proposal = await proposed(client)
    why = {"reason": "Too cheap for the brand"}
    rejected = await client.post(f"/proposals/{proposal['id']}/reject", json=why)
    assert (rejected.json()["state"], rejected.json()["decision_reason"]) == ("rejected", why["reason"])
    again = await client.post("/proposals/bulk/reject", json={**why, "ids": [proposal["id"], str(uuid4())]})
    assert [row["outcome"] for row in again.json()["rows"]] == ["wrong_state", "not_found"]


async def test_an_edited_price_passes_the_same_limits(client: httpx2.AsyncClient) -> None:
    path = f"/proposals/{(await proposed(client))['id']}/price"
    edited = await client.put(path, json={"price": "9.80"})
    assert (edited.status_code, edited.json()["proposed_price"]) == (200, "9.80")
    refused = await client.put(path, json={"price": "5.50"})
    assert refused.json()["code"] == "price_refused"
    assert "minimum_price" in refused.json()["details"]["broken"]
    assert (await client.get("/proposals")).json()["items"][0]["proposed_price"] == "9.80"


async def test_the_kill_switch_stops_repricing(client: httpx2.AsyncClient) -> None:
    halted = await client.put("/prices/control", json={"halted": True, "reason": "Stocktaking"})
    assert halted.json() == (await client.get("/prices/control")).json() == {"halted": True, "reason": "Stocktaking"}
    assert (await client.post("/prices/optimize", json={})).json()["code"] == "pricing_halted"
    assert (await client.get("/prices/runs")).json()["items"] == []


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_nothing_and_decides_nothing(
    client: httpx2.AsyncClient, database: Database, other_tenant: TenantId
) -> None:
    proposal = await proposed(client)
    policy = (await client.post("/policies", json=MUGS)).json()
    async with client_of(database, other_tenant) as neighbour:
        for path in ("/proposals", "/prices/current", "/prices/runs", "/prices/holds"):
            assert (await neighbour.get(path)).json()["items"] == []
        assert (await neighbour.get("/policies")).json() == []
        assert (await neighbour.get(f"/policies/{policy['id']}")).status_code == 404
        assert (await neighbour.post(f"/proposals/{proposal['id']}/approve", json={})).status_code == 404
        many = await neighbour.post("/proposals/bulk/approve", json={"ids": [proposal["id"]]})
        assert many.json()["counts"] == {"not_found": 1}
    assert (await client.get(f"/proposals/{proposal['id']}")).json()["state"] == "proposed"

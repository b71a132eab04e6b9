"""What goes in and out over the API fits its schema: answers by their models, and other bodies are refused by field."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from tests.factories.shop import ROUTERS, client_of, open_shop

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
LISTS = [one for one in ROUTES if one.methods == {"GET"} and "{" not in one.path and "export" not in one.path]
BODIES: dict[str, dict[str, Any]] = {
    "/policies": {"name": "Mugs", "strategy": "rule_based", "rules": {}, "enabled": True, "scope": "category"},
    "/proposals/bulk/reject": {"ids": ["0198f0c1-0000-7000-8000-000000000000"], "reason": "Too cheap"},
    "/prices/optimize": {"product_ids": [], "category": "Mugs", "brand": "Acme"},
}
NOT_MEANT = st.one_of(
    st.dictionaries(st.text(max_size=3), st.integers(), min_size=1).map(lambda wrong: [wrong]),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: [[number]]),
)
"""Values of a shape that no field of these bodies has."""


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    await open_shop(database, tenant)
    async with client_of(database, tenant) as client:
        await client.post("/policies", json={"name": "Mugs", "scope": "category", "scope_value": "Mugs"})
        await client.post("/prices/optimize", json={})
        yield client


@pytest.mark.property_test(44)
@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
async def test_what_is_answered_is_what_its_schema_says(client: httpx2.AsyncClient, route: APIRoute) -> None:
    answer = await client.get(route.path.removeprefix("/api/v1"))
    assert answer.status_code == 200
    adapter = TypeAdapter[Any](route.response_model)
    assert json.loads(adapter.dump_json(adapter.validate_json(answer.content))) == answer.json()


@pytest.mark.property_test(44)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(BODIES)), draw=st.data())
async def test_a_body_that_breaks_its_schema_is_refused_by_the_name_of_the_field(
    client: httpx2.AsyncClient, path: str, draw: st.DataObject
) -> None:
    name = draw.draw(st.sampled_from(sorted(BODIES[path])))
    refused = await client.post(path, json={**BODIES[path], name: draw.draw(NOT_MEANT)})
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed_request")
    named = {field["field"].partition(".")[0] for field in refused.json()["details"]["fields"]}
    assert named == {name}

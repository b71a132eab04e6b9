import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.sales import FIRST, add_lines

from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.kit.ids import TenantId
from shopwright.sales.routes import LineAnswer, TotalAnswer, TrafficAnswer, router
from shopwright.sales.service import SalesService

SALES = "/api/v1/sales"


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    made = await product_of(database, tenant)
    async with database.unit(tenant) as unit:
        await add_lines(
            unit, made.id, {"order_ref": "O-1"}, {"order_ref": "O-1", "kind": "return", "sold_on": FIRST + timedelta(1)}
        )
        await SalesService(unit).rebuild_daily()
        await unit.connection.execute(
            "insert into traffic (tenant_id, product_id, day, sessions, views) values ($1, $2, $3, 5, 9)",
            tenant,
            made.id,
            FIRST,
        )
    async with caller(database, tenant, router, ["sales:read"]) as client:
        yield client


async def test_lines_are_listed_as_documented(client: httpx2.AsyncClient) -> None:
    sent = await client.get(f"{SALES}/lines?kind=return&limit=1")
    page = Page[LineAnswer].model_validate_json(sent.content)
    assert [(line.kind, line.sku, str(line.revenue)) for line in page.items] == [("return", "MUG-1", "10.00")]
    assert list(sent.json()["items"][0]) == list(LineAnswer.model_fields)


async def test_totals_are_listed_as_documented(client: httpx2.AsyncClient) -> None:
    sent = await client.get(f"{SALES}/totals?grain=week&by_product=true")
    [total] = Page[TotalAnswer].model_validate_json(sent.content).items
    assert [int(units) for units in (total.units, total.units_returned, total.units_net)] == [1, 1, 0]
    assert str(total.revenue_net) == "0.00"
    assert list(sent.json()["items"][0]) == list(TotalAnswer.model_fields)


async def test_traffic_is_listed_as_documented(client: httpx2.AsyncClient) -> None:
    sent = await client.get(f"{SALES}/traffic?since=2026-03-02&until=2026-03-03")
    [day] = Page[TrafficAnswer].model_validate_json(sent.content).items
    assert (day.sessions, day.views) == (5, 9)


async def test_lines_are_exported(client: httpx2.AsyncClient) -> None:
    sent = await client.get(f"{SALES}/lines/export?kind=sale")
    [row] = csv.DictReader(io.StringIO(sent.text))
    assert (row["sku"], row["order_ref"], row["revenue"], row["sold_on"]) == ("MUG-1", "O-1", "10.00", "2026-03-02")


async def test_a_period_that_ends_before_it_begins_is_refused(client: httpx2.AsyncClient) -> None:
    refused = await client.get(f"{SALES}/totals?since=2026-03-02&until=2026-03-01")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_period")


@pytest.mark.property_test(82)
@pytest.mark.usefixtures("client")
async def test_the_neighbour_sees_nothing(database: Database, other_tenant: TenantId) -> None:
    async with caller(database, other_tenant, router, ["sales:read"]) as neighbour:
        for path in ("lines", "totals", "traffic"):
            assert (await neighbour.get(f"{SALES}/{path}")).json() == {"items": [], "next_cursor": None}
        assert (await neighbour.get(f"{SALES}/lines/export?format=jsonl")).content == b""


@pytest.mark.property_test(52)
async def test_without_the_permission_nothing_is_served(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["catalog:read"]) as stranger:
        for path in ("lines", "totals", "traffic", "lines/export"):
            assert (await stranger.get(f"{SALES}/{path}")).status_code == 403

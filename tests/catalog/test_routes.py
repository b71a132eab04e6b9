import csv
import io
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx2
import openpyxl
import pytest
from fastapi import FastAPI
from tests.factories.callers import caller
from tests.factories.catalog import add_product, add_products, product_of
from tests.factories.journal import events_of

from shopwright.catalog.routes import router
from shopwright.catalog.schemas import PricePointAnswer, ProductAnswer
from shopwright.catalog.service import CatalogService
from shopwright.identity.domain import ForeignObjectRequested
from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.kit.ids import TenantId

PRODUCTS = "/api/v1/catalog/products"
RATES = "/api/v1/catalog/exchange-rates"
MUG = {"sku": "MUG-1", "name": "Mug", "currency": "EUR", "price": "10.00", "cost": "5"}


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, tenant, router) as client:
        yield client


@pytest.fixture
async def neighbour(database: Database, other_tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, other_tenant, router) as client:
        yield client


async def test_a_product_is_created_read_changed_and_deleted(client: httpx2.AsyncClient) -> None:
    created = await client.post(PRODUCTS, json=MUG)
    assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
    made = ProductAnswer.model_validate_json(created.content)
    read = await client.get(created.headers["location"])
    assert read.json() == created.json()
    assert (read.json()["price"], read.json()["cost"]) == ("10.00", "5.00")
    changed = await client.patch(
        f"{PRODUCTS}/{made.id}", json={"price": "9.5", "brand": None}, headers={"If-Match": read.headers["etag"]}
    )
    assert (changed.json()["price"], changed.json()["version"]) == ("9.50", 2)
    history = await client.get(f"{PRODUCTS}/{made.id}/prices")
    points = Page[PricePointAnswer].model_validate_json(history.content)
    assert [point.origin for point in points.items] == ["edit", "created"]  # though the clock stands still
    assert (await client.delete(f"{PRODUCTS}/{made.id}")).status_code == 204
    gone = await client.get(f"{PRODUCTS}/{made.id}")
    assert (gone.status_code, gone.json()["code"]) == (404, "product_not_found")


async def test_the_answer_has_exactly_the_documented_fields(client: httpx2.AsyncClient) -> None:
    created = await client.post(PRODUCTS, json=MUG)
    assert list(created.json()) == list(ProductAnswer.model_fields)


async def test_a_reader_who_holds_the_version_gets_304(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    made = await product_of(database, tenant)
    tag = (await client.get(f"{PRODUCTS}/{made.id}")).headers["etag"]
    again = await client.get(f"{PRODUCTS}/{made.id}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    async with database.unit(tenant) as unit:
        await CatalogService(unit).set_inventory({made.id: Decimal(3)})
    assert (await client.get(f"{PRODUCTS}/{made.id}", headers={"If-None-Match": tag})).status_code == 200


async def test_a_change_of_an_old_version_is_refused_and_writes_nothing(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    made = await product_of(database, tenant)
    before = await events_of(database, tenant)
    refused = await client.patch(f"{PRODUCTS}/{made.id}", json={"name": "x"}, headers={"If-Match": 'W/"9-None"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_since_read")
    assert await events_of(database, tenant) == before


@pytest.mark.parametrize(
    "body",
    [
        {**MUG, "price": 9.99},
        {**MUG, "colour": "blue"},
        {**MUG, "name": None},
        {**MUG, "name": "a\x00b"},
        {**MUG, "attributes": {"a": "\x00"}},
        {**MUG, "attributes": {"a": "\ud800"}},
        {**MUG, "currency": "euro"},
        {"sku": "MUG-1"},
    ],
)
async def test_malformed_products_are_refused_and_nothing_is_written(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, body: dict[str, Any]
) -> None:
    refused = await client.post(PRODUCTS, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed_request")
    assert await events_of(database, tenant) == []


async def test_a_broken_rule_names_its_field(client: httpx2.AsyncClient) -> None:
    refused = await client.post(PRODUCTS, json={**MUG, "price": "0"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_product")
    assert refused.json()["details"]["fields"] == [{"field": "price", "rule": "must be above zero"}]


async def test_a_bulk_edit_counts_its_outcomes(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    first, second = [await product_of(database, tenant, sku) for sku in "AB"]
    rows = [{"id": str(first.id)}, {"id": str(second.id), "version": 5}]
    done = await client.post(f"{PRODUCTS}/bulk-edit", json={"products": rows, "changes": {"category": "Mugs"}})
    assert done.json()["counts"] == {"changed": 1, "changed_since": 1}
    assert done.json()["rows"][0] == {"id": str(first.id), "result": "changed", "version": 2, "reason": None}


async def test_archiving_and_restoring(client: httpx2.AsyncClient, database: Database, tenant: TenantId) -> None:
    made = await product_of(database, tenant)
    archived = await client.post(f"{PRODUCTS}/{made.id}/archive")
    assert archived.json()["status"] == "archived"
    restored = await client.post(f"{PRODUCTS}/{made.id}/restore", headers={"If-Match": archived.headers["etag"]})
    assert restored.json()["status"] == "active"


async def test_lists_are_filtered_and_paged(client: httpx2.AsyncClient, database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_products(unit, 10)
    query = "?category=Category 3&text=sku&sort=price&descending=true&limit=2&blank=map_price&blank=cost&price_to=99"
    page = Page[ProductAnswer].model_validate_json((await client.get(PRODUCTS + query)).content)
    assert ([product.sku for product in page.items], page.next_cursor) == (["SKU-3"], None)
    first = (await client.get(f"{PRODUCTS}?limit=6")).json()
    rest = (await client.get(f"{PRODUCTS}?limit=6&cursor={first['next_cursor']}")).json()
    assert len({row["id"] for row in first["items"] + rest["items"]}) == 10
    assert (await client.get(f"{PRODUCTS}?colour=blue")).status_code == 422
    assert (await client.get(f"{PRODUCTS}?cursor=x")).json()["code"] == "invalid_cursor"
    assert (await client.get(f"{PRODUCTS}?text=%00")).json()["code"] == "unstorable_text"


@pytest.mark.property_test(82, 84, 85)
async def test_the_neighbour_sees_nothing_and_the_attempt_is_recorded(
    neighbour: httpx2.AsyncClient,
    database: Database,
    tenant: TenantId,
    other_tenant: TenantId,
) -> None:
    made = await product_of(database, tenant)
    before = await events_of(database, tenant)
    attempts = [
        await neighbour.get(f"{PRODUCTS}/{made.id}"),
        await neighbour.patch(f"{PRODUCTS}/{made.id}", json={"name": "Mine"}),
        await neighbour.post(f"{PRODUCTS}/{made.id}/archive"),
        await neighbour.delete(f"{PRODUCTS}/{made.id}"),
        await neighbour.get(f"{PRODUCTS}/{made.id}/prices"),
    ]
    assert {(attempt.status_code, attempt.json()["code"]) for attempt in attempts} == {(404, "product_not_found")}
    bulk = {"products": [{"id": str(made.id)}], "changes": {"name": "Mine"}}
    assert (await neighbour.post(f"{PRODUCTS}/bulk-edit", json=bulk)).json()["counts"] == {"gone": 1}
    assert (await neighbour.get(PRODUCTS)).json() == {"items": [], "next_cursor": None}
    assert len((await neighbour.get(f"{PRODUCTS}/export?format=jsonl")).content) == 0
    recorded = await events_of(database, other_tenant)
    assert [type(event) for event in recorded] == [ForeignObjectRequested] * 6
    assert await events_of(database, tenant) == before


@pytest.mark.property_test(52)
async def test_a_reader_cannot_write(database: Database, tenant: TenantId) -> None:
    made = await product_of(database, tenant)
    async with caller(database, tenant, router, ["catalog:read"]) as reader:
        refusals = [
            await reader.post(PRODUCTS, json=MUG),
            await reader.patch(f"{PRODUCTS}/{made.id}", json={"name": "x"}),
            await reader.delete(f"{PRODUCTS}/{made.id}"),
            await reader.put(f"{RATES}/EUR/USD/2026-03-01", json={"rate": "1.1"}),
        ]
        assert (await reader.get(f"{PRODUCTS}/{made.id}")).status_code == 200
    assert {refusal.status_code for refusal in refusals} == {403}
    async with database.unit(tenant) as unit:
        assert await CatalogService(unit).get_product(made.id) == made


class TestExport:
    @pytest.fixture
    async def rows(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_product(unit, "A", name="=1+2", brand="-Acme", price=Decimal("9.90"), attributes={"size": "@1"})
            await add_product(unit, "B", name="Tab", category="Mugs", price=None)

    @pytest.mark.usefixtures("rows")
    async def test_csv_cannot_run_as_a_formula(self, client: httpx2.AsyncClient) -> None:
        sent = await client.get(f"{PRODUCTS}/export")
        assert sent.headers["content-disposition"] == 'attachment; filename="products.csv"'
        first, second = csv.DictReader(io.StringIO(sent.text))
        assert (first["name"], first["brand"], first["price"]) == ("'=1+2", "'-Acme", "9.90")
        assert (first["attributes"], first["sku"]) == ('{"size":"@1"}', "A")
        assert (second["price"], second["category"]) == ("", "Mugs")

    @pytest.mark.usefixtures("rows")
    async def test_json_lines_hold_what_the_rows_hold(self, client: httpx2.AsyncClient) -> None:
        sent = await client.get(f"{PRODUCTS}/export?format=jsonl&category=Mugs")
        [line] = sent.text.splitlines()
        assert '"name":"Tab"' in line
        assert '"price":null' in line

    @pytest.mark.usefixtures("rows")
    async def test_xlsx_has_numbers_texts_and_moments(self, client: httpx2.AsyncClient) -> None:
        sent = await client.get(f"{PRODUCTS}/export?format=xlsx&sort=name")
        sheet = openpyxl.load_workbook(io.BytesIO(sent.content)).active
        assert sheet is not None
        header, first, _ = sheet.iter_rows()
        cells = {name.value: cell for name, cell in zip(header, first, strict=True)}
        assert (cells["name"].value, cells["name"].data_type) == ("=1+2", "s")
        assert (cells["price"].value, cells["price"].data_type) == (9.9, "n")
        assert cells["updated_at"].value.year == 2026


class TestRates:
    async def test_a_rate_is_recorded_and_looked_up(
        self, client: httpx2.AsyncClient, neighbour: httpx2.AsyncClient
    ) -> None:
        put = await client.put(f"{RATES}/EUR/USD/2026-03-01", json={"rate": "1.0842", "source": "bank"})
        assert put.json() == {"base": "EUR", "quote": "USD", "on": "2026-03-01", "rate": "1.0842", "source": "bank"}
        assert (await client.get(f"{RATES}/EUR/USD/2026-03-09")).json() == put.json()
        assert (await client.get(f"{RATES}?base=EUR")).json()["items"] == [put.json()]
        assert (await neighbour.get(RATES)).json()["items"] == []
        missing = await neighbour.get(f"{RATES}/EUR/USD/2026-03-09")
        assert (missing.status_code, missing.json()["code"]) == (409, "exchange_rate_missing")

    @pytest.mark.parametrize(
        ("pair", "rate", "code"),
        [
            ("EUR/XXX", "1.1", "unknown_currency"),
            ("EUR/USD", "0", "malformed_request"),
            ("EUR/USD", 1.1, "malformed_request"),
        ],
    )
    async def test_a_wrong_rate_is_refused(
        self, client: httpx2.AsyncClient, database: Database, tenant: TenantId, pair: str, rate: object, code: str
    ) -> None:
        refused = await client.put(f"{RATES}/{pair}/2026-03-01", json={"rate": rate})
        assert refused.json()["code"] == code
        assert await events_of(database, tenant) == []


def test_every_endpoint_is_documented_with_its_answer() -> None:
    app = FastAPI()
    app.include_router(router)
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], f"{method} {path}"
            assert operation["x-permission"] in {"catalog:read", "catalog:write"}

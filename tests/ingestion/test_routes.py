import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.factories.callers import caller
from tests.factories.imports import Shop

from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.ingestion import receiving, routes
from shopwright.ingestion.bodies import (
    FileAnalysisAnswer,
    ImportAnswer,
    LineageAnswer,
    PreviewAnswer,
    TracedRowAnswer,
    UndoAnswer,
)
from shopwright.ingestion.routes import router
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock

API = "/api/v1"
PRODUCTS = "sku,name,price\nMUG-1,Mug,9.99\nCUP-1,Cup,abc\n"
SALES = "order_no,sold_at,sku,quantity,revenue\nA-1,2026-02-01,MUG-1,1,9.99\nA-2,2026-02-01,PAN-1,1,5\n"


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(shop.database, shop.tenant, router) as client:
        yield client


async def upload(
    client: httpx2.AsyncClient, content: str | bytes = PRODUCTS, kind: str = "products", **query: Any
) -> Any:
    response = await client.post(f"{API}/csv/upload/{kind}", content=content, params=query)
    assert response.status_code == 201, response.text
    return response.json()


async def create(client: httpx2.AsyncClient, content: str = PRODUCTS, **query: Any) -> Any:
    response = await client.post(f"{API}/imports", files={"file": ("products.csv", content)}, params=query)
    assert response.status_code == 201, response.text
    return response.json()


async def test_one_call_uploads_guesses_and_runs(client: httpx2.AsyncClient, shop: Shop) -> None:
    done = await upload(client, file_name="../evil/products.csv")
    ImportAnswer.model_validate(done)
    assert (done["state"], done["file_name"]) == ("completed", "products.csv")
    assert (done["counts"]["new"], done["counts"]["rejected"]) == (1, 1)
    assert await shop.rows("select sku from product where tenant_id = $1") == [("MUG-1",)]


async def test_a_form_and_a_packed_body_are_read_too(client: httpx2.AsyncClient) -> None:
    form = await client.post(f"{API}/csv/upload/products", files={"file": ("shop.csv", PRODUCTS)})
    assert (form.status_code, form.json()["file_name"]) == (201, "shop.csv")
    packed = await upload(client, gzip.compress(PRODUCTS.replace("MUG", "POT").encode()))
    assert packed["counts"]["new"] == 1


async def test_options_are_heard(client: httpx2.AsyncClient) -> None:
    done = await upload(client, SALES, "sales", unknown_skus="create", currency="GBP", time_zone="Europe/London")
    assert (done["counts"]["new"], done["report"]["created_products"]) == (2, 2)
    assert done["options"]["currency"] == "GBP"


@pytest.mark.parametrize(
    ("kind", "query", "content", "status", "code"),
    [
        ("bananas", {}, PRODUCTS, 422, "malformed_request"),
        ("products", {"currency": "XXX"}, PRODUCTS, 422, "malformed_request"),
        ("products", {"time_zone": "Mars"}, PRODUCTS, 201, "unknown_time_zone"),
        ("products", {"time_zone": "Europe"}, PRODUCTS, 201, "unknown_time_zone"),
        ("products", {}, "", 400, "file_empty"),
        ("products", {}, b"%PDF-1.4", 400, "file_format_unknown"),
        ("sales", {}, PRODUCTS, 201, "mapping_incomplete"),
    ],
)
async def test_what_cannot_be_imported_says_why_and_stores_nothing(
    client: httpx2.AsyncClient, shop: Shop, kind: str, query: dict[str, str], content: Any, status: int, code: str
) -> None:
    response = await client.post(f"{API}/csv/upload/{kind}", content=content, params=query)
    body = response.json()
    assert (response.status_code, body["error"]["code"] if status == 201 else body["code"]) == (status, code)
    assert await shop.rows("select 1 from product where tenant_id = $1") == []


async def test_a_person_says_what_the_rows_are_where_a_guess_would_say_otherwise(client: httpx2.AsyncClient) -> None:
    guessed, said = await create(client), await create(client, kind="stock_levels", currency="GBP")
    assert (guessed["kind"], said["kind"], said["options"]["currency"]) == ("products", "stock_levels", "GBP")


async def test_a_form_without_a_file_is_refused(client: httpx2.AsyncClient) -> None:
    response = await client.post(f"{API}/imports", files={"other": ("x.csv", PRODUCTS)})
    assert (response.status_code, response.json()["code"]) == (400, "upload_file_missing")


@pytest.mark.parametrize("form", [False, True])
async def test_a_file_beyond_the_limit_is_refused(
    client: httpx2.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch, form: bool
) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 20)
    sent: dict[str, Any] = {"files": {"file": ("x.csv", PRODUCTS)}} if form else {"content": PRODUCTS}
    response = await client.post(f"{API}/csv/upload/products", **sent)
    assert (response.status_code, response.json()["code"]) == (413, "upload_too_large")
    assert await shop.rows("select 1 from import where tenant_id = $1") == []


async def test_a_large_file_is_left_to_a_worker(
    client: httpx2.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_INLINE_BYTES", 10)
    response = await client.post(f"{API}/csv/upload/products", content=PRODUCTS)
    assert (response.status_code, response.json()["state"]) == (202, "queued")
    assert await shop.rows("select kind, payload ->> 'import_id' from job_progress where tenant_id = $1") == [
        ("ingestion.run_import", response.json()["id"])
    ]
    again = await client.post(f"{API}/imports/{response.json()['id']}/run")
    assert (again.status_code, again.json()["code"]) == (409, "import_state_refused")


async def test_the_way_of_the_upload_page(client: httpx2.AsyncClient, shop: Shop) -> None:
    received = await create(client)
    at = f"{API}/imports/{received['id']}"
    preview = (await client.get(f"{at}/mapping")).json()
    PreviewAnswer.model_validate(preview)
    assert {column["name"]: column["becomes"] for column in preview["columns"]} == {
        "sku": ["sku"], "name": ["name"], "price": ["price"],
    }  # fmt: skip
    assert (preview["kind"], preview["missing"], preview["same_as"]) == ("products", [], None)
    mapping = preview["mapping"]
    del mapping["fields"]["name"]
    body = {"mapping": mapping, "options": {"currency": "USD"}, "keep": True}
    chosen = await client.put(f"{at}/mapping", json=body)
    assert (chosen.status_code, chosen.json()["options"]["currency"]) == (200, "USD")
    checked = (await client.post(f"{at}/check")).json()
    assert (checked["state"], checked["counts"]["new"]) == ("checked", 1)
    assert await shop.rows("select 1 from product where tenant_id = $1") == []
    done = (await client.post(f"{at}/run")).json()
    assert (done["state"], done["counts"]) == ("completed", checked["counts"])
    assert await shop.rows("select name, currency from product where tenant_id = $1") == [("MUG-1", "USD")]
    rejects = await client.get(f"{at}/rejects")
    assert rejects.text.splitlines()[1].startswith("CUP-1,Cup,abc,3,price,abc,")
    undone = (await client.post(f"{at}/undo")).json()
    UndoAnswer.model_validate(undone)
    assert (undone["import"]["state"], undone["removed"]) == ("undone", 1)
    assert (await client.delete(at)).status_code == 204
    assert (await client.get(at)).status_code == 404
    assert (await create(client))["id"] != received["id"]


@pytest.mark.parametrize(
    "mapping", [{}, {"kind": "products"}, {"kind": "products", "fields": {"sku": {"source": "x"}}}]
)
async def test_what_is_no_mapping_is_refused(client: httpx2.AsyncClient, mapping: dict[str, Any]) -> None:
    received = await create(client)
    response = await client.put(f"{API}/imports/{received['id']}/mapping", json={"mapping": mapping})
    assert (response.status_code, response.json()["code"]) == (400, "mapping_invalid")


async def test_imports_are_listed_newest_first_by_kind_and_state(client: httpx2.AsyncClient, clock: FixedClock) -> None:
    first = await upload(client)
    clock.advance(timedelta(seconds=1))
    second = await create(client, SALES)
    page = (await client.get(f"{API}/imports", params={"limit": 1})).json()
    Page[ImportAnswer].model_validate(page)
    assert [item["id"] for item in page["items"]] == [second["id"]]
    rest = (await client.get(f"{API}/imports", params={"cursor": page["next_cursor"]})).json()
    assert [item["id"] for item in rest["items"]] == [first["id"]]
    for query, expected in (({"kind": "sales"}, second), ({"state": "completed"}, first)):
        items = (await client.get(f"{API}/imports", params=query)).json()["items"]
        assert [item["id"] for item in items] == [expected["id"]]


async def test_an_import_is_read_again_only_when_it_changed(client: httpx2.AsyncClient) -> None:
    done = await upload(client)
    at = f"{API}/imports/{done['id']}"
    tag = (await client.get(at)).headers["etag"]
    assert (await client.get(at, headers={"if-none-match": tag})).status_code == 304
    await client.post(f"{at}/undo")
    assert (await client.get(at, headers={"if-none-match": tag})).status_code == 200


async def test_rows_are_traced(client: httpx2.AsyncClient, shop: Shop) -> None:
    done = await upload(client)
    row = (await client.get(f"{API}/imports/{done['id']}/rows/2")).json()
    TracedRowAnswer.model_validate(row)
    assert row["cells"]["sku"] == "MUG-1"
    ((product,),) = await shop.rows("select id from product where tenant_id = $1")
    lineage = (await client.get(f"{API}/lineage/products/{product}")).json()
    LineageAnswer.model_validate(lineage)
    assert (lineage["stored"]["price"], lineage["origin"]["row"]) == ("9.990000", 2)
    assert (await client.get(f"{API}/lineage/sales/2026-02-01/7")).status_code == 404


async def test_any_table_is_analysed_and_nothing_is_kept(client: httpx2.AsyncClient, shop: Shop) -> None:
    response = await client.post(f"{API}/csv/analyze", content=PRODUCTS)
    FileAnalysisAnswer.model_validate(response.json())
    assert response.json()["rows"] == 2
    assert await shop.rows("select 1 from import where tenant_id = $1") == []


@pytest.mark.property_test(82, 84)
async def test_the_neighbours_imports_answer_as_if_they_were_not_there(
    client: httpx2.AsyncClient, neighbour: Shop, database: Database, other_tenant: TenantId
) -> None:
    done = await upload(client)
    at = f"{API}/imports/{done['id']}"
    async with caller(database, other_tenant, router) as stranger:
        assert (await stranger.get(f"{API}/imports")).json()["items"] == []
        for method, path in (
            ("GET", ""), ("GET", "/mapping"), ("GET", "/rejects"), ("GET", "/rows/2"), ("POST", "/check"), ("POST", "/run"),
            ("POST", "/undo"), ("DELETE", ""),
        ):  # fmt: skip
            there = await stranger.request(method, at + path)
            nowhere = await stranger.request(method, f"{API}/imports/{uuid4()}{path}")
            assert (there.status_code, there.json()["code"]) == (404, nowhere.json()["code"])
    assert (await client.get(at)).json()["state"] == "completed"
    assert neighbour.tenant == other_tenant


@pytest.mark.property_test(52)
async def test_readers_may_look_and_not_touch(database: Database, shop: Shop) -> None:
    async with caller(database, shop.tenant, router, ["imports:read"]) as reader:
        assert (await reader.get(f"{API}/imports")).status_code == 200
        for path in ("imports", "csv/upload/products", "csv/analyze"):
            refused = await reader.post(f"{API}/{path}", content=PRODUCTS)
            assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    assert await shop.rows("select 1 from import where tenant_id = $1") == []

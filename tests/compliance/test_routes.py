import csv
import io
import json
from collections.abc import AsyncIterator

import httpx2
import polars as pl
import pytest
from tests.factories.shop import client_of, open_shop

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    await open_shop(database, tenant)
    async with client_of(database, tenant) as client:
        await client.put("/prices/control", json={"halted": True, "reason": "=Stocktaking"})
        yield client


@pytest.mark.property_test(55)
async def test_the_journal_says_who_did_what_and_when(client: httpx2.AsyncClient) -> None:
    [entry] = (await client.get("/audit?event=pricing.")).json()["items"]
    assert (entry["actor_kind"], entry["reason"], entry["before"]["halted"], entry["after"]["halted"]) == (
        "person", "=Stocktaking", False, True,
    )  # fmt: skip
    assert (await client.get(f"/audit/{entry['id']}")).json() == entry
    assert (await client.get(f"/audit?until={entry['at'].replace('+', '%2B')}&event=pricing.")).json()["items"] == []


async def test_the_journal_is_exported_harmlessly_and_that_is_recorded(client: httpx2.AsyncClient) -> None:
    table = await client.get("/audit/export?format=csv&event=pricing.")
    [row] = csv.DictReader(io.StringIO(table.text))
    assert row["reason"] == "'=Stocktaking"
    lines = await client.get("/audit/export?format=jsonl&event=pricing.")
    assert json.loads(lines.text)["reason"] == "=Stocktaking"
    columns = await client.get("/audit/export?format=parquet&event=pricing.")
    frame = pl.read_parquet(io.BytesIO(columns.content))
    assert frame["event"].to_list() == [json.loads(line)["event"] for line in lines.text.splitlines()]
    assert frame.schema["at"] == pl.Datetime("us", "UTC")
    exports = (await client.get("/audit?event=compliance.audit_exported")).json()["items"]
    assert [one["details"]["format"] for one in exports] == ["parquet", "jsonl", "csv"]


@pytest.mark.property_test(82)
async def test_a_filter_that_no_text_fits_is_refused_before_a_stream_begins(client: httpx2.AsyncClient) -> None:
    refused = await client.get("/audit/export?format=csv&event=%00")
    assert (refused.status_code, refused.json()["code"]) == (400, "unstorable_text")


async def test_the_neighbour_sees_nothing(
    client: httpx2.AsyncClient, database: Database, other_tenant: TenantId
) -> None:
    [entry] = (await client.get("/audit?event=pricing.")).json()["items"]
    async with client_of(database, other_tenant) as neighbour:
        assert (await neighbour.get("/audit?event=pricing.")).json()["items"] == []
        missing = await neighbour.get(f"/audit/{entry['id']}")
        assert (missing.status_code, missing.json()["code"]) == (404, "entry_not_found")
        assert (await neighbour.get("/audit/export?format=jsonl&event=pricing.")).content == b""

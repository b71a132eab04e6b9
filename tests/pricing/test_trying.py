"""Checking expressions: what they mean, where they are wrong, what products would get; nothing is written."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.factories import market as rivals
from tests.factories.callers import principal
from tests.factories.catalog import product_of
from tests.factories.http import Trusting, make_app
from tests.factories.journal import names

from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.money import TaxBasis
from shopwright.pricing.routes.expressions import router
from shopwright.pricing.strategies.custom.inputs import INPUTS


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    """A shop of two products at 10.00 EUR net (cost 5, bounds 6 to 20); the first has a rival at 9.00."""
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
    for sku in ("A-1", "B-1"):
        await product_of(database, tenant, sku, tax_basis=TaxBasis.NET)
    async with database.unit(tenant) as unit:
        rival = {"competitor": "Beanhaus", "sku": "A-1", "price": Decimal("9.00"), "tax_basis": "net"}
        await rivals.offers(unit, rival)
    app = make_app(database, database.clock, router, authenticator=Trusting(principal(tenant)))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test/api/v1") as client:
        yield client


async def checked(client: httpx2.AsyncClient, expression: str, **body: Any) -> dict[str, Any]:
    answer = await client.post("/pricing/expressions/check", json={"expression": expression, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_units_inputs_and_prices_are_told_and_nothing_is_written(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId
) -> None:
    before = await names(database, tenant)
    found = await checked(client, "min(lowest_rival + 0.495 EUR, cost * 2)")
    assert (found["valid"], found["unit"], found["faults"]) == (True, "money", [])
    assert [one["name"] for one in found["inputs"]] == ["cost", "lowest_rival"]
    with_rival, without = sorted(found["prices"], key=lambda one: str(one["sku"]))
    assert (with_rival["wanted"], with_rival["price"], with_rival["missing"]) == ("9.495", "9.50", [])
    assert (with_rival["current"], with_rival["outcome"]) == ("10.00", "proposed")
    assert (without["wanted"], without["price"], without["missing"]) == (None, None, ["lowest_rival"])
    assert without["sentence"].startswith("Keep 10.00 EUR: a figure that the expression asks for")
    assert await names(database, tenant) == before


async def test_guardrails_are_shown_beside_what_is_wanted(client: httpx2.AsyncClient) -> None:
    found = await checked(client, "price * 0.5")
    assert {(one["wanted"], one["price"]) for one in found["prices"]} == {("5.00", "9.00")}
    assert "largest drop in a day" in found["prices"][0]["sentence"]


@pytest.mark.parametrize(
    ("expression", "unit", "place"),
    [("price +", None, 8), ("price + 1", None, 9), ("price * prise", None, 9), ("price / cost", "share", 1)],
)
async def test_faults_are_an_answer_with_their_place(
    client: httpx2.AsyncClient, expression: str, unit: str | None, place: int
) -> None:
    found = await checked(client, expression)
    assert (found["valid"], found["unit"], found["prices"]) == (False, unit, [])
    [fault] = found["faults"]
    assert fault["place"] == place
    assert fault["sentence"] == f"At character {place}: found {fault['found']}, expected {fault['expected']}."


async def test_a_division_by_zero_is_told(client: httpx2.AsyncClient) -> None:
    found = await checked(client, "price / (pack - 1)")
    assert found["prices"][0]["problems"] == ["It divides by zero."]


async def test_only_products_that_were_named_and_are_there_are_tried(client: httpx2.AsyncClient) -> None:
    first = (await checked(client, "price"))["prices"][0]["product_id"]
    found = await checked(client, "price - 0.10 EUR", product_ids=[first, str(uuid4())])
    assert [one["product_id"] for one in found["prices"]] == [first]
    assert (await checked(client, "price", product_ids=[]))["prices"] == []


async def test_what_is_too_long_is_malformed(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/pricing/expressions/check", json={"expression": "price" + " " * 2_000})
    assert answer.status_code == 422


async def test_inputs_are_listed_with_their_units(client: httpx2.AsyncClient) -> None:
    listed = (await client.get("/pricing/expressions/inputs")).json()
    assert [one["name"] for one in listed] == list(INPUTS)
    assert {"name": "stock_age", "unit": "days", "words": "How long the stock has been there."} in listed


async def test_another_shop_sees_no_product_of_ours(
    client: httpx2.AsyncClient, database: Database, other_tenant: TenantId
) -> None:
    ours = [one["product_id"] for one in (await checked(client, "price"))["prices"]]
    async with database.unit(other_tenant) as unit:
        await TenantRepository(unit).add("Other", TenantSettings(), simulated=False)
    app = make_app(database, database.clock, router, authenticator=Trusting(principal(other_tenant)))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test/api/v1") as other:
        assert (await checked(other, "price", product_ids=ours))["prices"] == []
        assert (await checked(other, "price"))["prices"] == []

from collections.abc import AsyncIterator
from decimal import Decimal
from time import perf_counter
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.callers import caller
from tests.factories.catalog import add_product, add_products
from tests.factories.journal import entries

from shopwright.catalog.bulk import BulkChange
from shopwright.catalog.domain import ProductFilter, ProductSort, ProductStatus, RowResult, Stock, trimmed
from shopwright.catalog.routes import router
from shopwright.catalog.schemas import ProductRowsAnswer, ProductTotalsAnswer
from shopwright.catalog.selection import FIELDS, MOST_ROWS
from shopwright.catalog.selection_repository import written
from shopwright.catalog.selection_service import SelectionService
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.infra.web.pages import InvalidCursor
from shopwright.kit.ids import TenantId

PRODUCTS = "/api/v1/catalog/products"


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with database.unit(tenant) as unit:
        await add_product(unit, "A", inventory_level=Decimal(3), tags=("new", "red"))
        await add_product(unit, "B", inventory_level=Decimal(0), price=Decimal("12.5"), cost=None)
        await add_product(unit, "C", currency="JPY", price=Decimal(15), tags=("new",))
    async with caller(database, tenant, router) as client:
        yield client


def cells(answer: ProductRowsAnswer, *names: str) -> list[tuple[Any, ...]]:
    places = [answer.fields.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in answer.rows]


class TestRows:
    async def test_a_lean_row_says_what_the_product_says(self, client: httpx2.AsyncClient) -> None:
        found = ProductRowsAnswer.model_validate_json((await client.get(f"{PRODUCTS}/rows")).content)
        assert (found.fields, found.total, found.next_cursor) == (list(FIELDS), 3, None)
        for row in found.rows:
            lean = dict(zip(found.fields, row, strict=True))
            whole = (await client.get(f"{PRODUCTS}/{lean['id']}")).json()
            assert lean == {name: whole[name] for name in FIELDS}

    async def test_rows_are_filtered_ordered_and_counted(
        self, database: Database, tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        async with database.unit(tenant) as unit:
            await add_product(unit, "D", min_price=None, inventory_level=Decimal(1))
            await add_product(unit, "E", max_price=None, inventory_level=Decimal(1))
        for query, skus in (
            ("tag=new&sort=price&descending=true", ["C", "A"]),
            ("stock=out", ["B"]),
            ("stock=unknown", ["C"]),
            ("stock=in", ["A", "D", "E"]),
            ("blank=bounds", ["D", "E"]),
        ):
            sent = await client.get(f"{PRODUCTS}/rows?{query}")
            found = ProductRowsAnswer.model_validate_json(sent.content)
            assert [sku for (sku,) in cells(found, "sku")] == skus
            assert found.total == len(skus)

    async def test_pages_are_put_together_without_gap_or_overlap(self, client: httpx2.AsyncClient) -> None:
        seen: list[str] = []
        more: str | None = ""
        while more is not None:
            page = (await client.get(f"{PRODUCTS}/rows?limit=1&sort=price{more}")).json()
            seen += [row[page["fields"].index("sku")] for row in page["rows"]]
            more = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert seen == ["A", "B", "C"]

    async def test_a_cursor_of_another_order_is_refused(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, 3)
            selections = SelectionService(unit)
            place = (await selections.rows(ProductFilter(), limit=1)).next_cursor
            with pytest.raises(InvalidCursor):
                await selections.rows(ProductFilter(), ProductSort.NAME, cursor=place)

    async def test_a_whole_catalog_comes_at_once(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, MOST_ROWS)
        async with caller(database, tenant, router) as client:
            began = perf_counter()
            sent = await client.get(f"{PRODUCTS}/rows?limit={MOST_ROWS}")
            seconds = perf_counter() - began
        assert len(sent.json()["rows"]) == MOST_ROWS
        assert seconds < 3, "ten times what it takes on an idle machine"


class TestTotals:
    async def test_currencies_are_never_added_up(self, client: httpx2.AsyncClient) -> None:
        sent = await client.post(f"{PRODUCTS}/totals", json={})
        found = ProductTotalsAnswer.model_validate_json(sent.content)
        assert (found.products, found.out_of_stock, found.without_cost, int(found.units)) == (3, 1, 1, 3)
        [euro, yen] = sent.json()["currencies"]
        assert euro == {
            "currency": "EUR", "products": 2, "stock_at_cost": "15.00", "stock_at_price": "30.00",
            "lowest_price": "10.00", "mean_price": "11.25", "highest_price": "12.50",
        }  # fmt: skip
        assert (yen["currency"], yen["highest_price"]) == ("JPY", "15")

    async def test_a_selection_is_told_by_ids_or_filter(self, client: httpx2.AsyncClient) -> None:
        one = (await client.get(f"{PRODUCTS}?text=A")).json()["items"][0]["id"]
        for body, products in (({"ids": [one]}, 1), ({"ids": []}, 0), ({"filter": {"tag": "new"}}, 2)):
            assert (await client.post(f"{PRODUCTS}/totals", json=body)).json()["products"] == products


class TestBulkEdit:
    async def test_a_dry_run_says_the_same_and_changes_nothing(self, client: httpx2.AsyncClient) -> None:
        body = {"filter": {"tag": "new"}, "changes": {"min_price": "99", "add_tags": ["sale"], "remove_tags": ["new"]}}
        before = (await client.get(PRODUCTS)).json()
        dry = (await client.post(f"{PRODUCTS}/bulk-edit/by-filter", json={**body, "dry_run": True})).json()
        assert (await client.get(PRODUCTS)).json() == before
        assert dry["counts"] == {"refused": 2}
        assert {row["reason"] for row in dry["rows"]} == {"max_price is below min_price"}
        body["changes"] = {**body["changes"], "max_price": "100"}  # type: ignore[dict-item]
        dry = (await client.post(f"{PRODUCTS}/bulk-edit/by-filter", json={**body, "dry_run": True})).json()
        assert (await client.post(f"{PRODUCTS}/bulk-edit/by-filter", json=body)).json() == dry
        tagged = (await client.get(f"{PRODUCTS}?tag=sale")).json()["items"]
        assert [product["tags"] for product in tagged] == [["red", "sale"], ["sale"]]

    async def test_status_and_fields_are_events_of_their_own(
        self, database: Database, tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        body = {"filter": {"text": "A"}, "changes": {"status": "archived", "cost": "4"}}
        for result in ("changed", "unchanged"):
            answer = await client.post(f"{PRODUCTS}/bulk-edit/by-filter", json=body)
            assert answer.json()["counts"] == {result: 1}
        told = await entries(database, tenant, "catalog.product_archived", "catalog.product_changed")
        assert [(one["name"], one["before"], one["after"]) for one in told] == [
            ("catalog.product_archived", {"status": "active"}, {"status": "archived"}),
            ("catalog.product_changed", {"cost": "5.00"}, {"cost": "4.00"}),
        ]

    async def test_too_many_tags_are_refused(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            made = await add_product(unit, tags=tuple(f"t{n}" for n in range(50)))
            change = BulkChange({}, add_tags=("one more",))
            [outcome] = await CatalogService(unit).change_many([made.id], change)
        assert (outcome.result, outcome.reason) == (RowResult.REFUSED, "tags are more than 50")

    async def test_ten_thousand_products_take_one_statement_set(self, database: Database, tenant: TenantId) -> None:
        async with database.unit(tenant) as unit:
            await add_products(unit, 10_000)
            change = BulkChange({"max_price": Decimal(300)}, status=ProductStatus.ARCHIVED)
            outcomes = await CatalogService(unit).change_selected(ProductFilter(stock=Stock.UNKNOWN), change)
            assert len(unit.events) == 20_000
        assert {outcome.result for outcome in outcomes} == {RowResult.CHANGED}


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_and_changes_nothing(
    database: Database, other_tenant: TenantId, client: httpx2.AsyncClient
) -> None:
    before = (await client.get(PRODUCTS)).json()
    async with caller(database, other_tenant, router) as neighbour:
        assert (await neighbour.get(f"{PRODUCTS}/rows")).json()["total"] == 0
        assert (await neighbour.post(f"{PRODUCTS}/totals", json={})).json()["products"] == 0
        edit = {"filter": {}, "changes": {"brand": "Theirs"}}
        assert (await neighbour.post(f"{PRODUCTS}/bulk-edit/by-filter", json=edit)).json()["rows"] == []
    assert (await client.get(PRODUCTS)).json() == before


@given(amount=st.decimals(min_value=0, max_value=10**9, places=6), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_is_written_as_the_domain_writes_it(amount: Decimal, currency: str) -> None:
    places = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
    assert written(f"{amount:.6f}", places) == str(trimmed(amount, currency))

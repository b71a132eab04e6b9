from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.callers import caller
from tests.factories.market import offers
from tests.figures.conftest import ago

from shopwright.catalog.service import CatalogService
from shopwright.figures.product_schemas import PriceSeriesAnswer, ProductDaysAnswer, ProductFiguresAnswer
from shopwright.figures.products import cover_of, margin_of
from shopwright.figures.routes.products import router
from shopwright.figures.thinning import thinned
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.money import TaxBasis
from shopwright.kit.time import FixedClock

PRODUCTS = "/api/v1/products"


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, tenant, router, ["figures:read"]) as client:
        yield client


async def test_key_figures_are_as_documented(client: httpx2.AsyncClient, shop: dict[str, UUID]) -> None:
    sent = await client.get(f"{PRODUCTS}/{shop['mug']}/figures")
    assert list(sent.json()) == list(ProductFiguresAnswer.model_fields)
    found = sent.json()
    assert (found["price"], found["cost"], found["unit_profit"], found["margin"]) == ("10.00", "5.00", "3.40", "40.5")
    assert (found["rank"], found["offers"], found["lowest_offer"], found["index"]) == (2, 1, "8.00", "125.0")
    assert (found["units"], found["cover_days"], found["revenue"]) == ("12", "21.0", "130.90")
    assert (found["newest_sale"], found["proposed_price"]) == (ago(1).isoformat(), "9.50")


async def test_what_is_not_known_is_null(client: httpx2.AsyncClient, shop: dict[str, UUID]) -> None:
    found = (await client.get(f"{PRODUCTS}/{shop['jug']}/figures")).json()
    unknown = ("cost", "unit_profit", "margin", "rank", "lowest_offer", "index", "proposal_id")
    assert {found[name] for name in unknown} == {None}
    assert found["cover_days"] == "0.0"


async def test_prices_stand_against_rivals_as_steps(
    database: Database, tenant: TenantId, clock: FixedClock, client: httpx2.AsyncClient, shop: dict[str, UUID]
) -> None:
    for day, price in enumerate(("7.00", "7.00", "6.00", "6.00"), 1):
        clock.advance(timedelta(days=1))
        async with database.unit(tenant) as unit:
            await offers(unit, {"sku": "MUG-1", "price": Decimal(price), "shipping": Decimal(1)})
            if day == 2:
                await CatalogService(unit).change(shop["mug"], {"price": Decimal("9.90")})
    clock.advance(timedelta(hours=1))
    sent = await client.get(f"{PRODUCTS}/{shop['mug']}/price-series")
    found = PriceSeriesAnswer.model_validate_json(sent.content)
    assert [str(point.price) for point in found.own] == ["10.00", "9.90"]
    [rival] = found.rivals
    assert [str(point.price) for point in rival.points] == ["8.00", "7.00", "7.00"]  # the last sighting closes the line
    assert found.is_thinned is False
    since = (clock.now() - timedelta(hours=30)).isoformat().replace("+00:00", "Z")
    later = PriceSeriesAnswer.model_validate_json(
        (await client.get(f"{PRODUCTS}/{shop['mug']}/price-series?since={since}")).content
    )
    assert [(point.at, str(point.price)) for point in later.own] == [(later.since, "9.90")]
    assert [str(point.price) for point in later.rivals[0].points] == ["8.00", "7.00", "7.00"]


async def test_days_hold_sales_and_what_was_left(client: httpx2.AsyncClient, shop: dict[str, UUID]) -> None:
    sent = await client.get(f"{PRODUCTS}/{shop['mug']}/days?since={ago(10)}&until={ago(-1)}")
    days = {day.day: day for day in ProductDaysAnswer.model_validate_json(sent.content).items}
    assert list(days) == [ago(back) for back in range(10, -1, -1)]
    assert (str(days[ago(1)].units), str(days[ago(1)].units_net), str(days[ago(1)].revenue_net)) == (
        "12", "10", "119.00",
    )  # fmt: skip
    assert [days[ago(back)].stock for back in (10, 9, 0)] == [None, 9, 9]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("{id}/days?since=2026-03-02&until=2026-03-01", 400, "invalid_span"),
        ("{id}/price-series?since=2020-01-01T00:00:00Z", 400, "invalid_span"),
        ("{id}/days?until=0", 422, "malformed_request"),
        ("{id}/price-series?until=0.5", 422, "malformed_request"),
        ("{id}/price-series?until=0001-01-05T00:00:00Z", 400, "invalid_span"),
        ("{id}/price-series?since=0001-01-01T00:00:00%2B05:00", 422, "malformed_request"),
        ("{id}/days?until=0001-01-05", 400, "invalid_span"),
        ("{other}/figures", 404, "product_not_found"),
        ("{other}/days", 404, "product_not_found"),
        ("{other}/price-series", 404, "product_not_found"),
    ],
)
async def test_what_cannot_be_shown_says_why(
    client: httpx2.AsyncClient, shop: dict[str, UUID], path: str, status: int, code: str
) -> None:
    refused = await client.get(f"{PRODUCTS}/{path.format(id=shop['mug'], other=uuid4())}")
    assert (refused.status_code, refused.json()["code"]) == (status, code)


@pytest.mark.property_test(82)
async def test_the_neighbour_finds_no_such_product(
    database: Database, other_tenant: TenantId, shop: dict[str, UUID]
) -> None:
    async with database.unit(other_tenant) as unit:
        await unit.connection.execute("insert into tenant (tenant_id, name) values ($1, 'Neighbour')", other_tenant)
    async with caller(database, other_tenant, router) as neighbour:
        for page in ("figures", "price-series", "days"):
            assert (await neighbour.get(f"{PRODUCTS}/{shop['mug']}/{page}")).status_code == 404


@pytest.mark.parametrize(
    ("price", "cost", "basis", "margin"),
    [
        ("11.90", "5", "gross", "50.0"),
        ("10", "5", "net", "50.0"),
        ("10", "12", "net", "-20.0"),
        (None, "5", "net", None),
    ],
)
def test_margin_is_of_the_price_without_tax(price: str | None, cost: str, basis: str, margin: str | None) -> None:
    found = margin_of(None if price is None else Decimal(price), Decimal(cost), TaxBasis(basis), Decimal("0.19"))
    assert (None if found is None else str(found)) == margin


def test_what_does_not_sell_lasts_for_nobody_knows_how_long() -> None:
    assert cover_of(Decimal(5), Decimal(0), 28) is None
    assert cover_of(Decimal(-1), Decimal(7), 28) == 0


Series = st.lists(st.one_of(st.none(), st.integers(-1000, 1000)), max_size=200).map(
    lambda values: list(enumerate(values))
)


def value(point: tuple[int, Any]) -> Any:
    return point[1]


@given(points=Series, most=st.integers(4, 50))
def test_a_thinned_series_keeps_order_ends_and_extremes(points: list[tuple[int, Any]], most: int) -> None:
    kept = thinned(points, most, value)
    assert len(kept) <= most
    assert kept == sorted(kept, key=lambda point: point[0])
    assert set(kept) <= set(points)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
    known = [value(point) for point in points if value(point) is not None]
    if known:
        shown = [value(point) for point in kept if value(point) is not None]
        assert (min(shown), max(shown)) == (min(known), max(known))


def test_a_series_needs_room() -> None:
    with pytest.raises(ValueError, match="room"):
        thinned([date(2026, 3, 2)], 3, lambda day: day)

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.factories.callers import caller
from tests.factories.catalog import product_of
from tests.factories.reviews import WRITTEN, add_reviews

from shopwright.infra.db import Database
from shopwright.infra.web.pages import Page
from shopwright.kit.ids import TenantId
from shopwright.reviews.domain import InvalidReviewFilter, Ratings, ReviewFilter
from shopwright.reviews.routes import RatingsAnswer, ReviewAnswer, router
from shopwright.reviews.service import ReviewService

REVIEWS = "/api/v1/reviews"


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    """A product with three reviews; another one has a fourth."""
    made = await product_of(database, tenant)
    other = await product_of(database, tenant, "CUP-1")
    async with database.unit(tenant) as unit:
        await add_reviews(
            unit,
            made.id,
            {"text": "=Good\nbut heavy", "rating": 4},
            {"text": "Bad", "rating": 1, "written_on": WRITTEN + timedelta(1), "source": "file"},
            {"text": "Gut", "written_on": WRITTEN + timedelta(2), "language": "de"},
        )
        await add_reviews(unit, other.id, {"text": "Other"})
    return made.id


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"=Good\nbut heavy", "Bad", "Gut", "Other"}),
        ({"rating_from": 4, "rating_to": 4}, {"=Good\nbut heavy"}),
        ({"since": WRITTEN + timedelta(1), "until": WRITTEN + timedelta(2)}, {"Bad"}),
        ({"source": "file"}, {"Bad"}),
    ],
)
@pytest.mark.usefixtures("mug")
async def test_filters_select(database: Database, tenant: TenantId, wanted: dict[str, Any], found: set[str]) -> None:
    async with database.unit(tenant) as unit:
        page = await ReviewService(unit).list_reviews(ReviewFilter(**wanted))
    assert {review.text for review in page.items} == found


async def test_pages_hold_every_review_of_a_product_newest_first(
    database: Database, tenant: TenantId, mug: UUID
) -> None:
    wanted = ReviewFilter(product_id=mug)
    async with database.unit(tenant) as unit:
        reviews = ReviewService(unit)
        first = await reviews.list_reviews(wanted, limit=2)
        rest = await reviews.list_reviews(wanted, limit=2, cursor=first.next_cursor)
        exported = [review async for batch in reviews.export(wanted) for review in batch]
    listed = [*first.items, *rest.items]
    assert [review.text for review in listed] == ["Gut", "Bad", "=Good\nbut heavy"]
    assert exported == listed
    assert rest.next_cursor is None


@pytest.mark.parametrize(
    "wanted", [{"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, {"rating_from": 3, "rating_to": 2}]
)
def test_a_filter_that_ends_before_it_begins_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidReviewFilter):
        ReviewFilter(**wanted)


@pytest.mark.usefixtures("mug")
async def test_reviews_are_listed_and_exported_as_documented(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["catalog:read"]) as client:
        sent = await client.get(f"{REVIEWS}?rating_to=1")
        file = await client.get(f"{REVIEWS}/export?rating_from=4&rating_to=4")
        refused = await client.get(f"{REVIEWS}?rating_to=9")
    [review] = Page[ReviewAnswer].model_validate_json(sent.content).items
    assert (review.sku, review.text) == ("MUG-1", "Bad")
    assert set(sent.json()["items"][0]) == set(ReviewAnswer.model_fields)
    [row] = csv.DictReader(io.StringIO(file.text))
    assert row["text"] == "'=Good\nbut heavy"
    assert refused.status_code == 422


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_nothing(database: Database, other_tenant: TenantId, mug: UUID) -> None:
    async with database.unit(other_tenant) as unit:
        reviews = ReviewService(unit)
        assert list((await reviews.list_reviews(ReviewFilter(product_id=mug))).items) == []
        assert [batch async for batch in reviews.export(ReviewFilter())] == []
    async with caller(database, other_tenant, router, ["catalog:read"]) as client:
        assert (await client.get(REVIEWS)).json() == {"items": [], "next_cursor": None}


@pytest.mark.property_test(52)
async def test_without_the_permission_nothing_is_served(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["sales:read"]) as stranger:
        assert (await stranger.get(REVIEWS)).status_code == 403
        assert (await stranger.get(f"{REVIEWS}/export")).status_code == 403


async def test_ratings_count_every_star_and_their_mean(database: Database, tenant: TenantId, mug: UUID) -> None:
    async with database.unit(tenant) as unit:
        reviews = ReviewService(unit)
        rated = await reviews.rate(ReviewFilter(product_id=mug))
        good = await reviews.rate(ReviewFilter(product_id=mug, rating_from=4))
        nothing = await reviews.rate(ReviewFilter(source="nowhere"))
    assert rated == Ratings(3, Decimal("3.33"), {1: 1, 2: 0, 3: 0, 4: 1, 5: 1})
    assert good == Ratings(2, Decimal("4.50"), {1: 0, 2: 0, 3: 0, 4: 1, 5: 1})
    assert nothing == Ratings(0, None, dict.fromkeys(range(1, 6), 0))


async def test_ratings_are_answered_as_documented(database: Database, tenant: TenantId, mug: UUID) -> None:
    async with caller(database, tenant, router, ["catalog:read"]) as client:
        answered = await client.get(f"{REVIEWS}/ratings", params={"product_id": str(mug)})
        other = await client.get(f"{REVIEWS}/ratings", params={"product_id": str(tenant)})
    assert RatingsAnswer.model_validate_json(answered.content).mean == Decimal("3.33")
    assert answered.json()["by_stars"] == {"1": 1, "2": 0, "3": 0, "4": 1, "5": 1}
    assert (other.status_code, other.json()["reviews"], other.json()["mean"]) == (200, 0, None)

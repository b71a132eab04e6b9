"""HTTP: reviews as they were imported."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.exports import Columns, ExportFormat, export
from shopwright.infra.web.fields import Day, Line
from shopwright.infra.web.pages import LARGEST_PAGE, Page
from shopwright.reviews.domain import Review, ReviewFilter
from shopwright.reviews.service import ReviewService

router = guarded_router(prefix="/reviews", tag="reviews")
Stars = Annotated[int, Field(ge=1, le=5)]


class ReviewAnswer(BaseModel):
    """A review as a customer wrote it."""

    id: UUID
    product_id: UUID
    sku: str | None
    rating: Stars
    title: str | None
    text: str
    language: str | None
    source: str
    written_on: date
    import_id: UUID | None
    row_number: int | None


class ReviewQuery(BaseModel):
    """Which reviews: written in [since, until), with stars from and to, both included."""

    model_config = ConfigDict(extra="forbid")

    product_id: UUID | None = None
    since: Day | None = None
    until: Day | None = None
    rating_from: Stars | None = None
    rating_to: Stars | None = None
    source: Line | None = None

    def wanted(self) -> ReviewFilter:
        """Return the filter."""
        return ReviewFilter(**{name: getattr(self, name) for name in ReviewQuery.model_fields})


class ReviewPage(ReviewQuery):
    """Which page of which reviews."""

    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(default=100, ge=1, le=LARGEST_PAGE, description="Rows a page.")


class RatingsAnswer(BaseModel):
    """How many reviews gave how many stars."""

    reviews: int
    mean: Decimal | None = Field(description="Stars, two decimals; none without reviews.", examples=["4.21"])
    by_stars: dict[int, int] = Field(
        description="Every number of stars, also one that nobody gave.", examples=[{1: 0, 2: 1, 3: 2, 4: 9, 5: 7}]
    )


class ReviewExport(ReviewQuery):
    """Which reviews as which kind of file."""

    format: ExportFormat = ExportFormat.CSV


_EXPORTED: Final[Columns[Review]] = {
    "sku": lambda review: review.sku,
    "rating": lambda review: review.rating,
    "title": lambda review: review.title,
    "text": lambda review: review.text,
    "language": lambda review: review.language,
    "source": lambda review: review.source,
    "written_on": lambda review: review.written_on,
}


async def review_service(request: Request) -> ReviewService:
    """Build the service on the request's unit of work."""
    return ReviewService(unit_of(request))


Reviews = Annotated[ReviewService, Depends(review_service)]


@router.get("", name="list_reviews", response_model=Page[ReviewAnswer])
@needs("catalog:read")
async def list_reviews(reviews: Reviews, query: Annotated[ReviewPage, Query()]) -> Response:
    """List reviews, newest first."""
    return answer(await reviews.list_reviews(query.wanted(), cursor=query.cursor, limit=query.limit))


@router.get("/ratings", name="get_ratings", response_model=RatingsAnswer)
@needs("catalog:read")
async def get_ratings(reviews: Reviews, query: Annotated[ReviewQuery, Query()]) -> Response:
    """Count the reviews of a filter by stars, with their mean."""
    return answer(await reviews.rate(query.wanted()))


@router.get("/export", name="export_reviews", response_class=StreamingResponse)
@needs("catalog:read", in_transaction=True)
async def export_reviews(reviews: Reviews, query: Annotated[ReviewExport, Query()]) -> StreamingResponse:
    """Give all reviews of a filter as a file."""
    return await export(reviews.export(query.wanted()), _EXPORTED, query.format, "reviews")

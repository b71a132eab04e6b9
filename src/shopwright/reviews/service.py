"""The use cases of reviews: reading what was imported."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.reviews.domain import Ratings, Review, ReviewFilter
from shopwright.reviews.repository import ReviewRepository

_EXPORT_BATCH = 2_000


class ReviewService:
    """The reviews of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._reviews = ReviewRepository(unit)

    async def list_reviews(self, wanted: ReviewFilter, *, cursor: str | None = None, limit: int = 100) -> Slice[Review]:
        """Return a page of reviews, newest first. Raises InvalidCursor."""
        decoded = decode_cursor(cursor, date, UUID)
        after = None if decoded is None else (decoded[0], decoded[1])
        reviews = await self._reviews.list_page(wanted, after, limit + 1)
        return page_of(reviews, limit, lambda review: (review.written_on, review.id))

    async def rate(self, wanted: ReviewFilter) -> Ratings:
        """Return how many reviews of a filter gave how many stars, and their mean."""
        return Ratings.of(await self._reviews.count_by_stars(wanted))

    def export(self, wanted: ReviewFilter) -> AsyncIterator[list[Review]]:
        """Yield all reviews of a filter in batches, from one snapshot and in bounded memory."""
        return self._reviews.stream(wanted, _EXPORT_BATCH)

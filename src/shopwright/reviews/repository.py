"""Reviews in the database. Every statement names the tenant."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.reviews.domain import Review, ReviewFilter

_REVIEWS: Final = """
select r.*, p.sku from (
  select id, product_id, rating, title, text, language, source, written_on, import_id, row_number from review
   where tenant_id = $1
     and ($2::uuid is null or product_id = $2)
     and ($3::date is null or written_on >= $3) and ($4::date is null or written_on < $4)
     and ($5::smallint is null or rating >= $5) and ($6::smallint is null or rating <= $6)
     and ($7::text is null or source = $7)
     and ($8::date is null or (written_on, id) < ($8, $9::uuid))
   order by written_on desc, id desc limit $10) r
left join product p on p.tenant_id = $1 and p.id = r.product_id
order by r.written_on desc, r.id desc
"""


_STARS: Final = """
select rating, count(*) from review
 where tenant_id = $1
   and ($2::uuid is null or product_id = $2)
   and ($3::date is null or written_on >= $3) and ($4::date is null or written_on < $4)
   and ($5::smallint is null or rating >= $5) and ($6::smallint is null or rating <= $6)
   and ($7::text is null or source = $7)
 group by rating
"""


class ReviewRepository:
    """The questions that the service asks about reviews of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_page(self, wanted: ReviewFilter, after: tuple[date, UUID] | None, limit: int) -> list[Review]:
        """Return up to `limit` reviews, newest first, behind the one of `after`."""
        rows = await self._unit.connection.fetch(_REVIEWS, *self._selection(wanted), *(after or (None, None)), limit)
        return [Review(**dict(row)) for row in rows]

    async def count_by_stars(self, wanted: ReviewFilter) -> dict[int, int]:
        """Count the reviews of a filter by their stars; stars that nobody gave are missing."""
        rows = await self._unit.connection.fetch(_STARS, *self._selection(wanted))
        return {row["rating"]: row["count"] for row in rows}

    async def stream(self, wanted: ReviewFilter, batch: int) -> AsyncIterator[list[Review]]:
        """Yield all reviews of a filter in batches, newest first, from one snapshot and in bounded memory."""
        cursor = await self._unit.connection.cursor(_REVIEWS, *self._selection(wanted), None, None, None)
        while rows := await cursor.fetch(batch):
            yield [Review(**dict(row)) for row in rows]

    def _selection(self, wanted: ReviewFilter) -> tuple[Any, ...]:
        return (
            self._unit.tenant,
            wanted.product_id,
            wanted.since,
            wanted.until,
            wanted.rating_from,
            wanted.rating_to,
            wanted.source,
        )

"""Reviews of products, straight in the table."""

from datetime import date
from typing import Any
from uuid import UUID

from shopwright.infra.db import UnitOfWork

WRITTEN = date(2026, 3, 2)


async def add_reviews(unit: UnitOfWork, product_id: UUID, *reviews: dict[str, Any]) -> None:
    """Insert reviews: five stars, "Fine.", written on WRITTEN, unless a review says otherwise."""
    for number, review in enumerate(reviews, 1):
        values = {"rating": 5, "text": "Fine.", "language": None, "source": "shop", "written_on": WRITTEN, **review}
        await unit.connection.execute(
            """insert into review (tenant_id, id, product_id, review_key, rating, text, language, source, written_on,
                                   author_ref)
               values ($1, new_id($1), $2, review_key($6, $8, $7, $4), $3, $4, $5, $6, $7, $8)""",
            unit.tenant,
            product_id,
            *values.values(),
            str(number),
        )

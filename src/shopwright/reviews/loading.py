"""Reviews in bulk: the same file twice changes nothing, and a load can be taken back."""

from typing import Final
from uuid import UUID

from shopwright.infra.bulk import KeyedLoad, KeyedTable
from shopwright.infra.db import UnitOfWork

REVIEWS: Final = KeyedTable(
    "review",
    key={},
    values={
        "rating": "smallint",
        "title": "text",
        "text": "text",
        "language": "text",
        "author_ref": "text",
        "source": "text",
        "written_on": "date",
    },
    computed={"review_key": "bigint generated always as (review_key(source, author_ref, written_on, text)) stored"},
    made={"id": "new_id($1)"},
)


class ReviewLoad(KeyedLoad):
    """Loads the reviews of one import. A review is known by product, source, author, day and text."""

    def __init__(self, unit: UnitOfWork, load_id: UUID) -> None:
        super().__init__(unit, load_id, REVIEWS)

"""Reviews as customers wrote them. Pure. What they feel and talk about is not read here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from shopwright.kit.errors import Invalid

STARS: Final = range(1, 6)


class InvalidReviewFilter(Invalid):
    """A filter of reviews cannot be meant as it is written."""

    code = "invalid_review_filter"


@dataclass(frozen=True, slots=True)
class Review:
    """One review, 1 to 5 stars. `author_ref` is the source's own mark of the author, not a name."""

    id: UUID
    product_id: UUID
    sku: str | None
    rating: int
    title: str | None
    text: str
    language: str | None
    source: str
    written_on: date
    import_id: UUID | None
    row_number: int | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many reviews gave how many stars. `mean` has two decimals; it is None without reviews."""

    reviews: int
    mean: Decimal | None
    by_stars: dict[int, int]

    @classmethod
    def of(cls, counted: Mapping[int, int]) -> "Ratings":
        """Make them of the reviews counted by stars; stars that nobody gave count 0."""
        by_stars = {stars: counted.get(stars, 0) for stars in STARS}
        reviews = sum(by_stars.values())
        if reviews == 0:
            return cls(0, None, by_stars)
        total = sum(stars * count for stars, count in by_stars.items())
        return cls(reviews, (Decimal(total) / reviews).quantize(Decimal("0.01")), by_stars)


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews; None means all. Written in [since, until); stars from `rating_from` to `rating_to`, included."""

    product_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    rating_from: int | None = None
    rating_to: int | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        days = self.since is not None and self.until is not None and self.until < self.since
        stars = self.rating_from is not None and self.rating_to is not None and self.rating_to < self.rating_from
        if days or stars:
            raise InvalidReviewFilter(
                "The filter ends before it begins.", fields=["until"] * days + ["rating_to"] * stars
            )

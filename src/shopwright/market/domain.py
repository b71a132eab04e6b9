"""Competitors, their offers, and which of our products an offer is. Pure.

A match is automatic when identifiers agree, confirmed or rejected by a person, and in review when identifiers
contradict each other or the certainty is below USABLE_CONFIDENCE. Whole markets travel as columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.errors import Conflict, NotFound
from shopwright.kit.events import Event

USABLE_CONFIDENCE: Final = Decimal("0.80")
"""Below it a match waits for review, and what is computed from it is less sure (property 10)."""

PRICE_MOVE_PERCENT: Final = Decimal(5)
"""A rival's price that moves by more than this is told (property 12)."""


class CompetitorNotFound(NotFound):
    """No such competitor in this shop."""

    code = "competitor_not_found"


class OfferNotFound(NotFound):
    """No such offer in this shop."""

    code = "offer_not_found"


class MatchImpossible(Conflict):
    """The offer cannot be matched in this way."""

    code = "match_impossible"
    action = "Name a product of yours to confirm the match."


class MatchState(StrEnum):
    """How an offer came to its product, or why it has none."""

    AUTOMATIC = "automatic"
    CONFIRMED = "confirmed"
    REVIEW = "review"
    REJECTED = "rejected"
    UNMATCHED = "unmatched"


class CompetitorStatus(StrEnum):
    """Whether a competitor's offers count."""

    ACTIVE = "active"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Competitor:
    """Somebody who sells what we sell. `is_own` marks our own second account: never a rival."""

    id: UUID
    name: str
    is_own: bool
    status: CompetitorStatus
    offers: int
    version: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The newest that a competitor was seen to ask for one item in one condition."""

    id: UUID
    competitor_id: UUID
    competitor: str
    product_id: UUID | None
    title: str | None
    gtin: str | None
    mpn: str | None
    brand: str | None
    price: Decimal
    shipping: Decimal | None
    currency: str
    tax_basis: str
    availability: str
    condition: str
    pack_quantity: int
    promotion: bool
    regular_price: Decimal | None
    promoted_since: datetime | None
    promoted_until: datetime | None
    url: str | None
    source: str
    seen_at: datetime
    match_state: MatchState
    match_confidence: Decimal
    match_reason: str | None
    version: int

    @property
    def delivered(self) -> Decimal | None:
        """Price with shipping, None when the shipping is not known."""
        return None if self.shipping is None else self.price + self.shipping

    @property
    def discount_percent(self) -> Decimal | None:
        """How far a promotion is below the regular price, None without both (property 13)."""
        if not self.promotion or not self.regular_price or self.regular_price <= self.price:
            return None
        return (self.regular_price - self.price) * 100 / self.regular_price


@dataclass(frozen=True, slots=True)
class OfferColumns:
    """The offers that are matched to a product, one a row. Amounts are int64 millionths, MISSING where not known.

    `competitor` numbers the names in `competitors`; `seen_at` is in seconds since 1970; `match_ppm` in millionths.
    """

    product_ids: list[UUID]
    competitors: Sequence[str]
    competitor: NDArray[np.int64]
    price: NDArray[np.int64]
    shipping: NDArray[np.int64]
    currencies: list[str]
    gross: NDArray[np.bool_]
    availability: list[str]
    condition: list[str]
    pack_quantity: NDArray[np.int64]
    seen_at: NDArray[np.int64]
    match_ppm: NDArray[np.int64]
    match_state: list[str]
    is_own: NDArray[np.bool_]
    is_ignored: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.product_ids)


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers; None means all."""

    product_id: UUID | None = None
    competitor_id: UUID | None = None
    states: tuple[MatchState, ...] | None = None
    availability: str | None = None


@dataclass(frozen=True, kw_only=True)
class OffersRecorded(Event, name="market.offers_recorded", subject="load"):
    """Offers were seen: how many are new, changed, and on how many products of ours."""

    source: str
    new: int
    changed: int
    products: int


@dataclass(frozen=True, kw_only=True)
class RivalPriceMoved(Event, name="market.rival_price_moved", subject="offer"):
    """A competitor's price moved by more than five percent; `before` and `after` hold the prices."""

    product_id: str | None
    competitor: str
    percent: str


@dataclass(frozen=True, kw_only=True)
class CompetitorChanged(Event, name="market.competitor_changed", subject="competitor"):
    """A competitor is ignored, counted again, or known to be ourselves."""


@dataclass(frozen=True, kw_only=True)
class MatchDecided(Event, name="market.match_decided", subject="offer"):
    """A person said which product of ours an offer is, that it is none, or that this is open again."""

    product_id: str | None

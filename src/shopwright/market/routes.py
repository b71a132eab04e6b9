"""/api/v1/market: competitors, offers, matches."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.conditional import expected_version
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.market.domain import Competitor, CompetitorStatus, MatchState, Offer, OfferFilter
from shopwright.market.service import MarketService

router = guarded_router(prefix="/market", tag="market")


class CompetitorAnswer(BaseModel):
    """A competitor."""

    id: UUID
    name: str
    is_own: bool = Field(description="Our own second account or channel: never a rival.")
    status: CompetitorStatus
    offers: int
    version: int

    @classmethod
    def of(cls, competitor: Competitor) -> "CompetitorAnswer":
        """Show a competitor."""
        return cls(**{name: getattr(competitor, name) for name in cls.model_fields})


class CompetitorBody(BaseModel):
    """Whether a competitor's offers count."""

    is_own: bool = False
    status: CompetitorStatus = CompetitorStatus.ACTIVE


class OfferAnswer(BaseModel):
    """The newest sighting of an offer."""

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
    delivered: Decimal | None = Field(description="Price with shipping; null when the shipping is not known.")
    currency: str
    tax_basis: str
    availability: str
    condition: str
    pack_quantity: int
    promotion: bool
    regular_price: Decimal | None
    discount_percent: Decimal | None
    promoted_since: datetime | None
    promoted_until: datetime | None
    url: str | None
    source: str
    seen_at: datetime
    match_state: MatchState
    match_confidence: Decimal = Field(description="0 to 1; below 0.80 a match waits for review.")
    match_reason: str | None
    version: int

    @classmethod
    def of(cls, offer: Offer) -> "OfferAnswer":
        """Show an offer."""
        return cls(**{name: getattr(offer, name) for name in cls.model_fields})


class PointAnswer(BaseModel):
    """One sighting of an offer."""

    seen_at: datetime
    price: Decimal
    shipping: Decimal | None
    availability: str
    promotion: bool
    source: str


class Confirm(BaseModel):
    """Which product of ours the offer is; the one it is matched to when none is named."""

    product_id: UUID | None = None


class Reopen(BaseModel):
    """The product that the offer was suggested for, if any."""

    product_id: UUID | None = None


async def market_service(request: Request) -> MarketService:
    """Build the service on the request's unit of work."""
    return MarketService(unit_of(request))


Market = Annotated[MarketService, Depends(market_service)]


@router.get("/competitors", name="list_competitors", summary="List competitors")
@needs("market:read")
async def list_competitors(market: Market, cursor: CursorText = None, limit: Limit = 100) -> Page[CompetitorAnswer]:
    """List competitors with the number of their offers."""
    found = await market.list_competitors(cursor=cursor, limit=limit)
    return Page(items=[CompetitorAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


@router.put("/competitors/{competitor_id}", name="change_competitor", summary="Ignore or count a competitor")
@needs("market:write")
async def change_competitor(
    competitor_id: UUID, body: CompetitorBody, market: Market, request: Request
) -> CompetitorAnswer:
    """Ignore a competitor's offers, count them again, or mark the competitor as ourselves."""
    changed = await market.change_competitor(
        competitor_id, is_own=body.is_own, status=body.status, version=expected_version(request)
    )
    return CompetitorAnswer.of(changed)


@router.get("/offers", name="list_offers", summary="List competitors' offers")
@needs("market:read")
async def list_offers(
    market: Market,
    product_id: UUID | None = None,
    competitor_id: UUID | None = None,
    availability: Annotated[str | None, Query(max_length=20)] = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Page[OfferAnswer]:
    """List the newest sighting of each offer, with filters by product, competitor and availability."""
    wanted = OfferFilter(product_id, competitor_id, None, availability)
    found = await market.list_offers(wanted, cursor=cursor, limit=limit)
    return Page(items=[OfferAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


@router.get("/offers/{offer_id}/history", name="list_offer_history", summary="Show what an offer was over time")
@needs("market:read")
async def list_offer_history(
    offer_id: UUID, market: Market, cursor: CursorText = None, limit: Limit = 100
) -> Page[PointAnswer]:
    """List the sightings of an offer, newest first."""
    found = await market.offer_history(offer_id, cursor=cursor, limit=limit)
    items = [PointAnswer(**{name: getattr(p, name) for name in PointAnswer.model_fields}) for p in found.items]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get("/matches", name="list_matches", summary="List matches that wait for review")
@needs("market:read")
async def list_matches(
    market: Market,
    state: Annotated[list[MatchState] | None, Query()] = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Page[OfferAnswer]:
    """List offers by the state of their match; those in review when nothing is said."""
    wanted = OfferFilter(states=tuple(state) if state else (MatchState.REVIEW,))
    found = await market.list_offers(wanted, cursor=cursor, limit=limit)
    return Page(items=[OfferAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


@router.post("/matches/{offer_id}/confirm", name="confirm_match", summary="Confirm which product an offer is")
@needs("market:write")
async def confirm_match(offer_id: UUID, body: Confirm, market: Market) -> OfferAnswer:
    """Confirm a match, or name another product of ours."""
    return OfferAnswer.of(await market.confirm_match(offer_id, body.product_id))


@router.post("/matches/{offer_id}/reject", name="reject_match", summary="Reject a match")
@needs("market:write")
async def reject_match(offer_id: UUID, market: Market) -> OfferAnswer:
    """Say that an offer is no product of ours; no later load matches it again."""
    return OfferAnswer.of(await market.reject_match(offer_id))


@router.post("/matches/{offer_id}/reopen", name="reopen_match", summary="Take a decision on a match back")
@needs("market:write")
async def reopen_match(offer_id: UUID, body: Reopen, market: Market) -> OfferAnswer:
    """Let a match wait for review again; without a product it is an offer that matches nothing."""
    return OfferAnswer.of(await market.reopen_match(offer_id, body.product_id))

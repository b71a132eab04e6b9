"""The use cases of the market: who competes, what they ask, which of it is ours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shopwright.catalog.service import CatalogService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.market.domain import (
    Competitor,
    CompetitorChanged,
    CompetitorStatus,
    MatchDecided,
    MatchImpossible,
    MatchState,
    Offer,
    OfferColumns,
    OfferFilter,
)
from shopwright.market.repository import MarketRepository, OfferPoint


class MarketService:
    """Competitors and offers of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._market = MarketRepository(unit)

    async def list_competitors(self, *, cursor: str | None = None, limit: int = 100) -> Slice[Competitor]:
        """Return a page of competitors. Raises InvalidCursor."""
        rows = await self._market.list_competitors(_after(cursor), limit + 1)
        return page_of(rows, limit, lambda competitor: (competitor.id,))

    async def change_competitor(
        self, competitor_id: UUID, *, is_own: bool, status: CompetitorStatus, version: int | None = None
    ) -> Competitor:
        """Ignore a competitor, count it again, or mark it as ourselves. Raises CompetitorNotFound, ChangedSinceRead."""
        before = await self._market.get_competitor(competitor_id)
        if version is not None and version != before.version:
            raise ChangedSinceRead("The competitor was changed since.", expected=version, found=before.version)
        after = replace(before, is_own=is_own, status=status, version=before.version + 1)
        await self._market.save_competitor(after)
        self._unit.publish(
            CompetitorChanged(
                subject_id=str(competitor_id),
                before={"is_own": before.is_own, "status": before.status.value},
                after={"is_own": is_own, "status": status.value},
            )
        )
        return after

    async def list_offers(self, wanted: OfferFilter, *, cursor: str | None = None, limit: int = 100) -> Slice[Offer]:
        """Return a page of offers. Raises InvalidCursor."""
        rows = await self._market.list_offers(wanted, _after(cursor), limit + 1)
        return page_of(rows, limit, lambda offer: (offer.id,))

    async def offer_history(self, offer_id: UUID, *, cursor: str | None = None, limit: int = 100) -> Slice[OfferPoint]:
        """Return what an offer was at each sighting, newest first. Raises OfferNotFound, InvalidCursor."""
        await self._market.get_offer(offer_id)
        decoded = decode_cursor(cursor, datetime)
        rows = await self._market.list_points(offer_id, None if decoded is None else decoded[0], limit + 1)
        return page_of(rows, limit, lambda point: (point.seen_at,))

    async def confirm_match(self, offer_id: UUID, product_id: UUID | None) -> Offer:
        """Say which product of ours an offer is; the one it was matched to when none is named.

        Raises OfferNotFound, ProductNotFound, MatchImpossible.
        """
        offer = await self._market.get_offer(offer_id, locked=True)
        chosen = product_id or offer.product_id
        if chosen is None:
            raise MatchImpossible("This offer has no product yet; name the one that it is.", id=str(offer_id))
        await CatalogService(self._unit).get_product(chosen)
        return await self._decide(offer, MatchState.CONFIRMED, chosen, Decimal(1))

    async def reject_match(self, offer_id: UUID) -> Offer:
        """Say that an offer is no product of ours; no later load matches it again. Raises OfferNotFound."""
        offer = await self._market.get_offer(offer_id, locked=True)
        return await self._decide(offer, MatchState.REJECTED, None, Decimal(0))

    async def reopen_match(self, offer_id: UUID, product_id: UUID | None) -> Offer:
        """Take a decision back: the match waits for review again with the product that it was suggested for.

        Without one it is an offer that matches nothing. How sure the match was is not known any more; the next load judges
        it anew. Raises OfferNotFound, ProductNotFound.
        """
        offer = await self._market.get_offer(offer_id, locked=True)
        if product_id is not None:
            await CatalogService(self._unit).get_product(product_id)
        state = MatchState.UNMATCHED if product_id is None else MatchState.REVIEW
        return await self._decide(offer, state, product_id, Decimal(0), "a decision was taken back")

    async def offers_for_pricing(self) -> OfferColumns:
        """Read every matched offer as columns, in one query."""
        return await self._market.columns()

    async def price_moves(self, products: Sequence[UUID], since: datetime) -> list[tuple[UUID, int, int, Decimal]]:
        """Read what rivals asked for products since a moment: product, competitor's number, seconds, price."""
        return await self._market.moves(products, since)

    async def days(self, first: date, days: int, zone: str) -> list[tuple[UUID, int, list[int], list[float]]]:
        """Read what rivals asked for new single items in a period: product, rival's number, days from the first, prices.

        Of each day it is the lowest delivered price, NaN where nothing was left; only in our own currency and tax basis.
        """
        return await self._market.days(first, days, zone)

    async def _decide(
        self,
        offer: Offer,
        state: MatchState,
        product_id: UUID | None,
        confidence: Decimal,
        reason: str = "decided by a person",
    ) -> Offer:
        decided = replace(
            offer,
            match_state=state,
            product_id=product_id,
            match_confidence=confidence,
            match_reason=reason,
            version=offer.version + 1,
        )
        await self._market.save_match(decided)
        self._unit.publish(
            MatchDecided(
                subject_id=str(offer.id),
                product_id=None if product_id is None else str(product_id),
                before={"match_state": offer.match_state.value, "product_id": offer.product_id},
                after={"match_state": state.value, "product_id": product_id},
            )
        )
        return decided


def _after(cursor: str | None) -> UUID | None:
    decoded = decode_cursor(cursor, UUID)
    return None if decoded is None else decoded[0]

"""What people read of pricing: proposals, runs, products without a price, the price list."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.pricing.policy_repository import PolicyRepository, Run
from shopwright.pricing.proposals import Proposal, ProposalFilter, ProposalOrder, ProposalTotal
from shopwright.pricing.repository import ProposalRepository


@dataclass(frozen=True, slots=True)
class Hold:
    """A product that the newest run gave no new price, and why."""

    product_id: UUID
    sku: str
    product_name: str
    outcome: str
    reasons: list[str]
    explanation: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line of the price list: the price in force, the one proposed if any, and why."""

    product_id: UUID
    sku: str
    product_name: str
    currency: str
    price: Decimal | None
    proposed_price: Decimal | None
    proposal_id: UUID | None
    state: str | None
    reason: str | None
    updated_at: datetime


class PricingReader:
    """Reads; it changes nothing."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._proposals = ProposalRepository(unit)

    async def get_proposal(self, proposal_id: UUID) -> Proposal:
        """Return one proposal. Raises ProposalNotFound."""
        return await self._proposals.get(proposal_id)

    async def list_proposals(
        self,
        wanted: ProposalFilter,
        cursor: str | None,
        limit: int,
        order: ProposalOrder = ProposalOrder.NEWEST,
    ) -> Slice[Proposal]:
        """Return proposals in an order; a cursor belongs to one. Raises InvalidCursor."""
        if order is ProposalOrder.STAKE:
            after = decode_cursor(cursor, Decimal, UUID)
            rows = await self._proposals.list_page(wanted, order, after, limit + 1)
            return page_of(rows, limit, lambda proposal: (proposal.stake, proposal.id))
        rows = await self._proposals.list_page(wanted, order, decode_cursor(cursor, UUID), limit + 1)
        return page_of(rows, limit, lambda proposal: (proposal.id,))

    async def proposal_totals(self) -> list[ProposalTotal]:
        """Return the totals of proposals by state and currency."""
        return await self._proposals.totals()

    async def list_runs(self, cursor: str | None, limit: int) -> Slice[Run]:
        """Return repricing runs, newest first. Raises InvalidCursor."""
        rows = await PolicyRepository(self._unit).list_runs(_after(cursor), limit + 1)
        return page_of(rows, limit, lambda run: (run.id,))

    async def list_holds(self, outcome: str | None, reason: str | None, cursor: str | None, limit: int) -> Slice[Hold]:
        """Return products without a new price, by reason if asked. Raises InvalidCursor."""
        rows = await self._proposals.list_holds(outcome, reason, _after(cursor), limit + 1)
        holds = [Hold(**row) for row in rows]
        return page_of(holds, limit, lambda hold: (hold.product_id,))

    async def list_prices(self, cursor: str | None, limit: int) -> Slice[PriceRow]:
        """Return the price list by product. Raises InvalidCursor."""
        rows = await self._proposals.list_prices(_after(cursor), limit + 1)
        return page_of([PriceRow(**row) for row in rows], limit, lambda row: (row.product_id,))


def _after(cursor: str | None) -> UUID | None:
    decoded = decode_cursor(cursor, UUID)
    return None if decoded is None else decoded[0]

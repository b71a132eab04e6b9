"""/api/v1/proposals: read, decide, edit, apply, roll back."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shopwright.identity.deps import guarded_router, needs
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.pricing.proposals import ProposalFilter, ProposalOrder, ProposalState
from shopwright.pricing.routes.dependencies import Applying, Decisions, Editing, Reader
from shopwright.pricing.schemas import (
    Approve,
    BulkAnswer,
    EditPrice,
    ExplainedProposal,
    ProposalAnswer,
    ProposalTotalAnswer,
    Reject,
    Selection,
    SelectionToApprove,
    SelectionToReject,
)

router = guarded_router(prefix="/proposals", tag="proposals")


@router.get("", name="list_proposals", summary="List proposals")
@needs("prices:read")
async def list_proposals(
    reader: Reader,
    state: Annotated[list[ProposalState] | None, Query()] = None,
    run_id: UUID | None = None,
    product_id: UUID | None = None,
    category: Annotated[str | None, Query(max_length=200)] = None,
    min_confidence: Annotated[int | None, Query(ge=0, le=100)] = None,
    order: ProposalOrder = ProposalOrder.NEWEST,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ProposalAnswer]:
    """List proposed prices, newest or most at stake first, by state, run, product, category and confidence."""
    wanted = ProposalFilter(tuple(state) if state else None, run_id, product_id, category, min_confidence)
    found = await reader.list_proposals(wanted, cursor, limit, order)
    return Page(items=[ProposalAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


# The addresses with a word come first: below, the word would be read as the id of a proposal.
@router.get("/totals", name="proposal_totals", summary="Count proposals and sum what they are expected to bring")
@needs("prices:read")
async def proposal_totals(reader: Reader) -> list[ProposalTotalAnswer]:
    """Count proposals by state and currency, with the sum of the expected changes of weekly profit and its interval."""
    return [ProposalTotalAnswer.of(total) for total in await reader.proposal_totals()]


@router.post("/bulk/approve", name="approve_proposals", summary="Approve many proposals")
@needs("prices:approve")
async def approve_proposals(body: SelectionToApprove, decisions: Decisions) -> BulkAnswer:
    """Approve many prices; each row says what became of it."""
    return BulkAnswer.of(await decisions.approve_many(body.ids, apply_at=body.apply_at))


@router.post("/bulk/reject", name="reject_proposals", summary="Reject many proposals")
@needs("prices:approve")
async def reject_proposals(body: SelectionToReject, decisions: Decisions) -> BulkAnswer:
    """Reject many prices, with one reason."""
    return BulkAnswer.of(await decisions.reject_many(body.ids, body.reason))


@router.post("/bulk/undo", name="undo_approvals", summary="Take approvals back")
@needs("prices:approve")
async def undo_approvals(body: Selection, decisions: Decisions) -> BulkAnswer:
    """Take approvals back while their prices are not live yet."""
    return BulkAnswer.of(await decisions.undo_many(body.ids))


@router.post("/bulk/apply", name="apply_proposals", summary="Put approved prices into force now")
@needs("prices:apply")
async def apply_proposals(body: Selection, applying: Applying) -> BulkAnswer:
    """Apply approved prices without waiting for the grace time; products changed since are skipped and said so."""
    return BulkAnswer.of(await applying.apply_now(body.ids))


@router.post("/bulk/roll-back", name="roll_back_proposals", summary="Take applied prices back")
@needs("prices:apply")
async def roll_back_proposals(body: Selection, applying: Applying) -> BulkAnswer:
    """Put the prices before back into force; products changed since are skipped and said so."""
    return BulkAnswer.of(await applying.roll_back(body.ids))


@router.get("/{proposal_id}", name="get_proposal", summary="Show a proposal and why this price")
@needs("prices:read")
async def get_proposal(proposal_id: UUID, reader: Reader) -> ExplainedProposal:
    """Show what decided, every limit with its room, rivals used and left out, and what would change the price."""
    return ExplainedProposal.of(await reader.get_proposal(proposal_id))


@router.post("/{proposal_id}/approve", name="approve_proposal", summary="Approve a proposal")
@needs("prices:approve")
async def approve_proposal(proposal_id: UUID, body: Approve, decisions: Decisions) -> ProposalAnswer:
    """Approve a price; it goes live after the grace time, or when the body says."""
    return ProposalAnswer.of(await decisions.approve(proposal_id, apply_at=body.apply_at))


@router.post("/{proposal_id}/reject", name="reject_proposal", summary="Reject a proposal")
@needs("prices:approve")
async def reject_proposal(proposal_id: UUID, body: Reject, decisions: Decisions) -> ProposalAnswer:
    """Reject a price, with the reason."""
    return ProposalAnswer.of(await decisions.reject(proposal_id, body.reason))


@router.put("/{proposal_id}/price", name="edit_proposal", summary="Set another price")
@needs("prices:propose")
async def edit_proposal(proposal_id: UUID, body: EditPrice, editing: Editing) -> ProposalAnswer:
    """Change the proposed price; it passes the same guardrails or is refused with the limit named."""
    return ProposalAnswer.of(await editing.edit(proposal_id, body.price, body.reason))

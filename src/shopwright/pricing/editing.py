"""A price that a person asks for: it passes the same guardrails as any other, or is refused with the limit named."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import numpy as np

from shopwright.catalog.domain import ProductFilter, ProductNotFound
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import INVALID, MISSING, scaled, unscaled
from shopwright.pricing.codes import LimitKind, Reason
from shopwright.pricing.expectation import expectations
from shopwright.pricing.guardrails import allowed
from shopwright.pricing.limits import Limits
from shopwright.pricing.margins import margin_of
from shopwright.pricing.proposals import PriceRefused, Proposal, ProposalEdited, ProposalState, WrongState
from shopwright.pricing.repository import ProposalRepository
from shopwright.pricing.repricing import RepricingService

_WHOLE = 1_000_000


class EditingService:
    """Changes the price of a proposal that nobody has decided yet."""

    def __init__(self, unit: UnitOfWork, tax_ppm: int | None) -> None:
        self._unit = unit
        self._repricing = RepricingService(unit, tax_ppm)
        self._proposals = ProposalRepository(unit)

    async def edit(self, proposal_id: UUID, price: Decimal, reason: str | None) -> Proposal:
        """Set another price. Raises ProposalNotFound, WrongState, PriceRefused with the limits that it would break.

        Approvals that were given to the old price are gone; a larger change may need a second person.
        """
        proposal = await self._proposals.get(proposal_id, locked=True)
        if proposal.state is not ProposalState.PROPOSED:
            raise WrongState(f"A proposal that is {proposal.state} is not edited.", state=proposal.state.value)
        frame = await self._repricing.frame_of(ProductFilter(ids=[proposal.product_id]))
        if len(frame.catalog) != 1:
            raise ProductNotFound("The product is no longer sold.", id=str(proposal.product_id))
        asked = scaled([price], up=False)
        if unscaled(int(asked[0])) != price or not allowed(frame.catalog, frame.limits, asked)[0]:
            raise _refusal(frame.limits, int(asked[0]), price)
        exact = unscaled(int(asked[0])) or price
        margin = int(margin_of(frame.catalog, asked)[0])
        change = np.array([int((price - proposal.current_price) * _WHOLE / proposal.current_price)], dtype=np.int64)
        [expected] = expectations(frame.catalog, [proposal.product_id], asked, frame.pace, frame.used)
        changed = replace(
            proposal,
            expected=expected,
            proposed_price=exact,
            approvals=(),
            approvals_needed=int(frame.policy.rules.governance.approvals_needed(change)[0]),
            margin_ppm=None if margin in {MISSING, INVALID} else margin,
            binding=(),
            reason=reason or "Set by hand, within all limits.",
            explanation={**proposal.explanation, "proposed": str(price), "decided_by": "asked"},
        )
        await self._proposals.save([changed])
        self._unit.publish(
            ProposalEdited(
                subject_id=str(proposal.id),
                product_id=str(proposal.product_id),
                before={"price": str(proposal.proposed_price)},
                after={"price": str(price)},
                reason=reason,
            )
        )
        return changed


def _refusal(limits: Limits, asked: int, price: Decimal) -> PriceRefused:
    broken = LimitKind.read(int(limits.broken_by(np.array([asked], dtype=np.int64))[0]))
    unfit = Reason.read(int(limits.reasons[0]))
    names = [word.value for word in unfit] + [kind.value for kind in broken]
    return PriceRefused(
        f"{price} is not allowed: {', '.join(names) or 'it is no whole number of the smallest coin'}.",
        asked=str(price),
        broken=names,
    )

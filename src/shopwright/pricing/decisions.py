"""Deciding on proposals: approve, reject, undo, schedule, one by one or many at once. It applies nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.kit.errors import Invalid
from shopwright.pricing.governance import Governance
from shopwright.pricing.policies import DEFAULT_RULES
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.proposals import (
    ApprovalUndone,
    BulkOutcome,
    Outcome,
    Proposal,
    ProposalApproved,
    ProposalExpired,
    ProposalRejected,
    ProposalState,
    RowOutcome,
    SecondPersonNeeded,
    WrongState,
)
from shopwright.pricing.repository import ProposalRepository

MOST_AT_ONCE = 10_000
_REFUSALS = {
    WrongState: Outcome.WRONG_STATE,
    ProposalExpired: Outcome.EXPIRED,
    SecondPersonNeeded: Outcome.SAME_PERSON,
}


class TooManyRows(Invalid):
    """A bulk decision names more rows than one request may."""

    code = "too_many_rows"
    action = "Send the rows in several requests."


class ApplyTimeInPast(Invalid):
    """A price cannot go live before now."""

    code = "apply_time_in_past"


class DecisionService:
    """What people do with proposals. Each decision is an event of its own, by the person who made it."""

    def __init__(self, unit: UnitOfWork, member: UUID) -> None:
        self._unit = unit
        self._member = member
        self._proposals = ProposalRepository(unit)
        self._policies = PolicyRepository(unit)

    async def approve(self, proposal_id: UUID, *, apply_at: datetime | None = None) -> Proposal:
        """Approve one proposal; it goes live after the grace time, or at `apply_at`.

        A change that needs two people waits as proposed after the first. Raises ProposalNotFound, WrongState,
        ProposalExpired, SecondPersonNeeded, ApplyTimeInPast.
        """
        rules = await self._governance()
        changed = self._approved(await self._proposals.get(proposal_id, locked=True), apply_at, rules)
        await self._proposals.save([changed])
        return changed

    async def approve_many(self, ids: Sequence[UUID], *, apply_at: datetime | None = None) -> BulkOutcome:
        """Approve many at once; what cannot be approved is left as it is, with the reason."""
        rules = await self._governance()
        return await self._each(ids, lambda proposal: self._approved(proposal, apply_at, rules))

    async def reject(self, proposal_id: UUID, reason: str) -> Proposal:
        """Reject one proposal. Raises ProposalNotFound, WrongState."""
        changed = self._rejected(await self._proposals.get(proposal_id, locked=True), reason)
        await self._proposals.save([changed])
        return changed

    async def reject_many(self, ids: Sequence[UUID], reason: str) -> BulkOutcome:
        """Reject many at once; what cannot be rejected is left as it is, with the reason."""
        return await self._each(ids, lambda proposal: self._rejected(proposal, reason))

    async def undo_many(self, ids: Sequence[UUID]) -> BulkOutcome:
        """Take approvals back before their prices go live; what went live meanwhile is said so."""
        return await self._each(ids, self._undone)

    async def _each(self, ids: Sequence[UUID], decide: Callable[[Proposal], Proposal]) -> BulkOutcome:
        if len(ids) > MOST_AT_ONCE:
            raise TooManyRows(f"At most {MOST_AT_ONCE} rows at once.", found=len(ids), most=MOST_AT_ONCE)
        wanted = list(dict.fromkeys(ids))
        found = {proposal.id: proposal for proposal in await self._proposals.list_locked(wanted)}
        changed: list[Proposal] = []
        rows: list[RowOutcome] = []
        for proposal_id in wanted:
            proposal = found.get(proposal_id)
            if proposal is None:
                rows.append(RowOutcome(proposal_id, Outcome.NOT_FOUND))
                continue
            try:
                changed.append(decide(proposal))
            except tuple(_REFUSALS) as error:
                rows.append(RowOutcome(proposal_id, _REFUSALS[type(error)], error.message))
            else:
                rows.append(RowOutcome(proposal_id, _reached(changed[-1])))
        await self._proposals.save(changed)
        return BulkOutcome(tuple(rows))

    async def _governance(self) -> dict[UUID | None, Governance]:
        """Return the rules of decision by policy; None stands for the built-in one."""
        policies = await self._policies.list_all()
        return {None: DEFAULT_RULES.governance, **{policy.id: policy.rules.governance for policy in policies}}

    def _approved(
        self, proposal: Proposal, apply_at: datetime | None, rules: Mapping[UUID | None, Governance]
    ) -> Proposal:
        now = self._unit.clock.now()
        if apply_at is not None and apply_at < now:
            raise ApplyTimeInPast("The time to go live lies in the past.", found=apply_at.isoformat())
        approvals = proposal.with_approval(self._member, now)
        if len(approvals) < proposal.approvals_needed:
            changed = replace(proposal, approvals=approvals, apply_at=apply_at)
        else:
            changed = replace(
                proposal,
                state=ProposalState.APPROVED,
                approvals=approvals,
                decided_by=self._member,
                decided_at=now,
                apply_at=apply_at or proposal.apply_at or rules.get(proposal.policy_id, rules[None]).live_at(now),
            )
        self._unit.publish(
            ProposalApproved(
                subject_id=str(proposal.id),
                product_id=str(proposal.product_id),
                before={"state": proposal.state.value, "approvals": len(proposal.approvals)},
                after={
                    "state": changed.state.value,
                    "approvals": len(approvals),
                    "apply_at": changed.apply_at.isoformat() if changed.apply_at else None,
                },
            )
        )
        return changed

    def _rejected(self, proposal: Proposal, reason: str) -> Proposal:
        proposal.demand(ProposalState.REJECTED)
        self._unit.publish(
            ProposalRejected(
                subject_id=str(proposal.id),
                product_id=str(proposal.product_id),
                reason=reason,
                before={"state": proposal.state.value},
                after={"state": ProposalState.REJECTED.value},
            )
        )
        return replace(
            proposal,
            state=ProposalState.REJECTED,
            decided_by=self._member,
            decided_at=self._unit.clock.now(),
            decision_reason=reason,
            apply_at=None,
        )

    def _undone(self, proposal: Proposal) -> Proposal:
        if proposal.state is not ProposalState.APPROVED:
            raise WrongState(
                f"A proposal that is {proposal.state} has no approval to undo.", state=proposal.state.value
            )
        self._unit.publish(
            ApprovalUndone(
                subject_id=str(proposal.id),
                product_id=str(proposal.product_id),
                before={"state": proposal.state.value, "approvals": len(proposal.approvals)},
                after={"state": ProposalState.PROPOSED.value, "approvals": 0},
            )
        )
        return replace(
            proposal,
            state=ProposalState.PROPOSED,
            approvals=(),
            decided_by=None,
            decided_at=None,
            decision_reason=None,
            apply_at=None,
        )


def _reached(proposal: Proposal) -> Outcome:
    waits = proposal.state is ProposalState.PROPOSED and 0 < len(proposal.approvals) < proposal.approvals_needed
    return Outcome.WAITING if waits else Outcome.DONE

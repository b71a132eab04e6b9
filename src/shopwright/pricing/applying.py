"""Applying prices: approved ones go to the shop, are read back, and can be taken back.

The shop of this file is the catalog itself (marketplace "own"): sending, reading back and confirming happen in one
transaction. A shop beyond the network confirms later; until then its proposals are SENT or UNKNOWN and nothing is
computed from them. A product that somebody changed since is skipped, and said so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from shopwright.catalog.domain import PriceChanges, PriceOrigin, RowResult
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.events import Event
from shopwright.pricing.governance import Governance
from shopwright.pricing.policies import DEFAULT_RULES
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.proposals import (
    BulkOutcome,
    Outcome,
    PriceConfirmed,
    PriceFailed,
    PriceRolledBack,
    PriceSent,
    PricingHalted,
    Proposal,
    ProposalState,
    RowOutcome,
)
from shopwright.pricing.repository import ProposalRepository

MOST_AT_ONCE = 10_000
_CHANGED_SINCE = "The product was changed after the proposal was made."
_GONE = "The product is no longer there."
_FAILED_READ = "The price that was read back is another one."


class ApplyService:
    """Puts approved prices into force and takes them back. `zone` is the shop's time zone."""

    def __init__(self, unit: UnitOfWork, zone: ZoneInfo) -> None:
        self._unit = unit
        self._zone = zone
        self._proposals = ProposalRepository(unit)
        self._policies = PolicyRepository(unit)
        self._catalog = CatalogService(unit)

    async def apply_due(self, limit: int = MOST_AT_ONCE) -> BulkOutcome:
        """Apply approved prices whose time has come. Raises PricingHalted while the kill switch is on."""
        due = await self._proposals.list_due(self._unit.clock.now(), limit)
        return await self._apply(due)

    async def apply_now(self, ids: Sequence[UUID]) -> BulkOutcome:
        """Apply approved prices without waiting for their time. Raises PricingHalted."""
        return await self._apply(list(dict.fromkeys(ids))[:MOST_AT_ONCE])

    async def roll_back(self, ids: Sequence[UUID]) -> BulkOutcome:
        """Put back the prices that were in force before; skip products whose price was changed since.

        Of several prices of one product, the price before the first of them comes back. Works while pricing is halted: it
        is how an accident is repaired.
        """
        wanted = list(dict.fromkeys(ids))[:MOST_AT_ONCE]
        found = {proposal.id: proposal for proposal in await self._proposals.list_locked(wanted)}
        ready = [p for p in found.values() if p.state is ProposalState.CONFIRMED]
        ready.sort(key=lambda proposal: proposal.product_version)
        first = {p.product_id: p for p in reversed(ready)}
        last = {p.product_id: p for p in ready}
        changes = PriceChanges(
            list(last),
            [first[product].current_price for product in last],
            [p.product_version + 1 for p in last.values()],
            [p.id for p in last.values()],
        )
        results = {o.product_id: o for o in await self._catalog.set_prices(changes, PriceOrigin.ROLLBACK)}
        done, rows = [], []
        for proposal_id in wanted:
            proposal = found.get(proposal_id)
            outcome = _not_ready(proposal, ProposalState.CONFIRMED)
            if proposal is None or outcome is not None:
                rows.append(RowOutcome(proposal_id, outcome or Outcome.NOT_FOUND))
            elif results[proposal.product_id].result in {RowResult.CHANGED, RowResult.UNCHANGED}:
                done.append(replace(proposal, state=ProposalState.ROLLED_BACK))
                rows.append(RowOutcome(proposal_id, Outcome.DONE))
            else:
                rows.append(RowOutcome(proposal_id, Outcome.CHANGED_SINCE, _CHANGED_SINCE))
        await self._proposals.save(done)
        self._unit.publish_all(_rolled_back(proposal) for proposal in done)
        return BulkOutcome(tuple(rows))

    async def _apply(self, ids: Sequence[UUID]) -> BulkOutcome:
        control = await self._policies.control()
        if control.halted:
            raise PricingHalted(f"Pricing is halted: {control.reason}", reason=control.reason)
        if not ids:
            return BulkOutcome()
        found = {proposal.id: proposal for proposal in await self._proposals.list_locked(ids)}
        rows: list[RowOutcome] = []
        ready: list[Proposal] = []
        room = await self._room()
        for proposal_id in ids:
            proposal = found.get(proposal_id)
            outcome = _not_ready(proposal, ProposalState.APPROVED)
            if proposal is None or outcome is not None:
                rows.append(RowOutcome(proposal_id, outcome or Outcome.NOT_FOUND))
                continue
            refusal = room.take(proposal)
            if refusal is None:
                ready.append(proposal)
            else:
                rows.append(RowOutcome(proposal_id, refusal))
        return BulkOutcome((*rows, *await self._send(ready)))

    async def _send(self, ready: Sequence[Proposal]) -> list[RowOutcome]:
        """Send, read back, confirm. The journal holds both steps."""
        now = self._unit.clock.now()
        changes = PriceChanges(
            [p.product_id for p in ready],
            [p.proposed_price for p in ready],
            [p.product_version for p in ready],
            [p.id for p in ready],
        )
        self._unit.publish_all(_sent(proposal) for proposal in ready)
        results = {o.product_id: o for o in await self._catalog.set_prices(changes, PriceOrigin.PROPOSAL)}
        rows: list[RowOutcome] = []
        after: list[Proposal] = []
        events: list[Event] = []
        for proposal in ready:
            result = results.get(proposal.product_id)
            failure = _failure(proposal, None if result is None else result.result, result and result.after)
            state = ProposalState.CONFIRMED if failure is None else ProposalState.FAILED
            confirmed_at = now if failure is None else None
            after.append(replace(proposal, state=state, sent_at=now, confirmed_at=confirmed_at, failure=failure))
            outcome = Outcome.DONE if failure is None else Outcome.CHANGED_SINCE
            rows.append(RowOutcome(proposal.id, outcome, failure))
            events.append(_confirmed(proposal) if failure is None else _failed(proposal, failure))
        await self._proposals.save(after)
        self._unit.publish_all(events)
        return rows

    async def _room(self) -> "_Room":
        """Read what the policies allow now: blackout hours, and changes left today."""
        now = self._unit.clock.now()
        policies = {policy.id: policy.rules.governance for policy in await self._policies.list_all()}
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return _Room(policies, await self._proposals.applied_since(midnight), now, self._zone)


class _Room:
    """What may still go live now, policy by policy."""

    def __init__(self, rules: dict[UUID | None, Governance], applied: int, now: datetime, zone: ZoneInfo) -> None:
        self._rules = rules
        self._applied = applied
        self._now = now
        self._zone = zone

    def take(self, proposal: Proposal) -> Outcome | None:
        """Count one price; return why it has to wait, None when it may go."""
        rules = self._rules.get(proposal.policy_id, DEFAULT_RULES.governance)
        if rules.blackout_at(self._now, self._zone):
            return Outcome.BLACKOUT
        if rules.daily_changes is not None and self._applied >= rules.daily_changes:
            return Outcome.DAILY_LIMIT
        self._applied += 1
        return None


def _not_ready(proposal: Proposal | None, state: ProposalState) -> Outcome | None:
    if proposal is None:
        return Outcome.NOT_FOUND
    return None if proposal.state is state else Outcome.WRONG_STATE


def _failure(proposal: Proposal, result: RowResult | None, read_back: object) -> str | None:
    if result is None or result is RowResult.GONE:
        return _GONE
    if result is RowResult.CHANGED_SINCE:
        return _CHANGED_SINCE
    return None if read_back == proposal.proposed_price else _FAILED_READ


def _prices(proposal: Proposal) -> tuple[dict[str, str], dict[str, str]]:
    return (
        {"price": str(proposal.current_price), "currency": proposal.currency},
        {"price": str(proposal.proposed_price), "currency": proposal.currency},
    )


def _sent(proposal: Proposal) -> PriceSent:
    before, after = _prices(proposal)
    return PriceSent(subject_id=str(proposal.id), product_id=str(proposal.product_id), before=before, after=after)


def _confirmed(proposal: Proposal) -> PriceConfirmed:
    before, after = _prices(proposal)
    return PriceConfirmed(subject_id=str(proposal.id), product_id=str(proposal.product_id), before=before, after=after)


def _failed(proposal: Proposal, failure: str) -> PriceFailed:
    return PriceFailed(subject_id=str(proposal.id), product_id=str(proposal.product_id), reason=failure)


def _rolled_back(proposal: Proposal) -> PriceRolledBack:
    before, after = _prices(proposal)
    return PriceRolledBack(subject_id=str(proposal.id), product_id=str(proposal.product_id), before=after, after=before)

"""Proposals: a price that waits for a decision, its states, and what happens to it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shopwright.kit.errors import Conflict, Forbidden, NotFound
from shopwright.kit.events import Event
from shopwright.pricing.expectation import Expectation


class ProposalState(StrEnum):
    """Where a proposal stands. SENT means on its way to the shop, CONFIRMED that it was read back there."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


_S = ProposalState
TRANSITIONS: Final[dict[ProposalState, frozenset[ProposalState]]] = {
    _S.PROPOSED: frozenset({_S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED}),
    _S.APPROVED: frozenset({_S.PROPOSED, _S.SENT, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED}),
    _S.SENT: frozenset({_S.CONFIRMED, _S.UNKNOWN, _S.FAILED}),
    _S.UNKNOWN: frozenset({_S.SENT, _S.CONFIRMED, _S.FAILED}),
    _S.CONFIRMED: frozenset({_S.ROLLED_BACK}),
    _S.FAILED: frozenset(),
    _S.ROLLED_BACK: frozenset(),
    _S.REJECTED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.SUPERSEDED: frozenset(),
}
"""Every change of state that there is; the database's rows and the services know no other."""

UNCONFIRMED: Final = frozenset({_S.SENT, _S.UNKNOWN})
"""The shop's price is not known for sure: no next price is computed from it."""


class ProposalNotFound(NotFound):
    """No such proposal in this shop."""

    code = "proposal_not_found"


class WrongState(Conflict):
    """The proposal's state does not admit the decision."""

    code = "proposal_wrong_state"


class ProposalExpired(Conflict):
    """The proposal is older than its policy allows; the market may have moved."""

    code = "proposal_expired"
    action = "Start a new repricing run."


class SecondPersonNeeded(Forbidden):
    """A change of this size needs the approval of two different people."""

    code = "second_person_needed"
    action = "Ask a colleague with prices:approve to approve it too."


class PriceRefused(Conflict):
    """The price that was asked for breaks a limit of the product. The details name the limit."""

    code = "price_refused"
    action = "Choose a price within the limits, or change the limit."


class PricingHalted(Conflict):
    """The kill switch is on: no price is proposed or applied."""

    code = "pricing_halted"
    action = "Someone with prices:halt can release the switch, once the reason is gone."


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes."""

    member: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed price with all that a decision needs. Money in `currency` with `tax_basis`."""

    id: UUID
    run_id: UUID
    product_id: UUID
    sku: str
    product_name: str
    policy_id: UUID | None
    state: ProposalState
    current_price: Decimal
    proposed_price: Decimal
    currency: str
    tax_basis: str
    margin_ppm: int | None
    expected: Expectation | None
    strategy: str
    binding: tuple[str, ...]
    confidence: int
    reason: str
    explanation: dict[str, Any]
    approvals: tuple[Approval, ...]
    approvals_needed: int
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    apply_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    failure: str | None
    product_version: int
    created_at: datetime
    expires_at: datetime
    version: int

    @property
    def stake(self) -> Decimal:
        """The money at stake a week: how far the expected profit moves, either way; 0 where it is not known."""
        gain = self.expected.gain[1] if self.expected else None
        return abs(Decimal(gain or 0))

    @property
    def change_ppm(self) -> int:
        """The relative change of the price in millionths, negative for a cut."""
        return int((self.proposed_price - self.current_price) * 1_000_000 / self.current_price)

    def demand(self, target: ProposalState) -> None:
        """Raise WrongState unless `target` can follow the present state."""
        if target not in TRANSITIONS[self.state]:
            raise WrongState(
                f"A proposal that is {self.state} cannot become {target}.",
                state=self.state.value,
                possible=sorted(state.value for state in TRANSITIONS[self.state]),
            )

    def with_approval(self, member: UUID, now: datetime) -> tuple[Approval, ...]:
        """Return the approvals with one more. Raises WrongState, ProposalExpired, SecondPersonNeeded."""
        self.demand(ProposalState.APPROVED)
        if self.expires_at <= now:
            raise ProposalExpired("This proposal has expired.", expired_at=self.expires_at.isoformat())
        if any(approval.member == member for approval in self.approvals):
            raise SecondPersonNeeded("You have approved this already; a second person has to.")
        return (*self.approvals, Approval(member, now))


class Outcome(StrEnum):
    """What became of one row of a bulk decision."""

    DONE = "done"
    WAITING = "waiting_for_second_person"
    NOT_FOUND = "not_found"
    WRONG_STATE = "wrong_state"
    EXPIRED = "expired"
    SAME_PERSON = "same_person"
    CHANGED_SINCE = "changed_since"
    REFUSED = "refused"
    DAILY_LIMIT = "daily_limit"
    BLACKOUT = "blackout"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one proposal, and why when it was left as it was."""

    id: UUID
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """The rows of a bulk decision with their outcomes."""

    rows: tuple[RowOutcome, ...] = field(default=())

    @property
    def done(self) -> tuple[UUID, ...]:
        """The proposals that the decision reached."""
        return tuple(row.id for row in self.rows if row.outcome is Outcome.DONE)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.outcome.value] = found.get(row.outcome.value, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What a list of proposals shows; None means all."""

    states: tuple[ProposalState, ...] | None = None
    run_id: UUID | None = None
    product_id: UUID | None = None
    category: str | None = None
    min_confidence: int | None = None


class ProposalOrder(StrEnum):
    """What a list of proposals begins with. Stakes of several currencies are compared as plain numbers."""

    NEWEST = "newest"
    STAKE = "stake"


@dataclass(frozen=True, slots=True)
class ProposalTotal:
    """The proposals of one state and currency together.

    `gain` sums the expected changes of weekly profit: low with low, high with high, so that the interval is wide enough
    however the products' errors hang together. It covers the `expected` proposals whose gain is known.
    """

    state: ProposalState
    currency: str
    proposals: int
    expected: int
    gain: tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True, kw_only=True)
class RepricingFinished(Event, name="pricing.repricing_finished", subject="pricing_run"):
    """A run computed prices: how many products got a proposal, were held, or got no price."""

    trigger: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RepricingHalted(Event, name="pricing.repricing_halted", subject="pricing_run"):
    """The circuit breaker stopped a run: too much of the catalog would have moved, or too far."""

    trigger: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PricesProposed(Event, name="pricing.prices_proposed", subject="pricing_run"):
    """Proposals of a run, at most 1,000 an event; the rows hold their contents."""

    proposals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(Event, name="pricing.proposal_approved", subject="proposal"):
    """A person (or the policy, without one) approved a proposed price."""

    product_id: str
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class ProposalRejected(Event, name="pricing.proposal_rejected", subject="proposal"):
    """A person rejected a proposed price, with the reason."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class ProposalEdited(Event, name="pricing.proposal_edited", subject="proposal"):
    """A person changed the proposed price; it passed the same guardrails."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class ApprovalUndone(Event, name="pricing.approval_undone", subject="proposal"):
    """An approval was taken back before its price went live."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class PriceSent(Event, name="pricing.price_sent", subject="proposal"):
    """An approved price is on its way to the shop."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class PriceConfirmed(Event, name="pricing.price_confirmed", subject="proposal"):
    """The shop shows the new price: it was read back."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class PriceFailed(Event, name="pricing.price_failed", subject="proposal"):
    """The price did not reach the shop."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class PriceRolledBack(Event, name="pricing.price_rolled_back", subject="proposal"):
    """An applied price was taken back: the price before it is in force again."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class PricingHaltChanged(Event, name="pricing.halt_changed", subject="tenant"):
    """The kill switch was set or released."""

    halted: bool

"""Bodies and answers of the pricing endpoints. Money is a string; shares are parts per million."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shopwright.catalog.domain import trimmed
from shopwright.pricing.governance import ScopeKind
from shopwright.pricing.policies import Control, Policy
from shopwright.pricing.policy_repository import Run
from shopwright.pricing.proposals import BulkOutcome, Proposal, ProposalState, ProposalTotal
from shopwright.pricing.reading import Hold, PriceRow

Reason = Annotated[str, Field(min_length=1, max_length=500, examples=["Too cheap for the brand"])]
_MOST_ROWS = 10_000


class ExpectedEffect(BaseModel):
    """What a price is expected to bring a week: low, middle and high of a 95 % interval; money is net of tax."""

    units_now: float = Field(description="Units a week at the present price.")
    units: tuple[float, float, float]
    revenue: tuple[Decimal | None, Decimal | None, Decimal | None]
    profit: tuple[Decimal | None, Decimal | None, Decimal | None]
    gain: tuple[Decimal | None, Decimal | None, Decimal | None] = Field(description="Profit against staying.")
    loss_chance: float | None = Field(description="The probability that the gain is below zero.")
    elasticity: tuple[float, float, float]
    elasticity_source: str = Field(description="estimated: this product's own; general: no estimate yet.")
    days_of_sales: int
    sales_until: date

    model_config = ConfigDict(from_attributes=True)


class ProposalAnswer(BaseModel):
    """A proposed price with what a decision needs."""

    id: UUID
    run_id: UUID
    product_id: UUID
    sku: str
    product_name: str
    policy_id: UUID | None
    state: ProposalState
    current_price: Decimal
    proposed_price: Decimal
    change_ppm: int = Field(description="Relative change in millionths: -25000 is 2.5 % down.")
    currency: str
    tax_basis: str
    margin_ppm: int | None = Field(description="Profit over net price at the proposed price.")
    expected: ExpectedEffect | None = Field(description="None in a shop that has not sold anything yet.")
    strategy: str
    binding: tuple[str, ...] = Field(description="The limits that decided.")
    confidence: int = Field(ge=0, le=100)
    reason: str
    approvals: int
    approvals_needed: int
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    apply_at: datetime | None = Field(description="When the price goes live; until then the approval can be undone.")
    confirmed_at: datetime | None
    failure: str | None
    created_at: datetime
    expires_at: datetime
    version: int

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalAnswer":
        """Show a proposal without its explanation."""
        names = set(cls.model_fields) - {"approvals", "change_ppm"}
        content = {name: getattr(proposal, name) for name in names}
        for name in ("current_price", "proposed_price"):
            content[name] = trimmed(content[name], proposal.currency)
        content["expected"] = ExpectedEffect.model_validate(proposal.expected) if proposal.expected else None
        return cls(**content, approvals=len(proposal.approvals), change_ppm=proposal.change_ppm)


class ExplainedProposal(ProposalAnswer):
    """A proposal with why this price: limits with their room, rivals used and left out, what would change it."""

    explanation: dict[str, Any]

    @classmethod
    def of(cls, proposal: Proposal) -> "ExplainedProposal":
        """Show a proposal whole."""
        return cls(**ProposalAnswer.of(proposal).model_dump(), explanation=proposal.explanation)


class ProposalTotalAnswer(BaseModel):
    """The proposals of one state and currency together."""

    state: ProposalState
    currency: str
    proposals: int
    expected: int = Field(description="How many of them have an expected effect.")
    gain: tuple[Decimal, Decimal, Decimal] = Field(
        description="Expected change of weekly profit: low, middle, high of a 95 % interval."
    )

    @classmethod
    def of(cls, total: ProposalTotal) -> "ProposalTotalAnswer":
        """Show a total."""
        low, middle, high = (trimmed(amount, total.currency) for amount in total.gain)
        return cls(
            state=total.state,
            currency=total.currency,
            proposals=total.proposals,
            expected=total.expected,
            gain=(low, middle, high),
        )


class Approve(BaseModel):
    """When an approved price goes live; after the policy's grace time when nothing is said."""

    apply_at: AwareDatetime | None = None


class Reject(BaseModel):
    """Why a price is rejected."""

    reason: Reason


class EditPrice(BaseModel):
    """Another price, which has to pass the same guardrails."""

    price: Decimal = Field(gt=0, max_digits=18, decimal_places=6, examples=["49.90"])
    reason: Reason | None = None


class Selection(BaseModel):
    """Many proposals."""

    ids: list[UUID] = Field(min_length=1, max_length=_MOST_ROWS)


class SelectionToApprove(Selection):
    """Many proposals, and when their prices go live if not after the grace time."""

    apply_at: AwareDatetime | None = None


class SelectionToReject(Selection):
    """Many proposals, and why they are rejected."""

    reason: Reason


class BulkRow(BaseModel):
    """What became of one proposal."""

    id: UUID
    outcome: str = Field(examples=["done"])
    reason: str | None


class BulkAnswer(BaseModel):
    """What became of each proposal, and how many of each outcome there are."""

    counts: dict[str, int]
    rows: list[BulkRow]

    @classmethod
    def of(cls, outcome: BulkOutcome) -> "BulkAnswer":
        """Show the outcome of a bulk decision."""
        rows = [BulkRow(id=row.id, outcome=row.outcome.value, reason=row.reason) for row in outcome.rows]
        return cls(counts=outcome.counts, rows=rows)


class RunAnswer(BaseModel):
    """One repricing run."""

    id: UUID
    trigger: str
    state: str = Field(examples=["completed"])
    halt_reason: str | None
    counts: dict[str, int] = Field(examples=[{"proposed": 212, "held": 151, "no_price": 37}])
    started_at: datetime
    finished_at: datetime

    @classmethod
    def of(cls, run: Run) -> "RunAnswer":
        """Show a run."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class Optimize(BaseModel):
    """Which products are repriced; all of them when nothing is said."""

    product_ids: list[UUID] | None = Field(default=None, max_length=_MOST_ROWS, examples=[None])
    category: str | None = Field(default=None, max_length=200, examples=["Mugs"])
    brand: str | None = Field(default=None, max_length=200, examples=["Acme"])


class OptimizeAnswer(BaseModel):
    """What a run did."""

    run: RunAnswer
    proposals: int
    automatic: int = Field(description="Proposals that the policy applies without a person.")


class HoldAnswer(BaseModel):
    """A product that got no new price, and why."""

    product_id: UUID
    sku: str
    product_name: str
    outcome: str = Field(examples=["no_price"])
    reasons: list[str] = Field(examples=[["cost_missing"]])
    explanation: dict[str, Any]
    at: datetime

    @classmethod
    def of(cls, hold: Hold) -> "HoldAnswer":
        """Show a product without a new price."""
        return cls(**{name: getattr(hold, name) for name in cls.model_fields})


class PriceAnswer(BaseModel):
    """One line of the price list."""

    product_id: UUID
    sku: str
    product_name: str
    currency: str
    price: Decimal | None
    proposed_price: Decimal | None
    proposal_id: UUID | None
    state: str | None = Field(description="State of the open proposal, if there is one.")
    reason: str | None
    updated_at: datetime

    @classmethod
    def of(cls, row: PriceRow) -> "PriceAnswer":
        """Show a line of the price list."""
        content = {name: getattr(row, name) for name in cls.model_fields}
        for name in ("price", "proposed_price"):
            if content[name] is not None:
                content[name] = trimmed(content[name], row.currency)
        return cls(**content)


class PolicyBody(BaseModel):
    """What a policy says."""

    name: str = Field(min_length=1, max_length=200, examples=["Mugs follow the market"])
    strategy: str = Field(
        default="rule_based",
        max_length=100,
        description="rule_based, profit_maximization, ml_model, exploration, or automatic: by what is known of each product.",
    )
    rules: dict[str, Any] = Field(
        default_factory=dict,
        description="Settings of the strategies (rule, profit, ml, exploration, without_response), mode (live "
        "or shadow: never proposed, written down beside what happens), guardrails, comparability, governance, breaker, "
        "brake; what is left out has its default.",
        examples=[{"rule": {"position": "average"}, "guardrails": {"min_margin_ppm": 150000}}],
    )
    enabled: bool = True


class NewPolicy(PolicyBody):
    """A policy with its scope."""

    scope: ScopeKind
    scope_value: str | None = Field(default=None, max_length=200, examples=["Mugs"])


class PolicyAnswer(BaseModel):
    """A policy whole, with every default written out."""

    id: UUID | None
    name: str
    scope: ScopeKind
    scope_value: str | None
    strategy: str
    rules: dict[str, Any]
    enabled: bool
    version: int

    @classmethod
    def of(cls, policy: Policy) -> "PolicyAnswer":
        """Show a policy."""
        return cls(
            id=policy.id,
            name=policy.name,
            scope=policy.scope.kind,
            scope_value=policy.scope.value,
            strategy=policy.strategy,
            rules=policy.rules.as_json(),
            enabled=policy.enabled,
            version=policy.version,
        )


class Halt(BaseModel):
    """The kill switch."""

    halted: bool
    reason: Reason


class ControlAnswer(BaseModel):
    """The state of the kill switch."""

    halted: bool
    reason: str | None

    @classmethod
    def of(cls, control: Control) -> "ControlAnswer":
        """Show the kill switch."""
        return cls(halted=control.halted, reason=control.reason)

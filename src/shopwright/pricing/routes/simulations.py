"""/api/v1/pricing: what a policy would do, and what policies in shadow would have done."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from shopwright.catalog.domain import ProductFilter, trimmed
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.fields import Day
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import Policy, PolicyRules
from shopwright.pricing.policy_service import check_strategy
from shopwright.pricing.routes.dependencies import Policies, Repricing
from shopwright.pricing.schemas import Optimize
from shopwright.pricing.shadows import ShadowFilter, ShadowPrice, ShadowService
from shopwright.pricing.simulating import Branch

router = guarded_router(prefix="/pricing", tag="simulations")


class SimulatedPolicy(BaseModel):
    """A policy that need not exist; without a scope it covers the whole selection."""

    strategy: str = Field(default="rule_based", max_length=100, examples=["profit_maximization"])
    rules: dict[str, Any] = Field(default_factory=dict, description="As in a policy.", examples=[{}])
    scope: ScopeKind = ScopeKind.TENANT
    scope_value: str | None = Field(default=None, max_length=200, examples=[None])


class SimulationBody(Optimize):
    """Which policy is tried, and on which products: a `policy_id`, else a `policy`, else the built-in one."""

    policy_id: UUID | None = None
    policy: SimulatedPolicy | None = Field(default=None, examples=[{"strategy": "profit_maximization"}])


class BranchAnswer(BaseModel):
    """What a policy would do to a category of the assortment. Profit and gain are a week, net of tax."""

    category: str | None
    currency: str
    products: int
    ups: int = Field(description="Prices that would rise.")
    downs: int = Field(description="Prices that would fall.")
    held: int = Field(description="Prices that would stay.")
    no_price: int = Field(description="Products that may not be priced: something is missing.")
    mean_change_ppm: int = Field(description="Mean relative change of the changed prices, in millionths.")
    expected: int = Field(description="How many changed prices have an expected effect; what follows is theirs.")
    units_now: float
    units: tuple[float, float, float] = Field(description="Low, middle, high of a 95 % interval, as all that follow.")
    profit: tuple[Decimal, Decimal, Decimal]
    gain: tuple[Decimal, Decimal, Decimal] = Field(
        description="Profit against staying. Ends are summed as if all products came out alike: wider than if they do not."
    )

    @classmethod
    def of(cls, branch: Branch) -> "BranchAnswer":
        """Show a branch."""
        return cls(**{name: getattr(branch, name) for name in cls.model_fields})


class SimulationAnswer(BaseModel):
    """What a policy would do. Nothing was written."""

    branches: list[BranchAnswer] = Field(description="By category; null are products without one.")
    totals: list[BranchAnswer] = Field(description="All categories together, one for each currency.")
    strategies: dict[str, int] = Field(description="How many products each strategy priced.")
    reasons: dict[str, int] = Field(description="Why prices would stay or be missing: products by reason.")
    breaker: list[str] = Field(description="Why the circuit breaker would stop a run of these prices; empty if not.")


class ShadowPriceAnswer(BaseModel):
    """What a policy in shadow would have asked on a day, beside what was decided."""

    policy_id: UUID
    day: date
    product_id: UUID
    sku: str
    product_name: str
    run_id: UUID
    at: datetime
    strategy: str
    outcome: str = Field(examples=["proposed"])
    currency: str
    current_price: Decimal | None
    live_price: Decimal | None = Field(
        description="What the live policy decided at that moment; else the price in force."
    )
    shadow_price: Decimal | None = Field(description="Null where the policy would have left the price.")
    confidence: int = Field(ge=0, le=100)
    reason: str
    gain: tuple[Decimal, Decimal, Decimal] | None = Field(
        description="Expected change of weekly profit against staying: low, middle, high of a 95 % interval."
    )

    @classmethod
    def of(cls, price: ShadowPrice) -> "ShadowPriceAnswer":
        """Show a shadow price."""
        content = {name: getattr(price, name) for name in cls.model_fields}
        for name in ("current_price", "live_price", "shadow_price"):
            content[name] = None if content[name] is None else trimmed(content[name], price.currency)
        if price.gain is not None:
            content["gain"] = tuple(trimmed(end, price.currency) for end in price.gain)
        return cls(**content)


async def shadow_service(request: Request) -> ShadowService:
    """Build the service on the request's unit of work."""
    return ShadowService(unit_of(request))


@router.post("/simulations", name="simulate_policy", summary="Try a policy without proposing anything")
@needs("prices:read")
async def simulate_policy(body: SimulationBody, policies: Policies, repricing: Repricing) -> SimulationAnswer:
    """Tell what a policy would do to a selection, by category, with what it is expected to bring; nothing is written."""
    policy = await policies.get_policy(body.policy_id) if body.policy_id else _drafted(body.policy)
    wanted = ProductFilter(ids=body.product_ids, category=body.category, brand=body.brand)
    found = await repricing.simulate(policy, wanted)
    return SimulationAnswer(
        branches=[BranchAnswer.of(branch) for branch in found.branches],
        totals=[BranchAnswer.of(branch) for branch in found.totals],
        strategies=found.strategies,
        reasons=found.reasons,
        breaker=list(found.breaker),
    )


@router.get("/shadow-prices", name="list_shadow_prices", summary="List prices of policies in shadow")
@needs("prices:read")
async def list_shadow_prices(
    shadows: Annotated[ShadowService, Depends(shadow_service)],
    policy_id: Annotated[UUID | None, Query(description="Of one policy.")] = None,
    product_id: Annotated[UUID | None, Query(description="Of one product.")] = None,
    day: Day | None = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Page[ShadowPriceAnswer]:
    """List what policies in shadow would have asked beside what was decided, the newest day first; kept for 90 days."""
    found = await shadows.list_prices(ShadowFilter(policy_id, product_id, day), cursor, limit)
    return Page(items=[ShadowPriceAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


def _drafted(body: SimulatedPolicy | None) -> Policy:
    draft = body or SimulatedPolicy()
    check_strategy(draft.strategy)
    scope = Scope(draft.scope, draft.scope_value)
    return Policy(None, "Simulated", scope, draft.strategy, PolicyRules.read(draft.rules))

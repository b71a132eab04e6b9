"""/api/v1/prices: the price list, repricing runs, products without a price, the kill switch."""

from typing import Annotated, Literal

from fastapi import Query, Request

from shopwright.catalog.domain import ProductFilter
from shopwright.identity.deps import guarded_router, needs, principal_of
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.pricing.routes.dependencies import Policies, Reader, Repricing
from shopwright.pricing.schemas import (
    ControlAnswer,
    Halt,
    HoldAnswer,
    Optimize,
    OptimizeAnswer,
    PriceAnswer,
    RunAnswer,
)

router = guarded_router(prefix="/prices", tag="prices")


@router.get("/current", name="list_prices", summary="The price list")
@needs("prices:read")
async def list_prices(reader: Reader, cursor: CursorText = None, limit: Limit = 100) -> Page[PriceAnswer]:
    """List products with the price in force and the one proposed."""
    found = await reader.list_prices(cursor, limit)
    return Page(items=[PriceAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


@router.post("/optimize", name="optimize_prices", summary="Reprice a selection or the whole catalog")
@needs("prices:propose")
async def optimize_prices(body: Optimize, repricing: Repricing) -> OptimizeAnswer:
    """Compute prices and propose them; the circuit breaker may stop the run, which the answer says."""
    wanted = ProductFilter(ids=body.product_ids, category=body.category, brand=body.brand)
    report = await repricing.run(wanted, "person")
    return OptimizeAnswer(run=RunAnswer.of(report.run), proposals=len(report.proposals), automatic=report.automatic)


@router.get("/runs", name="list_pricing_runs", summary="List repricing runs")
@needs("prices:read")
async def list_pricing_runs(reader: Reader, cursor: CursorText = None, limit: Limit = 50) -> Page[RunAnswer]:
    """List runs, newest first, with their counts and why one was stopped."""
    found = await reader.list_runs(cursor, limit)
    return Page(items=[RunAnswer.of(run) for run in found.items], next_cursor=found.next_cursor)


@router.get("/holds", name="list_price_holds", summary="List products without a new price")
@needs("prices:read")
async def list_price_holds(
    reader: Reader,
    outcome: Literal["held", "no_price"] | None = None,
    reason: Annotated[str | None, Query(max_length=100)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[HoldAnswer]:
    """List products that got no new price, with the reasons: what is missing, or which limits contradict."""
    found = await reader.list_holds(outcome, reason, cursor, limit)
    return Page(items=[HoldAnswer.of(item) for item in found.items], next_cursor=found.next_cursor)


@router.get("/control", name="get_pricing_control", summary="Show the kill switch")
@needs("prices:read")
async def get_pricing_control(policies: Policies) -> ControlAnswer:
    """Show whether pricing is halted, and why."""
    return ControlAnswer.of(await policies.get_control())


@router.put("/control", name="set_pricing_control", summary="Use the kill switch")
@needs("prices:halt")
async def set_pricing_control(body: Halt, policies: Policies, request: Request) -> ControlAnswer:
    """Halt all pricing at once, or release it, with the reason."""
    member = principal_of(request).member
    return ControlAnswer.of(await policies.set_halted(member, halted=body.halted, reason=body.reason))

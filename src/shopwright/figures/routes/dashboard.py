"""HTTP: the dashboard and the definitions of its figures."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from shopwright.figures.definitions import DEFINITIONS
from shopwright.figures.periods import Comparison, PeriodName
from shopwright.figures.schemas import DashboardAnswer, DefinitionAnswer, StatsAnswer
from shopwright.figures.service import FigureService
from shopwright.identity.deps import guarded_router, needs, principal_of, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.fields import Day

router = guarded_router(prefix="/dashboard", tag="dashboard")


async def figure_service(request: Request) -> FigureService:
    """Build the service on the request's unit of work."""
    return FigureService(unit_of(request))


Figures = Annotated[FigureService, Depends(figure_service)]
Compare = Annotated[Comparison, Query(description="What the period is compared with.")]
Until = Annotated[
    Day | None, Query(description="First business day that is not in the period; today when it is left out.")
]


@router.get("", name="get_dashboard", summary="The shop at a glance", response_model=DashboardAnswer)
@needs("figures:read")
async def get_dashboard(
    request: Request,
    figures: Figures,
    period: PeriodName = PeriodName.MONTH,
    compare: Compare = Comparison.PREVIOUS,
    until: Until = None,
) -> Response:
    """Give six figures with comparison, past and age, the revenue by day, what waits for a person, what has changed."""
    operating = "operations:read" in principal_of(request).permissions
    return answer(await figures.dashboard(period, compare, until=until, operating=operating))


@router.get("/stats", name="get_dashboard_stats", summary="The figures alone")
@needs("figures:read")
async def get_dashboard_stats(
    figures: Figures,
    period: PeriodName = PeriodName.MONTH,
    compare: Compare = Comparison.PREVIOUS,
    until: Until = None,
) -> StatsAnswer:
    """Give the six figures of the dashboard."""
    return StatsAnswer.model_validate(await figures.dashboard(period, compare, until=until), from_attributes=True)


@router.get("/definitions", name="list_figure_definitions", summary="What each figure means")
@needs("figures:read")
async def list_figure_definitions() -> list[DefinitionAnswer]:
    """Give every figure's definition, unit, grain, dimensions, allowed age and owner."""
    return [DefinitionAnswer.of(definition) for definition in DEFINITIONS.values()]

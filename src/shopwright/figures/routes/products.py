"""HTTP: what the page of one product shows."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from shopwright.figures.product_schemas import PriceSeriesAnswer, ProductDaysAnswer, ProductFiguresAnswer
from shopwright.figures.product_service import MOST_POINTS, ProductFigureService
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.fields import Day, Moment

router = guarded_router(prefix="/products", tag="products")


async def product_figure_service(request: Request) -> ProductFigureService:
    """Build the service on the request's unit of work."""
    return ProductFigureService(unit_of(request))


Figures = Annotated[ProductFigureService, Depends(product_figure_service)]


@router.get("/{product_id}/figures", name="get_product_figures", response_model=ProductFiguresAnswer)
@needs("figures:read")
async def get_product_figures(figures: Figures, product_id: UUID) -> Response:
    """Give price, cost, margin, rank, index, stock, cover and pace of a product."""
    return answer(await figures.figures(product_id))


@router.get("/{product_id}/price-series", name="get_price_series", response_model=PriceSeriesAnswer)
@needs("figures:read")
async def get_price_series(
    figures: Figures,
    product_id: UUID,
    since: Moment | None = None,
    until: Moment | None = None,
    points: Annotated[int, Query(ge=4, le=MOST_POINTS, description="Most points of one line.")] = 500,
) -> Response:
    """Give own prices against rivals' over time, as steps: each point holds until the next."""
    return answer(await figures.price_series(product_id, since, until, points))


@router.get("/{product_id}/days", name="list_product_days", response_model=ProductDaysAnswer)
@needs("figures:read")
async def list_product_days(
    figures: Figures, product_id: UUID, since: Day | None = None, until: Day | None = None
) -> Response:
    """Give sales, visits and stock of a product by day, oldest first."""
    return answer({"items": await figures.days(product_id, since, until)})

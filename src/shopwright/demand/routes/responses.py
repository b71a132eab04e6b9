"""HTTP: how demand answers to the price of a product."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from shopwright.demand.response_service import PriceResponseService
from shopwright.demand.responses import ProductResponse, ResponseReport
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer

router = guarded_router(prefix="/demand", tag="demand")
_WEEK = 7
_NORMAL_95 = 1.959964


class IntervalAnswer(BaseModel):
    """A figure with the ends of its interval of 95 %."""

    value: float
    low_95: float
    high_95: float


class ElasticitySource(BaseModel):
    """Where an elasticity comes from: shares that sum to 1."""

    own: float = Field(description="What the product itself has shown.")
    category: float = Field(description="What the other products of its category have shown.")
    shop: float = Field(description="What the whole shop has shown, and what is known of products in general.")


class DiagnosisAnswer(BaseModel):
    """What the history of a product allows."""

    price_changes: int = Field(description="Changes of one per cent or more with sales around them.")
    price_variation: float = Field(description="Standard deviation of the logarithm of the price: 0.05 is about 5 %.")
    units: float = Field(description="Units sold on days that count.")
    days: int = Field(description="Days that count: listed, in stock, with a known price.")
    stock_out_share: float = Field(description="Share of days without stock, 0 to 1; they do not count.")
    demand_before_changes: float = Field(
        description="t value of what sold beyond expectation before the price was changed, signed by the change: above 2, "
        "prices were raised when the product sold well, and the elasticity is likely too weak."
    )
    demand_before_changes_in_shop: float = Field(description="The same over all products of the shop.")
    prices_follow_demand: bool = Field(description="Whether either is so high that the estimate is doubtful.")


class RefusalAnswer(BaseModel):
    """A reason not to choose a price by this response."""

    code: str
    sentence: str


class TrialAnswer(BaseModel):
    """A small experiment that would tell more: the price goes a step up and a step down, week by week."""

    step: float = Field(description="Share of the price: 0.05 is 5 % up in one week and 5 % down in the next.")
    weeks: int
    elasticity_sd_after: float = Field(description="Standard deviation of the elasticity that is to be expected then.")
    enough: bool = Field(description="Whether that is enough to price by; if not, test its whole category.")


class RivalsAnswer(IntervalAnswer):
    """By what per cent units rise when all matched rivals raise their prices by one per cent."""

    rivals: int
    follow: float = Field(description="Share of our price moves that rivals make too in the end, 0 to 1.")


class CurvePointAnswer(BaseModel):
    """What is expected of a week at one price."""

    price: str
    units: float
    low_80: float
    high_80: float
    profit: str | None = Field(description="Net of tax and cost; null without a cost.")


class PriceResponseAnswer(BaseModel):
    """How demand for a product answers to its price."""

    product_id: UUID
    made_at: datetime
    first_day: date = Field(description="The first day of the history that it was estimated from.")
    currency: str
    elasticity: IntervalAnswer = Field(description="Change of units in per cent for a price one per cent higher.")
    source: ElasticitySource
    diagnosis: DiagnosisAnswer
    refused: bool = Field(description="Whether no price should be chosen by this response.")
    refusals: list[RefusalAnswer] = Field(description="Why, the most basic first; empty where it may be used.")
    trial: TrialAnswer | None = Field(description="What would tell more; null where the response may be used.")
    rivals: RivalsAnswer | None = Field(description="Null without matched rivals.")
    usual_price: str | None = Field(description="The middle of the history's prices; null where none is known.")
    usual_units: float = Field(description="Units a week at that price.")
    curve: list[CurvePointAnswer] = Field(description="From the lowest allowed price to the highest; units a week.")


async def response_service(request: Request) -> PriceResponseService:
    """Build the service on the request's unit of work."""
    return PriceResponseService(unit_of(request))


Responses = Annotated[PriceResponseService, Depends(response_service)]


@router.get("/responses/{product_id}", name="get_price_response", response_model=PriceResponseAnswer | None)
@needs("demand:read")
async def get_price_response(responses: Responses, product_id: UUID) -> Response:
    """Tell how demand for a product answers to its price, how sure that is, and what a week brings at other prices.

    Null where it has not been estimated yet: that happens each night and after sales came in.
    """
    found = await responses.find_report(product_id)
    return answer(None if found is None else _shown(found))


def _shown(report: ResponseReport) -> dict[str, Any]:
    kept = report.response
    return {
        "product_id": kept.product_id,
        "made_at": kept.made_at,
        "first_day": kept.first_day,
        "currency": kept.currency,
        "elasticity": {"value": kept.elasticity, "low_95": kept.elasticity_low, "high_95": kept.elasticity_high},
        "source": {"own": kept.own_share, "category": kept.category_share, "shop": kept.shop_share},
        "diagnosis": {
            "price_changes": kept.changes,
            "price_variation": kept.price_spread,
            "units": kept.units,
            "days": kept.days,
            "stock_out_share": kept.stock_out_share,
            "demand_before_changes": kept.before_t,
            "demand_before_changes_in_shop": kept.shop_before_t,
            "prices_follow_demand": kept.follows_demand,
        },
        "refused": bool(report.refusals),
        "refusals": report.refusals,
        "trial": _trial(kept) if report.refusals else None,
        "rivals": _rivals(kept) if kept.rivals else None,
        "usual_price": report.usual_price,
        "usual_units": kept.base_units * _WEEK,
        "curve": report.curve,
    }


def _trial(kept: ProductResponse) -> dict[str, Any]:
    return {
        "step": kept.trial_step,
        "weeks": kept.trial_weeks,
        "elasticity_sd_after": kept.trial_sd,
        "enough": kept.trial_enough,
    }


def _rivals(kept: ProductResponse) -> dict[str, Any]:
    around = _NORMAL_95 * kept.cross_sd
    return {
        "value": kept.cross_elasticity,
        "low_95": kept.cross_elasticity - around,
        "high_95": kept.cross_elasticity + around,
        "rivals": kept.rivals,
        "follow": kept.follow,
    }

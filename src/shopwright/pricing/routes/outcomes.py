"""/api/v1/pricing/outcomes: what applied prices were expected to bring, and what they brought."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from shopwright.catalog.domain import plain, trimmed
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.fields import Day
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.pricing.learning.calibration import NOTES, ConfidenceClass, Kept
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome
from shopwright.pricing.learning.service import Learned, LearningService
from shopwright.pricing.routes.dependencies import Shop

router = guarded_router(prefix="/pricing/outcomes", tag="outcomes")


class KeptAnswer(BaseModel):
    """How the met outcomes of one strategy, horizon and currency came out together. Profit is net of tax."""

    strategy: str
    horizon: int = Field(description="Days.")
    currency: str
    outcomes: int
    units: Decimal = Field(description="Expected.")
    units_sold: Decimal = Field(description="Net of returns.")
    profit: Decimal = Field(description="Expected.")
    profit_made: Decimal
    profit_before: Decimal = Field(description="At the pace of the weeks before the changes. No counterfactual.")
    bias: float | None = Field(description="What was expected too much, over what was sold.")
    wape: float | None = Field(description="Sum of errors over the sum of what was sold.")
    within_expected: float = Field(description="Share within the 95 % interval of the mean demand.")
    within: float = Field(description="Share within the 95 % interval that allows for the scatter of sales.")
    gained: float = Field(description="Share with more profit than at the pace before.")

    @classmethod
    def of(cls, kept: Kept) -> "KeptAnswer":
        """Show sums as people write them."""
        content = {name: getattr(kept, name) for name in cls.model_fields}
        for name in ("profit", "profit_made", "profit_before"):
            content[name] = trimmed(content[name], kept.currency)
        return cls(**content | {"units": plain(kept.units), "units_sold": plain(kept.units_sold)})


class ConfidenceClassAnswer(BaseModel):
    """Prices of about the same promise, in 0..100, and the share of them that gained with its 95 % interval."""

    at_least: int
    below: int
    outcomes: int
    promised: float
    gained: float
    gained_low: float
    gained_high: float
    calibrated: bool = Field(description="Whether what was promised lies in the interval.")

    model_config = ConfigDict(from_attributes=True)


class CalibrationAnswer(BaseModel):
    """The classes of one horizon, the least confident first."""

    horizon: int
    classes: list[ConfidenceClassAnswer]

    @classmethod
    def of(cls, horizon: int, classes: list[ConfidenceClass]) -> "CalibrationAnswer":
        """Show one horizon."""
        return cls(horizon=horizon, classes=[ConfidenceClassAnswer.model_validate(one) for one in classes])


class LearnedAnswer(BaseModel):
    """How applied prices came out, and what may be read from that."""

    since: date
    counts: dict[str, int] = Field(description="Predictions by state: waiting, met, cut_short, out_of_stock.")
    strategies: list[KeptAnswer]
    confidence: list[CalibrationAnswer] = Field(description="By the confidence of the proposals.")
    gain_chance: list[CalibrationAnswer] = Field(description="By the probability of a gain that was given.")
    notes: tuple[str, ...] = Field(description="What these figures say, and what they do not.")

    @classmethod
    def of(cls, learned: Learned) -> "LearnedAnswer":
        """Show what was learned."""
        return cls(
            since=learned.since,
            counts=learned.counts,
            strategies=[KeptAnswer.of(kept) for kept in learned.kept],
            confidence=[CalibrationAnswer.of(*one) for one in learned.confidence.items()],
            gain_chance=[CalibrationAnswer.of(*one) for one in learned.gain_chance.items()],
            notes=NOTES,
        )


class OutcomeAnswer(BaseModel):
    """What one price was expected to bring over its horizon, and what it brought. Profit is net of tax."""

    proposal_id: UUID
    horizon: int = Field(description="Days.")
    state: OutcomeState
    strategy: str
    confidence: int = Field(ge=0, le=100)
    gain_chance: float | None = Field(description="The probability, 0 to 1, of a gain that was given.")
    currency: str
    price_before: Decimal
    price: Decimal
    applied_at: datetime
    first_day: date
    last_day: date
    units_before: Decimal = Field(description="At the pace of the weeks before, over as many days.")
    profit_before: Decimal
    units: tuple[Decimal, Decimal, Decimal] = Field(description="Expected: the middle and a 95 % interval.")
    sold_low: Decimal
    sold_high: Decimal
    profit: Decimal = Field(description="Expected.")
    units_sold: Decimal | None = Field(description="Net of returns; null until the days have passed.")
    profit_made: Decimal | None
    within_expected: bool | None
    within: bool | None
    gained: bool | None

    @classmethod
    def of(cls, outcome: PriceOutcome) -> "OutcomeAnswer":
        """Show an outcome with amounts as people write them."""
        content = {name: getattr(outcome, name) for name in cls.model_fields}
        for name in ("price_before", "price", "profit_before", "profit", "profit_made"):
            content[name] = None if content[name] is None else trimmed(content[name], outcome.currency)
        for name in ("units_before", "sold_low", "sold_high", "units_sold"):
            content[name] = None if content[name] is None else plain(content[name])
        return cls(**content | {"units": tuple(plain(one) for one in outcome.units)})


async def learning_service(request: Request, shop: Shop) -> LearningService:
    """Build the service on the request's unit of work."""
    return LearningService(unit_of(request), shop.tax_ppm, shop.zone)


Learning = Annotated[LearningService, Depends(learning_service)]


@router.get("", name="get_price_outcomes", summary="Show whether prices keep what they promised")
@needs("prices:read")
async def get_price_outcomes(learning: Learning, since: Day | None = None) -> LearnedAnswer:
    """Hold what applied prices were expected to bring against what was sold: by strategy, horizon and confidence."""
    return LearnedAnswer.of(await learning.learned(since))


@router.get("/products/{product_id}", name="list_product_outcomes", summary="Show how prices of a product came out")
@needs("prices:read")
async def list_product_outcomes(
    product_id: UUID, learning: Learning, cursor: CursorText = None, limit: Limit = 50
) -> Page[OutcomeAnswer]:
    """List what each applied price of a product was expected to bring and brought, newest first."""
    found = await learning.list_of_product(product_id, cursor=cursor, limit=limit)
    return Page(items=[OutcomeAnswer.of(one) for one in found.items], next_cursor=found.next_cursor)

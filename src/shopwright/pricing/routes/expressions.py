"""/api/v1/pricing/expressions: check a price expression before a policy has it."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from shopwright.catalog.domain import trimmed
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.pricing.routes.dependencies import Shop
from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.parsing import MOST_CHARACTERS
from shopwright.pricing.strategies.custom.syntax import Dimension
from shopwright.pricing.trying import MOST_PRODUCTS, Tried, TriedPrice, TryingService

router = guarded_router(prefix="/pricing/expressions", tag="expressions")


class Expression(BaseModel):
    """An expression, and the products to try it on; the first few of the shop when none are named."""

    expression: str = Field(max_length=MOST_CHARACTERS, examples=["min(lowest_rival - 0.01 EUR, cost * 1.3)"])
    product_ids: list[UUID] | None = Field(default=None, max_length=MOST_PRODUCTS, examples=[None])


class InputAnswer(BaseModel):
    """What an expression can ask of a product."""

    name: str
    unit: Dimension
    words: str

    model_config = ConfigDict(from_attributes=True)


class FaultAnswer(BaseModel):
    """What is wrong at a place."""

    place: int = Field(description="The first character, counted from 1; one behind the last at the end.")
    length: int
    found: str
    expected: str
    sentence: str

    model_config = ConfigDict(from_attributes=True)


class TriedPriceAnswer(BaseModel):
    """What one product would get."""

    product_id: UUID
    sku: str
    currency: str
    current: Decimal | None
    wanted: Decimal | None = Field(description="What the expression gives; null where an input is missing.")
    missing: tuple[str, ...] = Field(description="The inputs that are not known for this product.")
    problems: tuple[str, ...]
    price: Decimal | None = Field(description="What the guardrails leave of it; null where no new price comes of it.")
    outcome: str
    sentence: str

    @classmethod
    def of(cls, tried: TriedPrice) -> "TriedPriceAnswer":
        """Show amounts as people write them."""
        content = {name: getattr(tried, name) for name in cls.model_fields}
        for name in ("current", "wanted", "price"):
            content[name] = None if content[name] is None else trimmed(content[name], tried.currency)
        return cls(**content)


class TriedAnswer(BaseModel):
    """What an expression means, what it asks for, what is wrong with it, and what products would get."""

    valid: bool
    unit: Dimension | None
    inputs: list[InputAnswer]
    faults: list[FaultAnswer]
    prices: list[TriedPriceAnswer]

    @classmethod
    def of(cls, tried: Tried) -> "TriedAnswer":
        """Show what was tried."""
        return cls(
            valid=not tried.faults,
            unit=tried.unit,
            inputs=[InputAnswer.model_validate(one) for one in tried.inputs],
            faults=[FaultAnswer.model_validate(one) for one in tried.faults],
            prices=[TriedPriceAnswer.of(one) for one in tried.prices],
        )


async def trying_service(request: Request, shop: Shop) -> TryingService:
    """Build the service on the request's unit of work."""
    return TryingService(unit_of(request), shop.tax_ppm)


Trying = Annotated[TryingService, Depends(trying_service)]


@router.get("/inputs", name="list_expression_inputs", summary="List what an expression can ask for")
@needs("prices:read")
async def list_expression_inputs() -> list[InputAnswer]:
    """List the inputs with their units and what they mean."""
    return [InputAnswer.model_validate(one) for one in INPUTS.values()]


@router.post("/check", name="check_expression", summary="Check a price expression")
@needs("prices:read")
async def check_expression(body: Expression, trying: Trying) -> TriedAnswer:
    """Tell units, inputs and every fault with its place, and what a few products would get; nothing is written."""
    return TriedAnswer.of(await trying.check(body.expression, body.product_ids))

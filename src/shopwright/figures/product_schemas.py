"""What the endpoints of one product's page answer with. Amounts are strings."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field


class ProductFiguresAnswer(BaseModel):
    """A product's key figures; null where something is not known. Amounts in `currency`."""

    id: UUID
    sku: str
    name: str
    currency: str
    price: Decimal | None
    cost: Decimal | None = Field(description="Net.")
    unit_profit: Decimal | None = Field(description="Price without tax less cost.")
    margin: Decimal | None = Field(description="Percent of the price without tax.")
    rank: int | None = Field(description="1 plus the comparable offers in stock that are cheaper with shipping.")
    offers: int = Field(description="Comparable offers in stock, seen within 7 days.")
    lowest_offer: Decimal | None
    index: Decimal | None = Field(description="Our price over theirs on average, times 100.")
    newest_offer: datetime | None
    inventory_level: Decimal | None
    cover_days: Decimal | None = Field(description="Days that the stock lasts at the pace of 28 days.")
    units: Decimal = Field(description="Sold in 28 days, net of returns.")
    revenue: Decimal = Field(description="Of 28 days, net of returns, as charged.")
    newest_sale: date | None
    proposal_id: UUID | None = Field(description="The proposal that is open, if any.")
    proposed_price: Decimal | None
    computed_at: datetime


class OwnPointAnswer(BaseModel):
    """An own price that was in force from `at` until the next point."""

    at: datetime
    price: Decimal
    origin: str = Field(examples=["proposal"])
    proposal_id: UUID | None


class RivalPointAnswer(BaseModel):
    """What an offer was from `at` until the next point; the price is with shipping where that is known."""

    at: datetime
    price: Decimal
    available: bool
    promotion: bool


class RivalSeriesAnswer(BaseModel):
    """One offer over time."""

    offer_id: UUID
    competitor_id: UUID
    competitor: str
    currency: str
    condition: str
    pack_quantity: int
    points: list[RivalPointAnswer]


class PriceSeriesAnswer(BaseModel):
    """Own prices against rivals'."""

    product_id: UUID
    currency: str
    since: datetime
    until: datetime
    own: list[OwnPointAnswer]
    rivals: list[RivalSeriesAnswer]
    is_thinned: bool = Field(description="Whether points were left out.")


class ProductDayAnswer(BaseModel):
    """One business day of a product."""

    day: date
    units: Decimal
    units_net: Decimal = Field(description="Without what came back or was cancelled, dated to the sale.")
    revenue_net: Decimal
    stock: Decimal | None = Field(description="Left at the end of the day by the counts; null before the first.")
    sessions: int | None
    views: int | None


class ProductDaysAnswer(BaseModel):
    """Days of a product, oldest first."""

    items: list[ProductDayAnswer]

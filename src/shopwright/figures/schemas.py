"""What the endpoints of figures answer with. Amounts and values are strings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from shopwright.figures.definitions import Better, Definition, FigureName, Measured, Unit
from shopwright.figures.domain import Severity, Verdict
from shopwright.figures.periods import Comparison, PeriodName


class LinkAnswer(BaseModel):
    """Where the rows are: a page with its filter, and the address of the API that lists them, if one does."""

    page: str = Field(examples=["catalog"])
    filter: dict[str, str] = Field(examples=[{"stock": "out"}])
    rows: str | None = Field(examples=["/api/v1/catalog/products?stock=out"])


class SparkPoint(BaseModel):
    """A value of a day, or at its end; null where nothing is known."""

    on: date
    value: Decimal | None


class ForeignAmount(BaseModel):
    """An amount that no recorded rate converts, and that is in no total."""

    currency: str
    amount: Decimal


class FigureAnswer(BaseModel):
    """One figure with its comparison, its past, its age and its meaning."""

    name: FigureName
    title: str
    value: Decimal | None = Field(description="Null where there are no data.")
    unit: Unit
    currency: str | None = Field(description="Of money; null for other units.")
    compared: Decimal | None = Field(description="The value of the comparison.")
    change: Decimal | None
    change_unit: Literal["percent", "points", "count"] = Field(
        description="Percent of the compared value, or the plain difference."
    )
    verdict: Verdict = Field(description="Whether the change is good news.")
    better: Better
    spark: list[SparkPoint] = Field(description="By day; of a state at the end of each, and now.")
    newest: date | datetime | None = Field(description="The newest row beneath: a business day, or a moment.")
    is_old: bool = Field(description="Whether the newest row is older than the figure allows.")
    coverage: Decimal | None = Field(description="Share (0 to 1) of the revenue whose cost is known.")
    foreign: list[ForeignAmount]
    definition: str
    owner: str = Field(description="The context whose rows these are.")
    link: LinkAnswer


class DaysAnswer(BaseModel):
    """Business days from `since` up to, not including, `until`."""

    since: date
    until: date


class RevenueDayAnswer(BaseModel):
    """Net revenue of a day and of the day that it is compared with."""

    day: date
    revenue: Decimal
    compared_day: date | None
    compared: Decimal | None


class NeedAnswer(BaseModel):
    """Something that waits for a person."""

    kind: str = Field(examples=["proposals"])
    count: int
    sentence: str
    severity: Severity
    link: LinkAnswer
    since: datetime | None
    amount: Decimal | None = Field(description="Expected profit a week, where it is known.")
    currency: str | None


class HappeningAnswer(BaseModel):
    """Something that changed in the period."""

    kind: str = Field(examples=["price.proposal"])
    count: int
    sentence: str
    newest: datetime
    link: LinkAnswer


class DashboardAnswer(BaseModel):
    """A shop at a glance."""

    period: PeriodName
    days: DaysAnswer
    comparison: Comparison
    compared_days: DaysAnswer | None
    currency: str
    time_zone: str
    computed_at: datetime
    figures: list[FigureAnswer]
    revenue: list[RevenueDayAnswer]
    foreign: list[ForeignAmount] = Field(description="Revenue that no recorded rate converts.")
    needs: list[NeedAnswer] = Field(description="The most harmful first.")
    happenings: list[HappeningAnswer] = Field(description="The newest first.")


class StatsAnswer(BaseModel):
    """The figures alone."""

    period: PeriodName
    days: DaysAnswer
    comparison: Comparison
    compared_days: DaysAnswer | None
    currency: str
    computed_at: datetime
    figures: list[FigureAnswer]


class DefinitionAnswer(BaseModel):
    """What a figure means."""

    name: FigureName
    title: str
    sentence: str
    unit: Unit
    better: Better
    measured: Measured
    grain: str
    dimensions: list[str]
    fresh_for_seconds: int
    owner: str
    page: str
    rows: str

    @classmethod
    def of(cls, definition: Definition) -> "DefinitionAnswer":
        """Show a definition."""
        shown = {name: getattr(definition, name) for name in cls.model_fields if name != "fresh_for_seconds"}
        return cls(**shown, fresh_for_seconds=int(definition.fresh_for.total_seconds()))

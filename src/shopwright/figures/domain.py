"""What a dashboard is made of: figures with their past, what waits for a person, what has changed. Pure.

Money is Decimal in one currency; amounts of others are converted by recorded rates or stand beside it, never added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shopwright.figures.definitions import Better, Definition, FigureName, Unit
from shopwright.figures.periods import Comparison, Days, PeriodName


class Verdict(StrEnum):
    """Whether a change is good news."""

    GOOD = "good"
    BAD = "bad"
    NEITHER = "neither"


class Severity(StrEnum):
    """How much harm waiting does."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Link:
    """Where the rows beneath something are: a page of the web interface with its filter, and the address of the API."""

    page: str
    filter: Mapping[str, str] = field(default_factory=dict)
    rows: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a day or moment; None where nothing is known."""

    on: date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """An amount that no recorded rate converts, so that it is in no total."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a period.

    `change` is relative to `compared` in percent (`percent`), or the plain difference (`points` for percentages and
    indices, `count`). `newest` is the newest row beneath it, `is_old` whether that is older than the definition allows.
    `coverage` is the share (0 to 1) of the revenue that the figure rests on, None where that does not apply.
    """

    name: FigureName
    title: str
    value: Decimal | None
    unit: Unit
    currency: str | None
    compared: Decimal | None
    change: Decimal | None
    change_unit: str
    verdict: Verdict
    better: Better
    spark: Sequence[Point]
    newest: date | datetime | None
    is_old: bool
    coverage: Decimal | None
    foreign: Sequence[Foreign]
    definition: str
    owner: str
    link: Link


@dataclass(frozen=True, slots=True)
class RevenueDay:
    """Net revenue of a day and of the day that it is compared with."""

    day: date
    revenue: Decimal
    compared_day: date | None
    compared: Decimal | None


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person. `amount` is money at stake in `currency`, where it is known."""

    kind: str
    count: int
    sentence: str
    severity: Severity
    link: Link
    since: datetime | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that changed in the period: how often, and when last."""

    kind: str
    count: int
    sentence: str
    newest: datetime
    link: Link


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A shop at a glance."""

    period: PeriodName
    days: Days
    comparison: Comparison
    compared_days: Days | None
    currency: str
    time_zone: str
    computed_at: datetime
    figures: Sequence[Figure]
    revenue: Sequence[RevenueDay]
    foreign: Sequence[Foreign]
    needs: Sequence[Need]
    happenings: Sequence[Happening]


_TENTH = Decimal("0.1")
_HUNDRED = Decimal(100)


def change_of(value: Decimal | None, compared: Decimal | None, unit: Unit) -> tuple[Decimal | None, str]:
    """Return how a value differs from another, and in what: percent of the other, or the plain difference.

    None where either is not known, or where percent are wanted of nothing.
    """
    if unit is Unit.MONEY:
        if value is None or not compared:
            return None, "percent"
        return ((value - compared) * _HUNDRED / abs(compared)).quantize(_TENTH), "percent"
    kind = "count" if unit is Unit.COUNT else "points"
    return (None if value is None or compared is None else value - compared), kind


def verdict_on(change: Decimal | None, better: Better) -> Verdict:
    """Tell whether a change is good news."""
    if not change or better is Better.NEITHER:
        return Verdict.NEITHER
    return Verdict.GOOD if (change > 0) is (better is Better.UP) else Verdict.BAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What was computed of a figure."""

    value: Decimal | None
    compared: Decimal | None
    spark: Sequence[Point]
    newest: date | datetime | None
    is_old: bool
    coverage: Decimal | None = None
    foreign: Sequence[Foreign] = ()


def figure_of(definition: Definition, values: Values, currency: str, link: Link) -> Figure:
    """Put what was computed beside its definition."""
    change, change_unit = change_of(values.value, values.compared, definition.unit)
    return Figure(
        name=definition.name,
        title=definition.title,
        value=values.value,
        unit=definition.unit,
        currency=currency if definition.unit is Unit.MONEY else None,
        compared=values.compared,
        change=change,
        change_unit=change_unit,
        verdict=verdict_on(change, definition.better),
        better=definition.better,
        spark=values.spark,
        newest=values.newest,
        is_old=values.is_old,
        coverage=values.coverage,
        foreign=values.foreign,
        definition=definition.sentence,
        owner=definition.owner,
        link=link,
    )

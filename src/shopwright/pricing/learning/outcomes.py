"""Predictions of applied prices, and what came of them. Pure.

An outcome compares what was sold with what was expected. It does not say what the change of price caused: season,
promotions, rivals and luck are in it. Only an experiment can tell that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from math import sqrt
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from shopwright.kit.amounts import SCALE
from shopwright.kit.events import Event
from shopwright.pricing.expectation import Expectation

HORIZONS: Final = (7, 28)
"""Days after which a price is judged: whole weeks, so that no weekday counts more in what was sold than in what was
expected; the longer one, since a week of a slow product says next to nothing."""
_WEEK: Final = 7
_SIGMA_95: Final = 1.959963984540054
_SMALLEST: Final = Decimal("0.000001")
_UNIT: Final = Decimal("0.001")

Bounds = tuple[Decimal, Decimal, Decimal]
"""Low, middle and high."""


class OutcomeState(StrEnum):
    """Where a prediction stands. Only those that were MET count in comparisons."""

    WAITING = "waiting"
    MET = "met"
    CUT_SHORT = "cut_short"
    OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True, slots=True)
class AppliedPrice:
    """A proposal that went live, as far as its prediction needs it. Prices in `currency`, with tax if `gross`."""

    proposal_id: UUID
    product_id: UUID
    strategy: str
    confidence: int
    price_before: Decimal
    price: Decimal
    currency: str
    gross: bool
    margin_ppm: int
    expected: Expectation
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class PriceOutcome:
    """What one price was expected to bring over `horizon` days from `first_day` on, and what it brought.

    Units are net of returns; profit is money net of tax, at the price and cost of the proposal: `unit_profit` for each
    piece. `units` has the ends of the 95 % interval of the mean demand; `sold_low` and `sold_high` are wider, since
    what is sold scatters around its mean. `before` is the pace of before the change over as many days. `gain_chance` is
    the probability, 0..1, that was given for a profit above that of staying; None where it was not known.
    """

    proposal_id: UUID
    product_id: UUID
    horizon: int
    strategy: str
    confidence: int
    gain_chance: float | None
    currency: str
    price_before: Decimal
    price: Decimal
    unit_profit: Decimal
    applied_at: datetime
    first_day: date
    units_before: Decimal
    profit_before: Decimal
    units: Bounds
    sold_low: Decimal
    sold_high: Decimal
    state: OutcomeState = OutcomeState.WAITING
    units_sold: Decimal | None = None
    profit_made: Decimal | None = None

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.first_day + timedelta(days=self.horizon - 1)

    @property
    def profit(self) -> Decimal:
        """The expected profit of the whole horizon."""
        return (self.units[1] * self.unit_profit).quantize(_SMALLEST)

    @property
    def within_expected(self) -> bool | None:
        """Whether what was sold lies in the 95 % interval of the mean demand; None until it is known."""
        return None if self.units_sold is None else self.units[0] <= self.units_sold <= self.units[2]

    @property
    def within(self) -> bool | None:
        """Whether it lies in the interval that allows for the scatter of sales; None until it is known."""
        return None if self.units_sold is None else self.sold_low <= self.units_sold <= self.sold_high

    @property
    def gained(self) -> bool | None:
        """Whether the profit is above that of the pace before the change. A comparison, not an effect."""
        return None if self.profit_made is None else self.profit_made > self.profit_before

    def met(self, units: Decimal) -> "PriceOutcome":
        """Return the outcome with what was sold."""
        profit = (units * self.unit_profit).quantize(_SMALLEST)
        return replace(self, state=OutcomeState.MET, units_sold=units, profit_made=profit)

    def ended(self, state: OutcomeState) -> "PriceOutcome":
        """Return the outcome as one that says nothing about the price."""
        return replace(self, state=state)


@dataclass(frozen=True, kw_only=True)
class PricePredictionsKept(Event, name="pricing.predictions_kept", subject="tenant"):
    """What newly applied prices are expected to bring was kept, to be held against what they bring."""

    predictions: int


@dataclass(frozen=True, kw_only=True)
class PriceOutcomesMet(Event, name="pricing.outcomes_met", subject="tenant"):
    """Predictions of applied prices met what was sold; `counts` by state, and how many of the met ones gained."""

    counts: dict[str, int]


def predict(applied: AppliedPrice, tax_ppm: int | None, zone: ZoneInfo) -> list[PriceOutcome]:
    """Return the predictions of an applied price, one a horizon; none for a gross price without a tax rate.

    Days begin with the first whole business day at the new price.
    """
    if applied.gross and tax_ppm is None:
        return []
    factor = Decimal(SCALE + (tax_ppm or 0)) / SCALE if applied.gross else Decimal(1)
    net = applied.price / factor
    unit_profit = net * applied.margin_ppm / SCALE
    unit_profit_before = unit_profit + applied.price_before / factor - net
    first_day = applied.applied_at.astimezone(zone).date() + timedelta(days=1)
    chance = applied.expected.loss_chance
    predictions = []
    for horizon in HORIZONS:
        weeks = Decimal(horizon) / _WEEK
        low, middle, high = (_units(Decimal(str(one)) * weeks) for one in applied.expected.units)
        before = _units(Decimal(str(applied.expected.units_now)) * weeks)
        scatter = _scatter(applied.expected, horizon)
        predictions.append(
            PriceOutcome(
                proposal_id=applied.proposal_id,
                product_id=applied.product_id,
                horizon=horizon,
                strategy=applied.strategy,
                confidence=applied.confidence,
                gain_chance=None if chance is None else 1 - chance,
                currency=applied.currency,
                price_before=applied.price_before,
                price=applied.price,
                unit_profit=unit_profit.quantize(_SMALLEST),
                applied_at=applied.applied_at,
                first_day=first_day,
                units_before=before,
                profit_before=(before * unit_profit_before).quantize(_SMALLEST),
                units=(low, middle, high),
                sold_low=max(middle - scatter, Decimal(0)).to_integral_value(ROUND_FLOOR),
                sold_high=(middle + scatter).to_integral_value(ROUND_CEILING),
            )
        )
    return predictions


def _units(value: Decimal) -> Decimal:
    return value.quantize(_UNIT)


def _scatter(expected: Expectation, horizon: int) -> Decimal:
    """Return half of the width of a 95 % interval of what is sold.

    Three variances add up: that of the answer to the price, that of counts (Poisson: their mean), and that of the pace,
    which is itself a count over some weeks. A product that sold nothing is taken to have sold one piece at most.
    """
    weeks, seen_weeks = horizon / _WEEK, max(expected.days_of_sales, 1) / _WEEK
    low, middle, high = (units * weeks for units in expected.units)
    seen = max(expected.units_now * seen_weeks, 1.0)
    mean = max(middle, weeks / seen_weeks)
    of_answer = ((high - low) / (2 * _SIGMA_95)) ** 2
    return Decimal(str(round(_SIGMA_95 * sqrt(of_answer + mean + mean**2 / seen), 3)))


def counts_of(outcomes: Sequence[PriceOutcome]) -> dict[str, int]:
    """Count outcomes by state, and those that were met by whether they gained and lie within their interval."""
    counts = {state.value: 0 for state in OutcomeState if state is not OutcomeState.WAITING}
    for outcome in outcomes:
        counts[outcome.state.value] += 1
    counts["gained"] = sum(outcome.gained is True for outcome in outcomes)
    counts["within"] = sum(outcome.within is True for outcome in outcomes)
    return counts

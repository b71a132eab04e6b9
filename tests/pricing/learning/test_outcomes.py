"""What is kept of an applied price: the figures of its proposal, over whole days and whole weeks."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.factories.outcomes import BERLIN, FIRST_DAY, applied, expected, outcome

from shopwright.pricing.learning.outcomes import HORIZONS, OutcomeState, counts_of, predict


def figures(*amounts: Decimal) -> list[float]:
    return [float(amount) for amount in amounts]


def test_a_prediction_is_the_weeks_expectation_over_its_horizon() -> None:
    week, month = predict(applied(), None, BERLIN)
    assert (week.horizon, month.horizon) == HORIZONS
    assert figures(*week.units) == [15, 16, 18]
    assert figures(*month.units) == [60, 64, 72]
    assert figures(week.unit_profit, week.profit) == [5.5, 88]
    assert figures(week.units_before, week.profit_before) == [14, 91]
    assert figures(month.profit, month.profit_before) == [352, 364]
    assert week.gain_chance == pytest.approx(0.8)


def test_days_begin_with_the_first_whole_business_day() -> None:
    assert (outcome().first_day, outcome().last_day) == (FIRST_DAY, date(2026, 3, 9))
    late = outcome(applied_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))  # 0:30 the next day in Berlin
    assert late.first_day == date(2026, 3, 4)


def test_tax_is_no_profit() -> None:
    gross = applied(gross=True, price=Decimal("13.09"), price_before=Decimal("14.28"))
    week, _ = predict(gross, 190_000, BERLIN)
    assert (week.unit_profit, week.profit_before) == (Decimal("5.50"), Decimal("91.00"))
    assert predict(gross, None, BERLIN) == []


def test_what_is_sold_may_scatter_more_than_demand_is_unsure() -> None:
    week, month = predict(applied(), None, BERLIN)
    # Variance of a week: ((18 - 15) / 3.92)^2 + 16 + 16^2 / 112 = 18.87.
    assert figures(week.sold_low, week.sold_high) == [7, 25]
    assert week.sold_low < week.units[0] < week.units[2] < week.sold_high
    assert (month.sold_high - month.sold_low) / 4 < week.sold_high - week.sold_low


def test_a_product_that_sold_nothing_may_still_sell_a_piece() -> None:
    quiet = outcome(expected=expected(units_now=0.0, units=(0.0, 0.0, 0.0)))
    assert figures(quiet.sold_low, quiet.units[1], quiet.profit_before) == [0, 0, 0]
    assert quiet.sold_high >= 1


def test_what_was_sold_is_judged_against_both_intervals_and_the_pace_before() -> None:
    waiting = outcome()
    assert (waiting.within, waiting.within_expected, waiting.gained) == (None, None, None)
    met = waiting.met(Decimal(17))
    assert (met.state, met.units_sold, met.profit_made) == (OutcomeState.MET, Decimal(17), Decimal("93.50"))
    assert (met.within, met.within_expected, met.gained) == (True, True, True)
    few = waiting.met(Decimal(10))
    assert (few.within, few.within_expected, few.gained) == (True, False, False)
    assert waiting.met(Decimal(26)).within is False


def test_outcomes_are_counted_by_state() -> None:
    decided = [outcome().met(Decimal(17)), outcome().met(Decimal(3)), outcome().ended(OutcomeState.CUT_SHORT)]
    assert counts_of(decided) == {"met": 2, "cut_short": 1, "out_of_stock": 0, "gained": 1, "within": 1}

"""The laws of predictions (SPEC section 16): they are stored, later meet actuals, and are evaluated in time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from croniter import croniter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from shopwright.app.wiring import NIGHTLY_FORECAST, SCHEDULES
from shopwright.pricing.learning.jobs import MeetPriceOutcomes
from shopwright.pricing.learning.meeting import meet
from shopwright.pricing.learning.outcomes import HORIZONS, OutcomeState, predict
from tests.factories.outcomes import APPLIED_AT, BERLIN, FIRST_DAY, applied, expected, happened, moves

units = st.integers(0, 2_000).map(lambda number: number / 8)
sales = st.dictionaries(st.integers(-10, 40), units, max_size=30)
paces = st.floats(0, 500, allow_nan=False).map(lambda pace: round(pace, 3))


@pytest.mark.property_test(57)
@given(sold=sales, passed=st.integers(0, 35), pace=paces, answer=st.floats(0.2, 3.0))
def test_every_stored_prediction_meets_exactly_what_its_days_sold_once_they_have_passed(
    sold: dict[int, float], passed: int, pace: float, answer: float
) -> None:
    expectation = expected(units_now=pace, units=(pace * answer / 2, pace * answer, pace * answer * 2))
    waiting = predict(applied(expected=expectation), None, BERLIN)
    assert [one.horizon for one in waiting] == list(HORIZONS)
    until = FIRST_DAY + timedelta(days=passed - 1)
    decided = {one.horizon: one for one in meet(waiting, happened(sold, until), BERLIN)}
    assert set(decided) == {horizon for horizon in HORIZONS if horizon <= passed}
    for horizon, met in decided.items():
        actual = sum(Decimal(str(number)) for day, number in sold.items() if 0 <= day < horizon)
        assert (met.state, met.units_sold) == (OutcomeState.MET, actual)
        assert met.profit_made == actual * met.unit_profit
        assert (met.units, met.confidence) == next((w.units, w.confidence) for w in waiting if w.horizon == horizon)


@pytest.mark.property_test(57)
@given(sold=sales, hours=st.integers(0, 24 * 40), price=st.integers(900, 1_300))
def test_a_price_that_was_replaced_in_time_never_counts_as_kept_or_broken(
    sold: dict[int, float], hours: int, price: int
) -> None:
    at = APPLIED_AT + timedelta(hours=hours)
    later = happened(sold, FIRST_DAY + timedelta(days=60), moves=moves((at, str(Decimal(price) / 100))))
    for outcome in meet(predict(applied(), None, BERLIN), later, BERLIN):
        replaced = price != 1_100 and at.astimezone(BERLIN).date() <= outcome.last_day
        assert outcome.state is (OutcomeState.CUT_SHORT if replaced else OutcomeState.MET)
        assert (outcome.units_sold is None) is replaced


@pytest.mark.property_test(58)
@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)))  # noqa: DTZ001 - made aware below
def test_forecasts_and_prices_are_evaluated_once_every_day_in_every_shop(moment: datetime) -> None:
    outcomes = next(one for one in SCHEDULES if one.job is MeetPriceOutcomes)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    for schedule in (outcomes, NIGHTLY_FORECAST):  # which meets the forecasts that are kept, too
        assert schedule.per_tenant
        fires = croniter(schedule.cron, day - timedelta(seconds=1))
        first, second = fires.get_next(datetime), fires.get_next(datetime)
        assert day <= first < day + timedelta(days=1) <= second

"""Predictions meet what was sold in their days, and only where the price and the stock were there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.factories.outcomes import BERLIN, FIRST_DAY, PRODUCT, happened, moves, outcome

from shopwright.demand.domain import Absence
from shopwright.pricing.learning.meeting import meet
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome

SOLD = {-1: 50.0, 0: 2.0, 3: 4.5, 6: 1.0, 7: 70.0}
LAST_DAY = date(2026, 3, 9)


def decided(until: date = LAST_DAY, **changes: Any) -> list[PriceOutcome]:
    return meet([outcome()], happened(SOLD, until, **changes), BERLIN)


def test_what_was_sold_on_the_days_of_the_horizon_counts_and_nothing_else() -> None:
    [met] = decided()
    assert (met.state, met.units_sold) == (OutcomeState.MET, Decimal("7.5"))


def test_a_horizon_that_has_not_passed_waits() -> None:
    assert decided(date(2026, 3, 8)) == []


def test_a_product_that_sold_nothing_sold_nothing() -> None:
    other = outcome(product_id=UUID(int=9))
    assert [one.units_sold for one in meet([other], happened(SOLD, LAST_DAY), BERLIN)] == [0]


@pytest.mark.parametrize(
    ("at", "price", "state"),
    [
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "11", OutcomeState.MET),  # the change itself
        (datetime(2026, 3, 2, 11, 59, tzinfo=UTC), "13", OutcomeState.MET),
        (datetime(2026, 3, 2, 20, 0, tzinfo=UTC), "12", OutcomeState.CUT_SHORT),
        (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), "12", OutcomeState.CUT_SHORT),  # 23:59 in Berlin
        (datetime(2026, 3, 9, 23, 0, tzinfo=UTC), "12", OutcomeState.MET),
        (datetime(2026, 3, 5, 0, 0, tzinfo=UTC), "11", OutcomeState.MET),  # set again, unchanged
    ],
)
def test_a_price_that_was_replaced_within_the_horizon_says_nothing(
    at: datetime, price: str, state: OutcomeState
) -> None:
    assert [one.state for one in decided(moves=moves((at, price)))] == [state]


def test_a_replaced_price_need_not_wait_for_its_horizon() -> None:
    early = decided(FIRST_DAY, moves=moves((datetime(2026, 3, 3, 9, tzinfo=UTC), "12")))
    assert [(one.state, one.units_sold) for one in early] == [(OutcomeState.CUT_SHORT, None)]


@pytest.mark.parametrize(
    ("first", "until", "state"),
    [
        (date(2026, 3, 9), None, OutcomeState.OUT_OF_STOCK),
        (date(2026, 3, 10), None, OutcomeState.MET),
        (date(2026, 2, 1), FIRST_DAY, OutcomeState.MET),
        (date(2026, 2, 1), date(2026, 3, 4), OutcomeState.OUT_OF_STOCK),
    ],
)
def test_days_without_stock_are_no_days_without_demand(first: date, until: date | None, state: OutcomeState) -> None:
    assert [one.state for one in decided(absences=[Absence(PRODUCT, first, until)])] == [state]
    elsewhere = Absence(UUID(int=9), first, until)
    assert [one.state for one in decided(absences=[elsewhere])] == [OutcomeState.MET]

"""Price endings: the nearest allowed one, inside the limits or not at all."""

from decimal import Decimal

import numpy as np
import pytest
from tests.factories.pricing import amounts

from shopwright.kit.amounts import MISSING
from shopwright.kit.money import Currency
from shopwright.pricing.endings import InvalidEnding, PriceEnding, check_endings

CHARM = PriceEnding.charm(Decimal("0.99"), Decimal("0.95"))
EVERYWHERE = (amounts("0.01"), amounts("999999"))


def nearest(ending: PriceEnding, wanted: str, floor: str = "0.01", cap: str = "999999") -> list[int]:
    found: list[int] = ending.nearest(amounts(wanted), amounts(floor), amounts(cap)).tolist()
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("5.07", "4.99"), ("5.50", "5.95"), ("5.97", "5.99"), ("5.96", "5.95"), ("0.02", "0.95"), ("5.99", "5.99")],
)
def test_the_nearest_ending_is_taken_and_of_two_the_upper(wanted: str, expected: str) -> None:
    assert nearest(CHARM, wanted) == amounts(expected).tolist()


def test_an_ending_never_goes_below_the_floor_or_above_the_cap() -> None:
    assert nearest(CHARM, "5.07", floor="5.07") == amounts("5.95").tolist()
    assert nearest(CHARM, "5.97", cap="5.96") == amounts("5.95").tolist()
    assert nearest(CHARM, "5.07", floor="5.00", cap="5.94") == [MISSING]
    assert nearest(CHARM, "9.00", floor="5.95", cap="5.95") == amounts("5.95").tolist()


def test_swedish_rounding_yen_endings_and_nine_ninety_nine() -> None:
    assert nearest(PriceEnding.step(Decimal("0.05")), "5.07") == amounts("5.05").tolist()
    assert nearest(PriceEnding.charm(Decimal("9.99"), modulus=Decimal(10)), "26.00") == amounts("29.99").tolist()
    yen = PriceEnding.charm(Decimal(80), Decimal(98), modulus=Decimal(100))
    assert nearest(yen, "1207") == amounts("1198").tolist()
    assert nearest(PriceEnding.of_currency(Currency("KWD")), "1.2345") == amounts("1.235").tolist()


def test_allowed_prices_are_told_apart() -> None:
    assert CHARM.allows(amounts("4.99", "4.95", "4.90", "5.00")).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("modulus", "endings"),
    [
        (Decimal(0), (Decimal(0),)),
        (Decimal(-1), (Decimal(0),)),
        (Decimal(1), ()),
        (Decimal(1), (Decimal(1),)),
        (Decimal(1), (Decimal("-0.01"),)),
        (Decimal("0.0000001"), (Decimal(0),)),
        (Decimal("NaN"), (Decimal(0),)),
        (Decimal(1), (Decimal("NaN"),)),
        (Decimal(10) ** 12, (Decimal(0),)),
    ],
)
def test_endings_that_no_price_can_have_are_refused(modulus: Decimal, endings: tuple[Decimal, ...]) -> None:
    with pytest.raises(InvalidEnding):
        PriceEnding(modulus, endings)


def test_there_is_no_ninety_nine_in_yen() -> None:
    check_endings({"EUR": CHARM})
    with pytest.raises(InvalidEnding) as refused:
        check_endings({"JPY": CHARM})
    assert refused.value.details["currency"] == "JPY"
    assert refused.value.details["field"] == "endings"


def test_endings_are_of_a_currency_that_there_is() -> None:
    with pytest.raises(InvalidEnding) as refused:
        check_endings({"XXQ": CHARM})
    assert refused.value.details["field"] == "endings"


def test_the_order_of_endings_does_not_matter() -> None:
    wanted = np.arange(10_000, 3_000_000, 10_000)
    floor, cap = np.full_like(wanted, 10_000), np.full_like(wanted, 5_000_000)
    other_way = PriceEnding.charm(Decimal("0.95"), Decimal("0.99"))
    assert (CHARM.nearest(wanted, floor, cap) == other_way.nearest(wanted, floor, cap)).all()

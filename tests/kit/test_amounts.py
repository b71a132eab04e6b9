"""Columns of money: what becomes of blanks and wrong values, and that arithmetic is exact and never overflows."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.kit.amounts import (
    INVALID,
    LARGEST,
    MISSING,
    SCALE,
    InvalidColumns,
    multiple,
    proportion,
    scaled,
    unscaled,
    usable,
)


def test_blank_is_missing_and_what_is_no_amount_is_invalid() -> None:
    blank = scaled([None, "", "  "])
    wrong = scaled([Decimal("NaN"), float("nan"), "Infinity", "-Infinity", "abc", 10**12, "-1e15", "sNaN"])
    assert blank.tolist() == [MISSING] * 3
    assert wrong.tolist() == [INVALID] * 8
    assert not usable(np.concatenate([blank, wrong, scaled([0, "-0.000001", "-5"])])).any()


def test_amounts_are_exact_to_a_millionth_and_finer_digits_go_the_way_that_is_asked() -> None:
    finer = Decimal("1.0000000000000000000000000000000001")
    assert scaled(["12.34", 7, Decimal("0.000001"), "999999999999.999999"]).tolist() == [
        12_340_000, 7 * SCALE, 1, LARGEST - 1,
    ]  # fmt: skip
    assert scaled([finer, "-1.0000005"]).tolist() == [1_000_001, -1_000_000]
    assert scaled([finer, "-1.0000005"], up=False).tolist() == [1_000_000, -1_000_001]


def test_money_is_never_made_from_a_float() -> None:
    with pytest.raises(InvalidColumns):
        scaled([19.99])


def test_an_entry_comes_back_as_the_decimal_that_it_was() -> None:
    assert unscaled(12_340_000) == Decimal("12.34")
    assert str(unscaled(12_345_678, decimals=2)) == "12.34"
    assert str(unscaled(5 * SCALE, decimals=0)) == "5"
    assert unscaled(MISSING) is None
    assert unscaled(INVALID) is None


_AMOUNT = st.integers(1, LARGEST - 1)
_FACTOR = st.integers(0, 2**62)


@given(
    amount=_AMOUNT,
    tops=st.lists(_FACTOR, max_size=3),
    bottoms=st.lists(st.integers(1, 2**62), max_size=3),
    up=st.booleans(),
)
def test_proportions_equal_those_of_fractions_at_any_size(
    amount: int, tops: list[int], bottoms: list[int], up: bool
) -> None:
    exact = Fraction(amount)
    for top in tops:
        exact *= top
    for bottom in bottoms:
        exact /= bottom
    whole = -(-exact.numerator // exact.denominator) if up else exact.numerator // exact.denominator
    found = proportion(np.array([amount]), tops, bottoms, up=up)
    assert found.tolist() == [whole if whole < LARGEST else INVALID]


def test_what_cannot_be_told_is_invalid() -> None:
    amounts = np.array([MISSING, INVALID, 0, -5, LARGEST, 10])
    assert proportion(amounts, [1], [1], up=True).tolist() == [INVALID] * 5 + [10]
    assert proportion(np.array([10, 10]), [1], [np.array([0, 2])], up=True).tolist() == [INVALID, 5]


def test_multiples_go_up_or_down() -> None:
    values = np.array([0, 1, 9_999, 10_000, 10_001])
    assert multiple(values, 10_000, up=True).tolist() == [0, 10_000, 10_000, 10_000, 20_000]
    assert multiple(values, 10_000, up=False).tolist() == [0, 0, 0, 10_000, 10_000]

import numpy as np
import pytest

from shopwright.simulation.assortment import RANGES, gtin13, stock_assortment
from shopwright.simulation.spec import Department


def checks(gtin: str) -> bool:
    """Whether the digits satisfy GS1's rule, counted from the right as the standard states it."""
    digits = [int(digit) for digit in reversed(gtin)]
    return len(digits) == 13 and (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_check_digits_are_those_of_known_codes() -> None:
    assert gtin13("400638133393") == "4006381333931"
    assert gtin13("501234567890") == "5012345678900"


@pytest.mark.parametrize("body", ["", "12345678901", "1234567890123", "12345678901x"])
def test_a_body_that_is_not_twelve_digits_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="twelve digits"):
        gtin13(body)


@pytest.mark.parametrize("department", Department)
def test_identifiers_are_valid_and_unique(department: Department) -> None:
    names = stock_assortment(np.random.default_rng(3), department, 700)
    assert all(checks(code) for code in names.gtin)
    assert all(code.startswith("952") for code in names.gtin)
    for column in (names.sku, names.gtin, names.mpn, names.name):
        assert len(set(column)) == 700


@pytest.mark.parametrize("department", Department)
def test_every_category_is_stocked_and_names_say_what_it_is(department: Department) -> None:
    names = stock_assortment(np.random.default_rng(3), department, 60)
    assert set(names.category.tolist()) == set(range(len(RANGES[department].categories)))
    for row, name in enumerate(names.name):
        assert name.startswith(names.brand[row])
        assert names.noun[row] in name
        assert names.model[row] in name


def test_companions_come_in_groups_of_four() -> None:
    names = stock_assortment(np.random.default_rng(3), Department.HOME, 40)
    assert np.bincount(names.companion).tolist() == [4] * 10


def test_no_price_range_is_turned_round_and_every_elasticity_is_below_minus_one() -> None:
    kinds = [kind for goods in RANGES.values() for kind in goods.categories]
    assert all(0 < kind.low_price < kind.high_price for kind in kinds)
    assert all(kind.elasticity < -1 for kind in kinds)

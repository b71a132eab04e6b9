"""Gaps, ranks and indices: the plain figures, and nothing from pairs that do not count."""

import numpy as np
import pytest
from tests.factories.pricing import amounts, integers

from shopwright.kit.amounts import INVALID, LARGEST, InvalidColumns
from shopwright.market.gaps import countable, gaps, gaps_ppm, price_index, ranks, shares_below

OURS = amounts("20.00", "20.00", "20.00", "10.00", "10.00")
THEIRS = amounts("16.00", "25.00", "20.00", "8.00", None)
PRODUCT = integers(0, 0, 0, 2, 2)
ALL = np.ones(5, dtype=np.bool_)


def test_a_gap_is_our_price_less_theirs_in_money_and_in_parts_of_theirs() -> None:
    assert gaps(OURS, THEIRS, ALL).tolist() == [*amounts("4", "-5", "0", "2").tolist(), INVALID]
    assert gaps_ppm(OURS, THEIRS, ALL).tolist() == [250_000, -200_000, 0, 250_000, INVALID]


def test_the_rank_is_one_more_than_the_cheaper_offers() -> None:
    assert ranks(PRODUCT, OURS, THEIRS, ALL, 3).tolist() == [2, INVALID, 2]
    assert shares_below(PRODUCT, OURS, THEIRS, ALL, 3).tolist() == [333_333, INVALID, 1_000_000]


def test_the_index_of_a_group_is_the_mean_of_our_price_over_theirs() -> None:
    # 1.25, 0.8, 1 and 1.25
    assert price_index(PRODUCT, OURS, THEIRS, ALL, 3).tolist() == [1_016_666, INVALID, 1_250_000]
    brand = integers(1, 1, 1, 1, 1)
    assert price_index(brand, OURS, THEIRS, ALL, 2).tolist() == [INVALID, 1_075_000]


def test_a_pair_whose_mapping_is_not_valid_enters_no_figure() -> None:
    valid = np.array([False, True, True, False, True])
    assert gaps(OURS, THEIRS, valid).tolist() == [INVALID, *amounts("-5", "0").tolist(), INVALID, INVALID]
    assert ranks(PRODUCT, OURS, THEIRS, valid, 3).tolist() == [1, INVALID, INVALID]
    assert price_index(PRODUCT, OURS, THEIRS, valid, 3).tolist() == [900_000, INVALID, INVALID]


def test_the_largest_prices_do_not_overflow() -> None:
    large, small = np.full(4, LARGEST - 1), np.ones(4, dtype=np.int64)
    valid, group = np.ones(4, dtype=np.bool_), integers(0, 0, 0, 0)
    assert gaps_ppm(large, small, valid).tolist() == [INVALID] * 4
    assert price_index(group, large, small, valid, 1).tolist() == [INVALID]
    hundreds = np.full(4, 10**7)
    assert price_index(group, large, hundreds, valid, 1).tolist() == [99_999_999_999_999_999]


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(InvalidColumns):
        countable(OURS, THEIRS[:2], ALL)

"""Law 11: a gap is our price less the rival's, exactly, over valid mappings."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.kit.amounts import INVALID, scaled, unscaled
from shopwright.market.gaps import gaps, ranks

_PRICE = st.decimals(min_value="-5", max_value="999999999999", places=6) | st.none() | st.just(Decimal("NaN"))
_PAIRS = st.lists(st.tuples(_PRICE, _PRICE, st.booleans()), min_size=1, max_size=30)


def _counts(ours: Decimal | None, theirs: Decimal | None, *, valid: bool) -> bool:
    return valid and all(price is not None and not price.is_nan() and price > 0 for price in (ours, theirs))


@pytest.mark.property_test(11)
@given(_PAIRS)
def test_a_gap_is_our_price_less_the_rivals_exactly_over_valid_mappings(
    pairs: list[tuple[Decimal | None, Decimal | None, bool]],
) -> None:
    ours, theirs, valid = zip(*pairs, strict=True)
    found = gaps(scaled(ours), scaled(theirs), np.array(valid))
    for (mine, other, mapped), gap in zip(pairs, found.tolist(), strict=True):
        if mine is not None and other is not None and _counts(mine, other, valid=mapped):
            assert unscaled(gap) == mine - other
        else:
            assert gap == INVALID


@pytest.mark.property_test(11)
@given(_PAIRS)
def test_a_rank_counts_exactly_the_pairs_with_a_gap_above_zero(
    pairs: list[tuple[Decimal | None, Decimal | None, bool]],
) -> None:
    ours, theirs, valid = zip(*pairs, strict=True)
    mine, others, mapped = scaled(ours), scaled(theirs), np.array(valid)
    own_products = np.arange(len(pairs))
    gap = gaps(mine, others, mapped)
    expected = np.where(gap == INVALID, INVALID, 1 + (gap > 0))
    assert ranks(own_products, mine, others, mapped, len(pairs)).tolist() == expected.tolist()

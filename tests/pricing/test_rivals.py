"""Figures over used offers equal those of plain Python, for every product at once."""

import statistics

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.pricing import integers

from shopwright.kit.amounts import LARGEST, MISSING, SCALE
from shopwright.pricing.rivals import UsedOffers

_MARKETS = st.lists(st.lists(st.integers(1, LARGEST - 1), max_size=6), min_size=1, max_size=6)


def used(prices: list[list[int]]) -> UsedOffers:
    product = integers(*[row for row, own in enumerate(prices) for _ in own])
    price = integers(*[price for own in prices for price in own])
    zeros = np.zeros(len(price), dtype=np.int64)
    order = np.argsort(price % 7, kind="stable")  # any order will do
    return UsedOffers.of(len(prices), product[order], zeros, price[order], zeros, zeros + SCALE, zeros.astype(np.bool_))


@given(_MARKETS)
def test_lowest_highest_average_and_median(prices: list[list[int]]) -> None:
    found = used(prices)
    assert found.count.tolist() == [len(own) for own in prices]
    assert found.lowest().tolist() == [min(own, default=MISSING) for own in prices]
    assert found.highest().tolist() == [max(own, default=MISSING) for own in prices]
    assert found.average().tolist() == [sum(own) // len(own) if own else MISSING for own in prices]
    middles = [(statistics.median_low(own) + statistics.median_high(own)) // 2 if own else MISSING for own in prices]
    assert found.median().tolist() == middles


@given(_MARKETS, st.integers(0, SCALE))
def test_a_percentile_is_the_lowest_price_that_so_many_do_not_exceed(prices: list[list[int]], share: int) -> None:
    for own, found in zip(prices, used(prices).percentile(share).tolist(), strict=True):
        enough = [price for price in own if sum(other <= price for other in own) * SCALE >= share * len(own)]
        assert found == min(enough, default=MISSING)


@given(_MARKETS, st.integers(0, 3))
def test_the_median_of_the_others_leaves_oneself_out(prices: list[list[int]], at_least: int) -> None:
    found = used(prices)
    medians = found.median_of_others(at_least)
    for row, product in enumerate(found.product.tolist()):
        others = sorted(prices[product])
        others.remove(int(found.price[row]))
        expected = MISSING
        if len(others) >= max(at_least, 1):
            expected = (statistics.median_low(others) + statistics.median_high(others)) // 2
        assert medians[row] == expected


@given(_MARKETS, st.data())
def test_products_can_be_taken_with_their_offers(prices: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(prices) - 1), max_size=8))
    taken = used(prices).of_products(integers(*rows))
    assert len(taken) == len(rows)
    assert taken.lowest().tolist() == [min(prices[row], default=MISSING) for row in rows]
    assert taken.price.tolist() == [price for row in rows for price in sorted(prices[row])]


def test_a_market_without_rivals_has_no_figures() -> None:
    none = UsedOffers.none(2)
    figures = [none.lowest(), none.highest(), none.average(), none.median(), none.percentile(500_000)]
    assert [figure.tolist() for figure in figures] == [[MISSING, MISSING]] * 5
    assert none.weakest_match().tolist() == [SCALE, SCALE]
    assert none.any_doubtful().tolist() == [False, False]
    assert none.median_of_others(1).tolist() == []

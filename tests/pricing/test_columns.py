"""Catalog columns and rates: what belongs together fits together."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from tests.factories.pricing import amounts, catalog, integers, rates

from shopwright.kit.amounts import MISSING, SCALE, InvalidColumns
from shopwright.kit.money import Currency, ExchangeRate
from shopwright.pricing.columns import CatalogColumns, RateTable

EUR, USD, JPY = Currency("EUR"), Currency("USD"), Currency("JPY")


def recorded(base: Currency, quote: Currency, rate: str, day: int) -> ExchangeRate:
    return ExchangeRate(base, quote, Decimal(rate), date(2026, 3, day), "test")


def test_the_newest_rate_of_a_pair_counts_in_both_directions() -> None:
    table = RateTable.of(
        [EUR, USD], [recorded(EUR, USD, "1.25", 2), recorded(EUR, USD, "1.5", 1), recorded(USD, EUR, "0.9", 1)]
    )
    there, back = table.between(integers(0), integers(1)), table.between(integers(1), integers(0))
    assert [int(part[0]) for part in there] == [5, 4]
    assert [int(part[0]) for part in back] == [4, 5]


def test_a_pair_without_a_rate_has_none_and_a_currency_is_worth_itself() -> None:
    table = RateTable.of([EUR, JPY], [recorded(EUR, USD, "1.25", 1)])
    assert table.numerator.tolist() == [[1, 0], [0, 1]]


def test_a_rate_too_fine_to_compute_with_exactly_is_no_rate() -> None:
    finest = recorded(EUR, USD, "1." + "0" * 27 + "1", 1)
    assert RateTable.of([EUR, USD], [finest]).numerator.tolist() == [[1, 0], [0, 1]]


def test_a_rate_of_a_currency_to_itself_changes_nothing() -> None:
    assert RateTable.of([EUR], [recorded(EUR, EUR, "2", 1)]).numerator.tolist() == [[1]]


def test_columns_that_are_not_given_are_blank() -> None:
    one = np.ones(1, dtype=np.int64)
    bare = CatalogColumns.of(rates(), currency=one, gross=one > 0, price=one, cost=one, min_price=one, max_price=one)
    assert bare.tax_ppm.tolist() == bare.map_price.tolist() == bare.cover_days.tolist() == [MISSING]
    assert (bare.shipping.tolist(), bare.pack_quantity.tolist(), bare.cost_currency.tolist()) == ([0], [1], [1])
    assert len(bare) == 1


def test_columns_of_different_length_or_a_currency_that_is_not_in_the_table_are_refused() -> None:
    two, one = integers(0, 0), integers(0)
    flags = np.zeros(2, dtype=np.bool_)
    with pytest.raises(InvalidColumns) as refused:
        CatalogColumns.of(rates(), currency=two, gross=flags, price=two, cost=one, min_price=two, max_price=two)
    assert refused.value.details["columns"] == ["cost"]
    for currency in (integers(0, 4), integers(0, -1)):
        with pytest.raises(InvalidColumns):
            CatalogColumns.of(
                rates(), currency=currency, gross=flags, price=two, cost=two, min_price=two, max_price=two
            )


def test_each_currency_has_its_smallest_step() -> None:
    mixed = catalog({"currency": "EUR"}, {"currency": "JPY"}, {"currency": "KWD"})
    assert mixed.unit.tolist() == [10_000, 1_000_000, 1_000]


def test_the_tax_factor_is_one_for_net_prices_and_zero_where_it_is_needed_and_unknown() -> None:
    mixed = catalog(
        {"tax": "0.19"}, {"tax": None}, {"tax": "-0.1"}, {"tax": "1.5"}, {"tax": None, "gross": False}, {"tax": "0"}
    )
    assert mixed.tax_factor.tolist() == [1_190_000, 0, 0, 0, SCALE, SCALE]


def test_rows_can_be_taken_in_any_order_and_more_than_once() -> None:
    three = catalog({"price": "1"}, {"price": "2"}, {"price": "3"})
    taken = three.take(integers(2, 0, 2))
    assert taken.price.tolist() == amounts("3", "1", "3").tolist()
    assert len(taken) == 3

"""Margin and mark-up: two names, two figures."""

import pytest
from tests.factories.pricing import amounts, catalog, rates

from shopwright.kit.amounts import INVALID, MISSING
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.margins import (
    InvalidMargin,
    margin_from_markup,
    margin_of,
    markup_from_margin,
    markup_of,
    net_price,
    price_at_margin,
    price_at_markup,
)

NET = {"gross": False, "cost": "80.00"}


def test_margin_is_a_share_of_the_net_price() -> None:
    assert margin_of(catalog(NET), amounts("100.00")).tolist() == [200_000]
    assert price_at_margin(catalog(NET), 200_000).tolist() == amounts("100.00").tolist()


def test_markup_is_a_share_of_the_cost() -> None:
    assert markup_of(catalog(NET), amounts("100.00")).tolist() == [250_000]
    assert price_at_markup(catalog(NET), 250_000).tolist() == amounts("100.00").tolist()


def test_a_markup_of_a_quarter_is_a_margin_of_a_fifth() -> None:
    assert margin_from_markup(250_000) == 200_000
    assert markup_from_margin(200_000) == 250_000
    assert margin_from_markup(1) == 0
    assert markup_from_margin(1) == 2


@pytest.mark.parametrize("margin", [-1, 1_000_000, 2_000_000])
def test_no_margin_is_the_whole_price(margin: int) -> None:
    with pytest.raises(InvalidMargin):
        markup_from_margin(margin)
    assert price_at_margin(catalog(NET), 1_000_000).tolist() == [INVALID]


def test_no_markup_is_below_zero() -> None:
    with pytest.raises(InvalidMargin):
        margin_from_markup(-1)


def test_tax_is_taken_out_of_gross_prices_before_the_margin() -> None:
    gross = catalog({"gross": True, "cost": "80.00", "tax": "0.19"})
    assert margin_of(gross, amounts("119.00")).tolist() == [200_000]
    assert markup_of(gross, amounts("119.00")).tolist() == [250_000]
    assert price_at_margin(gross, 200_000).tolist() == amounts("119.00").tolist()
    assert net_price(gross, amounts("119.00")).tolist() == amounts("100.00").tolist()


def test_costs_in_another_currency_go_through_the_recorded_rate() -> None:
    table = rates(("USD", "EUR", "0.8"))
    abroad = catalog({**NET, "cost": "100.00", "cost_currency": "USD"}, table=table)
    assert margin_of(abroad, amounts("100.00")).tolist() == [200_000]
    assert price_at_markup(abroad, 250_000).tolist() == amounts("100.00").tolist()


def test_a_loss_is_below_zero() -> None:
    assert margin_of(catalog(NET), amounts("64.00")).tolist() == [-250_000]
    assert markup_of(catalog(NET), amounts("64.00")).tolist() == [-200_000]


def test_rounding_never_shows_more_than_there_is() -> None:
    third = catalog({"gross": False, "cost": "2.00"})
    assert margin_of(third, amounts("3.00")).tolist() == [333_333]
    assert price_at_markup(catalog({"gross": False, "cost": "0.000003"}), 500_000).tolist() == [5]
    assert price_at_margin(third, 333_333).tolist() == [2_999_999]
    assert price_at_margin(third, 333_334).tolist() == [3_000_004]


@pytest.mark.parametrize(
    "broken",
    [
        catalog({"cost": None}),
        catalog({"cost": "0"}),
        catalog({"cost": "NaN"}),
        catalog({"tax": None}),
        catalog({"tax": "-0.1"}),
        catalog({"cost_currency": "USD"}),
    ],
)
def test_without_cost_tax_or_rate_no_figure_is_told(broken: CatalogColumns) -> None:
    figures = [
        margin_of(broken, amounts("20.00")),
        markup_of(broken, amounts("20.00")),
        price_at_margin(broken, 0),
        price_at_markup(broken, 0),
    ]
    assert [figure.tolist() for figure in figures] == [[INVALID]] * 4


def test_no_figure_is_told_for_a_price_that_is_none() -> None:
    assert margin_of(catalog(NET), amounts(None)).tolist() == [INVALID]
    assert markup_of(catalog(NET), amounts("0")).tolist() == [INVALID]
    assert net_price(catalog(NET), amounts(None)).tolist() == [INVALID]
    assert catalog({"tax": None}).tax_ppm.tolist() == [MISSING]

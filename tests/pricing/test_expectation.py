"""What a price is expected to bring, as it is shown: per currency, labelled as general, nothing where nothing is known."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

from tests.factories.pricing import amounts, catalog, integers
from tests.factories.responses import response

from shopwright.pricing.expectation import GENERAL_ELASTICITY, expectations
from shopwright.pricing.rivals import UsedOffers
from shopwright.sales.domain import SalesPace

SUNDAY = date(2026, 3, 1)
NET = {"gross": False, "price": "20.00", "cost": "10.00"}
NOBODY_KNOWS = SalesPace(None, 0, {})


def test_figures_are_those_of_the_general_elasticity_and_say_so() -> None:
    product = uuid4()
    [found] = expectations(catalog(NET), [product], amounts("10.00"), SalesPace(SUNDAY, 56, {product: 8.0}))
    assert found is not None
    assert found.units_now == 8.0
    assert found.units == (11.314, 32.0, 90.51)
    assert found.revenue == ("113.13", "320.00", "905.09")
    assert found.gain == ("-80.00", "-80.00", "-80.00")
    assert found.loss_chance == 1.0
    assert (found.elasticity, found.elasticity_source) == (GENERAL_ELASTICITY, "general")
    assert (found.days_of_sales, found.sales_until) == (56, SUNDAY)


def test_money_ends_at_the_smallest_coin_of_its_currency() -> None:
    products = [uuid4(), uuid4()]
    market = catalog({**NET, "currency": "JPY", "price": "2000", "cost": "1000"}, {**NET, "currency": "KWD"})
    pace = SalesPace(SUNDAY, 7, dict.fromkeys(products, 1.0))
    yen, dinar = expectations(market, products, amounts("1900", "19.000"), pace)
    assert yen is not None
    assert dinar is not None
    assert yen.revenue[1] == "2105"
    assert dinar.revenue[1] == "21.052"


def test_what_does_not_sell_is_expected_to_bring_nothing() -> None:
    returned, unsold = uuid4(), uuid4()
    pace = SalesPace(SUNDAY, 56, {returned: -2.0})
    for found in expectations(catalog(NET, NET), [returned, unsold], amounts("19.00", "19.00"), pace):
        assert found is not None
        assert found.gain == ("0.00", "0.00", "0.00")


def test_nothing_is_expected_of_a_shop_that_sold_nothing_or_of_no_price() -> None:
    product = uuid4()
    assert expectations(catalog(NET), [product], amounts("19.00"), NOBODY_KNOWS) == [None]
    assert expectations(catalog(NET), [product], amounts(None), SalesPace(SUNDAY, 7, {product: 1.0})) == [None]
    unknown_cost = {**NET, "cost": None}
    [found] = expectations(catalog(unknown_cost), [product], amounts("19.00"), SalesPace(SUNDAY, 7, {product: 1.0}))
    assert found is not None
    assert (found.gain, found.loss_chance) == ((None, None, None), None)


def test_what_was_estimated_of_a_product_is_expected_of_it() -> None:
    products = [uuid4(), uuid4(), uuid4()]
    market = replace(catalog(NET, NET, NET), response=response(3), response_refusals=integers(0, 4, 0))
    pace = SalesPace(SUNDAY, 56, dict.fromkeys(products, 7.0))
    known, refused, stays = expectations(market, products, amounts("18.00", "18.00", "20.00"), pace, UsedOffers.none(3))
    assert known is not None
    assert refused is not None
    assert stays is not None
    assert (known.elasticity_source, refused.elasticity_source) == ("estimated", "general")
    assert known.elasticity == (-2.892, -2.5, -2.108)
    assert (known.units_now, refused.units_now) == (14.0, 7.0)
    assert known.units[0] < known.units[1] < known.units[2]
    assert abs(known.units[1] - 14 * 0.9**-2.5) < 1
    assert known.loss_chance is not None
    assert 0 < known.loss_chance < 0.2
    assert (stays.gain, stays.loss_chance) == (("0.00", "0.00", "0.00"), 0.0)

"""Rules between products as inequalities: exact, between the right products, and refused where they mean nothing."""

from dataclasses import replace

import numpy as np
import pytest
from tests.factories.portfolio import members
from tests.factories.pricing import amounts, refused_fields

from shopwright.pricing.portfolio.rules import (
    BrandOrder,
    Constraint,
    InvalidPortfolio,
    MarginTarget,
    PackLadder,
    PackSize,
    PortfolioRules,
    constraints_of,
)

LADDER = PackLadder((PackSize("ONE", 1), PackSize("SIX", 6), PackSize("THREE", 3)))
BRANDS = BrandOrder("Mugs", "Acme", "Basic", 100_000)


def keeps(constraints: list[Constraint], *prices: str) -> bool:
    return all(one.holds(amounts(*prices).tolist()) for one in constraints)


def test_a_piece_costs_no_more_in_a_larger_pack() -> None:
    found = constraints_of(PortfolioRules(packs=(LADDER,)), members(["SIX", "ONE", "THREE"]))
    assert len(found) == 2
    assert keeps(found, "6.00", "1.00", "3.00")
    assert keeps(found, "5.00", "1.00", "2.99")
    assert not keeps(found, "6.01", "1.00", "3.00")
    assert not keeps(found, "5.99", "1.00", "3.01")
    assert not keeps(found, "5.99", "1.00", "2.98")  # six for 5.99 is less than three for 2.98, twice


def test_a_pack_that_is_not_there_leaves_the_others_in_order() -> None:
    found = constraints_of(PortfolioRules(packs=(LADDER,)), members(["SIX", "ONE", "OTHER"]))
    assert [one.rows for one in found] == [(1, 0)]
    unpriced = replace(members(["SIX", "ONE", "THREE"]), priced=np.array([True, False, False]))
    assert constraints_of(PortfolioRules(packs=(LADDER,)), unpriced) == []


def test_every_product_of_one_brand_is_above_every_one_of_the_other() -> None:
    given = members(["A", "B", "C", "D"], ["Acme", "Basic", "Basic", "Coup"])
    found = constraints_of(PortfolioRules(brands=(BRANDS,)), given)
    assert keeps(found, "11.00", "10.00", "9.00", "99.00")
    assert not keeps(found, "10.99", "10.00", "9.00", "1.00")
    elsewhere = replace(given, categories=["Mugs", "Pots", None, "Mugs"])
    assert constraints_of(PortfolioRules(brands=(BRANDS,)), elsewhere) == []


def test_a_margin_is_of_net_revenue_at_present_units() -> None:
    # 119 gross is 100 net: with costs of 70 and 90, sold 3 to 1, the margin is (3 x 30 + 10) / 400 = 25 %.
    given = members(["A", "B"], costs=["70", "90"], units=[3, 1], tax_ppm=190_000)
    exactly = constraints_of(PortfolioRules(margins=(MarginTarget("Mugs", 250_000),)), given)
    above = constraints_of(PortfolioRules(margins=(MarginTarget(None, 250_001),)), given)
    assert keeps(exactly, "119.00", "119.00")
    assert not keeps(above, "119.00", "119.00")
    assert not keeps(exactly, "119.00", "118.99")
    assert keeps(exactly, "119.01", "118.99")


def test_products_without_cost_or_sales_say_nothing_of_a_margin() -> None:
    given = members(["A", "B", "C"], costs=["5", None, "5"], units=[10, 10, 0])
    [found] = constraints_of(PortfolioRules(margins=(MarginTarget(None, 100_000),)), given)
    assert found.rows == (0,)


def test_prices_of_other_currencies_or_tax_are_not_compared() -> None:
    rules = PortfolioRules((LADDER,), (BRANDS,), (MarginTarget(None, 0),))
    found = constraints_of(rules, members(["ONE", "SIX"], ["Acme", "Basic"], kinds=[0, 1]))
    assert [(one.rule, one.rows) for one in found] == [(2, (0,)), (2, (1,))]


def test_each_rule_has_a_sentence() -> None:
    rules = PortfolioRules((LADDER,), (BRANDS,), (MarginTarget("Mugs", 255_000), MarginTarget(None, 0)))
    assert rules.words == (
        "A piece costs no more in a larger pack: ONE, SIX, THREE.",
        "In Mugs, Acme is 10 % above Basic at least.",
        "The margin of Mugs is 25.5 % at least.",
        "The margin of the shop is 0 % at least.",
    )


def test_rules_that_cannot_be_meant_are_refused() -> None:
    for packs in (
        (PackSize("A", 1),),
        (PackSize("A", 1), PackSize("A", 2)),
        (PackSize("A", 1), PackSize("B", 1)),
        (PackSize("A", 0), PackSize("B", 1)),
        (),
    ):
        with pytest.raises(InvalidPortfolio) as refused:
            PackLadder(packs)
        assert refused_fields(refused.value) == ["packs"]
    with pytest.raises(InvalidPortfolio) as order:
        BrandOrder("Mugs", "Acme", "Acme", -1)
    assert refused_fields(order.value) == ["at_least_ppm", "upper"]
    with pytest.raises(InvalidPortfolio) as target:
        MarginTarget("Mugs", 1_000_000)
    assert refused_fields(target.value) == ["at_least_ppm"]

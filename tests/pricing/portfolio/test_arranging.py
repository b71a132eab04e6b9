"""Prices that keep the rules between products: at the least loss, on allowed endings, or with the rules that conflict."""

import numpy as np
import pytest
from tests.factories.portfolio import CHARM, members, wanted
from tests.factories.pricing import amounts

from shopwright.pricing.portfolio.arranging import Arrangement, Conflict, Wanted, arrange
from shopwright.pricing.portfolio.losses import chords, curvature
from shopwright.pricing.portfolio.rules import (
    BrandOrder,
    MarginTarget,
    Members,
    PackLadder,
    PackSize,
    PortfolioRules,
    constraints_of,
)

PACKS = PortfolioRules(packs=(PackLadder((PackSize("ONE", 1), PackSize("THREE", 3))),))
PAIR = members(["ONE", "THREE"])


def arranged(prices: Wanted, rules: PortfolioRules = PACKS, products: Members = PAIR) -> Arrangement:
    return arrange(prices, constraints_of(rules, products))


def test_prices_that_keep_the_rules_stay() -> None:
    found = arranged(wanted(["2.00", "6.00"]))
    assert (found.price.tolist(), found.conflicts) == (amounts("2", "6").tolist(), ())


def test_the_price_whose_move_costs_less_moves() -> None:
    assert arranged(wanted(["2.00", "6.30"], curve=[1e4, 1])).price.tolist() == amounts("2", "6").tolist()
    assert arranged(wanted(["2.00", "6.30"], curve=[1, 1e4])).price.tolist() == amounts("2.1", "6.3").tolist()


def test_a_move_is_shared_where_both_cost() -> None:
    # The exact optimum of 9 (x - 2)^2 + (3 x - 6.3)^2 is x = 2.05; chords and cents come near it.
    one, three = arranged(wanted(["2.00", "6.30"], curve=[9, 1])).price.tolist()
    assert three <= 3 * one
    assert 2_000_000 < one < 2_100_000
    loss = 9 * (one / 1e6 - 2) ** 2 + (three / 1e6 - 6.3) ** 2
    assert loss < 1.25 * 0.045


def test_limits_hold_whatever_it_costs() -> None:
    found = arranged(wanted(["2.00", "6.30"], ["1", "6.21"], ["3", "10"], curve=[1e6, 1]))
    assert found.price.tolist() == amounts("2.07", "6.21").tolist()


def test_endings_are_kept_and_so_are_the_rules() -> None:
    found = arranged(wanted(["1.99", "6.49"], curve=[1e3, 1], ending=CHARM))
    assert found.price.tolist() == amounts("1.99", "5.49").tolist()
    assert not found.conflicts


def test_fixed_prices_are_kept_to_by_the_others() -> None:
    found = arranged(wanted(["2.00", "6.30"], ["2.00", "1"], ["2.00", "10"], curve=[1, 1e6]))
    assert found.price.tolist() == amounts("2", "6").tolist()


def test_rules_that_conflict_with_limits_are_told_and_nothing_moves() -> None:
    found = arranged(wanted(["2.00", "6.30"], ["1", "6.20"], ["2.05", "10"]))
    assert found.conflicts == (Conflict((0,), (0, 1)),)
    assert found.price.tolist() == amounts("2", "6.3").tolist()


def test_fixed_prices_that_break_a_rule_conflict_by_themselves() -> None:
    found = arranged(wanted(["2.00", "6.30"], ["2.00", "6.30"], ["2.00", "6.30"]))
    assert found.conflicts == (Conflict((0,), ()),)


def test_rules_that_only_endings_break_are_told_apart() -> None:
    # Between 1.99 and 2.00 there is 1.99; thrice that is 5.97, but the floor is 5.80 and there is no .99 or .49 below.
    found = arranged(wanted(["1.99", "6.49"], ["1.95", "5.80"], ["2.00", "9.00"], ending=CHARM))
    assert found.conflicts == (Conflict((0,), (0, 1), rounding=True),)


def test_of_many_rules_the_smallest_conflict_is_named() -> None:
    order = PortfolioRules(
        brands=(
            BrandOrder("Mugs", "Acme", "Basic", 0),
            BrandOrder("Mugs", "Basic", "Coup", 100_000),
            BrandOrder("Mugs", "Coup", "Acme", 100_000),
            BrandOrder("Mugs", "Acme", "Dull", 50_000),
        )
    )
    given = members(["A", "B", "C", "D"], ["Acme", "Basic", "Coup", "Dull"])
    found = arranged(wanted(["10.00"] * 4), order, given)
    assert found.conflicts == (Conflict((0, 1, 2), (0, 1, 2, 3)),)


def test_two_targets_of_which_one_asks_too_much() -> None:
    rules = PortfolioRules(margins=(MarginTarget("Mugs", 100_000), MarginTarget(None, 900_000)))
    found = arranged(wanted(["10.00", "10.00"], caps="12"), rules, members(["A", "B"]))
    assert [conflict.rules for conflict in found.conflicts] == [(1,)]


def test_a_margin_is_reached_where_it_costs_least() -> None:
    rules = PortfolioRules(margins=(MarginTarget("Mugs", 520_000),))
    found = arranged(wanted(["10.00", "10.00"], curve=[1, 1e6]), rules, members(["A", "B"]))
    assert found.price.tolist() == amounts("10.84", "10").tolist()  # 10 cost of 20.8333 revenue


def test_parts_that_do_not_hang_together_are_apart() -> None:
    ladders = PortfolioRules(
        packs=tuple(PackLadder((PackSize(f"ONE{n}", 1), PackSize(f"TWO{n}", 2))) for n in range(3))
    )
    given = members([f"{size}{n}" for n in range(3) for size in ("ONE", "TWO")])
    prices = wanted(
        ["2.00", "4.00", "2.00", "4.10", "2.00", "5.00"], floors=["1", "1", "1", "1", "1", "4.9"], caps=["2.1", "9"] * 3
    )
    found = arranged(prices, ladders, given)
    assert [(one.rules, one.rows) for one in found.conflicts] == [((2,), (4, 5))]
    assert found.price.tolist()[:2] == amounts("2", "4").tolist()
    assert found.price[3] <= 2 * found.price[2]


def test_losses_are_parabolas_and_their_chords_rise() -> None:
    price, units = np.array([10.0, 10.0, 10.0]), np.array([20.0, 0.0, np.nan])
    curve = curvature(price, units, np.array([-3.0, np.nan, 1.0]))
    assert curve.tolist() == pytest.approx([6.0, 0.004, 0.004])
    lengths, slopes = chords(price, curve)
    assert (np.diff(slopes, axis=1) > 0).all()
    assert (lengths[0] * slopes[0]).cumsum()[:3].tolist() == pytest.approx([6 * 0.05**2, 6 * 0.2**2, 6 * 0.5**2])


def test_no_rules_move_nothing() -> None:
    assert arrange(wanted([]), []).price.tolist() == []
    assert arrange(wanted(["2.00"]), []).price.tolist() == amounts("2").tolist()

"""Guardrails one by one: each limit decides where it should, each fault of the input is a reason, never a price."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.factories.pricing import (
    FREE,
    amounts,
    binding,
    catalog,
    decided,
    integers,
    outcome,
    rates,
    reasons,
    rivals_at,
)

from shopwright.kit.amounts import MISSING, InvalidColumns
from shopwright.pricing.codes import LimitKind, Outcome, Reason
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.guardrails import allowed, decide, guard
from shopwright.pricing.limits import NO_CAP, NO_FLOOR, resolve_limits
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails, MarketReference
from shopwright.pricing.strategies.interface import Candidates


def test_a_price_within_all_limits_is_proposed_as_it_is_wanted() -> None:
    found = decided("18.37")
    assert outcome(found) is Outcome.PROPOSED
    assert found.price.tolist() == found.free.tolist() == amounts("18.37").tolist()
    assert found.cost_of_limits.tolist() == [0]
    assert binding(found) == set()
    assert found.counts == {"proposed": 1, "held": 0, "no_price": 0}
    assert found.having(Outcome.PROPOSED).tolist() == [0]


@pytest.mark.parametrize(
    ("wanted", "product", "policy", "kind", "price"),
    [
        # Cost 12 net is 14.28 with 19 % tax.
        ("5", {"cost": "12.00"}, FREE, LimitKind.COST, "14.28"),
        ("5", {"cost": "12.001"}, FREE, LimitKind.COST, "14.29"),
        ("5", {"cost": "8.00"}, replace(FREE, min_margin_ppm=200_000), LimitKind.MINIMUM_MARGIN, "11.90"),
        ("5", {"cost": "8.00"}, replace(FREE, min_markup_ppm=200_000), LimitKind.MINIMUM_MARKUP, "11.43"),
        ("5", {}, FREE, LimitKind.MINIMUM_PRICE, "10.00"),
        ("5", {"min_price": "10.001"}, FREE, LimitKind.MINIMUM_PRICE, "10.01"),
        ("5", {"map_price": "15.00"}, FREE, LimitKind.MAP, "15.00"),
        ("50", {}, FREE, LimitKind.MAXIMUM_PRICE, "40.00"),
        ("50", {"max_price": "39.999"}, FREE, LimitKind.MAXIMUM_PRICE, "39.99"),
        ("5", {"price_day_ago": "19.00"}, replace(FREE, max_daily_change_ppm=100_000), LimitKind.DAILY_DROP, "17.10"),
        ("50", {"price_day_ago": "19.99"}, replace(FREE, max_daily_change_ppm=100_000), LimitKind.DAILY_RISE, "21.98"),
        ("5", {"price_week_ago": "25.01"}, replace(FREE, max_weekly_change_ppm=300_000), LimitKind.WEEKLY_DROP, "17.51"),
        ("50", {"price_week_ago": "25.00"}, replace(FREE, max_weekly_change_ppm=300_000), LimitKind.WEEKLY_RISE, "32.50"),
        # 18.0000009 and 21.9999991: a millionth decides about a cent, and never against the limit.
        ("5", {"price_day_ago": "20.000001"}, replace(FREE, max_daily_change_ppm=100_000), LimitKind.DAILY_DROP, "18.01"),
        ("50", {"price_day_ago": "19.999981"}, replace(FREE, max_daily_change_ppm=100_001), LimitKind.DAILY_RISE, "21.99"),
        # Without a record of yesterday's price, today's is what a change is measured from.
        ("5", {}, replace(FREE, max_daily_change_ppm=100_000), LimitKind.DAILY_DROP, "18.00"),
        ("50", {}, replace(FREE, max_weekly_change_ppm=200_000), LimitKind.WEEKLY_RISE, "24.00"),
    ],
)  # fmt: skip
def test_each_limit_binds_at_its_exact_value(
    wanted: str, product: dict[str, Any], policy: Guardrails, kind: LimitKind, price: str
) -> None:
    found = decided(wanted, product, policy)
    assert found.price.tolist() == amounts(price).tolist()
    assert binding(found) == {kind}
    assert found.cost_of_limits.tolist() == (amounts(price) - amounts(wanted)).tolist()


@pytest.mark.parametrize(
    ("reference", "price"),
    [(MarketReference.LOWEST, "22.00"), (MarketReference.MEDIAN, "27.50"), (MarketReference.HIGHEST, "33.00")],
)
def test_the_market_ceiling_is_measured_from_comparable_offers(reference: MarketReference, price: str) -> None:
    policy = replace(FREE, market_ceiling_ppm=100_000, market_reference=reference)
    found = decided("39", policy=policy, offers=rivals_at("20.00", "25.00", "30.00"))
    assert found.price.tolist() == amounts(price).tolist()
    assert binding(found) == {LimitKind.MARKET_CEILING}


def test_without_comparable_offers_there_is_no_ceiling_but_the_maximum_price_holds() -> None:
    found = decided("50", policy=replace(FREE, market_ceiling_ppm=0))
    assert found.price.tolist() == amounts("40.00").tolist()
    assert binding(found) == {LimitKind.MAXIMUM_PRICE}


@pytest.mark.parametrize(
    ("product", "reason"),
    [
        ({"price": None}, Reason.PRICE_MISSING),
        ({"price": "0"}, Reason.PRICE_INVALID),
        ({"cost": None}, Reason.COST_MISSING),
        ({"cost": "0"}, Reason.COST_INVALID),
        ({"cost": "-1"}, Reason.COST_INVALID),
        ({"cost": "NaN"}, Reason.COST_INVALID),
        ({"min_price": None}, Reason.MIN_PRICE_MISSING),
        ({"min_price": "0"}, Reason.MIN_PRICE_INVALID),
        ({"max_price": None}, Reason.MAX_PRICE_MISSING),
        ({"max_price": "-3"}, Reason.MAX_PRICE_INVALID),
        ({"max_price": "Infinity"}, Reason.MAX_PRICE_INVALID),
        ({"map_price": "0"}, Reason.MAP_INVALID),
        ({"map_price": "-0.000001"}, Reason.MAP_INVALID),
        ({"map_price": "NaN"}, Reason.MAP_INVALID),
        ({"price_day_ago": "0"}, Reason.EARLIER_PRICE_INVALID),
        ({"price_week_ago": "NaN"}, Reason.EARLIER_PRICE_INVALID),
        ({"tax": None}, Reason.TAX_RATE_MISSING),
        ({"tax": "-0.19"}, Reason.TAX_RATE_INVALID),
        ({"tax": "19"}, Reason.TAX_RATE_INVALID),
        ({"cost_currency": "USD"}, Reason.EXCHANGE_RATE_MISSING),
    ],
)
def test_what_is_missing_or_wrong_is_a_reason_for_no_price(product: dict[str, Any], reason: Reason) -> None:
    found = decided("18.00", product)
    assert outcome(found) is Outcome.NO_PRICE
    assert reasons(found) == {reason}
    assert found.price.tolist() == [MISSING]


def test_every_fault_of_a_product_is_named() -> None:
    found = decided("18.00", {"cost": None, "min_price": "0", "max_price": None, "map_price": "NaN", "tax": None})
    assert reasons(found) == {
        Reason.COST_MISSING,
        Reason.MIN_PRICE_INVALID,
        Reason.MAX_PRICE_MISSING,
        Reason.MAP_INVALID,
        Reason.TAX_RATE_MISSING,
    }


def test_a_blank_minimum_advertised_price_is_none_and_a_net_price_needs_no_tax_rate() -> None:
    assert outcome(decided("18.00", {"map_price": None})) is Outcome.PROPOSED
    assert outcome(decided("18.00", {"gross": False, "tax": None})) is Outcome.PROPOSED


def test_limits_that_contradict_each_other_give_no_price_and_both_are_named() -> None:
    found = decided("18.00", {"cost": "12.00", "max_price": "14.00"})
    assert outcome(found) is Outcome.NO_PRICE
    assert reasons(found) == {Reason.LIMITS_CONTRADICT}
    assert binding(found) == {LimitKind.COST, LimitKind.MAXIMUM_PRICE}


def test_swapped_bounds_are_said_to_be_swapped() -> None:
    found = decided("18.00", {"min_price": "40.00", "max_price": "10.00"})
    assert reasons(found) == {Reason.LIMITS_CONTRADICT, Reason.BOUNDS_SWAPPED}
    assert binding(found) == {LimitKind.MINIMUM_PRICE, LimitKind.MAXIMUM_PRICE}


def test_bounds_between_two_cents_leave_no_price() -> None:
    found = decided("18.00", {"min_price": "10.001", "max_price": "10.009"})
    assert reasons(found) == {Reason.LIMITS_CONTRADICT}


@pytest.mark.parametrize(
    ("product", "policy"),
    [
        # The floor itself would be 10^12 or more: it cannot be told, so there is no price.
        ({"cost": "900000000000", "max_price": "999999999999"}, FREE),
        ({"price": "900000000000", "max_price": "999999999999"}, replace(FREE, max_daily_change_ppm=200_000)),
        ({"cost": "8", "cost_currency": "USD"}, FREE),
    ],
)
def test_a_limit_beyond_all_range_is_a_reason_for_no_price(product: dict[str, Any], policy: Guardrails) -> None:
    found = decided("18.00", product, policy, table=rates(("USD", "EUR", "1000000000000")))
    assert outcome(found) is Outcome.NO_PRICE
    assert reasons(found) == {Reason.OUT_OF_RANGE}


@pytest.mark.parametrize("wanted", ["0", "-5", "NaN", "1000000000000"])
def test_a_wanted_price_that_is_none_is_refused(wanted: str) -> None:
    assert reasons(decided(wanted)) == {Reason.CANDIDATE_INVALID}


def test_a_product_without_a_policy_gets_no_price() -> None:
    found = guard(catalog(), UsedOffers.none(1), [FREE], integers(-1), Candidates.asked(amounts("18")))
    assert reasons(found) == {Reason.NO_POLICY}


def test_nothing_wanted_holds_the_price() -> None:
    found = decided(None)
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.NO_CANDIDATE}
    assert found.cost_of_limits.tolist() == [MISSING]


def test_the_present_price_stays_even_where_its_ending_is_none_of_ours() -> None:
    charm = replace(FREE, endings={"EUR": PriceEnding.charm(Decimal("0.99"))})
    found = decided("20.00", policy=charm)
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.UNCHANGED}
    assert found.free.tolist() == amounts("20.00").tolist()


def test_a_present_price_finer_than_a_cent_stays_where_it_is_wanted() -> None:
    found = decided("20.005", {"price": "20.005"})
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.UNCHANGED}


def test_a_present_price_that_breaks_the_limits_is_moved_and_this_is_said() -> None:
    found = decided("9.00", {"price": "9.00"})
    assert outcome(found) is Outcome.PROPOSED
    assert found.price.tolist() == amounts("10.00").tolist()
    assert reasons(found) == {Reason.OUTSIDE_LIMITS_NOW}


def test_a_limit_that_leads_back_to_the_present_price_is_named() -> None:
    found = decided("8.00", {"min_price": "20.00"})
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.UNCHANGED}
    assert binding(found) == {LimitKind.MINIMUM_PRICE}


def test_where_no_ending_fits_the_price_is_held() -> None:
    charm = replace(FREE, endings={"EUR": PriceEnding.charm(Decimal("0.99"))})
    found = decided("18.00", {"min_price": "18.00", "max_price": "18.90", "price": "18.50"}, charm)
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.NO_ENDING_FITS}
    assert binding(found) == {LimitKind.MINIMUM_PRICE, LimitKind.MAXIMUM_PRICE}


def test_an_ending_is_chosen_on_the_right_side_of_a_limit() -> None:
    charm = replace(FREE, endings={"EUR": PriceEnding.charm(Decimal("0.99"))})
    found = decided("15.07", {"min_price": "15.00"}, charm)
    assert found.price.tolist() == amounts("15.99").tolist()
    assert found.free.tolist() == amounts("14.99").tolist()
    assert binding(found) == {LimitKind.MINIMUM_PRICE}


def test_what_the_caller_holds_is_held_with_its_reason() -> None:
    market = catalog()
    limits = resolve_limits(market, UsedOffers.none(1), [FREE], integers(0))
    found = decide(market, limits, Candidates.asked(amounts("18")), integers(Reason.PRICE_WAR.bit))
    assert outcome(found) is Outcome.HELD
    assert reasons(found) == {Reason.PRICE_WAR}


@pytest.mark.parametrize(("currency", "price"), [("JPY", "1785"), ("KWD", "1784.823"), ("USD", "1784.83")])
def test_floors_are_kept_in_currencies_of_no_two_and_three_decimals(currency: str, price: str) -> None:
    product = {"currency": currency, "price": "2000", "cost": "1499.850700", "min_price": "1", "max_price": "9000"}
    assert decided("1", product).price.tolist() == amounts(price).tolist()


def test_a_converted_cost_is_a_floor_too() -> None:
    table = rates(("USD", "EUR", "0.9213740001"))
    product = {"cost": "13.00", "cost_currency": "USD"}
    # 13.00 x 0.9213740001 x 1.19 = 14.253655...
    assert decided("1", product, table=table).price.tolist() == amounts("14.26").tolist()


def test_the_final_check_sees_every_broken_limit() -> None:
    market = catalog(*[{"cost": "12.00"}] * 5)
    limits = resolve_limits(market, UsedOffers.none(5), [FREE], integers(0, 0, 0, 0, 0))
    prices = amounts("14.28", "14.27", "40.01", "14.285", None)
    assert allowed(market, limits, prices).tolist() == [True, False, False, False, False]
    broken = [LimitKind.read(mask) for mask in limits.broken_by(prices)[:3].tolist()]
    assert broken == [(), (LimitKind.COST,), (LimitKind.MAXIMUM_PRICE,)]


@pytest.mark.parametrize("policy", [FREE, replace(FREE, min_margin_ppm=100_000), replace(FREE, min_markup_ppm=100_000)])
def test_the_final_check_does_not_trust_the_floors_that_were_computed(policy: Guardrails) -> None:
    market = catalog({"cost": "12.00" if policy != FREE else "12.61"})
    limits = resolve_limits(market, UsedOffers.none(1), [policy], integers(0))
    wrong = replace(limits, floors=np.zeros_like(limits.floors), floor=amounts("0.01"))
    found = decide(market, wrong, Candidates.asked(amounts("15.00")))
    assert outcome(found) is Outcome.NO_PRICE
    assert reasons(found) == {Reason.CHECK_FAILED}


def test_room_is_told_for_every_limit_that_is_set() -> None:
    market = catalog({"map_price": "15.00"})
    limits = resolve_limits(market, UsedOffers.none(1), [FREE], integers(0))
    below, above = limits.room(amounts("18.00"))
    assert below[list(LimitKind).index(LimitKind.MAP)].tolist() == amounts("3.00").tolist()
    assert above[0].tolist() == amounts("22.00").tolist()
    assert limits.floors[5:].tolist() == [[NO_FLOOR], [NO_FLOOR]]
    assert limits.caps[1:].tolist() == [[NO_CAP]] * 3


def test_columns_that_do_not_fit_are_refused() -> None:
    market, none = catalog(), UsedOffers.none(1)
    limits = resolve_limits(market, none, [FREE], integers(0))
    with pytest.raises(InvalidColumns):
        decide(market, limits, Candidates.asked(amounts("18", "19")))
    with pytest.raises(InvalidColumns):
        decide(market, limits, Candidates.asked(amounts("18")), integers(0, 0))
    with pytest.raises(InvalidColumns):
        resolve_limits(market, none, [FREE], integers(1))
    with pytest.raises(InvalidColumns):
        resolve_limits(market, none, [FREE], integers(0, 0))


def test_decisions_can_be_taken_row_by_row() -> None:
    market = catalog({}, {"cost": None}, {"cost": "12.00"})
    found = guard(market, UsedOffers.none(3), [FREE], integers(0, 0, 0), Candidates.asked(amounts("18", "18", "5")))
    last = found.take(integers(2, 1))
    assert last.price.tolist() == amounts("14.28", None).tolist()
    assert binding(last) == {LimitKind.COST}
    assert last.limits.floor.tolist()[:1] == amounts("14.28").tolist()


def test_an_empty_catalog_has_no_decisions() -> None:
    empty = catalog().take(integers())
    found = guard(empty, UsedOffers.none(0), [FREE], integers(), Candidates.asked(amounts()))
    assert len(found) == 0
    assert found.counts == {"proposed": 0, "held": 0, "no_price": 0}

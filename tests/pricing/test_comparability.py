"""The gate: offers that look cheaper but are not, each left out with its reason; the others at their delivered price."""

from typing import Any

import numpy as np
import pytest
from tests.factories.pricing import NOW, amounts, catalog, integers, offer_columns, rates, refused_fields

from shopwright.kit.amounts import INVALID, InvalidColumns
from shopwright.pricing.comparability import (
    AVAILABILITY,
    Comparability,
    Exclusion,
    InvalidComparability,
    PackRule,
    Unknown,
    codes_of,
    compare,
)
from shopwright.pricing.rivals import UsedOffers

GATE = Comparability()


def gated(offer: dict[str, Any], settings: Comparability = GATE, product: dict[str, Any] | None = None) -> UsedOffers:
    """One offer at half our price beside two plain ones at 19 and 21."""
    offers = offer_columns({"price": "12.00", **offer}, {"price": "19.00"}, {"price": "21.00"})
    return compare(catalog(product or {}), offers, settings, NOW)


def exclusions(used: UsedOffers, row: int = 0) -> tuple[Exclusion, ...]:
    return Exclusion.read(int(used.exclusions[row]))


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        ({"availability": "out_of_stock"}, Exclusion.OUT_OF_STOCK),
        ({"availability": "unknown"}, Exclusion.AVAILABILITY_UNKNOWN),
        ({"availability": "no such word"}, Exclusion.AVAILABILITY_UNKNOWN),
        ({"condition": "used"}, Exclusion.CONDITION_DIFFERS),
        ({"condition": "refurbished"}, Exclusion.CONDITION_DIFFERS),
        ({"match_state": "unmatched"}, Exclusion.UNMATCHED),
        ({"match_state": "no such word"}, Exclusion.UNMATCHED),
        ({"match_state": "rejected"}, Exclusion.MATCH_REJECTED),
        ({"match_state": "review"}, Exclusion.WEAK_MATCH),
        ({"match": "0.799999"}, Exclusion.WEAK_MATCH),
        ({"age_hours": 24.001}, Exclusion.STALE),
        ({"age_hours": -2}, Exclusion.DATED_IN_FUTURE),
        ({"pack_quantity": 0}, Exclusion.PACK_NOT_COMPARABLE),
        ({"currency": "USD"}, Exclusion.NO_EXCHANGE_RATE),
        ({"own": True}, Exclusion.OWN_OFFER),
        ({"ignored": True}, Exclusion.IGNORED_COMPETITOR),
        ({"conditional": True}, Exclusion.CONDITIONAL_PRICE),
        ({"price": "0"}, Exclusion.PRICE_NOT_POSITIVE),
        ({"price": "-12"}, Exclusion.PRICE_NOT_POSITIVE),
        ({"price": None}, Exclusion.PRICE_NOT_POSITIVE),
        ({"shipping": "-3"}, Exclusion.PRICE_NOT_POSITIVE),
        ({"price": "9.00"}, Exclusion.OUTLIER),
        ({"price": "41.00"}, Exclusion.OUTLIER),
        ({"usual_price": "25.00"}, Exclusion.OUTLIER),
    ],
)
def test_an_offer_that_looks_cheaper_but_is_not_is_left_out_and_says_why(
    offer: dict[str, Any], reason: Exclusion
) -> None:
    used = gated(offer)
    assert exclusions(used) == (reason,)
    assert used.lowest().tolist() == amounts("19.00").tolist()
    assert used.count.tolist() == [2]


def test_a_plain_offer_is_used() -> None:
    used = gated({})
    assert exclusions(used) == ()
    assert used.price.tolist() == amounts("12.00", "19.00", "21.00").tolist()
    assert used.weakest_match().tolist() == [1_000_000]
    assert not used.any_doubtful().any()


def test_shipping_counts_on_both_sides() -> None:
    assert gated({"shipping": "8.99"}).lowest().tolist() == amounts("19.00").tolist()
    assert gated({"shipping": "2.50"}).lowest().tolist() == amounts("14.50").tolist()
    assert gated({"shipping": "2.50"}, product={"shipping": "4.00"}).lowest().tolist() == amounts("10.50").tolist()


def test_an_offer_that_our_own_shipping_alone_exceeds_cannot_be_equalled() -> None:
    used = gated({"price": "12.00"}, product={"shipping": "12.00"})
    assert exclusions(used) == (Exclusion.PRICE_NOT_POSITIVE,)


def test_packs_are_compared_by_unit_or_only_in_the_same_size() -> None:
    per_unit = gated({"price": "60.00", "pack_quantity": 4})
    assert per_unit.lowest().tolist() == amounts("15.00").tolist()
    ours_is_two = gated({"price": "10.00"}, product={"pack_quantity": 2})
    assert ours_is_two.price.tolist() == amounts("20.00", "38.00", "42.00").tolist()
    same_size = Comparability(packs=PackRule.SAME_SIZE)
    assert exclusions(gated({"price": "60.00", "pack_quantity": 4}, same_size)) == (Exclusion.PACK_NOT_COMPARABLE,)
    assert exclusions(gated({}, same_size)) == ()


def test_tax_is_brought_to_our_basis() -> None:
    assert gated({"gross": False}).lowest().tolist() == amounts("14.28").tolist()
    we_are_net = {"gross": False}
    assert gated({"price": "14.28"}, product=we_are_net).lowest().tolist() == amounts("12.00").tolist()
    unknown = gated({"gross": False}, product={"tax": None})
    assert exclusions(unknown) == (Exclusion.TAX_BASIS_UNKNOWN,)
    assert exclusions(gated({}, product={"tax": None})) == ()


def test_other_currencies_go_through_the_recorded_rate() -> None:
    table = rates(("USD", "EUR", "0.9"))
    offers = offer_columns({"price": "20.00", "currency": "USD", "shipping": "1.00"})
    used = compare(catalog(table=table), offers, GATE, NOW)
    assert used.price.tolist() == amounts("18.90").tolist()


def test_a_confirmed_match_is_sure_whatever_its_figure() -> None:
    used = gated({"match": "0.40", "match_state": "confirmed"})
    assert exclusions(used) == ()
    assert used.weakest_match().tolist() == [1_000_000]


def test_weak_matches_can_be_used_and_are_then_told() -> None:
    used = gated({"match": "0.70"}, Comparability(use_weak_matches=True))
    assert exclusions(used) == ()
    assert used.weakest_match().tolist() == [700_000]
    assert gated({"match_state": "rejected"}, Comparability(use_weak_matches=True)).count.tolist() == [2]


def test_what_is_unknown_is_used_or_left_out_as_the_settings_say() -> None:
    lax = Comparability(unknown_availability=Unknown.USE)
    strict = Comparability(unknown_condition=Unknown.EXCLUDE, unknown_shipping=Unknown.EXCLUDE)
    for offer, exclusion in (
        ({"condition": "unknown"}, Exclusion.CONDITION_UNKNOWN),
        ({"shipping": None}, Exclusion.SHIPPING_UNKNOWN),
    ):
        used = gated(offer)
        assert exclusions(used) == ()
        assert used.any_doubtful().tolist() == [True]
        assert exclusions(gated(offer, strict)) == (exclusion,)
    assert exclusions(gated({"availability": "unknown"}, lax)) == ()


def test_used_goods_are_compared_where_we_say_so() -> None:
    assert exclusions(gated({"condition": "used"}, Comparability(conditions=frozenset({"new", "used"})))) == ()


def test_with_one_other_offer_nobody_can_say_which_is_the_odd_one() -> None:
    offers = offer_columns({"price": "2.00"}, {"price": "20.00"})
    assert compare(catalog(), offers, GATE, NOW).count.tolist() == [2]


def test_every_reason_of_an_offer_is_kept() -> None:
    used = gated({"own": True, "availability": "out_of_stock", "condition": "used"})
    assert exclusions(used) == (Exclusion.OWN_OFFER, Exclusion.OUT_OF_STOCK, Exclusion.CONDITION_DIFFERS)


def test_an_excluded_offer_does_not_make_another_an_outlier() -> None:
    offers = offer_columns(
        {"price": "20.00"}, {"price": "21.00"}, {"price": "5.00", "own": True}, {"price": "5.00", "own": True}
    )
    assert compare(catalog(), offers, GATE, NOW).price.tolist() == amounts("20.00", "21.00").tolist()


def test_offers_belong_to_their_products() -> None:
    market = catalog({}, {}, {})
    offers = offer_columns(
        {"product": 2, "price": "30"}, {"product": 0, "price": "12"}, {"product": 2, "price": "28"},
        {"product": 0, "price": "11", "own": True},
    )  # fmt: skip
    used = compare(market, offers, GATE, NOW)
    assert used.starts.tolist() == [0, 1, 1, 3]
    assert used.offer.tolist() == [1, 2, 0]
    one = compare(market.take(integers(2)), offers.of_product(2), GATE, NOW)
    assert one.price.tolist() == amounts("28", "30").tolist()


def test_offers_of_no_product_or_no_currency_of_the_catalog_are_refused() -> None:
    with pytest.raises(InvalidColumns):
        compare(catalog(), offer_columns({"product": 1}), GATE, NOW)
    with pytest.raises(InvalidColumns):
        compare(catalog(), offer_columns({"product": -1}), GATE, NOW)


def test_an_offer_too_large_to_compare_is_no_price() -> None:
    used = gated({"price": "999999999999", "shipping": "999999999999"})
    assert exclusions(used) == (Exclusion.PRICE_NOT_POSITIVE,)


def test_without_offers_there_is_nothing_to_use() -> None:
    used = compare(catalog(), offer_columns(), GATE, NOW)
    assert used.count.tolist() == [0]
    assert len(used.exclusions) == 0


def test_codes_follow_the_words() -> None:
    assert codes_of(["unknown", "in_stock", None, "", "sold"], AVAILABILITY).tolist() == [2, 0, -1, -1, -1]


@pytest.mark.parametrize(
    "settings",
    [
        {"max_age_hours": 0},
        {"min_match_ppm": 1_000_001},
        {"conditions": frozenset()},
        {"conditions": frozenset({"unknown"})},
        {"outlier_low_ppm": -1},
        {"outlier_high_ppm": 999_999},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidComparability) as refused:
        Comparability(**settings)
    assert refused_fields(refused.value) == list(settings)


def test_a_far_off_high_bound_does_not_overflow() -> None:
    offers = offer_columns(*[{"price": "900000000000"}] * 3)
    market = catalog({"max_price": "999999999999"})
    used = compare(market, offers, Comparability(outlier_high_ppm=1_000_000_000), NOW)
    assert used.count.tolist() == [3]
    assert not np.isin(used.price, [INVALID]).any()

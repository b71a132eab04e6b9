"""The strategy rule_based: positions, offsets, ladders, fallbacks, the dead band and how sure it is."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.factories.pricing import NOW, amounts, catalog, integers, offer_columns, refused_fields, rivals_at

from shopwright.kit.amounts import INVALID, MISSING, InvalidColumns
from shopwright.pricing.codes import Reason
from shopwright.pricing.comparability import Comparability, compare
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.rule_based import Fallback, Position, RuleBased, RuleSettings, Step

MARKET = rivals_at("16.00", "18.00", "24.00", "30.00")


def proposed(settings: RuleSettings, offers: UsedOffers = MARKET, product: dict[str, Any] | None = None) -> Candidates:
    return RuleBased().propose(catalog(product or {}), offers, settings)


def reasons(found: Candidates) -> set[Reason]:
    return set(Reason.read(int(found.reasons[0])))


@pytest.mark.parametrize(
    ("settings", "price"),
    [
        (RuleSettings(position=Position.LOWEST), "16.00"),
        (RuleSettings(position=Position.AVERAGE), "22.00"),
        (RuleSettings(position=Position.PERCENTILE, percentile_ppm=500_000), "18.00"),
        (RuleSettings(position=Position.PERCENTILE, percentile_ppm=750_001), "30.00"),
        (RuleSettings(position=Position.PERCENTILE, percentile_ppm=0), "16.00"),
        (RuleSettings(position=Position.INDEX, index_ppm=950_000), "20.90"),
        (RuleSettings(position=Position.LOWEST, offset_ppm=-50_000), "15.20"),
        (RuleSettings(position=Position.LOWEST, offset_amount=Decimal("-0.01")), "15.99"),
        (RuleSettings(position=Position.AVERAGE, offset_ppm=100_000), "24.20"),
    ],
)
def test_positions_with_their_offsets(settings: RuleSettings, price: str) -> None:
    found = proposed(settings)
    assert found.price.tolist() == amounts(price).tolist()
    assert reasons(found) == {Reason.POSITION}


def test_an_offset_below_zero_is_no_price() -> None:
    found = proposed(RuleSettings(position=Position.LOWEST, offset_amount=Decimal(-16)))
    assert found.price.tolist() == [INVALID]


def test_without_rivals_the_price_is_held_or_follows_the_target_margin() -> None:
    none = UsedOffers.none(1)
    held = proposed(RuleSettings(), none)
    assert held.price.tolist() == [MISSING]
    assert held.confidence.tolist() == [0]
    assert reasons(held) == {Reason.NO_RIVALS}
    target = RuleSettings(fallback=Fallback.TARGET_MARGIN, target_margin_ppm=500_000)
    priced = proposed(target, none)
    assert priced.price.tolist() == amounts("19.04").tolist()
    assert reasons(priced) == {Reason.NO_RIVALS, Reason.TARGET_MARGIN}
    without_cost = proposed(target, none, {"cost": None})
    assert without_cost.price.tolist() == [MISSING]
    assert proposed(target).price.tolist() == amounts("22.00").tolist()


AGE = RuleSettings(stock_age_steps=(Step(30, -50_000), Step(90, -150_000)))
COVER = RuleSettings(cover_steps=(Step(0, 100_000), Step(14, 0), Step(60, -100_000)))


@pytest.mark.parametrize(
    ("settings", "product", "price", "reason"),
    [
        (AGE, {"stock_age_days": 29}, "22.00", None),
        (AGE, {"stock_age_days": 30}, "20.90", Reason.STOCK_AGE_STEP),
        (AGE, {"stock_age_days": 400}, "18.70", Reason.STOCK_AGE_STEP),
        (AGE, {"stock_age_days": None}, "22.00", None),
        (COVER, {"cover_days": 3}, "24.20", Reason.COVER_STEP),
        (COVER, {"cover_days": 14}, "22.00", None),
        (COVER, {"cover_days": 60}, "19.80", Reason.COVER_STEP),
        (COVER, {"cover_days": None}, "22.00", None),
    ],
)
def test_ladders_move_the_price_by_the_last_step_that_is_reached(
    settings: RuleSettings, product: dict[str, Any], price: str, reason: Reason | None
) -> None:
    found = proposed(settings, product=product)
    assert found.price.tolist() == amounts(price).tolist()
    assert reasons(found) - {Reason.POSITION} == ({reason} if reason else set())


def test_both_ladders_apply_one_after_the_other_and_not_to_a_held_price() -> None:
    both = RuleSettings(stock_age_steps=AGE.stock_age_steps, cover_steps=COVER.cover_steps)
    old = {"stock_age_days": 30, "cover_days": 60}
    assert proposed(both, product=old).price.tolist() == amounts("18.81").tolist()
    assert proposed(both, UsedOffers.none(1), old).price.tolist() == [MISSING]


def test_a_step_to_nothing_is_no_price() -> None:
    nearly_all = RuleSettings(position=Position.LOWEST, stock_age_steps=(Step(0, -999_999),))
    assert proposed(nearly_all, rivals_at("0.50"), {"stock_age_days": 1}).price.tolist() == [INVALID]


def test_moves_within_the_dead_band_are_not_made() -> None:
    settings = RuleSettings(dead_band_ppm=100_000)
    near = proposed(settings, product={"price": "20.00"})
    assert near.price.tolist() == amounts("20.00").tolist()
    assert Reason.DEAD_BAND in reasons(near)
    far = proposed(settings, product={"price": "19.99"})
    assert far.price.tolist() == amounts("22.00").tolist()
    assert Reason.DEAD_BAND not in reasons(far)
    unknown = proposed(settings, product={"price": None})
    assert unknown.price.tolist() == amounts("22.00").tolist()


def test_more_rivals_make_it_surer_and_doubts_less_sure() -> None:
    settings = RuleSettings()
    by_count = [proposed(settings, rivals_at(*["20.00"] * count)).confidence.item() for count in (1, 2, 3, 9)]
    assert by_count == [60, 75, 90, 90]
    gate = Comparability(use_weak_matches=True)
    weak = compare(catalog(), offer_columns({"match": "0.50"}, {}, {}), gate, NOW)
    doubtful = compare(catalog(), offer_columns({"shipping": None}, {}, {}), gate, NOW)
    assert proposed(settings, weak).confidence.tolist() == [45]
    assert Reason.WEAK_MATCH in reasons(proposed(settings, weak))
    assert proposed(settings, doubtful).confidence.tolist() == [80]
    assert Reason.DOUBTFUL_OFFER in reasons(proposed(settings, doubtful))


def test_products_are_priced_each_by_its_own_rivals() -> None:
    offers = offer_columns({"product": 1, "price": "30"}, {"product": 1, "price": "32"}, {"product": 2, "price": "12"})
    used = compare(catalog({}, {}, {}), offers, Comparability(), NOW)
    found = RuleBased().propose(catalog({}, {}, {}), used, RuleSettings())
    assert found.price.tolist() == amounts(None, "31", "12").tolist()


@pytest.mark.parametrize(
    "settings",
    [
        {"percentile_ppm": 1_000_001},
        {"index_ppm": 0},
        {"offset_ppm": -1_000_000},
        {"offset_amount": Decimal("NaN")},
        {"offset_amount": Decimal("0.0000001")},
        {"offset_amount": Decimal("1e12")},
        {"offset_amount": Decimal(1), "offset_ppm": 1},
        {"fallback": Fallback.TARGET_MARGIN},
        {"target_margin_ppm": 1_000_000},
        {"stock_age_steps": (Step(30, 0), Step(10, 0))},
        {"stock_age_steps": (Step(30, 0), Step(30, 0))},
        {"cover_steps": (Step(-1, 0),)},
        {"cover_steps": (Step(1, -1_000_000),)},
        {"dead_band_ppm": 1_000_000},
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidStrategySettings) as refused:
        RuleSettings(**settings)
    wrong = "target_margin_ppm" if "fallback" in settings else next(iter(settings))
    assert refused_fields(refused.value) == [wrong]


def test_a_rule_survives_json() -> None:
    settings = RuleSettings(
        position=Position.INDEX, offset_amount=Decimal("-0.01"), stock_age_steps=(Step(30, -50_000),)
    )
    assert msgspec.json.decode(msgspec.json.encode(settings), type=RuleSettings) == settings


@pytest.mark.parametrize("confidence", [-1, 101])
def test_a_confidence_outside_of_0_to_100_is_refused(confidence: int) -> None:
    with pytest.raises(InvalidColumns):
        Candidates.asked(amounts("5"), confidence)


def test_parts_of_several_strategies_are_put_together_and_the_rest_holds() -> None:
    part = Candidates.asked(amounts("5", "7"), confidence=80)
    whole = Candidates.combined(4, [(integers(2, 0), part)])
    assert whole.price.tolist() == amounts("7", None, "5", None).tolist()
    assert whole.confidence.tolist() == [80, 0, 80, 0]

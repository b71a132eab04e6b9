"""The price-war brake: undercutting in turns, swinging and sliding are found, ordinary moves are not."""

import numpy as np
import pytest
from tests.factories.pricing import NOW, amounts, integers, refused_fields

from shopwright.kit.amounts import InvalidColumns
from shopwright.pricing.breaker import InvalidBreaker
from shopwright.pricing.codes import Reason
from shopwright.pricing.wars import OURS, Brake, BrakeRules, PriceMoves, find_wars

DAY = 86_400
RULES = BrakeRules(window_days=10, rounds=2, swings=3, max_fall_ppm=300_000)
Move = tuple[int, str, float]


def found(*moves: Move, rules: BrakeRules = RULES, product: int = 0) -> Brake:
    """Moves as (seller, price, days ago)."""
    columns = PriceMoves(
        integers(*[product for _ in moves]),
        integers(*[seller for seller, _, _ in moves]),
        integers(*[NOW - int(ago * DAY) for _, _, ago in moves]),
        amounts(*[price for _, price, _ in moves]),
    )
    return find_wars(columns, 2, rules, NOW)


def reasons(brake: Brake, product: int = 0) -> set[Reason]:
    return set(Reason.read(int(brake.reasons[product])))


START: list[Move] = [(OURS, "20.00", 30), (1, "21.00", 30)]
WAR: list[Move] = [(1, "19.90", 5), (OURS, "19.80", 4), (1, "19.70", 3), (OURS, "19.60", 2)]


def test_undercutting_in_turns_is_a_war() -> None:
    brake = found(*START, *WAR)
    assert brake.rounds.tolist() == [2, 0]
    assert reasons(brake) == {Reason.PRICE_WAR}
    assert reasons(brake, 1) == set()


def test_one_round_is_none() -> None:
    brake = found(*START, *WAR[:2])
    assert brake.rounds.tolist() == [1, 0]
    assert reasons(brake) == set()


def test_what_is_before_the_window_does_not_count() -> None:
    before = [(seller, price, ago + 10) for seller, price, ago in WAR]
    assert found(*START, *before).rounds.tolist() == [0, 0]


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert found(*WAR[::-1], *START).rounds.tolist() == [2, 0]


def test_a_rival_who_only_follows_us_down_or_a_cut_that_stays_above_is_no_undercut() -> None:
    follows = [(OURS, "19.00", 5), (1, "20.00", 4), (OURS, "18.50", 3), (1, "19.00", 2)]
    assert found(*START, *follows).rounds.tolist() == [0, 0]


def test_matching_a_price_is_no_undercut() -> None:
    matches = [(1, "19.90", 5), (OURS, "19.90", 4), (1, "19.80", 3), (OURS, "19.80", 2)]
    assert found(*START, *matches).rounds.tolist() == [0, 0]


def test_the_same_price_seen_again_is_no_undercut() -> None:
    seen_again = [(1, "19.90", 6), (OURS, "19.80", 5), (OURS, "19.95", 4), (1, "19.90", 3), (OURS, "19.85", 2)]
    assert found(*START, *seen_again).rounds.tolist() == [1, 0]


def test_several_rivals_against_us_count_together() -> None:
    two = [(1, "19.90", 5), (OURS, "19.80", 4), (2, "19.70", 3), (OURS, "19.60", 2)]
    assert found(*START, (2, "25.00", 29), *two).rounds.tolist() == [2, 0]


def test_moves_of_one_product_say_nothing_about_another() -> None:
    war, peace = [*START, *WAR], [*START, (1, "19.90", 5)]
    products = integers(*[0] * len(war), *[1] * len(peace))
    rows = [*war, *peace]
    columns = PriceMoves(
        products,
        integers(*[seller for seller, _, _ in rows]),
        integers(*[NOW - int(ago * DAY) for _, _, ago in rows]),
        amounts(*[price for _, price, _ in rows]),
    )
    assert find_wars(columns, 2, RULES, NOW).rounds.tolist() == [2, 0]


def test_a_price_that_goes_up_and_down_is_held() -> None:
    swinging = [(OURS, price, ago) for price, ago in (("19", 8), ("20", 7), ("19", 6), ("20", 5))]
    brake = found((OURS, "20", 30), *swinging)
    assert brake.swings.tolist() == [3, 0]
    assert reasons(brake) == {Reason.OSCILLATION}
    assert brake.amplitude_ppm.tolist() == [50_000, 0]
    falling = [(OURS, price, ago) for price, ago in (("19", 8), ("18", 7), ("18", 6), ("17", 5))]
    assert found((OURS, "20", 30), *falling).swings.tolist() == [0, 0]


def test_cents_to_and_fro_are_no_swings() -> None:
    cents = [(OURS, price, ago) for price, ago in (("19.90", 8), ("20", 7), ("19.90", 6), ("20", 5), ("19.90", 4))]
    brake = found((OURS, "20", 30), *cents)
    assert (brake.swings.tolist(), reasons(brake)) == ([0, 0], set())
    fine = BrakeRules(window_days=10, swings=3, min_swing_ppm=5_000)
    assert reasons(found((OURS, "20", 30), *cents, rules=fine)) == {Reason.OSCILLATION}


def test_small_steps_that_add_up_are_a_swing() -> None:
    path = ("19.85", "19.70", "19.85", "20", "19.85", "19.70", "19.85", "20")
    steps = [(OURS, price, 9 - number / 2) for number, price in enumerate(path)]
    assert found((OURS, "20", 30), *steps).swings.tolist() == [3, 0]


def test_a_price_that_fell_too_far_within_the_window_is_held() -> None:
    brake = found((OURS, "20", 30), (OURS, "15", 5), (OURS, "13.99", 1))
    assert brake.fall_ppm.tolist() == [300_500, 0]
    assert reasons(brake) == {Reason.FALLING}
    assert found((OURS, "20", 30), (OURS, "14", 1)).reasons.tolist() == [0, 0]
    assert found((OURS, "14", 30), (OURS, "20", 1)).fall_ppm.tolist() == [0, 0]


def test_a_product_first_priced_within_the_window_falls_from_its_first_price() -> None:
    assert found((OURS, "20", 5), (OURS, "16", 3), (OURS, "10", 1)).fall_ppm.tolist() == [500_000, 0]
    assert found((1, "20", 5), (1, "10", 1)).fall_ppm.tolist() == [0, 0]


def test_a_catalog_without_moves_is_at_peace() -> None:
    assert found().reasons.tolist() == [0, 0]


def test_moves_of_no_product_and_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidColumns):
        found(*START, product=2)
    with pytest.raises(InvalidColumns):
        PriceMoves(integers(0), integers(0), integers(0, 1), integers(1))


@pytest.mark.parametrize("name", ["window_days", "rounds", "swings", "min_swing_ppm", "max_fall_ppm"])
def test_rules_out_of_range_are_refused(name: str) -> None:
    changed = {name: 0}
    with pytest.raises(InvalidBreaker) as refused:
        BrakeRules(**changed)
    assert refused_fields(refused.value) == [name]


def test_two_undercutting_robots_are_stopped_within_the_rounds() -> None:
    """Two rules that go a cent below each other: the brake holds ours long before a floor."""
    moves: list[Move] = [(OURS, "20.00", 40), (1, "20.00", 40)]
    price, sellers = 2_000, (1, OURS)
    for turn in range(200):
        ago = 9 - turn * 0.01
        if sellers[turn % 2] == OURS and reasons(found(*moves)):
            break
        price -= 1
        moves.append((sellers[turn % 2], f"{price / 100:.2f}", ago))
    assert price > 2_000 - 2 * RULES.rounds - 2
    assert np.all(found(*moves).reasons[:1] != 0)

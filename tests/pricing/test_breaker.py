"""The circuit breaker: a bad feed stops the whole run, an ordinary day does not."""

import numpy as np
import pytest
from tests.factories.pricing import amounts, integers, refused_fields

from shopwright.kit.amounts import MISSING, SCALE, InvalidColumns
from shopwright.pricing.breaker import BreakerRules, InvalidBreaker, judge_run

RULES = BreakerRules(max_share_ppm=300_000, max_mean_ppm=100_000, min_products=10, min_moves=3)
HUNDRED = np.full(10, 100 * SCALE)


def moved(count: int, to: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    proposed = np.full(10, MISSING)
    proposed[:count] = to * SCALE
    return proposed


def test_a_run_that_moves_little_of_the_catalog_a_little_passes() -> None:
    verdict = judge_run(HUNDRED, moved(3, 95), RULES)
    assert not verdict.tripped
    assert (verdict.products, verdict.moved, verdict.share_ppm, verdict.mean_move_ppm) == (10, 3, 300_000, 50_000)


def test_too_many_moves_trip_it() -> None:
    verdict = judge_run(HUNDRED, moved(4, 99), RULES)
    assert verdict.tripped
    assert verdict.causes == ("40 % of the catalog would move; 30 % is the limit.",)


@pytest.mark.parametrize("price", [89, 111])
def test_moves_that_are_too_far_trip_it_up_and_down(price: int) -> None:
    verdict = judge_run(HUNDRED, moved(3, price), RULES)
    assert verdict.causes == ("Prices would move by 11 % on average; 10 % is the limit.",)


def test_ups_and_downs_do_not_cancel_out() -> None:
    proposed = moved(3, 120)
    proposed[1] = 80 * SCALE
    assert judge_run(HUNDRED, proposed, RULES).mean_move_ppm == 200_000


def test_the_bad_feed_of_2014_would_have_been_stopped() -> None:
    verdict = judge_run(HUNDRED, np.full(10, 10_000), RULES)
    assert len(verdict.causes) == 2
    assert "99.9 % on average" in verdict.causes[1]


def test_a_selection_is_not_judged_by_share_nor_a_single_price_by_its_mean() -> None:
    assert not judge_run(HUNDRED[:9], moved(10, 99)[:9], RULES).tripped
    assert not judge_run(HUNDRED, moved(2, 50), RULES).tripped


def test_a_price_that_stays_or_was_not_known_is_no_move() -> None:
    current, proposed = amounts("10", None, "10", "10"), amounts("10", "12", None, "11")
    verdict = judge_run(current, proposed, RULES)
    assert verdict.moved == 1
    assert judge_run(integers(), integers(), RULES).share_ppm == 0


def test_huge_moves_do_not_overflow() -> None:
    verdict = judge_run(np.full(10, 1), np.full(10, 999_999 * SCALE), RULES)
    assert verdict.mean_move_ppm == (999_999 * SCALE - 1) * SCALE
    assert verdict.tripped


def test_columns_have_to_fit() -> None:
    with pytest.raises(InvalidColumns):
        judge_run(HUNDRED, HUNDRED[:3], RULES)


@pytest.mark.parametrize("name", ["max_share_ppm", "max_mean_ppm", "min_products", "min_moves"])
def test_rules_out_of_range_are_refused(name: str) -> None:
    changed = {name: 0}
    with pytest.raises(InvalidBreaker) as refused:
        BreakerRules(**changed)
    assert refused_fields(refused.value) == [name]

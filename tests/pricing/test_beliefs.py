from dataclasses import replace

import numpy as np
import pytest

from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Slopes
from shopwright.pricing.beliefs import Situation, believe, follow_shares


def estimated(slopes: list[float], cross: float = 0.0) -> PriceResponse:
    n = len(slopes)
    slope = Slopes.of(np.array(slopes), np.full(n, 0.3))
    return PriceResponse(
        constant=slope,
        semi_log=slope,
        constant_weight=np.full(n, 0.5),
        reference=np.full(n, 2_000.0),
        base_units=np.full(n, 3.0),
        base_spread=np.full(n, 0.1),
        cross=np.full(n, cross),
        cross_sd=np.full(n, 0.1),
        changes=np.full(n, 5),
        refusals=np.zeros(n, dtype=np.int64),
    )


def situation(n: int, margin: float = 0.45) -> Situation:
    return Situation(
        group=np.zeros(n, dtype=np.int64),
        price=np.full(n, 2_000.0),
        unit=10_000,
        margin=np.full(n, margin),
        earned=np.full(n, 5_000_000.0),
        follow=np.zeros(n),
        rivals=np.full(n, np.nan),
        stock=np.full(n, np.inf),
    )


def test_a_mean_goes_to_what_the_margins_say_as_far_as_it_is_in_doubt_and_products_keep_their_distance() -> None:
    revealed = -1 / 0.45 - 0.175
    sharp, unsure = (
        believe(replace(estimated([-3.5, -4.5]), constant=slopes, semi_log=slopes), situation(2))
        for slopes in (Slopes.of(np.array([-3.5, -4.5]), np.full(2, sd)) for sd in (0.05, 0.9))
    )
    assert -4.0 < sharp.elasticity.mean() < -3.95
    assert abs(unsure.elasticity.mean() - revealed) < 0.3 * abs(-4.0 - revealed)
    for believed in (sharp, unsure):
        assert np.diff(believed.elasticity)[0] == pytest.approx(-1.0, abs=0.02)


def test_demand_is_believed_to_bend_more_than_sales_at_reduced_prices_show() -> None:
    assert believe(estimated([-2.5]), situation(1)).weight[:, 0] == pytest.approx([0.3, 0.7])


def test_a_shop_with_thin_margins_is_believed_to_face_stronger_answers() -> None:
    thin, wide = (believe(estimated([-2.5, -2.5]), situation(2, margin)).elasticity[0] for margin in (0.3, 0.5))
    assert thin < wide < 0


def test_units_are_those_of_the_present_price() -> None:
    dear = replace(situation(2), price=np.full(2, 2_200.0))
    usual, raised = believe(estimated([-2.2, -2.2]), situation(2)), believe(estimated([-2.2, -2.2]), dear)
    assert usual.units == pytest.approx(3.0)
    assert (raised.units < 0.85 * usual.units).all()
    assert usual.centre == pytest.approx(20_000_000.0)


def test_only_products_with_neighbours_in_their_category_have_a_halo() -> None:
    apart = replace(situation(3), group=np.array([0, 0, 1]))
    halo = believe(estimated([-2.2] * 3), apart).halo
    assert halo[:2] == pytest.approx(0.175 * 3.0 * 5_000_000.0)
    assert halo[2] == 0


def test_rivals_who_follow_are_told_from_those_who_do_not() -> None:
    rng = np.random.default_rng(1)
    ours = np.cumsum(rng.normal(0, 0.03, (30, 200)) * (rng.random((30, 200)) < 0.1), axis=1)
    follower = np.zeros_like(ours)
    for day in range(1, 200):
        follower[:, day] = follower[:, day - 1] + 0.25 * (ours[:, day - 1] - follower[:, day - 1])
    stranger = rng.normal(0, 0.05, ours.shape)
    follower[:, ::7] = np.nan
    assert follow_shares(ours, follower[None]) == pytest.approx(np.ones(30), abs=0.1)
    assert follow_shares(ours, stranger[None]) == pytest.approx(np.zeros(30), abs=0.1)
    assert follow_shares(ours, np.stack([follower, stranger])) == pytest.approx(np.full(30, 0.5), abs=0.1)
    assert follow_shares(ours, np.zeros((0, 30, 200))).tolist() == [0.0] * 30

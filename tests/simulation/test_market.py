from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.columns import Ints
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import DayOutcome, Market
from shopwright.simulation.spec import ALL_RIVALS, RivalKind, WorldSpec
from shopwright.simulation.world import World

SPEC = WorldSpec(name="test", seed=4, products=80, days=120)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SPEC)


def run(world: World, factor: float, days: int, seed: int = 1) -> list[DayOutcome]:
    market = Market(world, np.random.default_rng(seed), stocked=False)
    prices: Ints = np.round(world.reference * factor).astype(np.int64)
    return [market.step(prices) for _ in range(days)]


def test_the_same_seed_plays_the_same_days(world: World) -> None:
    first, second, other = (run(world, 1.0, 20, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(one.wanted, two.wanted) for one, two in zip(first, second, strict=True))
    assert any(not np.array_equal(one.wanted, two.wanted) for one, two in zip(first, other, strict=True))


def test_expected_demand_is_that_of_the_world_times_the_unseen_shock(world: World) -> None:
    market = Market(world, np.random.default_rng(1))
    for _ in range(5):
        outcome = market.step(world.reference)
        truth = world.expected_demand(world.reference, outcome.day, market.rival_offers())
        assert outcome.expected == pytest.approx(truth * market.shock)


def test_demand_has_the_mean_that_it_is_expected_to_have(world: World) -> None:
    days = run(world, 1.0, 120)
    wanted, expected = (sum(values) for values in zip(*((day.wanted, day.expected) for day in days), strict=True))
    assert wanted.sum() == pytest.approx(expected.sum(), rel=0.02)


def test_counts_are_more_irregular_than_poisson(world: World) -> None:
    days = run(world, 1.0, 120)
    excess = [((day.wanted - day.expected) ** 2 - day.expected).sum() / (day.expected**2).sum() for day in days]
    assert 0.1 < np.mean(excess) < 0.4  # 1 / shape, with shapes from 3 to 9


def test_unseen_shocks_have_mean_one() -> None:
    small = build_world(replace(SPEC, products=24, rivals=()))
    markets = [Market(small, np.random.default_rng(seed), stocked=False) for seed in range(600)]
    # Six category shocks a market: the mean of all has a standard error of about 0.002.
    assert np.mean([market.shock for market in markets]) == pytest.approx(1.0, abs=0.008)


def test_unseen_shocks_last(world: World) -> None:
    market = Market(world, np.random.default_rng(1))
    shocks = []
    for _ in range(300):
        market.step(world.reference)
        shocks.append(np.log(market.shock))
    path = np.array(shocks)
    assert np.corrcoef(path[:-7].ravel(), path[7:].ravel())[0, 1] == pytest.approx(0.97**7, abs=0.08)


def test_two_policies_meet_the_same_luck(world: World) -> None:
    low, high = run(world, 0.9, 10), run(world, 1.1, 10)
    still = replace(SPEC, rivals=())
    alone = build_world(still)
    quiet_low, quiet_high = run(alone, 0.9, 10), run(alone, 1.1, 10)
    ratio = [one.expected / two.expected for one, two in zip(quiet_low, quiet_high, strict=True)]
    assert np.ptp(np.array(ratio), axis=0) == pytest.approx(np.zeros(80), abs=1e-9)
    assert sum(day.wanted.sum() for day in low) > sum(day.wanted.sum() for day in high)


def test_rivals_answer_to_our_prices() -> None:
    followers = build_world(replace(SPEC, rivals=(RivalKind.FOLLOW,)))
    low, high = (run(followers, factor, 40)[-1].rival_regular[0] for factor in (0.95, 1.15))
    carried = followers.rivals[0].carried
    assert (low[carried] <= high[carried]).all()
    assert np.median(high[carried] / low[carried]) > 1.1


def test_a_premium_rival_does_not_answer() -> None:
    deaf = build_world(replace(SPEC, rivals=(RivalKind.PREMIUM,)))
    low, high = (run(deaf, factor, 40)[-1].rival_price for factor in (0.95, 1.15))
    assert np.array_equal(low, high)


def test_no_rival_offers_what_it_does_not_carry(world: World) -> None:
    for day in run(world, 1.0, 10):
        for place, rival in enumerate(world.rivals):
            assert not day.rival_available[place][~rival.carried].any()
            assert (day.rival_price[place][~rival.carried] == 0).all()
            assert (day.rival_price[place][rival.carried] > 0).all()
            delivered = day.rival_price[place] + rival.shipping
            assert (delivered[rival.carried] >= rival.floor[rival.carried]).all()


def test_rivals_have_promotions_below_their_regular_price(world: World) -> None:
    reduced = np.array([day.rival_price < day.rival_regular for day in run(world, 1.0, 120)])
    assert 0.02 < reduced.mean() < 0.15
    assert all((day.rival_price <= day.rival_regular).all() for day in run(world, 1.0, 5))


def test_a_fork_has_the_same_luck_and_leaves_the_market_alone(world: World) -> None:
    market = Market(world, np.random.default_rng(1))
    for _ in range(10):
        market.step(world.reference)
    twin = market.fork()
    ahead = [twin.step(world.reference) for _ in range(10)]
    assert market.day == 10
    same = [market.step(world.reference) for _ in range(10)]
    for one, two in zip(ahead, same, strict=True):
        assert np.array_equal(one.wanted, two.wanted)
        assert np.array_equal(one.stock.closing, two.stock.closing)
        assert np.array_equal(one.rival_price, two.rival_price)


def test_a_war_begins_on_its_day_in_one_category_and_pulls_prices_down() -> None:
    world = build_world(replace(SPEC, price_war=True))
    days = run(world, 1.0, 120)
    assert world.war_start == 85
    fighters = [place for place, rival in enumerate(world.rivals) if rival.fights]
    assert len(fighters) == 2
    for place in fighters:
        fought = world.war & world.rivals[place].carried
        before, after = (np.mean((days[day].rival_regular[place] / world.reference)[fought]) for day in (84, 119))
        assert after < before - 0.1
    market = Market(world, np.random.default_rng(1))
    assert not market.at_war.any()


def test_business_orders_are_large_rare_and_served_whole() -> None:
    world = build_world(replace(SPEC, bulk_orders=True, products=400))
    market = Market(world, np.random.default_rng(1))
    days = [market.step(world.reference) for _ in range(100)]
    bulk = np.array([day.bulk_wanted for day in days])
    assert 5 <= np.count_nonzero(bulk) <= 50
    assert bulk[bulk > 0].min() >= 8
    served = np.array([day.stock.bulk for day in days])
    assert np.array_equal(served[served > 0], bulk[served > 0])


def test_a_market_without_end_of_stock_serves_all(world: World) -> None:
    assert all(np.array_equal(day.wanted, day.stock.served) for day in run(world, 1.0, 10))
    assert Market(world, np.random.default_rng(1), stocked=False).on_hand is None
    assert Market(world, np.random.default_rng(1)).on_hand is not None


def test_rival_offers_are_what_was_last_charged(world: World) -> None:
    market = Market(world, np.random.default_rng(1))
    assert len(world.rivals) == len(ALL_RIVALS)
    for _ in range(8):
        outcome = market.step(world.reference)
        offers = market.rival_offers()
        shipping = np.array([rival.shipping for rival in world.rivals])
        assert np.array_equal(np.isnan(offers), ~outcome.rival_available)
        seen = outcome.rival_available
        assert np.array_equal(offers[seen], (outcome.rival_price + shipping)[seen])


def test_what_happened_yesterday_can_be_read_from_the_market(world: World) -> None:
    market = Market(world, np.random.default_rng(1))
    assert market.latest is None
    outcome = market.step(world.reference)
    assert market.latest is outcome

from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.clairvoyant import (
    HIGHEST,
    LOWEST,
    best_prices,
    clairvoyant_run,
    expected_sales,
    play,
    stay_at_list,
)
from shopwright.simulation.columns import Ints
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.spec import WORLDS, DemandForm, WorldSpec
from shopwright.simulation.world import World

SPEC = WorldSpec(name="test", seed=4, products=40, days=60)


@pytest.fixture(params=DemandForm)
def world(request: pytest.FixtureRequest) -> World:
    return build_world(replace(SPEC, demand_form=request.param))


def test_the_best_prices_earn_at_least_what_the_list_earns(world: World) -> None:
    rivals = world.reference * np.random.default_rng(1).uniform(0.8, 1.1, (len(world.rivals), 40))
    best = world.expected_profit(best_prices(world, 5, rivals), 5, rivals).sum()
    assert best > 1.02 * world.expected_profit(world.reference, 5, rivals).sum()


def test_no_small_move_away_from_the_best_prices_earns_more(world: World) -> None:
    best = best_prices(world, 5)
    earned = world.expected_profit(best, 5).sum()
    rng = np.random.default_rng(1)
    for _ in range(200):
        factor = np.exp(rng.normal(0, 0.05, 40) * (rng.random(40) < 0.2))
        tried = np.clip(best * factor, LOWEST * world.reference, HIGHEST * world.reference)
        assert world.expected_profit(tried, 5).sum() <= earned * 1.0005


def test_without_neighbours_it_is_the_markup_of_the_textbook() -> None:
    world = build_world(SPEC)
    alone = replace(world, cross_elasticity=np.zeros_like(world.cross_elasticity))
    slope = world.response.elasticity
    markup = world.cost * 1.19 * slope / (1 + slope)
    bounded = np.clip(markup, LOWEST * world.reference, HIGHEST * world.reference)
    assert best_prices(alone, 0) / bounded == pytest.approx(np.ones(40), abs=0.01)


def test_neighbours_count(world: World) -> None:
    alone = replace(world, cross_elasticity=np.zeros_like(world.cross_elasticity))
    selfish, shrewd = best_prices(alone, 0), best_prices(world, 0)
    assert world.expected_profit(shrewd, 0).sum() > world.expected_profit(selfish, 0).sum()


@pytest.mark.parametrize(
    "name", ["constant", "logit", "semi-log", "slow", "season", "stock-outs", "price-war", "promotions"]
)
def test_the_clairvoyant_beats_every_rule_in_the_closed_loop(name: str) -> None:
    world = build_world(replace(WORLDS[name], products=30))
    market = Market(world, np.random.default_rng(2), stocked=world.spec.cover < 1)

    def cost_plus(here: Market) -> Ints:
        paid = here.world.cost * (1 + here.world.tax)
        prices: Ints = np.round(paid * np.median(here.world.reference / paid)).astype(np.int64)
        return prices

    def match_lowest(here: Market) -> Ints:
        lowest = np.fmin(np.fmin.reduce(here.rival_offers(), axis=0), here.world.reference)
        prices: Ints = np.maximum(lowest, here.world.cost * (1 + here.world.tax) * 1.05).astype(np.int64)
        return prices

    best = clairvoyant_run(market, 20).total
    captured = {rule.__name__: play(market, rule, 20).total / best for rule in (stay_at_list, cost_plus, match_lowest)}
    assert all(0.3 < share < 1.0 for share in captured.values()), captured


def test_playing_leaves_the_market_where_it_was() -> None:
    world = build_world(SPEC)
    market = Market(world, np.random.default_rng(2))
    first = play(market, stay_at_list, 15)
    assert market.day == 0
    second = play(market, stay_at_list, 15)
    assert np.array_equal(first.profit, second.profit)
    assert first.prices.shape == (40, 15)


@pytest.mark.parametrize(("mean", "shape", "stock"), [(2.0, 4.0, 1), (2.0, 4.0, 3), (8.0, 5.0, 6), (3.0, 4.0, 0)])
def test_sales_that_stock_cuts_off_are_those_of_the_drawn_demand(mean: float, shape: float, stock: int) -> None:
    rng = np.random.default_rng(3)
    drawn = np.minimum(rng.poisson(mean * rng.gamma(shape, 1 / shape, 200_000)), stock).mean()
    expected = expected_sales(np.array([mean]), np.array([shape]), np.array([stock]))
    assert expected[0] == pytest.approx(drawn, rel=0.01)
    assert expected_sales(np.array([mean]), np.array([shape]), None)[0] == mean


def test_in_a_short_market_no_more_is_earned_than_its_stock_allows() -> None:
    market = Market(build_world(replace(SPEC, cover=0.3)), np.random.default_rng(2))
    endless = Market(market.world, np.random.default_rng(2), stocked=False)
    assert play(market, stay_at_list, 30).total < 0.9 * play(endless, stay_at_list, 30).total

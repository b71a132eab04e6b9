"""The recorded past: stock, censoring, price policies, and whether the truth can be found in it."""

from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.columns import Floats
from shopwright.simulation.genesis import build_world
from shopwright.simulation.history import History
from shopwright.simulation.market import Market
from shopwright.simulation.panel import Panel, record_panel
from shopwright.simulation.spec import WORLDS, PricePolicy, Volume, WorldSpec
from shopwright.simulation.world import World

SPEC = WorldSpec(name="test", seed=4, products=80, days=400)


def record(spec: WorldSpec) -> tuple[World, Panel]:
    world, rng = build_world(spec), np.random.default_rng(1)
    return world, record_panel(Market(world, rng), rng)


def test_stock_is_never_negative_and_sales_never_exceed_it(demo: History) -> None:
    panel = demo.panel
    assert panel.closing.min() >= 0
    assert (panel.served <= panel.opening).all()
    assert (panel.served <= panel.wanted).all()
    assert np.array_equal(panel.closing, panel.opening - panel.served + panel.cancelled)
    assert np.array_equal(panel.opening[:, 1:], panel.closing[:, :-1] + panel.received[:, 1:])


def test_stock_outs_censor_demand(demo: History) -> None:
    panel = demo.panel
    out = panel.stocked_out
    assert 0.02 < out[panel.on_sale].mean() < 0.25
    short = out & (panel.wanted > panel.served) & (panel.bulk == 0)
    assert panel.wanted[short].sum() > 1.3 * panel.served[short].sum()
    assert np.array_equal(panel.wanted[~out], panel.served[~out])


def test_a_scarce_world_is_out_of_stock_on_three_days_of_ten_and_misleads_who_takes_sales_for_demand() -> None:
    _, panel = record(replace(WORLDS["scarce"], products=150))
    assert panel.stocked_out.mean() == pytest.approx(0.30, abs=0.05)
    naive, kept = panel.served.mean(axis=1), ~panel.stocked_out
    assert naive.sum() < 0.9 * panel.wanted.mean(axis=1).sum()
    assert (kept.sum(axis=1) > 0).all()


def test_prices_are_whole_minor_units_and_never_under_cost(demo: History) -> None:
    panel, world = demo.panel, demo.world
    assert panel.price.dtype == panel.rival_price.dtype == np.int64
    assert (world.unit_margin(panel.price) > 0).all()
    assert (panel.price <= panel.regular_price).all()
    assert np.array_equal(panel.promotion, panel.price < panel.regular_price)


def test_everybody_who_bought_was_there(demo: History) -> None:
    panel = demo.panel
    assert (panel.sessions >= panel.wanted).all()
    assert (panel.views >= panel.sessions).all()
    sold_out = panel.stocked_out & panel.on_sale
    assert panel.sessions[sold_out].mean() > 10
    assert 0.01 < panel.served.sum() / panel.sessions.sum() < 0.08


def test_what_is_not_on_sale_is_not_sold(demo: History) -> None:
    assert (~demo.panel.on_sale).any()
    assert demo.panel.wanted[~demo.panel.on_sale].sum() == 0


def test_a_static_shop_moves_its_prices_in_promotions_only() -> None:
    world, panel = record(replace(SPEC, price_policy=PricePolicy.STATIC))
    assert (np.ptp(panel.regular_price, axis=1) == 0).all()
    assert 0.05 < panel.promotion.mean() < 0.2
    assert (panel.regular_price[:, 0] >= world.reference).all()


def test_the_number_of_price_changes_and_promotions_is_the_one_asked_for() -> None:
    _, panel = record(replace(SPEC, price_policy=PricePolicy.RANDOMISED, price_changes_a_year=24, promotions_a_year=4))
    changes = (np.diff(panel.regular_price, axis=1) != 0).sum(axis=1).mean() / 400 * 365.25
    starts = (np.diff(panel.promotion.astype(np.int64), axis=1) == 1).sum(axis=1).mean() / 400 * 365.25
    assert changes == pytest.approx(24, rel=0.15)
    assert starts == pytest.approx(4, rel=0.25)


def test_a_shop_can_be_without_promotions() -> None:
    _, panel = record(replace(SPEC, promotions_a_year=0))
    assert not panel.promotion.any()


def shocks(world: World, panel: Panel) -> Floats:
    """What moved demand beside the own price: truth that only a simulation knows."""
    ratio = panel.price / world.reference[:, None]
    own = world.response.elasticity[:, None] * np.log(ratio)
    hidden: Floats = np.log(panel.expected / world.base[:, None]) - own
    return hidden


@pytest.mark.parametrize(("policy", "low", "high"), [("endogenous", 0.3, 1.0), ("randomised", -0.06, 0.06)])
def test_prices_follow_demand_only_where_they_are_endogenous(policy: str, low: float, high: float) -> None:
    spec = replace(SPEC, price_policy=PricePolicy(policy), rivals=(), promotions_a_year=0, price_changes_a_year=24)
    world, panel = record(spec)
    hidden, price = shocks(world, panel), np.log(panel.price)
    hidden, price = (values - values.mean(axis=1, keepdims=True) for values in (hidden, price))
    assert low < np.corrcoef(hidden.ravel(), price.ravel())[0, 1] < high


def spell_regression(world: World, panel: Panel) -> tuple[Floats, Floats]:
    """Regress log sales less the known season on log price over spells of one price; (slope, standard error)."""
    season = world.season(np.arange(panel.price.shape[1]))
    slopes, errors = [], []
    for price, sold, factor in zip(panel.price, panel.served, season, strict=True):
        spell = np.cumsum(np.diff(price, prepend=price[0]) != 0)
        length = np.bincount(spell)
        rate = np.bincount(spell, weights=np.log(np.maximum(sold, 1) / factor)) / length
        move = np.bincount(spell, weights=np.log(price)) / length
        kept = length >= 5
        move, rate = move[kept] - move[kept].mean(), rate[kept] - rate[kept].mean()
        slope = (move @ rate) / (move @ move)
        left = rate - slope * move
        slopes.append(slope)
        errors.append(np.sqrt((left @ left) / (move.size - 2) / (move @ move)))
    return np.array(slopes), np.array(errors)


PLENTY = replace(
    SPEC, products=120, days=548, volume=Volume.HIGH, cover=3.0, rivals=(), promotions_a_year=0, price_changes_a_year=24
)


def test_the_true_elasticity_is_found_where_prices_were_randomised() -> None:
    world, panel = record(replace(PLENTY, price_policy=PricePolicy.RANDOMISED))
    slope, error = spell_regression(world, panel)
    miss = slope - world.response.elasticity
    assert abs(miss.mean()) < 0.08
    assert np.mean(np.abs(miss) < 1.96 * error) > 0.88


def test_the_same_regression_is_misled_where_prices_followed_demand() -> None:
    world, panel = record(replace(PLENTY, price_policy=PricePolicy.ENDOGENOUS))
    slope, error = spell_regression(world, panel)
    miss = slope - world.response.elasticity
    assert miss.mean() > 0.3
    assert np.mean(np.abs(miss) < 1.96 * error) < 0.8


def test_the_market_can_be_stepped_on_after_the_history(demo: History) -> None:
    rng = np.random.default_rng(5)
    market = Market(demo.world, rng)
    panel = record_panel(market, rng)
    assert np.array_equal(panel.closing, demo.panel.closing)
    outcome = market.step(panel.price[:, -1])
    assert outcome.day == demo.world.spec.days
    assert np.array_equal(outcome.stock.opening - outcome.stock.received, panel.closing[:, -1])

"""Laws of the simulated market's truth: what must hold for any price, any rival, any form of demand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.simulation.clairvoyant import best_prices
from shopwright.simulation.columns import Floats
from shopwright.simulation.demand import WALK_AWAY
from shopwright.simulation.genesis import build_world
from shopwright.simulation.spec import DemandForm, WorldSpec

_SPEC = WorldSpec(name="laws", seed=9, products=12, days=30)
_WORLDS = {form: build_world(replace(_SPEC, demand_form=form)) for form in DemandForm}

forms = st.sampled_from(list(DemandForm))
products = st.integers(0, _SPEC.products - 1)
days = st.integers(0, 800)
ratios = st.floats(0.5, 2.0)
seeds = st.integers(0, 2**32 - 1)
rises = st.floats(0.001, 0.5)


@given(form=forms, product=products, day=days, ratio=ratios, rise=rises, seed=seeds)
def test_expected_demand_falls_in_the_own_price(
    form: DemandForm, product: int, day: int, ratio: float, rise: float, seed: int
) -> None:
    world = _WORLDS[form]
    rivals = world.reference * np.random.default_rng(seed).uniform(0.6, 1.6, (len(world.rivals), world.products))
    low: Floats = world.reference * np.float64(ratio)
    high = low.copy()
    high[product] *= 1 + rise
    before, after = (world.expected_demand(prices, day, rivals)[product] for prices in (low, high))
    assert 0 < after < before


@given(form=forms, product=products, day=days, rival=st.integers(0, 4), rise=rises, seed=seeds)
def test_expected_demand_rises_in_a_rivals_price_up_to_where_buyers_walk_away(
    form: DemandForm, product: int, day: int, rival: int, rise: float, seed: int
) -> None:
    world = _WORLDS[form]
    low = world.reference * np.random.default_rng(seed).uniform(0.6, WALK_AWAY, (len(world.rivals), world.products))
    high = low.copy()
    high[rival, product] *= 1 + rise
    before, after = (world.expected_demand(world.reference, day, prices)[product] for prices in (low, high))
    assert after >= before * (1 - 1e-12)
    if world.rivals[rival].carried[product] and high[rival, product] < WALK_AWAY * world.reference[product]:
        assert after > before
    if not world.rivals[rival].carried[product]:
        assert after == pytest.approx(before)


@given(form=forms, product=products, rival=st.integers(0, 4), seed=seeds)
def test_nobody_loses_buyers_when_a_rival_runs_out_of_stock(
    form: DemandForm, product: int, rival: int, seed: int
) -> None:
    world = _WORLDS[form]
    there = world.reference * np.random.default_rng(seed).uniform(0.6, 1.6, (len(world.rivals), world.products))
    gone = there.copy()
    gone[rival] = np.nan
    before, after = (world.expected_demand(world.reference, 0, prices)[product] for prices in (there, gone))
    assert after >= before * (1 - 1e-12)


@given(form=forms, day=days, seed=seeds)
def test_knowing_the_truth_never_earns_less_than_the_list(form: DemandForm, day: int, seed: int) -> None:
    world = _WORLDS[form]
    rng = np.random.default_rng(seed)
    rivals = world.reference * rng.uniform(0.6, 1.6, (len(world.rivals), world.products))
    rivals[rng.random(rivals.shape) < 0.2] = np.nan
    best = world.expected_profit(best_prices(world, day, rivals), day, rivals).sum()
    assert best >= world.expected_profit(world.reference, day, rivals).sum()

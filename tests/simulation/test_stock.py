from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.genesis import build_world
from shopwright.simulation.spec import WorldSpec
from shopwright.simulation.stock import EndlessSupply, Stockroom

SPEC = WorldSpec(name="test", seed=4, products=50, days=200)


def test_the_ledger_adds_up_and_never_goes_below_zero() -> None:
    world, rng = build_world(replace(SPEC, cover=0.4)), np.random.default_rng(1)
    room, before = Stockroom(world, rng), None
    short = 0
    for day in range(150):
        wanted, bulk = rng.poisson(world.base * 1.3), rng.integers(0, 2, 50) * 20
        start = room.on_hand
        done = room.trade(day, wanted, bulk, np.ones(50), rng)
        assert np.array_equal(done.opening, start + done.received)
        assert np.array_equal(done.closing, done.opening - done.served + done.cancelled)
        assert done.closing.min() >= 0
        assert (done.served <= np.minimum(done.opening, wanted + bulk)).all()
        assert np.isin(done.bulk, [0, 20]).all()
        assert (done.cancelled <= done.served - done.bulk).all()
        short += int((done.served < wanted).sum())
        assert before is None or np.array_equal(done.opening - done.received, before)
        before = done.closing
    assert short > 0


def test_what_is_ordered_arrives_after_the_lead_time_and_only_once() -> None:
    world, rng = build_world(SPEC), np.random.default_rng(1)
    room, none = Stockroom(world, rng), np.zeros(50, dtype=np.int64)
    emptied = room.trade(0, room.on_hand, none, np.ones(50), rng)
    arrived = np.zeros(50, dtype=np.int64)
    on_time = np.zeros(50, dtype=np.bool_)
    for day in range(1, 40):
        received = room.trade(day, none, none, np.zeros(50), rng).received
        assert (received[world.lead_time > day] == 0).all()
        on_time |= (received > 0) & (world.lead_time == day)
        arrived += received
    assert np.array_equal(arrived, emptied.ordered)
    assert 0.7 < on_time.mean() < 1.0
    assert room.on_order.max() == 0


@pytest.mark.parametrize(("cover", "low", "high"), [(0.46, 0.15, 0.45), (3.0, 0.0, 0.01)])
def test_cover_decides_how_often_stock_runs_out(cover: float, low: float, high: float) -> None:
    world, rng = build_world(replace(SPEC, cover=cover)), np.random.default_rng(1)
    room, short = Stockroom(world, rng), 0.0
    for day in range(200):
        wanted = rng.poisson(world.base)
        done = room.trade(day, wanted, np.zeros(50, dtype=np.int64), np.ones(50), rng)
        short += float(((done.served < wanted) | (done.opening == 0)).mean()) / 200
    assert low <= short <= high


def test_an_endless_supply_serves_everything() -> None:
    wanted, bulk = np.arange(50), np.full(50, 5)
    done = EndlessSupply().trade(0, wanted, bulk, np.ones(50), np.random.default_rng(1))
    assert np.array_equal(done.served, wanted + bulk)
    assert EndlessSupply().on_hand is None

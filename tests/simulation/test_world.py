from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from shopwright.simulation.genesis import build_world
from shopwright.simulation.spec import ALL_RIVALS, WORLDS, DemandForm, RivalKind, Volume, WorldSpec
from shopwright.simulation.world import World

SPEC = WorldSpec(name="test", seed=4, products=30, days=200)


def fingerprint(value: object) -> list[bytes]:
    """Every array and every text of a nest of dataclasses, as bytes."""
    if isinstance(value, np.ndarray):
        return [value.dtype.str.encode(), repr(value.shape).encode(), value.tobytes()]
    if is_dataclass(value):
        return [part for column in fields(value) for part in fingerprint(getattr(value, column.name))]
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return [part for row in value for part in fingerprint(row)]
    return [repr(value).encode()]


@pytest.fixture(params=DemandForm)
def world(request: pytest.FixtureRequest) -> World:
    return build_world(replace(SPEC, demand_form=request.param))


def test_the_same_specification_gives_the_same_world_and_another_seed_another() -> None:
    assert fingerprint(build_world(SPEC)) == fingerprint(build_world(SPEC))
    assert fingerprint(build_world(SPEC)) != fingerprint(build_world(replace(SPEC, seed=5)))


@pytest.mark.parametrize("name", WORLDS)
def test_every_named_world_can_be_built_and_is_sound(name: str) -> None:
    world = build_world(WORLDS[name])
    assert (world.response.elasticity < -1).all()
    assert (world.cost > 0).all()
    assert (world.unit_margin(world.reference) > 0).all()
    assert world.war.any() == WORLDS[name].price_war
    assert len({rival.domain for rival in world.rivals}) == len(world.rivals)
    assert all(rival.domain.endswith(".example") for rival in world.rivals)
    assert (world.response.own_share + world.response.rival_share.sum(axis=0) < 1).all()


def test_expected_demand_at_the_reference_is_the_level(world: World) -> None:
    found = world.expected_demand(world.reference, 9)
    assert found == pytest.approx(world.level(np.array([9]))[:, 0])
    assert found == pytest.approx(world.base * world.season(np.array([9]))[:, 0])


def test_days_can_be_asked_one_by_one_or_together(world: World) -> None:
    rng = np.random.default_rng(1)
    days = np.array([0, 50, 199, 400])
    prices = np.round(world.reference[:, None] * rng.uniform(0.8, 1.2, (30, 4))).astype(np.int64)
    rivals = world.reference[None, :, None] * rng.uniform(0.8, 1.2, (len(world.rivals), 30, 4))
    rivals[1, 3:9] = np.nan
    promotion = rng.random((30, 4)) < 0.3
    together = world.expected_profit(prices, days, rivals, promotion)
    for place, day in enumerate(days.tolist()):
        alone = world.expected_profit(prices[:, place], day, rivals[:, :, place], promotion[:, place])
        assert together[:, place] == pytest.approx(alone)


def test_profit_is_the_price_without_tax_less_cost_times_units(world: World) -> None:
    prices = world.reference + 100
    units = world.expected_demand(prices, 3)
    assert world.expected_profit(prices, 3) == pytest.approx(units * (prices / 1.19 - world.cost))


def test_a_substitute_sells_more_and_a_complement_less_when_its_neighbour_gets_dearer(world: World) -> None:
    place = np.argmax((world.cross_elasticity > 0).all(axis=1) | (world.cross_elasticity[:, 2] < 0))
    before = world.expected_demand(world.reference, 0)[place]
    for neighbour, strength in zip(world.neighbours[place], world.cross_elasticity[place], strict=True):
        prices = world.reference.copy()
        prices[neighbour] *= 2
        after = world.expected_demand(prices, 0)[place]
        assert np.sign(after - before) == np.sign(strength)


def test_no_product_is_its_own_neighbour_unless_without_effect() -> None:
    world = build_world(replace(SPEC, products=7))
    itself = world.neighbours == np.arange(7)[:, None]
    assert (world.cross_elasticity[itself] == 0).all()
    assert (world.cross_elasticity[~itself] != 0).all()


def test_what_is_not_on_sale_has_no_demand() -> None:
    world = build_world(replace(SPEC, products=200, lifecycle=True))
    days = np.arange(200)
    level = world.level(days)
    new, dead = world.launch > 0, world.retire < 200
    assert new.any()
    assert dead.any()
    assert (level[days[None, :] < world.launch[:, None]] == 0).all()
    assert (level[days[None, :] >= world.retire[:, None]] == 0).all()
    assert (level[~new & ~dead] > 0).all()


def test_a_promotion_sells_more_than_its_price_alone(world: World) -> None:
    shown = world.expected_demand(world.reference, 0, promotion=np.ones(30, dtype=np.bool_))
    assert shown == pytest.approx(1.15 * world.expected_demand(world.reference, 0))


def test_a_price_of_nothing_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="above zero"):
        world.expected_demand(np.zeros(30, dtype=np.int64), 0)


def test_margins_do_not_give_the_elasticities_away() -> None:
    world = build_world(replace(SPEC, products=3_000))
    share = world.cost * 1.19 / world.reference
    kinds = world.assortment.category
    means = np.array(
        [[values[kinds == kind].mean() for kind in range(6)] for values in (share, world.response.elasticity)]
    )
    within = np.corrcoef(share - means[0][kinds], world.response.elasticity - means[1][kinds])[0, 1]
    assert abs(within) < 0.06


def test_volumes_are_what_their_names_say() -> None:
    medians = [np.median(build_world(replace(SPEC, products=500, volume=volume)).base) for volume in Volume]
    assert medians == pytest.approx([0.2, 2.0, 60.0], rel=0.25)


def test_a_world_can_be_without_rivals_and_with_many_of_one_kind() -> None:
    alone = build_world(replace(SPEC, rivals=()))
    assert alone.expected_demand(alone.reference, 0, np.zeros((0, 30))).shape == (30,)
    crowd = build_world(replace(SPEC, rivals=(RivalKind.FOLLOW,) * 4 + ALL_RIVALS))
    assert len({rival.name for rival in crowd.rivals}) == 9

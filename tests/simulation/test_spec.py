from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from shopwright.kit.money import UnknownCurrency
from shopwright.simulation.genesis import build_world
from shopwright.simulation.spec import WORLDS, InvalidWorld, UnknownWorld, WorldSpec, get_world


def test_a_named_world_is_found_under_its_own_name() -> None:
    assert all(get_world(name).name == name for name in WORLDS)
    assert len({spec.seed for spec in WORLDS.values()}) == len(WORLDS)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownWorld) as refused:
        get_world("atlantis")
    assert refused.value.details["known"] == sorted(WORLDS)


def test_the_two_demo_shops_differ_in_what_they_sell_and_in_currency() -> None:
    one, other = get_world("demo-electronics"), get_world("demo-home")
    assert (one.currency, other.currency) == ("EUR", "GBP")
    assert one.department is not other.department
    assert one.days >= 540
    assert one.price_war
    assert other.price_war


def test_a_world_can_be_moved_to_end_on_a_day() -> None:
    spec = get_world("demo-home").ending(date(2026, 11, 20))
    assert spec.end == date(2026, 11, 21)
    assert spec.start == date(2026, 11, 21) - timedelta(days=spec.days)


def test_minor_units_become_exact_decimals_of_the_currency() -> None:
    spec = WorldSpec(name="x", seed=1)
    assert spec.amount(1999) == Decimal("19.99")
    assert replace(spec, currency="JPY").amount(1999) == Decimal(1999)
    assert replace(spec, currency="KWD").amount(1999) == Decimal("1.999")


@pytest.mark.parametrize(
    "wrong",
    [
        {"products": 0},
        {"days": 0},
        {"observe_every": 0},
        {"tax_rate": Decimal(19)},
        {"cover": -0.1},
        {"rivals": (), "price_war": True},
    ],
)
def test_what_cannot_be_a_world_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidWorld):
        WorldSpec(name="x", seed=1, **wrong)  # type: ignore[arg-type]


def test_a_currency_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        WorldSpec(name="x", seed=1, currency="EURO")


def test_a_strong_season_swings_further() -> None:
    days = np.arange(365)
    strong, usual = (build_world(replace(WORLDS["season"], products=12, season=scale)) for scale in (2.5, 1.0))
    assert (np.ptp(np.log(strong.season(days)), axis=1) > np.ptp(np.log(usual.season(days)), axis=1)).all()

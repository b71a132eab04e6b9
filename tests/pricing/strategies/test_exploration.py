from dataclasses import replace

import numpy as np
import pytest
from tests.factories.pricing import catalog
from tests.factories.responses import response

from shopwright.kit.amounts import SCALE
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.exploration import Exploration, ExplorationSettings, Explored
from shopwright.pricing.strategies.interface import InvalidStrategySettings

MANY = 4_000


def shop(believed: ResponseColumns | None = None) -> CatalogColumns:
    one = catalog({"tax": "0", "cost": "10.00"})
    market = one.take(np.zeros(MANY, dtype=np.int64))
    # Products that differ in nothing would draw the same: their maximum prices tell them apart.
    market = replace(market, max_price=market.max_price + np.arange(MANY))
    return market if believed is None else replace(market, response=believed)


def explored(market: CatalogColumns, settings: ExplorationSettings | None = None) -> Explored:
    return Exploration().explore(market, UsedOffers.none(MANY), settings or ExplorationSettings())


def test_no_step_goes_further_than_twice_the_step() -> None:
    price = explored(shop(), ExplorationSettings(step_ppm=20_000, share_ppm=SCALE)).candidates.price
    assert set(price.tolist()) == {round(20 * SCALE * (1 + 0.02 * place)) for place in (-2, -1, 0, 1, 2)}


def test_only_the_share_of_the_round_is_touched() -> None:
    price = explored(shop(), ExplorationSettings(share_ppm=200_000, least_ppm=SCALE)).candidates.price
    assert np.mean(price != 20 * SCALE) == pytest.approx(0.2 * 4 / 5, abs=0.03)
    assert (explored(shop(), ExplorationSettings(share_ppm=0)).candidates.price == 20 * SCALE).all()


@pytest.mark.parametrize("known", [True, False])
def test_the_logged_chances_are_those_of_the_draw(known: bool) -> None:
    market = shop(response(MANY, slope=-2.4, slope_sd=0.8) if known else None)
    found = explored(market, ExplorationSettings(share_ppm=600_000))
    for price in np.unique(found.candidates.price):
        drawn = found.candidates.price == price
        chance = found.propensity[drawn]
        assert np.ptp(chance) < 1e-12
        assert drawn.mean() == pytest.approx(chance[0], abs=0.03)


def test_weighing_by_the_chances_gives_an_unbiased_mean() -> None:
    found = explored(shop(response(MANY, slope=-2.4, slope_sd=0.8)), ExplorationSettings(share_ppm=SCALE))
    raised = found.candidates.price == 20_500_000
    assert np.mean(raised / found.propensity) == pytest.approx(1.0, abs=0.15)


def test_what_it_costs_is_bounded_by_share_and_loss() -> None:
    settings = ExplorationSettings(share_ppm=400_000, max_loss_ppm=10_000)
    # A price that is right already, and surely so: every step loses.
    found = explored(shop(response(MANY, slope=-2.0, slope_sd=0.05)), settings)
    assert (found.expected_cost <= 0.4 * 0.01 + 1e-12).all()
    strict = explored(shop(response(MANY, slope=-2.0, slope_sd=0.05)), replace(settings, max_loss_ppm=0))
    assert (strict.candidates.price == 20 * SCALE).all()


def test_another_round_draws_anew_and_the_same_round_the_same() -> None:
    first, again, other = (
        explored(shop(), ExplorationSettings(round_key=key, share_ppm=SCALE)).candidates.price for key in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert np.mean(first == other) < 0.4


@pytest.mark.parametrize("wrong", [{"step_ppm": 0}, {"step_ppm": 200_000}, {"share_ppm": -1}, {"horizon_days": 0}])
def test_what_cannot_be_meant_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidStrategySettings):
        ExplorationSettings(**wrong)

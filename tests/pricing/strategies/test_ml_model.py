from dataclasses import replace

import numpy as np
import pytest
from tests.factories.pricing import catalog
from tests.factories.responses import response

from shopwright.kit.amounts import SCALE
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.ml_model import MlModel, MlSettings


def wanted(**believed: float) -> Candidates:
    market = replace(catalog({"tax": "0", "cost": "10.00"}), response=response(1, **believed))
    return MlModel().propose(market, UsedOffers.none(1), MlSettings())


def test_the_form_that_predicts_best_is_taken_at_its_word() -> None:
    constant, semi_log = (wanted(slope=-2.5, slope_sd=0.5, constant=weight).price[0] / SCALE for weight in (0.6, 0.4))
    assert constant == pytest.approx(10 * 2.5 / 1.5, rel=0.006)
    assert semi_log == pytest.approx(10 + 20 / 2.5, rel=0.006)


def test_it_moves_whatever_the_doubt_and_says_how_sure_it_is() -> None:
    sure, unsure = wanted(slope_sd=0.1), wanted(slope_sd=1.0)
    assert sure.price[0] == unsure.price[0]
    assert 80 < sure.confidence[0] <= 90
    assert 0 < unsure.confidence[0] < 55


def test_what_is_not_known_is_not_predicted() -> None:
    assert wanted(slope=np.nan).confidence[0] == 0


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(InvalidStrategySettings):
        MlSettings(horizon_days=0)

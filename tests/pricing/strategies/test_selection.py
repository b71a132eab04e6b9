from dataclasses import replace

import numpy as np
import pytest
from tests.factories.pricing import catalog
from tests.factories.responses import response

from shopwright.pricing.strategies.selection import Chosen, Why, select

BETTER = {Chosen.ML_MODEL: (0.08, 0.005), Chosen.PROFIT_MAXIMIZATION: (0.05, 0.005)}


@pytest.mark.parametrize(
    ("believed", "chosen", "why"),
    [
        ({}, Chosen.PROFIT_MAXIMIZATION, Why.RESPONSE_KNOWN),
        ({"slope_sd": 1.4}, Chosen.EXPLORATION, Why.RESPONSE_UNSURE),
        ({"slope": np.nan}, Chosen.RULE_BASED, Why.RESPONSE_UNKNOWN),
        ({"units": 0.0}, Chosen.RULE_BASED, Why.RESPONSE_UNKNOWN),
    ],
    ids=["known", "unsure", "unknown", "does not sell"],
)
def test_data_decide_and_the_reason_is_told(believed: dict[str, float], chosen: Chosen, why: Why) -> None:
    selection = select(replace(catalog(), response=response(1, **believed)))
    assert selection.rows(chosen).tolist() == [0]
    assert list(Why)[selection.why[0]] is why
    assert selection.reason(0).endswith((".",))


def test_predictions_are_taken_at_their_word_only_after_a_clearly_better_backtest() -> None:
    market = replace(catalog(), response=response(1, slope_sd=0.3))
    assert select(market, BETTER).rows(Chosen.ML_MODEL).tolist() == [0]
    assert select(market, BETTER).reason(0) == "This strategy has earned more than the others in the backtest."
    for backtest in (None, {}, {**BETTER, Chosen.ML_MODEL: (0.055, 0.005)}):
        assert select(market, backtest).rows(Chosen.PROFIT_MAXIMIZATION).tolist() == [0]
    unsure = replace(catalog(), response=response(1, slope_sd=0.8))
    assert select(unsure, BETTER).rows(Chosen.PROFIT_MAXIMIZATION).tolist() == [0]

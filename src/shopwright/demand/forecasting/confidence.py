"""How far a forecast can be relied on, 0 to 100: by length of history, by backtest, by how fresh it is. Pure."""

from typing import Final

import numpy as np

from shopwright.demand.forecasting.backtests import Backtests
from shopwright.demand.forecasting.forecast import ENOUGH_DAYS
from shopwright.demand.forecasting.panel import Floats, Ints

_SHORT: Final = 40.0
"""No more than this with too little history."""
_HALF_HISTORY: Final = 45.0
"""Days of history at which half of the trust in length is won."""
_STALE: Final = 3.0
"""Surprise of a silence at which half of the trust in freshness is lost."""
_STRETCH: Final = 2


def confidence(history: Ints, tests: Backtests) -> Floats:
    """Return the confidence (n,): 100 x length x accuracy x freshness, each between 0 and 1.

    Accuracy is 1 less the relative error of the level four weeks ahead in backtests, half where there is none.
    """
    length = history / (history + _HALF_HISTORY)
    fresh = 1.0 / (1.0 + tests.silence.surprise[-1] / _STALE)
    found = 100.0 * np.sqrt(length * fresh) * _accuracy(tests)
    outcome: Floats = np.where(history < ENOUGH_DAYS, np.minimum(found, _SHORT), found)
    return outcome


def _accuracy(tests: Backtests) -> Floats:
    horizon = int(tests.ends[min(_STRETCH, tests.ends.size - 1)])
    fits = tests.fitting(horizon)
    expected, _ = tests.expected_totals(horizon, fits)
    origins = tests.origins[fits]
    seen = expected > 0
    missed = np.where(seen, np.abs(tests.sold[origins + horizon] - tests.sold[origins] - expected), 0.0).sum(axis=0)
    whole = expected.sum(axis=0)
    relative = np.divide(missed, whole, out=np.ones_like(whole), where=whole > 0)
    outcome: Floats = 1.0 / (1.0 + relative)
    return outcome

"""A gradient-boosted model of the level over all products, and its mean with the batch method. Pure.

It needs LightGBM (the extra `boost`); without it, or with too few backtests, the batch method stands alone. Direct and
multi-horizon: one model learns, from every product at every backtest, the level that each stretch of the horizon then
had, relative to the product's slow level. Factors, scatter and intervals stay those of the batch method.
"""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Self

import numpy as np

from shopwright.demand.forecasting.backtests import Backtests
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.decomposition import Decomposition
from shopwright.demand.forecasting.panel import Floats, SalesPanel

_SHARE: Final = 0.65
"""The boosted model's share of the mean: between a third and two thirds errors hardly differ."""
_FEWEST_ROWS: Final = 2_000
_ROUNDS: Final = 100
_PARAMETERS: Final[dict[str, Any]] = {
    "objective": "l2",
    "num_leaves": 7,
    "learning_rate": 0.05,
    "feature_fraction": 0.7,
    "lambda_l2": 10.0,
    "num_threads": 1,  # two threads on a busy machine were twelve times slower
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
_LEAF: Final = (50, 500, 40)
"""Rows of a leaf: at least, at most, and what share of all rows it is otherwise."""
_CEILING: Final = 0.99
_LITTLE: Final = 0.05


def can_boost() -> bool:
    """Tell whether LightGBM is installed."""
    return find_spec("lightgbm") is not None


class CombinedForecaster(BatchForecaster):
    """The mean of the batch method's level and the boosted one. The same seed gives the same forecast."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, panel: SalesPanel) -> Self:
        """Learn as the batch method does, then boost its levels where there is enough to learn from."""
        super().fit(panel)
        boosted = _boosted(self.tests_, self.parts_, self.seed) if can_boost() else None
        self.boosted_ = boosted is not None
        if boosted is not None:
            now = (1 - _SHARE) * self.tests_.now + _SHARE * boosted
            self.tests_ = replace(self.tests_, now=now)
        return self


def _boosted(tests: Backtests, parts: Decomposition, seed: int) -> Floats | None:
    """Return the boosted levels now (B, n), or None with too few rows to learn from."""
    evidence = tests.evidence
    seen = evidence.carried > 0
    if int(seen.sum()) < _FEWEST_ROWS:
        return None
    described, slow = _described(tests, parts)
    stretches = np.broadcast_to(np.arange(tests.ends.size)[:, None, None], seen.shape)
    rows = np.concatenate(
        [
            np.broadcast_to(described[:, None, :-1], (described.shape[0], *seen.shape))[:, seen],
            stretches[seen][None].astype(np.float64),
        ]
    ).T
    target = (evidence.outcome / slow[None, :-1])[seen]
    cost = np.broadcast_to(slow[None, :-1] ** 2 / np.maximum(evidence.scale, 1e-12), seen.shape)[seen]
    model = _trained(rows, target, np.minimum(cost, np.quantile(cost, _CEILING)), seed)
    products = described.shape[2]
    now = np.concatenate(
        [
            np.repeat(described[:, None, -1], tests.ends.size, axis=1).reshape(described.shape[0], -1),
            np.repeat(np.arange(tests.ends.size, dtype=np.float64), products)[None],
        ]
    ).T
    relative: Floats = np.asarray(model.predict(now), dtype=np.float64).reshape(tests.ends.size, products)
    levels: Floats = np.maximum(relative, 0.0) * slow[-1] * tests.left[-1]
    return levels


def _described(tests: Backtests, parts: Decomposition) -> tuple[Floats, Floats]:
    """Return what the model reads (X, O + 1, n), and the slow level (O + 1, n) that it is relative to."""
    features, rates = tests.features, tests.evidence.rates
    slow = np.maximum(features[rates - 2 : rates].mean(axis=0), 1e-6)
    past = parts.past
    selling = (past.units > 0).sum(axis=0) / np.maximum(past.known.sum(axis=0), 1.0)
    described = [np.log(feature / slow + _LITTLE) for feature in features]
    described += [np.log(slow + 1e-3), tests.silence.surprise]
    described += [np.broadcast_to(one, slow.shape) for one in (selling, parts.group.astype(np.float64))]
    return np.stack(described), slow


def _trained(rows: Floats, target: Floats, weight: Floats, seed: int) -> Any:
    """Train on rows in an order of their own, so that the order of products changes nothing."""
    lightgbm = import_module("lightgbm")
    order = np.lexsort((target, *rows.T[:3]))
    least, most, share = _LEAF
    leaf = int(np.clip(target.size // share, least, most))
    parameters = {**_PARAMETERS, "seed": seed, "min_data_in_leaf": leaf}
    data = lightgbm.Dataset(rows[order], target[order], weight=weight[order] / weight.mean())
    return lightgbm.train(parameters, data, num_boost_round=_ROUNDS)

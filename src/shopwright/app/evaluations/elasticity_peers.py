"""The price responses that ours is measured against, learnt from the same rows: what people do without pooling.

LightGBM comes from the group `peers`; the others need nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from shopwright.app.evaluations.contract import InvalidEvaluation
from shopwright.app.evaluations.price_changes import Relative
from shopwright.demand.elasticity.design import Form, UsualPrices, lay_out
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.slopes import Floats, Ints

CONSTANT: Final = -2.0
_RIDGE: Final = 1e-6
_STEPS: Final = 30
_LARGEST_LOG: Final = 20.0
_SEASONS: Final = 2


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a peer learnt: the response, and its elasticities (n,) with standard deviations where it has them."""

    relative: Relative
    elasticity: Floats | None = None
    sd: Floats | None = None


Peer = Callable[[PriceHistory, int], Learnt]
"""Learns from a history; the number is the seed."""


def find_peer(name: str) -> tuple[Peer | None, str]:
    """Return a peer, or None and a sentence when its library is not installed. Raises InvalidEvaluation."""
    if name not in PEERS:
        raise InvalidEvaluation(f"There is no peer {name!r}.", known=sorted(PEERS))
    if name == "lightgbm":
        try:
            import_module("lightgbm")
        except ImportError:
            return None, "The peer lightgbm is not installed (uv sync --group peers): left out."
    return PEERS[name], ""


def _constant(history: PriceHistory, _seed: int) -> Learnt:
    elasticity = np.full(history.products, CONSTANT)
    return Learnt(lambda rows: CONSTANT * np.log(rows.price), elasticity, np.zeros(history.products))


def _ols(history: PriceHistory, _seed: int) -> Learnt:
    """Regress log(1 + q) on log price and a constant, product by product."""
    rows = np.flatnonzero(history.usable)
    series, columns = history.series[rows], _own_columns(history, rows)
    answer = np.log1p(history.quantity[rows])
    coefficients, inverse = _least_squares(series, columns, np.ones(rows.size), answer, history.products)
    left = (answer - np.einsum("mp,mp->m", columns, coefficients[series])) ** 2
    free = np.maximum(np.bincount(series, minlength=history.products) - columns.shape[1], 1)
    sd = np.sqrt(np.bincount(series, left, history.products) / free * inverse[:, 0, 0])
    return Learnt(lambda rows: coefficients[rows.series, 0] * np.log(rows.price), coefficients[:, 0], sd)


def _poisson(history: PriceHistory, _seed: int) -> Learnt:
    """Poisson pseudo-likelihood product by product, with season, controls and competitors; quasi-Poisson errors."""
    usual = UsualPrices.of(history)
    rows = np.flatnonzero(history.usable)
    series, quantity = history.series[rows], history.quantity[rows]
    columns = _full_columns(history, rows, usual)
    count = np.maximum(np.bincount(series, minlength=history.products), 1)
    level = np.maximum(np.bincount(series, quantity, history.products) / count, 1e-3)[series]
    linear = np.log((quantity + level) / 2)
    coefficients, inverse = _least_squares(series, columns, level, linear, history.products)
    for _ in range(_STEPS):
        linear = np.clip(np.einsum("mp,mp->m", columns, coefficients[series]), -_LARGEST_LOG, _LARGEST_LOG)
        mean = np.exp(linear)
        coefficients, inverse = _least_squares(
            series, columns, mean, linear + (quantity - mean) / mean, history.products
        )
    free = np.maximum(count - columns.shape[1], 1)
    linear = np.clip(np.einsum("mp,mp->m", columns, coefficients[series]), -_LARGEST_LOG, _LARGEST_LOG)
    pearson = np.bincount(series, (quantity - np.exp(linear)) ** 2 / np.exp(linear), history.products)
    sd = np.sqrt(np.maximum(pearson / free, 1.0) * np.maximum(inverse[:, 0, 0], 0))

    def relative(asked: PriceHistory) -> Floats:
        known = np.arange(len(asked))
        found: Floats = np.einsum("mp,mp->m", _full_columns(asked, known, usual), coefficients[asked.series])
        return found

    return Learnt(relative, coefficients[:, 0], sd)


def _lightgbm(history: PriceHistory, seed: int) -> Learnt:
    """Train one LightGBM over all series on log(1 + q), with price, level, controls, competitors and calendar."""
    lightgbm: Any = import_module("lightgbm")
    usual = UsualPrices.of(history)
    rows = np.flatnonzero(history.usable)
    answer = np.log1p(history.quantity[rows])
    count = np.maximum(np.bincount(history.series[rows], minlength=history.products), 1)
    level = np.bincount(history.series[rows], answer, history.products) / count
    model = lightgbm.train(
        {"objective": "l2", "learning_rate": 0.05, "num_leaves": 31, "verbose": -1, "num_threads": 1, "seed": seed},
        lightgbm.Dataset(_features(history, rows, usual, level), answer),
        num_boost_round=400,
    )

    def relative(asked: PriceHistory) -> Floats:
        expected = np.asarray(model.predict(_features(asked, np.arange(len(asked)), usual, level)))
        found: Floats = np.log(np.maximum(np.expm1(expected), 1e-3))
        return found

    return Learnt(relative)


PEERS: Final[Mapping[str, Peer]] = MappingProxyType(
    {"constant_minus_2": _constant, "per_sku_ols": _ols, "per_sku_poisson": _poisson, "lightgbm": _lightgbm}
)


def _own_columns(history: PriceHistory, rows: Ints) -> Floats:
    return np.stack([np.log(history.price[rows]), np.ones(rows.size)], axis=1)


def _full_columns(history: PriceHistory, rows: Ints, usual: UsualPrices) -> Floats:
    """Return log price ratio, controls, the mean competitor, waves of the year, and a constant."""
    columns, _, _ = lay_out(history, rows, Form.CONSTANT, usual)
    return np.concatenate([np.nan_to_num(columns), _waves(history, rows), np.ones((rows.size, 1))], axis=1)


def _waves(history: PriceHistory, rows: Ints) -> Floats:
    angle = 2 * np.pi * history.period[rows] / history.periods_a_year
    waves = [turn(angle * (wave + 1)) for wave in range(_SEASONS) for turn in (np.sin, np.cos)]
    return np.stack(waves, axis=1)


def _features(history: PriceHistory, rows: Ints, usual: UsualPrices, level: Floats) -> Floats:
    columns, _, _ = lay_out(history, rows, Form.CONSTANT, usual)
    series, period = history.series[rows], history.period[rows]
    beside = [level[series], np.log(history.price[rows]), history.group[series], series, period]
    rivals = np.log(np.where(history.competitors[rows] > 0, history.competitors[rows], np.nan)) - usual.rivals[series]
    return np.concatenate([columns, rivals, _waves(history, rows), np.stack(beside, axis=1)], axis=1)


def _least_squares(
    series: Ints, columns: Floats, weight: Floats, answer: Floats, products: int
) -> tuple[Floats, Floats]:
    """Return coefficients (n, p) and inverse moments (n, p, p) of weighted least squares, series by series."""
    size = columns.shape[1]
    moments, right = np.zeros((products, size, size)), np.zeros((products, size))
    for one in range(size):
        right[:, one] = np.bincount(series, weight * columns[:, one] * answer, products)
        for other in range(size):
            moments[:, one, other] = np.bincount(series, weight * columns[:, one] * columns[:, other], products)
    ridge = _RIDGE * np.maximum(np.trace(moments, axis1=1, axis2=2) / size, 1.0)
    inverse = np.linalg.inv(moments + ridge[:, None, None] * np.eye(size))
    return np.einsum("npq,nq->np", inverse, right), inverse

"""Demand that wanders: what pushes a product up this week still pushes it next week. Pure, vectorised over blocks.

The logarithm of a block's level is taken as a first-order autoregression around its mean. Estimating equations that
treat such weeks as independent are right on average but waste what neighbouring weeks tell of each other, and are surer
than they should be; so rows are whitened under that correlation (generalised estimating equations: Liang, Zeger 1986),
by the innovations of the Kalman filter (Harvey 1989, chapter 3). Whatever stays for the whole block drops out, as a
fixed effect.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.design import Design
from shopwright.demand.elasticity.slopes import Floats, Ints

_SHARES: Final = (0.2, 0.45, 0.7, 0.9)
_HALF_LIVES: Final = (1.5, 4.0, 10.0, 26.0)
"""Weeks."""
_LOOKED_AT: Final = 20_000
"""Rows from which the correlation is learnt: two figures for the whole shop need no more."""


@dataclass(frozen=True, slots=True)
class Wander:
    """How lasting the unexplained ups and downs of a shop's products are."""

    share: float = 0.0
    """Of the variance kappa mu^2, how much lasts from row to row; the rest is each row's own."""
    half_life: float = 4.0
    """Weeks after which half of it is gone."""


@dataclass(frozen=True, slots=True)
class Whitened:
    """Values (M, c) made independent with variance 1, the block's own level taken out, and the log likelihood of the last."""

    values: Floats
    log_likelihood: float


def whiten(design: Design, values: Floats, mean: Floats, phi: Floats, kappa: Floats, wander: Wander) -> Whitened:
    """Whiten values (M, c) on the log scale; `phi` and `kappa` (M,) are those of the rows, `mean` (M,) their units.

    The log likelihood is that of the last column as residuals, block levels integrated out (REML).
    """
    lasting = wander.share * kappa
    noise = phi / mean + (kappa - lasting)
    stacked = np.concatenate([values, np.ones((len(values), 1))], axis=1)
    innovations, variance = _innovations(design, stacked, noise, lasting, wander.half_life)
    white = innovations / np.sqrt(variance)[:, None]
    level = white[:, -1]
    total = design.block_sum(level**2)
    share = design.block_sum(level[:, None] * white[:, :-1]) / total[:, None]
    left = white[:, :-1] - level[:, None] * share[design.block]
    likelihood = -(float((left[:, -1] ** 2).sum()) + float(np.log(variance).sum()) + float(np.log(total).sum())) / 2
    return Whitened(left, likelihood)


def learn_wander(design: Design, residual: Floats, mean: Floats, phi: Floats, kappa: Floats) -> Wander:
    """Return the correlation that makes the residuals (M,), on the log scale, most likely. `phi`, `kappa` (n,)."""
    some = _first_blocks(design)
    rows = slice(0, some.quantity.size)
    own_phi, own_kappa = phi[some.series], kappa[some.series]
    if some.quantity.size == 0 or not (own_kappa > 0).any():
        return Wander()
    tried = [Wander()] + [Wander(share, half_life) for share in _SHARES for half_life in _HALF_LIVES]
    return max(
        tried,
        key=lambda one: whiten(some, residual[rows, None], mean[rows], own_phi, own_kappa, one).log_likelihood,
    )


def _first_blocks(design: Design) -> Design:
    """Return the design cut after the block in which its first rows end; blocks lie in the order of products."""
    if design.quantity.size <= _LOOKED_AT:
        return design
    blocks = int(design.block[_LOOKED_AT])
    return design.first_blocks(blocks)


def _innovations(
    design: Design, values: Floats, noise: Floats, lasting: Floats, half_life: float
) -> tuple[Floats, Floats]:
    """Return innovations (M, c) and their variances (M,): what each row says that the rows before did not foretell.

    All blocks walk together, the longest first, so that those still running are the first of the array.
    """
    if not (lasting > 0).any():
        return values, noise
    length = np.diff(np.append(design.starts, len(values)))
    order = np.argsort(-length, kind="stable")
    starts, length = design.starts[order], length[order]
    gap = np.diff(design.week, prepend=design.week[:1])
    kept = 0.5 ** (np.maximum(gap, 0.0) / half_life)
    state = np.zeros((starts.size, values.shape[1]))
    spread = lasting[starts]
    found, variance = np.empty_like(values), np.empty_like(noise)
    for step, running in enumerate(_running(length)):
        at = starts[:running] + step
        if step:
            memory = kept[at]
            state[:running] *= memory[:, None]
            spread[:running] = memory**2 * spread[:running] + (1 - memory**2) * lasting[at]
        before = spread[:running]
        total = before + noise[at]
        surprise = values[at] - state[:running]
        gain = before / total
        state[:running] += gain[:, None] * surprise
        spread[:running] = before * (1 - gain)
        found[at], variance[at] = surprise, total
    return found, variance


def _running(length: Ints) -> Ints:
    """Return how many blocks, sorted by length from the longest, have a row at each step."""
    if length.size == 0:
        return np.zeros(0, dtype=np.int64)
    ended = np.bincount(length, minlength=int(length[0]) + 1)[:-1]
    running: Ints = length.size - np.cumsum(ended)
    return running

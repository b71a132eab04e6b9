"""The effect in a set of cells, and how it compares with what other lots would have shown. Pure.

Amounts are compared as a ratio: what treated parts sold over what they would have sold under control, which is the other
part moved by what the two differed by before. Rates are compared as a difference. Either way an effect comes with its
standard error between cells (with n / (n - 1), as a cell is one observation however many days it has), and the statistic
is one over the other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.pricing.experiments.assignment import Floats, Integers
from shopwright.pricing.experiments.outcomes import Cells

_ROUNDING: Final = 1e-9
"""A sum below this share of what cells sold is what rounding left of nothing: no ratio to it is meant."""
_NO_SPREAD: Final = 1e-12
"""Spread of cells, relative to their squares, that rounding alone leaves."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects by drawing and look (b, k). `effect` is the log of a ratio, or a difference for rates; NaN where none is.

    `statistic` is an effect over its standard error; where a ratio is none (parts that earned nothing), it is the sum of
    differences over the root of their squares, which says whether parts differ but not by how much. `base` is what
    treated parts would have sold under control, `control` what control parts sold.
    """

    effect: Floats
    error: Floats
    statistic: Floats
    base: Floats
    control: Floats


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sums over cells (k) and over cells by drawing (b, k), of which every drawing's ratio is made at once.

    A cell has the parts m + d and m - d, of which the first is treated where the drawing says 1; x is how much more the
    first sold before. `drawn_xm` is the sum of sign x m, and so on.
    """

    complete: Integers
    m: Floats
    mm: Floats
    dd: Floats
    dx: Floats
    xx: float
    drawn_d: Floats
    drawn_x: Floats
    drawn_dm: Floats
    drawn_xm: Floats


def draw(cells: Cells, signs: Floats) -> Drawn:
    """Add up cells for a set of drawings (b, n): 1 where the first part is treated, -1 where the second is."""
    m, d = (cells.first + cells.second) / 2, (cells.first - cells.second) / 2
    x = cells.before_first - cells.before_second
    looks = m.shape[1]
    sums = signs @ np.concatenate([d, d * m, x[:, None] * m, x[:, None]], axis=1)
    return Drawn(
        cells.complete, m.sum(axis=0), (m**2).sum(axis=0), (d**2).sum(axis=0), x @ d, float(x @ x),
        sums[:, :looks], sums[:, -1:], sums[:, looks : 2 * looks], sums[:, 2 * looks : 3 * looks],
    )  # fmt: skip


def ratios(drawn: Drawn, effect: float = 0.0) -> Effects:
    """Return the ratios that drawings would show if treatment multiplied what was sold by 1 + effect on top of what it did.

    The adjustment by what was sold before is the regression of differences through the origin (CUPED; Deng et al. 2013).
    Without an effect it is the same for all drawings.
    """
    times = 1 + effect
    slope = effect * drawn.drawn_xm + (2 + effect) * drawn.dx
    slope = np.maximum(slope / drawn.xx, 0.0) if drawn.xx > 0 else np.zeros_like(slope)
    treated = times * (drawn.m + drawn.drawn_d)
    control = drawn.m - drawn.drawn_d
    base = control + slope * drawn.drawn_x
    squares = times**2 * (drawn.mm + drawn.dd + 2 * drawn.drawn_dm)
    products = times * (drawn.mm - drawn.dd + slope * (drawn.drawn_xm + drawn.dx))
    of_base = drawn.mm + drawn.dd - 2 * drawn.drawn_dm + 2 * slope * (drawn.drawn_xm - drawn.dx) + slope**2 * drawn.xx
    least = _ROUNDING * np.sqrt(drawn.mm + drawn.dd)
    sound = (treated > least) & (base > least)
    whole, part = np.where(sound, treated, 1.0), np.where(sound, base, 1.0)
    ratio = whole / part
    spread = np.maximum(squares - 2 * ratio * products + ratio**2 * of_base, _NO_SPREAD * squares)
    error = np.sqrt(_widened(drawn.complete) * spread) / whole
    plain = (treated - base) / _or_infinite(np.sqrt(np.maximum(squares - 2 * products + of_base, 0.0)))
    return Effects(
        np.where(sound, np.log(ratio), np.nan),
        np.where(sound, error, np.nan),
        np.where(sound, np.log(ratio) / _or_infinite(error), plain),
        base,
        control,
    )


def differences(cells: Cells, weights: Cells, signs: Floats) -> Effects:
    """Return the differences of rates (counts of `cells` over `weights`) that a set of drawings (b, n) would have shown.

    Counts are taken less what their weights make usual over both arms, so that who sells more does not return more.
    """
    whole = (weights.first + weights.second).sum(axis=0)
    usual = (cells.first + cells.second).sum(axis=0) / _or_infinite(whole)
    excess = (cells.first - usual * weights.first) - (cells.second - usual * weights.second)
    total = signs @ excess
    scale = np.broadcast_to(whole / 2, total.shape)
    spread = np.broadcast_to(np.sqrt(_widened(cells.complete) * (excess**2).sum(axis=0)), total.shape)
    return Effects(
        np.where(scale > 0, total, np.nan) / _or_infinite(scale),
        np.where(scale > 0, spread, np.nan) / _or_infinite(scale),
        total / _or_infinite(spread),
        scale,
        usual * scale,
    )


def _widened(complete: Integers) -> Floats:
    """Return n / (n - 1): the spread of few cells around their own mean is too small by that."""
    return complete / np.maximum(complete - 1, 1)


def _or_infinite(values: Floats) -> Floats:
    """Return the values with zeros as infinity: over no spread, nothing is large."""
    return np.where(values > 0, values, np.inf)

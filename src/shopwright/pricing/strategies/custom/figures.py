"""Exact arithmetic on columns of figures of which some are not known. Pure.

A figure is an integer of millionths; what is divided or multiplied is rounded down to a millionth. Where something is
not known, the bits of `gaps` say what, and the value is 0 and means nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import LARGEST, SCALE, Flags, Integers

DIVIDED_BY_ZERO: Final = 1 << 60
TOO_LARGE: Final = 1 << 61
NO_RATE: Final = 1 << 59
_SAFE: Final = 2.0**62

Comparison = Callable[[Integers, Integers], Flags]


@dataclass(frozen=True, slots=True)
class Figures:
    """A column of figures, and what is missing of each: bits of inputs, DIVIDED_BY_ZERO, TOO_LARGE, NO_RATE."""

    value: Integers
    gaps: Integers

    @classmethod
    def of(cls, value: Integers, gaps: Integers) -> "Figures":
        """Take values that may be anything where something is missing, and refuse those of 10^12 units and more."""
        gaps = gaps | np.where((gaps == 0) & (np.abs(value) >= LARGEST), TOO_LARGE, 0)
        return cls(np.where(gaps == 0, value, 0), gaps)


@dataclass(frozen=True, slots=True)
class Truths:
    """A column of conditions, and what is missing of each."""

    value: Flags
    gaps: Integers


def add(left: Figures, right: Figures) -> Figures:
    """Return the sums."""
    return Figures.of(left.value + right.value, left.gaps | right.gaps)


def negate(part: Figures) -> Figures:
    """Return the figures with the other sign."""
    return Figures.of(-part.value, part.gaps)


def multiply(left: Figures, right: Figures) -> Figures:
    """Return the products, rounded down to a millionth."""
    return Figures.of(_scaled(left.value, right.value, np.full_like(left.value, SCALE)), left.gaps | right.gaps)


def divide(left: Figures, right: Figures) -> Figures:
    """Return the quotients, rounded down to a millionth; over zero there is none."""
    gaps = left.gaps | right.gaps
    gaps = gaps | np.where((gaps == 0) & (right.value == 0), DIVIDED_BY_ZERO, 0)
    divisor = np.where(right.value == 0, 1, right.value)
    return Figures.of(_scaled(left.value, np.full_like(left.value, SCALE), divisor), gaps)


def extreme(parts: Sequence[Figures], choose: Callable[[Integers, Integers], Integers]) -> Figures:
    """Return the least or the greatest, known only where all are."""
    value, gaps = parts[0].value, parts[0].gaps
    for part in parts[1:]:
        value, gaps = choose(value, part.value), gaps | part.gaps
    return Figures.of(value, gaps)


def first(parts: Sequence[Figures]) -> Figures:
    """Return of each product the first that is known; where none is, all that is missing."""
    value, gaps = parts[0].value, parts[0].gaps
    for part in parts[1:]:
        value = np.where(gaps == 0, value, part.value)
        gaps = np.where((gaps == 0) | (part.gaps == 0), 0, gaps | part.gaps)
    return Figures(value, gaps)


def choose(condition: Truths, then: Figures, otherwise: Figures) -> Figures:
    """Return one or the other; what is missing of the one that is not taken does not matter."""
    value = np.where(condition.value, then.value, otherwise.value)
    gaps = np.where(condition.gaps != 0, condition.gaps, np.where(condition.value, then.gaps, otherwise.gaps))
    return Figures.of(value, gaps)


def choose_truth(condition: Truths, then: Truths, otherwise: Truths) -> Truths:
    """Return one or the other condition."""
    gaps = np.where(condition.gaps != 0, condition.gaps, np.where(condition.value, then.gaps, otherwise.gaps))
    return Truths(np.where(condition.value, then.value, otherwise.value) & (gaps == 0), gaps)


def compare(left: Figures, right: Figures, holds: Comparison) -> Truths:
    """Compare, where both are known."""
    gaps = left.gaps | right.gaps
    return Truths(holds(left.value, right.value) & (gaps == 0), gaps)


def negation(part: Truths) -> Truths:
    """Return the contraries."""
    return Truths(~part.value & (part.gaps == 0), part.gaps)


def both(left: Truths, right: Truths) -> Truths:
    """Return where both hold; one that is known not to hold decides, whatever is missing of the other."""
    decided = ((left.gaps == 0) & ~left.value) | ((right.gaps == 0) & ~right.value)
    gaps = np.where(decided, 0, left.gaps | right.gaps)
    return Truths(left.value & right.value & (gaps == 0), gaps)


def either(left: Truths, right: Truths) -> Truths:
    """Return where one holds; one that is known to hold decides, whatever is missing of the other."""
    return negation(both(negation(left), negation(right)))


def known(parts: Sequence[Figures | Truths]) -> Truths:
    """Return where all are known, which is itself always known."""
    gaps = parts[0].gaps
    for part in parts[1:]:
        gaps = gaps | part.gaps
    return Truths(gaps == 0, np.zeros_like(gaps))


def _scaled(amount: Integers, factor: Integers, divisor: Integers) -> Integers:
    """Return amount * factor // divisor exactly; LARGEST, with the sign, where that is 10^12 units and more."""
    wide = np.abs(amount.astype(np.float64) * factor) >= _SAFE
    result = np.where(wide, 0, amount) * factor // divisor
    if wide.any():
        product: NDArray[Any] = amount[wide].astype(object) * factor[wide].astype(object)
        quotients = product // divisor[wide].astype(object)
        result[wide] = np.clip(quotients, -LARGEST, LARGEST).astype(np.int64)
    return result

"""Money in columns: int64 arrays of millionths of a currency unit, and exact arithmetic on them.

For whole catalogs, where an object for each price is too slow. The same code serves one product with arrays of
length one. Floats are never money here: percentages are integer millionths (ppm, 50_000 is 5 %), and every division
names its direction, so that a limit is not crossed by rounding. Currency and tax basis stand in other columns;
`kit.money` is the type for single amounts. Must not do I/O.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.errors import Invalid

Amounts: TypeAlias = NDArray[np.int64]
"""Millionths of a currency unit, or MISSING, or INVALID."""
Integers: TypeAlias = NDArray[np.int64]
"""Whole numbers (ppm, days, counts, indices), or MISSING."""
Flags: TypeAlias = NDArray[np.bool_]

SCALE: Final = 1_000_000
"""Parts of a currency unit, and of one hundred per cent."""
LARGEST: Final = 10**12 * SCALE
"""Amounts are below 10^12 units, as in `kit.money`; this fits int64 nine times."""
MISSING: Final = int(np.iinfo(np.int64).min)
"""Nothing was given (blank)."""
INVALID: Final = MISSING + 1
"""Something was given, or came out, that is no amount: NaN, infinite, or 10^12 units and more."""

_SAFE: Final = 2.0**62
_SMALLEST: Final = Decimal("0.000001")


class InvalidColumns(Invalid):
    """Columns that belong together have different lengths, or an index points outside of its table."""

    code = "invalid_columns"
    action = "Report this with its request id: the columns were put together wrongly."


def usable(values: Amounts) -> Flags:
    """Tell which entries are amounts above zero and below 10^12 units. Blank, zero, negative and NaN are not."""
    result: Flags = (values > 0) & (values < LARGEST)
    return result


def scaled(values: Iterable[Decimal | int | str | float | None], *, up: bool = True) -> Amounts:
    """Turn decimal values into a column; digits beyond the sixth round up (costs, floors) or down (caps).

    None and blank text become MISSING; NaN, infinity, text that is no number and 10^12 or more become INVALID.
    Raises InvalidColumns for a float other than NaN: money is never made from floats.
    """
    return np.fromiter((_scaled(value, up=up) for value in values), dtype=np.int64)


def _scaled(value: Decimal | float | str | None, *, up: bool) -> int:
    if value is None or (isinstance(value, str) and not value.strip()):
        return MISSING
    if isinstance(value, float):
        if math.isnan(value):
            return INVALID
        raise InvalidColumns("Money is never made from a float.", found=repr(value))
    try:
        number = Decimal(value)
    except InvalidOperation:
        return INVALID
    if not number.is_finite() or abs(number) >= LARGEST // SCALE:
        return INVALID
    return int(number.quantize(_SMALLEST, ROUND_CEILING if up else ROUND_FLOOR).scaleb(6))


def unscaled(value: int, decimals: int | None = None) -> Decimal | None:
    """Turn one entry back into a decimal, with `decimals` digits if they are told; None for MISSING and INVALID."""
    if value in {MISSING, INVALID}:
        return None
    exact = Decimal(int(value)).scaleb(-6)
    return exact if decimals is None else exact.quantize(Decimal(1).scaleb(-decimals), ROUND_FLOOR)


def proportion(
    amounts: Amounts,
    numerators: Sequence[Integers | int],
    denominators: Sequence[Integers | int],
    *,
    up: bool,
) -> Amounts:
    """Return amounts * product(numerators) / product(denominators), exact, rounded up or down to a millionth.

    Factors are not negative. The result is INVALID where the amount is not usable, a denominator is zero, or the
    result has 10^12 units or more. Products beyond 64 bits are computed with Python's integers, so none overflows.
    """
    arrays = np.broadcast_arrays(amounts, *numerators, *denominators)
    given, tops, bottoms = arrays[0], arrays[1 : 1 + len(numerators)], arrays[1 + len(numerators) :]
    small = _magnitude([given, *tops]) < _SAFE
    small &= _magnitude(bottoms) < _SAFE
    defined = usable(given)
    for bottom in bottoms:
        defined &= bottom > 0
    result = np.full(given.shape, INVALID, dtype=np.int64)
    direct = defined & small
    if direct.any():
        result[direct] = _divided([given, *tops], bottoms, direct, up=up).astype(np.int64)
    wide = defined & ~small
    if wide.any():
        result[wide] = _divided([given, *tops], bottoms, wide, up=up, dtype=object).astype(np.int64)
    return result


def _magnitude(factors: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Estimate a product, to see whether it fits; a factor of two is left for the error of floats."""
    product = np.ones(factors[0].shape if factors else (), dtype=np.float64)
    for factor in factors:
        product = product * factor
    return product


def _divided(
    tops: Sequence[NDArray[np.int64]],
    bottoms: Sequence[NDArray[np.int64]],
    where: Flags,
    *,
    up: bool,
    dtype: type = np.int64,
) -> NDArray[np.int64]:
    numerator: NDArray[Any] = np.ones(int(where.sum()), dtype=dtype)
    denominator: NDArray[Any] = np.ones(int(where.sum()), dtype=dtype)
    for top in tops:
        numerator = numerator * top[where].astype(dtype)
    for bottom in bottoms:
        denominator = denominator * bottom[where].astype(dtype)
    quotient = -(-numerator // denominator) if up else numerator // denominator
    return np.where(quotient < LARGEST, quotient, INVALID)


def multiple(values: Integers, unit: Integers | int, *, up: bool) -> Integers:
    """Return the nearest multiple of `unit` (above zero) that is not below (up) or not above the value."""
    result: Integers = -(-values // unit) * unit if up else values // unit * unit
    return result

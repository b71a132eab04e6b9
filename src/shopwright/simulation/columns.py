"""The array types of the simulation and how they are laid out. No behaviour lives here.

Letters used for shapes: n products, R rivals, C categories, T days of history, D days asked about. Products come
before days: (n,), (n, T), (R, n), (R, n, T). Prices are whole minor units of the world's currency with tax in
them (int64); costs are minor units without tax. Latent truth may be float64.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Moments = npt.NDArray[np.datetime64]
Texts = tuple[str, ...]

SOURCE: Final = "simulated"
"""What every row of a simulated world names as its source."""


def column(values: Floats, dimensions: int) -> Floats:
    """Give values per product as many trailing axes as their partner has, so that they broadcast over days."""
    return values.reshape(values.shape + (1,) * (dimensions - 1))


_CHEAP, _MIDDLING = 2_000, 10_000


def charm(prices: Floats | Ints) -> Ints:
    """Round prices in minor units to endings that shops use: 9 below 20.00, 49 or 99 below 100.00, 99 above."""
    step = np.where(prices < _CHEAP, 10.0, np.where(prices < _MIDDLING, 50.0, 100.0))
    rounded = np.maximum(np.round((prices + 1) / step), 1) * step - 1
    return rounded.astype(np.int64)

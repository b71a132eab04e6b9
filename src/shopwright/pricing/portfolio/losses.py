"""What it costs to leave a wanted price: the profit that is lost each week, by how far the price is moved. Pure.

With demand that falls in a straight line around the wanted price p, of elasticity e and u units a week, profit is a
parabola whose curvature is 2 u |e| / p, so that a move by d loses u |e| / p x d^2. A linear program sees it as chords.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GENERAL_ELASTICITY: Final = 2.0
"""Of products of which none is known (Bijmolt, van Heerde and Pieters 2005, for list prices)."""
_FEWEST_UNITS: Final = 0.02
"""Units a week of a product that sells nothing: its price is not moved for nothing either."""
SEGMENTS: Final = np.array([0.005, 0.02, 0.05, 0.12, 0.3, 1.0, 10.0])
"""Ends of the chords, as shares of the wanted price: fine where moves are usual."""


def curvature(price: Floats, units: Floats, elasticity: Floats) -> Floats:
    """Return the loss of a move by one unit of currency; `price` above zero, what is not known (NaN) is general."""
    known = np.isfinite(elasticity) & (elasticity < 0)
    slope = np.where(known, -np.where(known, elasticity, 0), GENERAL_ELASTICITY)
    return np.maximum(np.nan_to_num(units), _FEWEST_UNITS) * slope / price


def chords(price: Floats, curve: Floats) -> tuple[Floats, Floats]:
    """Return lengths and slopes (n, segments) of the chords of each product's loss; slopes rise, all above zero."""
    ends = price[:, None] * SEGMENTS
    starts = np.concatenate([np.zeros_like(ends[:, :1]), ends[:, :-1]], axis=1)
    return ends - starts, curve[:, None] * (ends + starts)

"""Prices that go up and down: how often each turned by an amplitude that counts, and by how much at most. Pure.

A rule that follows a rival who follows it, or two rules of one shop that disagree, move a price to and fro. Turns are
those of a zigzag: a price has turned once it has come back from its last extreme by the smallest swing, so that cents
of rounding are no turns, and a slow slide back in many small steps is one.
"""

from dataclasses import dataclass

import numpy as np

from shopwright.kit.amounts import SCALE, Amounts, Integers, proportion
from shopwright.pricing.columns import check_columns, check_indices

_UP, _DOWN = 1, -1


@dataclass(frozen=True, slots=True)
class Swings:
    """For each product the changes of direction, and the largest swing in ppm of its upper end (0 without a turn)."""

    turns: Integers
    amplitude_ppm: Integers


def find_swings(product: Integers, price: Amounts, products: int, min_swing_ppm: int) -> Swings:
    """Follow the prices of each product in the order given, each above zero, in a catalog of `products`.

    A move by `min_swing_ppm` (above zero, of the higher of the two prices) and more is a swing; a turn is a swing against the one
    before. Raises InvalidColumns.
    """
    check_columns(len(product), {"price": price})
    check_indices("product", product, products)
    zigzag = _Zigzag(products, min_swing_ppm)
    order = np.argsort(product, kind="stable")
    sorted_product, sorted_price = product[order], price[order]
    place = np.arange(len(order)) - np.searchsorted(sorted_product, sorted_product)
    # The n-th prices of all products at once: as many steps as the product that moved most often has prices.
    for step in range(int(place.max(initial=-1)) + 1):
        rows = place == step
        zigzag.follow(sorted_product[rows], sorted_price[rows])
    return Swings(zigzag.turns, np.where(zigzag.turns > 0, zigzag.longest_ppm, 0))


class _Zigzag:
    """The state of each product: its direction, and the lowest and highest price since the last turning point."""

    def __init__(self, products: int, min_swing_ppm: int) -> None:
        self.turns = np.zeros(products, dtype=np.int64)
        self.longest_ppm = np.zeros(products, dtype=np.int64)
        self._least = min_swing_ppm
        self._direction = np.zeros(products, dtype=np.int64)
        self._low = np.full(products, np.iinfo(np.int64).max)
        self._high = np.zeros(products, dtype=np.int64)

    def follow(self, rows: Integers, price: Amounts) -> None:
        """Take the next price of these products, each of them once."""
        low, high, direction = self._low[rows], self._high[rows], self._direction[rows]
        rise = _swing(np.minimum(low, price), price)
        fall = _swing(price, np.maximum(high, price))
        upwards = (direction != _UP) & (rise >= self._least)
        downwards = (direction != _DOWN) & (fall >= self._least)
        self.turns[rows] += (upwards | downwards) & (direction != 0)
        self._direction[rows] = np.where(upwards, _UP, np.where(downwards, _DOWN, direction))
        # After a turn the new leg begins at the extreme that the price turned from.
        low = np.where(downwards, price, np.minimum(low, price))
        high = np.where(upwards, price, np.maximum(high, price))
        self._low[rows], self._high[rows] = low, high
        self.longest_ppm[rows] = np.maximum(self.longest_ppm[rows], _swing(low, high))


def _swing(low: Amounts, high: Amounts) -> Integers:
    """Return how far apart two prices are, in ppm of the higher, rounded down; 0 where they are equal."""
    apart = proportion(np.maximum(high - low, 1), [SCALE], [high], up=False)
    return np.where(high > low, apart, 0)

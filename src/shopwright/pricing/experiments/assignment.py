"""Who gets which arm: clusters of products that take sales from each other, paired by size, and the lot. Pure.

Everything that is drawn comes from the seed that the experiment keeps: who has it can draw the same arms again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from shopwright.pricing.experiments.protocol import Arm, Design, Grouping, Protocol

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ARMS: Final = 0
"""The stream of the seed that arms are drawn from; those of the test's own drawings have other numbers."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Products (n) in clusters: `names` of the clusters, `of` their place for each product."""

    names: tuple[str, ...]
    of: Integers


@dataclass(frozen=True, slots=True)
class Assignment:
    """The arms of clusters (g) by block of time (b), and their pairs: -1 where a cluster stays outside.

    Over clusters a pair is two of them, one in each arm; in a switchback every cluster is compared with itself, and its
    number stands for a pair.
    """

    pair: Integers
    arms: Integers

    def arm(self, cluster: int, block: int) -> Arm:
        """Return the arm of a cluster in a block."""
        return Arm(int(self.arms[cluster, block]))


def cluster(
    grouping: Grouping, categories: Sequence[str | None], brands: Sequence[str | None], skus: Sequence[str]
) -> Clusters:
    """Put products (n) together that stand in for each other; one without category or brand is grouped by the other.

    A product that has neither is a cluster of its own: nothing says what it competes with.
    """
    names = [
        _name(grouping, category, brand, sku) for category, brand, sku in zip(categories, brands, skus, strict=True)
    ]
    places = {name: place for place, name in enumerate(sorted(set(names)))}
    return Clusters(tuple(places), np.array([places[name] for name in names], dtype=np.int64))


def _name(grouping: Grouping, category: str | None, brand: str | None, sku: str) -> str:
    if grouping is Grouping.SHOP:
        return "all products"
    if grouping is Grouping.PRODUCT or not (category or brand):
        return sku
    if grouping is Grouping.CATEGORY and category:
        return category
    return " / ".join(part for part in (category, brand) if part)


def assign(protocol: Protocol, size: Floats, seed: int) -> Assignment:
    """Draw the arms of clusters by lot. `size` (g) is what each sold before: neighbours in size are pairs.

    Clusters that sold nothing stay outside, and so does the smallest of an odd number: neither could be compared.
    """
    chance = np.random.default_rng([seed, _ARMS])
    if protocol.kind is Design.SWITCHBACK:
        return _switched(protocol, size, chance)
    pair = np.full(len(size), -1, dtype=np.int64)
    arms = np.full((len(size), 1), Arm.OUTSIDE, dtype=np.int64)
    order = np.argsort(-size, kind="stable")
    order = order[: np.count_nonzero(size > 0) // 2 * 2]
    pair[order] = np.arange(len(order)) // 2
    first = chance.integers(0, 2, len(order) // 2)
    arms[order[0::2], 0] = first
    arms[order[1::2], 0] = 1 - first
    return Assignment(pair, arms)


def _switched(protocol: Protocol, size: Floats, chance: np.random.Generator) -> Assignment:
    first = chance.integers(0, 2, (len(size), protocol.blocks // 2))
    arms = np.stack([first, 1 - first], axis=2).reshape(len(size), protocol.blocks)
    inside = size > 0
    arms[~inside] = Arm.OUTSIDE
    return Assignment(np.where(inside, np.arange(len(size)), -1), arms.astype(np.int64))

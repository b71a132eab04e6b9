"""Rules between products as people set them, and as inequalities between prices. Pure and exact."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import SCALE, Amounts, Flags, Integers, usable
from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings

_FEWEST_PACKS: Final = 2
_MOST_PACKS: Final = 50
_HIGHEST_SHARE: Final = 10 * SCALE


class InvalidPortfolio(Invalid):
    """A rule between products cannot be meant as it is written."""

    code = "invalid_portfolio"


@dataclass(frozen=True, slots=True)
class PackSize:
    """A product that is a pack of so many pieces of the same thing."""

    sku: str
    pieces: int


@dataclass(frozen=True, slots=True)
class PackLadder:
    """Packs of the same thing: a piece of a larger pack costs no more than one of a smaller pack."""

    packs: tuple[PackSize, ...]

    def __post_init__(self) -> None:
        pieces, skus = {pack.pieces for pack in self.packs}, {pack.sku for pack in self.packs}
        right = _FEWEST_PACKS <= len(self.packs) <= _MOST_PACKS and min(pieces) >= 1
        right = right and len(pieces) == len(skus) == len(self.packs)
        check_settings(InvalidPortfolio, {"packs": (right, "2 to 50 products, each of another number of pieces.")})

    @property
    def words(self) -> str:
        """The rule in one sentence."""
        return f"A piece costs no more in a larger pack: {', '.join(pack.sku for pack in self.packs)}."


@dataclass(frozen=True, slots=True)
class BrandOrder:
    """Within a category every product of one brand costs at least a share more than every product of another."""

    category: str
    upper: str
    lower: str
    at_least_ppm: int

    def __post_init__(self) -> None:
        checks = {
            "upper": (self.upper != self.lower, "Another brand than the lower one."),
            "at_least_ppm": (0 <= self.at_least_ppm <= _HIGHEST_SHARE, "From 0 to 1,000 %."),
        }
        check_settings(InvalidPortfolio, checks)

    @property
    def words(self) -> str:
        """The rule in one sentence."""
        return f"In {self.category}, {self.upper} is {self.at_least_ppm / 10_000:g} % above {self.lower} at least."


@dataclass(frozen=True, slots=True)
class MarginTarget:
    """Profit over net revenue of a category (of everything without one), at the units that sell at present."""

    category: str | None
    at_least_ppm: int

    def __post_init__(self) -> None:
        right = 0 <= self.at_least_ppm < SCALE
        check_settings(InvalidPortfolio, {"at_least_ppm": (right, "From 0 to below 100 %.")})

    @property
    def words(self) -> str:
        """The rule in one sentence."""
        return f"The margin of {self.category or 'the shop'} is {self.at_least_ppm / 10_000:g} % at least."


@dataclass(frozen=True, slots=True)
class PortfolioRules:
    """All rules between the products of a shop; none by default."""

    packs: tuple[PackLadder, ...] = ()
    brands: tuple[BrandOrder, ...] = ()
    margins: tuple[MarginTarget, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Each rule in one sentence, by its number: ladders, brands, margins."""
        rules: tuple[PackLadder | BrandOrder | MarginTarget, ...] = (*self.packs, *self.brands, *self.margins)
        return tuple(rule.words for rule in rules)


@dataclass(frozen=True, slots=True)
class Members:
    """The products that rules speak of, one a row. `cost` is net, in the currency of the price, MISSING if not known.

    `kind` has a number for each (marketplace, currency, tax): prices are compared and added only within one.
    `priced` tells which have a price at all; `units` are weekly.
    """

    skus: Sequence[str]
    brands: Sequence[str | None]
    categories: Sequence[str | None]
    kind: Integers
    tax_factor: Integers
    cost: Amounts
    units: NDArray[np.float64]
    priced: Flags


@dataclass(frozen=True, slots=True)
class Constraint:
    """sum(weights x prices of rows) >= at_least, in millionths and whole numbers: it holds exactly or it does not."""

    rule: int
    rows: tuple[int, ...]
    weights: tuple[int, ...]
    at_least: int

    def holds(self, price: Sequence[int]) -> bool:
        """Tell whether these prices (of all products) keep it."""
        return sum(weight * price[row] for row, weight in zip(self.rows, self.weights, strict=True)) >= self.at_least


def constraints_of(rules: PortfolioRules, members: Members) -> list[Constraint]:
    """Write the rules as inequalities. Products without a price, and of other kinds, are not compared."""
    found: list[Constraint] = []
    numbers = iter(range(len(rules.words)))
    for ladder in rules.packs:
        found.extend(_of_ladder(next(numbers), ladder, members))
    for order in rules.brands:
        found.extend(_of_brands(next(numbers), order, members))
    for target in rules.margins:
        found.extend(_of_margin(next(numbers), target, members))
    return found


def _of_ladder(number: int, ladder: PackLadder, members: Members) -> Iterator[Constraint]:
    """Compare each pack with the next larger one that is there; the others follow from these."""
    pieces = {pack.sku: pack.pieces for pack in ladder.packs}
    by_kind: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in np.flatnonzero(members.priced).tolist():
        if members.skus[row] in pieces:
            by_kind[int(members.kind[row])].append((pieces[members.skus[row]], row))
    for packs in by_kind.values():
        for (few, small), (many, large) in pairwise(sorted(packs)):
            if few < many:
                yield Constraint(number, (small, large), (many, -few), 0)


def _of_brands(number: int, order: BrandOrder, members: Members) -> Iterator[Constraint]:
    by_kind: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row in np.flatnonzero(members.priced).tolist():
        if members.categories[row] == order.category and members.brands[row] in {order.upper, order.lower}:
            by_kind[int(members.kind[row])][members.brands[row] == order.lower].append(row)
    for uppers, lowers in by_kind.values():
        for upper in uppers:
            for lower in lowers:
                yield Constraint(number, (upper, lower), (SCALE, -(SCALE + order.at_least_ppm)), 0)


def _of_margin(number: int, target: MarginTarget, members: Members) -> Iterator[Constraint]:
    """Weigh by units: sum(units x (net price x (1 - margin) - cost)) >= 0, with fractions until all are whole numbers."""
    counted = members.priced & usable(members.cost) & (members.units > 0) & (members.tax_factor > 0)
    by_kind: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(counted).tolist():
        if target.category is None or members.categories[row] == target.category:
            by_kind[int(members.kind[row])].append(row)
    for rows in by_kind.values():
        # Milli-units are exact enough for a pace, and keep the numbers small.
        units = {row: max(round(float(members.units[row]) * 1_000), 1) for row in rows}
        weights = [Fraction(units[row] * (SCALE - target.at_least_ppm), int(members.tax_factor[row])) for row in rows]
        costs = sum(units[row] * int(members.cost[row]) for row in rows)
        common = lcm(*(weight.denominator for weight in weights))
        yield Constraint(number, tuple(rows), tuple(int(weight * common) for weight in weights), costs * common)

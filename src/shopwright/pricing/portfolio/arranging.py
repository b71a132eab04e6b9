"""From wanted prices to prices that keep the rules between products, or to the rules that conflict. Loaded late.

Nothing is moved where nothing is violated. Products that rules tie together are solved together and apart from all
others; every answer is checked in whole numbers, whatever the solver said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import MISSING, SCALE, Amounts, Flags, Integers
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.portfolio.programs import Program, choose
from shopwright.pricing.portfolio.rules import Constraint

_NEIGHBOURS: Final = (4, 16)
"""How many allowed prices on each side of the solution are tried: the many only where the few do not do."""
_MARGINS: Final = (0.0, 1e-6)
"""By how much rules are overfilled: only where the solver's floats come out a hair on the wrong side."""
_STILL: Final = 1e-6
_LEAST_CURVE: Final = 1e-4
"""The least that a move counts beside the dearest one of its part: beyond that a solver sees no difference from nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Prices that guardrails have left, one a row, with [floor, cap]; floor and cap are the price where it is fixed.

    `ending_of` is an index of `endings`. `curve` is the weekly loss of a move by one unit of currency (losses.curvature).
    """

    price: Amounts
    floor: Amounts
    cap: Amounts
    unit: Integers
    endings: Sequence[PriceEnding]
    ending_of: Integers
    curve: NDArray[np.float64]

    @property
    def movable(self) -> Flags:
        """Which prices may move at all."""
        result: Flags = self.floor < self.cap
        return result


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot be kept together within the limits, and the products that therefore get no new price.

    With `rounding` the rules could be kept, but not with allowed price endings.
    """

    rules: tuple[int, ...]
    rows: tuple[int, ...]
    rounding: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The prices that keep the rules; those of conflicts are as they were wanted and not to be used."""

    price: Amounts
    conflicts: tuple[Conflict, ...]


def arrange(wanted: Wanted, constraints: Sequence[Constraint]) -> Arrangement:
    """Return the prices nearest to the wanted ones, in terms of expected profit, that keep all constraints."""
    price, conflicts = wanted.price.copy(), []
    exact: list[int] = wanted.price.tolist()
    for part in _violated_parts(exact, wanted.movable, constraints):
        rows = np.array(sorted({row for one in part for row in one.rows}), dtype=np.int64)
        solved = _solve(wanted, rows, part)
        if isinstance(solved, Conflict):
            conflicts.append(solved)
        else:
            price[rows] = solved
    return Arrangement(price, tuple(conflicts))


def _violated_parts(
    price: Sequence[int], movable: Flags, constraints: Sequence[Constraint]
) -> Iterator[list[Constraint]]:
    """Yield the constraints that hang together by a product that may move, where one of them is violated."""
    parent = list(range(len(constraints)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    seen: dict[int, int] = {}
    moves = movable.tolist()
    for place, one in enumerate(constraints):
        for row in one.rows:
            if moves[row]:
                parent[root(place)] = root(seen.setdefault(row, place))
    parts: dict[int, list[Constraint]] = {}
    for place, one in enumerate(constraints):
        parts.setdefault(root(place), []).append(one)
    yield from (part for part in parts.values() if not all(one.holds(price) for one in part))


def _solve(wanted: Wanted, rows: Integers, part: Sequence[Constraint]) -> Amounts | Conflict:
    place = {row: inner for inner, row in enumerate(rows.tolist())}
    local = [Constraint(one.rule, tuple(place[row] for row in one.rows), one.weights, one.at_least) for one in part]
    program = Program(
        wanted=wanted.price[rows] / SCALE,
        floor=wanted.floor[rows] / SCALE,
        cap=wanted.cap[rows] / SCALE,
        curve=np.maximum(wanted.curve[rows], wanted.curve[rows].max() * _LEAST_CURVE),
        constraints=local,
    )
    moved = tuple(row for row in rows.tolist() if wanted.movable[row])
    solution = program.solve()
    if solution is None:
        return Conflict(program.conflict(), moved)
    rounded = _rounded(wanted, rows, program, solution)
    return Conflict(tuple(sorted({one.rule for one in part})), moved, rounding=True) if rounded is None else rounded


def _rounded(wanted: Wanted, rows: Integers, program: Program, solution: NDArray[np.float64]) -> Amounts | None:
    """Return allowed prices near a solution that keep the rules exactly: the nearest ones, else the best nearby."""
    still = np.abs(solution - program.wanted) < _STILL
    goal = np.where(still, wanted.price[rows], np.rint(solution * SCALE).astype(np.int64))
    goal = np.clip(goal, wanted.floor[rows], wanted.cap[rows])
    for many in _NEIGHBOURS:
        allowed = _allowed_near(wanted, rows, goal, many)
        nearest = [_nearest(prices, at) for prices, at in zip(allowed, goal.tolist(), strict=True)]
        if all(one.holds(nearest) for one in program.constraints):
            return np.array(nearest, dtype=np.int64)
        for margin in _MARGINS:
            found = choose(program, allowed, solution, margin)
            if found is not None and all(one.holds(found) for one in program.constraints):
                return np.array(found, dtype=np.int64)
    return None


def _nearest(prices: Sequence[int], at: int) -> int:
    return min(prices, key=lambda one: abs(one - at))


def _allowed_near(wanted: Wanted, rows: Integers, goal: Amounts, many: int) -> list[list[int]]:
    """Return for each product the wanted price and up to `many` allowed ones on each side of the goal."""
    found = [{one} for one in wanted.price[rows].tolist()]
    for index, ending in enumerate(wanted.endings):
        inner = np.flatnonzero((wanted.ending_of[rows] == index) & wanted.movable[rows])
        floor, cap, unit = (column[rows][inner] for column in (wanted.floor, wanted.cap, wanted.unit))
        for upwards in (True, False):
            low, high, at = floor, cap, goal[inner]
            for _ in range(many):
                price = ending.nearest(at, low, np.maximum(high, low))
                fits = (price != MISSING) & (low <= high)
                for place, value, one_fits in zip(inner.tolist(), price.tolist(), fits.tolist(), strict=True):
                    if one_fits:
                        found[place].add(value)
                # From the last one found on, in the same direction; where there was none the range is empty.
                at = np.where(fits, price + unit if upwards else price - unit, at)
                low = np.where(fits, at, cap + 1) if upwards else low
                high = high if upwards else np.where(fits, at, floor - 1)
                at = np.clip(at, 0, None)
    return [sorted(prices) for prices in found]

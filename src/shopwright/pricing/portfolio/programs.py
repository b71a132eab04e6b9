"""The linear programs behind rules between products, solved by HiGHS (Huangfu and Hall 2018). Loaded late: scipy.

Figures are floats here, in units of currency; what comes out is a proposal, and exact checks decide.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from shopwright.kit.amounts import SCALE
from shopwright.pricing.portfolio.losses import chords
from shopwright.pricing.portfolio.rules import Constraint

Floats = NDArray[np.float64]
_SLACK: Final = 1e-7
_CHEAPEST: Final = 100.0
_CHOSEN: Final = 0.5
_GAP: Final = 1e-3
_MOST_NODES: Final = 2_000
"""Of the search for a rounding: a limit of work rather than of time, so that the same input has the same answer."""


@dataclass(frozen=True, slots=True)
class Program:
    """Products that hang together, and what holds between them; rows of constraints are places in these columns."""

    wanted: Floats
    floor: Floats
    cap: Floats
    curve: Floats
    constraints: Sequence[Constraint]

    def solve(self) -> Floats | None:
        """Return the prices with the least loss that keep the rules; None where there are none."""
        moves = _Moves.of(self)
        matrix, room = self._matrix(moves)
        found = _optimum(moves.cost, matrix, room, moves.most)
        return None if found is None else self.wanted + moves.of_products(found)

    def conflict(self) -> tuple[int, ...]:
        """Return a set of rules that cannot be kept together and of which none can be left out, if `solve` found none.

        Elastic filter, then deletion filter (Chinneck and Dravnieks 1991): rules that need slack are enforced until
        nothing is feasible any more; then each is left out for good if the others conflict without it.
        """
        rules = {one.rule for one in self.constraints}
        enforced: set[int] = set()
        while (needed := self._slack_needed(enforced)) is not None and needed - enforced:
            enforced |= needed
        found = sorted(enforced or rules)
        for rule in tuple(found):
            others = [one for one in found if one != rule]
            if self._slack_needed(set(others), only=others) is None:
                found = others
        return tuple(found)

    def _slack_needed(self, enforced: Collection[int], only: Collection[int] | None = None) -> set[int] | None:
        """Return the rules that need slack when these are enforced; None where not even these can be kept together."""
        part = [one for one in self.constraints if only is None or one.rule in only]
        program = Program(self.wanted, self.floor, self.cap, self.curve, part)
        moves = _Moves.of(program)
        matrix, room = program._matrix(moves)
        elastic = np.array([one.rule not in enforced for one in part])
        cost = np.concatenate([np.zeros(len(moves.cost)), np.ones(len(part))])
        most = np.concatenate([moves.most, np.where(elastic, np.inf, 0.0)])
        found = _optimum(cost, hstack([matrix, -eye_array(len(part))], format="csr"), room, most)
        if found is None:
            return None
        taken = found[len(moves.cost) :] > _SLACK
        return {one.rule for one, is_taken in zip(part, taken.tolist(), strict=True) if is_taken}

    def _matrix(self, moves: "_Moves") -> tuple[csr_array, Floats]:
        """Write the constraints as matrix x moves <= room, each scaled by its largest weight."""
        lines, columns, values, room = [], [], [], []
        for line, one in enumerate(self.constraints):
            largest = max(abs(weight) for weight in one.weights)
            left = -one.at_least / (largest * SCALE)
            for row, weight in zip(one.rows, one.weights, strict=True):
                scaled = weight / largest
                left += scaled * float(self.wanted[row])
                for column, sign in moves.columns_of[row]:
                    lines.append(line)
                    columns.append(column)
                    values.append(-scaled * sign)
            room.append(left)
        shape = (len(self.constraints), len(moves.cost))
        return csr_array((values, (lines, columns)), shape=shape), np.array(room)


@dataclass(frozen=True, slots=True)
class _Moves:
    """The variables: how far each product moves up and down along each chord, with what that costs."""

    cost: Floats
    most: Floats
    columns_of: list[list[tuple[int, int]]]
    sign: Floats
    product: NDArray[np.int64]

    @classmethod
    def of(cls, program: Program) -> "_Moves":
        lengths, slopes = chords(program.wanted, program.curve)
        begins = np.cumsum(lengths, axis=1) - lengths
        parts = []
        for sign, room in ((1, program.cap - program.wanted), (-1, program.wanted - program.floor)):
            most = np.clip(room[:, None] - begins, 0, lengths)
            # The last chord goes as far as the limit does.
            most[:, -1] = np.maximum(room - begins[:, -1], 0)
            for row, chord in zip(*(found.tolist() for found in np.nonzero(most > 0)), strict=True):
                parts.append((row, sign, float(slopes[row, chord]), float(most[row, chord])))
        columns_of: list[list[tuple[int, int]]] = [[] for _ in range(len(program.wanted))]
        for column, (row, sign, _, _) in enumerate(parts):
            columns_of[row].append((column, sign))
        # Only ratios matter; the cheapest move has to stand out from the solver's tolerance of 1e-7.
        cost = np.array([slope for _, _, slope, _ in parts])
        return cls(
            cost=cost / (cost.min() * _CHEAPEST) if cost.size else cost,
            most=np.array([length for *_, length in parts]),
            columns_of=columns_of,
            sign=np.array([sign for _, sign, _, _ in parts], dtype=np.float64),
            product=np.array([row for row, *_ in parts], dtype=np.int64),
        )

    def of_products(self, found: Floats) -> Floats:
        """Return the signed move of each product."""
        moved = np.zeros(len(self.columns_of))
        np.add.at(moved, self.product, found * self.sign)
        return moved


def _optimum(cost: Floats, matrix: csr_array, room: Floats, most: Floats) -> Floats | None:
    """Return the least-cost x in [0, most] with matrix x <= room; None where there is none."""
    if not cost.size:
        return cost if (room >= -_SLACK).all() else None
    found = milp(cost, bounds=Bounds(np.zeros_like(cost), most), constraints=LinearConstraint(matrix, -np.inf, room))
    return None if found.x is None else np.asarray(found.x, dtype=np.float64)


def choose(program: Program, allowed: Sequence[Sequence[int]], solution: Floats, margin: float) -> list[int] | None:
    """Choose one of the allowed prices (millionths) of each product, with the least loss, that keep the rules.

    They lie around a solution of the program. `margin` is by how much each rule has to be kept more than exactly, in
    units of currency. None where none is found.
    """
    starts = np.cumsum([0, *(len(prices) for prices in allowed)])
    price = np.array([value / SCALE for prices in allowed for value in prices])
    product = np.repeat(np.arange(len(allowed)), np.diff(starts))
    cost = program.curve[product] * (price - program.wanted[product]) ** 2
    one_each = csr_array((np.ones(len(price)), (product, np.arange(len(price)))), shape=(len(allowed), len(price)))
    lines, columns, values, least = [], [], [], []
    for line, one in enumerate(program.constraints):
        largest = max(abs(weight) for weight in one.weights)
        least.append(one.at_least / (largest * SCALE) + margin)
        for row, weight in zip(one.rows, one.weights, strict=True):
            for column in range(starts[row], starts[row + 1]):
                lines.append(line)
                columns.append(column)
                values.append(weight / largest * price[column])
    kept = csr_array((values, (lines, columns)), shape=(len(program.constraints), len(price)))
    found = milp(
        cost / max(float(np.sum(program.curve * (solution - program.wanted) ** 2)), float(cost.max()) * _SLACK, _SLACK),
        integrality=np.ones(len(price), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(one_each, 1, 1), LinearConstraint(kept, np.array(least), np.inf)],
        options={"node_limit": _MOST_NODES, "mip_rel_gap": _GAP},
    )
    if found.x is None:
        return None
    taken = found.x > _CHOSEN
    return [next(allowed[row][at - starts[row]] for at in range(starts[row], starts[row + 1]) if taken[at])
            for row in range(len(allowed))]  # fmt: skip

"""Whether the units of an expression fit together, and which inputs it uses. Pure.

Money is only added to money, and days to days; numbers and shares are both plain numbers. Money times a number is
money, money over money a share. An expression is a price if its unit is money.
"""

from dataclasses import dataclass
from typing import Final

from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.syntax import (
    Binary,
    Call,
    Choice,
    Dimension,
    Fault,
    Function,
    InvalidExpression,
    Name,
    Negated,
    Node,
    Not,
    Number,
    Operator,
)

_PLAIN: Final = frozenset({Dimension.COUNT, Dimension.SHARE})
_WORDS: Final = {
    Dimension.MONEY: "an amount of money",
    Dimension.SHARE: "a share",
    Dimension.COUNT: "a plain number",
    Dimension.DAYS: "a number of days",
    Dimension.FLAG: "a condition",
}
_COMPARISONS: Final = frozenset(
    {Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST, Operator.EQUAL, Operator.UNEQUAL}
)
_LOGIC: Final = frozenset({Operator.AND, Operator.OR})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a checked expression is: its unit, and the inputs that it uses in the order of INPUTS."""

    unit: Dimension
    inputs: tuple[str, ...]


def check_units(node: Node) -> Checked:
    """Check every part. Raises InvalidExpression with every place where units do not fit."""
    checker = _Checker()
    unit = checker.unit_of(node)
    if checker.faults:
        raise InvalidExpression(checker.faults)
    return Checked(unit, tuple(name for name in INPUTS if name in checker.used))


def check_price(node: Node) -> Checked:
    """Check every part, and that the whole is a price. Raises InvalidExpression."""
    checked = check_units(node)
    if checked.unit is not Dimension.MONEY:
        expected = f"{_WORDS[Dimension.MONEY]}: the expression as a whole is a price"
        raise InvalidExpression([Fault(node.span.place, node.span.length, _WORDS[checked.unit], expected)])
    return checked


class _Checker:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.used: set[str] = set()

    def unit_of(self, node: Node) -> Dimension:  # noqa: PLR0911 - one for each kind of part
        """Return the unit of a part; where units do not fit, one that raises no second fault if possible."""
        match node:
            case Number():
                return node.unit
            case Name():
                self.used.add(node.name)
                return INPUTS[node.name].unit
            case Negated():
                return self._figure(node.part)
            case Not():
                self._demand(node.part, self.unit_of(node.part), Dimension.FLAG)
                return Dimension.FLAG
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)
            case Choice():
                self._demand(node.condition, self.unit_of(node.condition), Dimension.FLAG)
                return self._alike(node.then, node.otherwise)

    def _binary(self, node: Binary) -> Dimension:
        if node.operator in _LOGIC:
            for part in (node.left, node.right):
                self._demand(part, self.unit_of(part), Dimension.FLAG)
            return Dimension.FLAG
        if node.operator in _COMPARISONS:
            self._alike(node.left, node.right, figures=True)
            return Dimension.FLAG
        if node.operator in {Operator.ADD, Operator.SUBTRACT}:
            return self._alike(node.left, node.right, figures=True)
        left, right = self._figure(node.left), self._figure(node.right)
        if node.operator is Operator.MULTIPLY:
            return self._times(node, left, right)
        return self._over(node, left, right)

    def _times(self, node: Binary, left: Dimension, right: Dimension) -> Dimension:
        if left in _PLAIN and right in _PLAIN:
            return Dimension.SHARE if Dimension.SHARE in {left, right} else Dimension.COUNT
        if left not in _PLAIN and right not in _PLAIN:
            self._fault(node.right, right, "a plain number or a share: only one side of '*' may be money or days")
        return right if left in _PLAIN else left

    def _over(self, node: Binary, left: Dimension, right: Dimension) -> Dimension:
        if left is right or (left in _PLAIN and right in _PLAIN):
            return Dimension.SHARE
        if right not in _PLAIN:
            self._fault(node.right, right, f"{_WORDS[left]}, a plain number or a share")
        return left

    def _call(self, node: Call) -> Dimension:
        if node.function is Function.HAS:
            for part in node.parts:
                self.unit_of(part)
            return Dimension.FLAG
        unit = self._figure(node.parts[0])
        for part in node.parts[1:]:
            unit = self._same(part, unit, self.unit_of(part))
        return unit

    def _alike(self, left: Node, right: Node, *, figures: bool = False) -> Dimension:
        unit = self._figure(left) if figures else self.unit_of(left)
        return self._same(right, unit, self.unit_of(right))

    def _same(self, part: Node, expected: Dimension, found: Dimension) -> Dimension:
        if expected in _PLAIN and found in _PLAIN:
            return Dimension.SHARE if Dimension.SHARE in {expected, found} else Dimension.COUNT
        self._demand(part, found, expected)
        return expected

    def _figure(self, part: Node) -> Dimension:
        unit = self.unit_of(part)
        if unit is Dimension.FLAG:
            self._fault(part, unit, "a figure")
            return Dimension.COUNT
        return unit

    def _demand(self, part: Node, found: Dimension, expected: Dimension) -> None:
        if found is not expected:
            self._fault(part, found, _WORDS[expected])

    def _fault(self, part: Node, found: Dimension, expected: str) -> None:
        self.faults.append(Fault(part.span.place, part.span.length, _WORDS[found], expected))

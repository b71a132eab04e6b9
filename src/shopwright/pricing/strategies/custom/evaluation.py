"""Computing an expression on the columns of a catalog: one operation on whole columns for each of its parts. Pure."""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from shopwright.kit.amounts import LARGEST, Flags, Integers
from shopwright.kit.money import Currency
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom import figures
from shopwright.pricing.strategies.custom.figures import NO_RATE, Figures, Truths
from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.syntax import (
    Binary,
    Call,
    Choice,
    Function,
    Name,
    Negated,
    Node,
    Not,
    Number,
    Operator,
)

Column: TypeAlias = Figures | Truths
_PLACES: Final = {name: place for place, name in enumerate(INPUTS)}
_ARITHMETIC: Final[dict[Operator, Callable[[Figures, Figures], Figures]]] = {
    Operator.ADD: figures.add,
    Operator.SUBTRACT: lambda left, right: figures.add(left, figures.negate(right)),
    Operator.MULTIPLY: figures.multiply,
    Operator.DIVIDE: figures.divide,
}
_COMPARISONS: Final[dict[Operator, Callable[[Integers, Integers], Flags]]] = {
    Operator.BELOW: np.less,
    Operator.AT_MOST: np.less_equal,
    Operator.ABOVE: np.greater,
    Operator.AT_LEAST: np.greater_equal,
    Operator.EQUAL: np.equal,
    Operator.UNEQUAL: np.not_equal,
}


class Evaluation:
    """Computes expressions for one market; each input is read once."""

    def __init__(self, market: CatalogColumns, offers: UsedOffers) -> None:
        self._market = market
        self._offers = offers
        self._read: dict[str, Figures] = {}

    def of(self, node: Node) -> Figures:
        """Compute an expression whose units were checked and that is no condition."""
        found = self._column(node)
        if isinstance(found, Truths):
            raise TypeError("the expression is a condition")
        return found

    def _column(self, node: Node) -> Column:  # noqa: PLR0911 - one for each kind of part
        match node:
            case Number():
                return self._number(node)
            case Name():
                return self._input(node.name)
            case Negated():
                return figures.negate(self.of(node.part))
            case Not():
                return figures.negation(self._truths(node.part))
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)
            case Choice():
                return self._choice(node)

    def _truths(self, node: Node) -> Truths:
        found = self._column(node)
        if isinstance(found, Figures):
            raise TypeError("the expression is a figure")
        return found

    def _binary(self, node: Binary) -> Column:
        if node.operator is Operator.AND:
            return figures.both(self._truths(node.left), self._truths(node.right))
        if node.operator is Operator.OR:
            return figures.either(self._truths(node.left), self._truths(node.right))
        left, right = self.of(node.left), self.of(node.right)
        if node.operator in _COMPARISONS:
            return figures.compare(left, right, _COMPARISONS[node.operator])
        return _ARITHMETIC[node.operator](left, right)

    def _call(self, node: Call) -> Column:
        if node.function is Function.HAS:
            return figures.known([self._column(part) for part in node.parts])
        parts = [self.of(part) for part in node.parts]
        if node.function is Function.FIRST:
            return figures.first(parts)
        return figures.extreme(parts, np.minimum if node.function is Function.MIN else np.maximum)

    def _choice(self, node: Choice) -> Column:
        condition = self._truths(node.condition)
        then, otherwise = self._column(node.then), self._column(node.otherwise)
        if isinstance(then, Figures) and isinstance(otherwise, Figures):
            return figures.choose(condition, then, otherwise)
        if isinstance(then, Truths) and isinstance(otherwise, Truths):
            return figures.choose_truth(condition, then, otherwise)
        raise TypeError("the branches are of two kinds")

    def _input(self, name: str) -> Figures:
        if name not in self._read:
            values, missing = INPUTS[name].column(self._market, self._offers)
            self._read[name] = Figures.of(values, missing << _PLACES[name])
        return self._read[name]

    def _number(self, node: Number) -> Figures:
        size = len(self._market)
        value, none = np.full(size, node.value, dtype=np.int64), np.zeros(size, dtype=np.int64)
        if node.currency is None:
            return Figures.of(value, none)
        # An amount in another currency than the product's is worth what the recorded rate says, or is not known.
        table, currency = self._market.rates, Currency(node.currency)
        if currency not in table.currencies:
            return Figures.of(value, np.full(size, NO_RATE))
        source = np.full(size, table.currencies.index(currency), dtype=np.int64)
        rate, per = table.between(source, self._market.currency)
        missing = np.where((rate > 0) & (per > 0), 0, NO_RATE)
        return Figures.of(_converted(value, rate, np.where(per > 0, per, 1)), missing)


def _converted(value: Integers, rate: Integers, per: Integers) -> Integers:
    """Return value * rate / per, rounded down, with Python's integers: a written amount is one number, the rates few."""
    worth = (
        {
            pair: min(int(value[0]) * pair[0] // pair[1], LARGEST)
            for pair in set(zip(rate.tolist(), per.tolist(), strict=True))
        }
        if value.size
        else {}
    )
    return np.array([worth[pair] for pair in zip(rate.tolist(), per.tolist(), strict=True)], dtype=np.int64)


def missing_inputs(gaps: int) -> tuple[str, ...]:
    """Return the names of the inputs whose bits are set."""
    return tuple(name for name, place in _PLACES.items() if gaps >> place & 1)

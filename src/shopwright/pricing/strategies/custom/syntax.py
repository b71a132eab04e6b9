"""The parts of a price expression, and what is said of one that cannot be read. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeAlias

from shopwright.kit.errors import Invalid


class Dimension(StrEnum):
    """What a figure counts. A share is a count of wholes: 10 % is 0.1."""

    MONEY = "money"
    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    FLAG = "flag"


class Operator(StrEnum):
    """What stands between two parts."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    EQUAL = "="
    UNEQUAL = "!="
    AND = "and"
    OR = "or"


class Function(StrEnum):
    """What can be called: the least, the greatest, the first that is known, and whether something is known."""

    MIN = "min"
    MAX = "max"
    FIRST = "first"
    HAS = "has"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part stands: its first character, counted from 1, and how many there are."""

    place: int
    length: int

    def until(self, end: "Span") -> "Span":
        """Return the span from here to the end of another."""
        return Span(self.place, end.place + end.length - self.place)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as it is written, in millionths; money has a currency."""

    span: Span
    value: int
    unit: Dimension
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """An input."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Negated:
    """Minus a figure."""

    span: Span
    part: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a flag."""

    span: Span
    part: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two parts with an operator between them."""

    span: Span
    operator: Operator
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one part or more."""

    span: Span
    function: Function
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One part where a flag is set, another where it is not."""

    span: Span
    condition: "Node"
    then: "Node"
    otherwise: "Node"


Node: TypeAlias = Number | Name | Negated | Not | Binary | Call | Choice


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place: what was found there, and what was expected."""

    place: int
    length: int
    found: str
    expected: str

    @property
    def sentence(self) -> str:
        """The fault in one sentence."""
        return f"At character {self.place}: found {self.found}, expected {self.expected}."


class InvalidExpression(Invalid):
    """A price expression cannot be read, or its units do not fit. `details.faults` say where and what is expected."""

    code = "invalid_expression"
    action = "Correct the expression at the places named; the check of expressions shows inputs and examples."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0].sentence, faults=[asdict(fault) for fault in faults])

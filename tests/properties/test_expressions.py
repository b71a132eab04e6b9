"""Laws of price expressions: exact as the definition has it, no guess where something is missing, no text that runs."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shopwright.kit.amounts import INVALID, LARGEST, MISSING, SCALE
from shopwright.pricing.codes import Reason
from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.parsing import parse
from shopwright.pricing.strategies.custom.strategy import CustomExpression, ExpressionSettings
from shopwright.pricing.strategies.custom.syntax import (
    Binary,
    Call,
    Choice,
    Dimension,
    Function,
    InvalidExpression,
    Name,
    Negated,
    Node,
    Not,
    Number,
    Operator,
)
from shopwright.pricing.strategies.custom.units import check_price
from tests.factories.guardrails import random_cases

MONEY = [name for name, one in INPUTS.items() if one.unit is Dimension.MONEY]
PLAIN = [name for name, one in INPUTS.items() if one.unit in {Dimension.COUNT, Dimension.SHARE}]
DAYS = [name for name, one in INPUTS.items() if one.unit is Dimension.DAYS]
CASES = random_cases(300, seed=17)
COLUMNS = {name: one.column(CASES.catalog, CASES.offers) for name, one in INPUTS.items()}

numbers = st.integers(0, 10**7).map(lambda number: f"{number // 10_000}.{number % 10_000:04d}")
plain = st.one_of(numbers, st.sampled_from(PLAIN), st.integers(0, 200).map("{} %".format))
days = st.one_of(st.sampled_from(DAYS), st.integers(0, 400).map("{} days".format))
flags = st.one_of(
    st.tuples(days, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), days).map(" ".join),
    st.sampled_from(MONEY).map("has({})".format),
    st.tuples(plain, st.sampled_from(["<", ">="]), plain).map(" ".join),
)


def larger(money: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-"])
    return st.one_of(
        st.tuples(money, signs, money).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        st.tuples(money, st.sampled_from(["*", "/"]), plain).map(lambda it: f"{it[0]} {it[1]} ({it[2]})"),
        st.tuples(st.sampled_from(["min", "max", "first"]), money, money).map(lambda it: f"{it[0]}({it[1]}, {it[2]})"),
        st.tuples(flags, flags, st.sampled_from(["and", "or"]), money, money).map(
            lambda it: f"(if {it[0]} {it[2]} not ({it[1]}) then {it[3]} else {it[4]})"
        ),
        money.map("-{}".format),
    )


expressions = st.recursive(st.sampled_from(MONEY), larger, max_leaves=6)
_COMPARED: Mapping[Operator, Callable[[int, int], bool]] = {
    Operator.BELOW: operator.lt, Operator.AT_MOST: operator.le, Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge, Operator.EQUAL: operator.eq, Operator.UNEQUAL: operator.ne,
}  # fmt: skip


class Unknown(Exception):
    """Something is missing."""


class Impossible(Exception):
    """There is no result."""


def value(node: Node, row: int) -> int:  # noqa: C901, PLR0911, PLR0912 - the whole definition in one place
    """The definition, on one product, with Python's own integers; flags are 0 or 1."""
    match node:
        case Number():
            return node.value
        case Name():
            values, gaps = COLUMNS[node.name]
            if gaps[row]:
                raise Unknown
            return int(values[row])
        case Negated():
            return -value(node.part, row)
        case Not():
            return 1 - value(node.part, row)
        case Choice():
            return value(node.then if value(node.condition, row) else node.otherwise, row)
        case Call(function=Function.HAS):
            return int(all(is_known(part, row) for part in node.parts))
        case Call(function=Function.FIRST):
            for part in node.parts:
                if is_known(part, row):
                    return value(part, row)
            raise Unknown
        case Call():
            return (min if node.function is Function.MIN else max)(value(part, row) for part in node.parts)
        case Binary(operator=Operator.AND | Operator.OR):
            decisive = int(node.operator is Operator.OR)
            for part in (node.left, node.right):
                if is_known(part, row) and value(part, row) == decisive:
                    return decisive
            return value(node.left, row) * 0 + value(node.right, row) * 0 + 1 - decisive
        case Binary():
            left, right = both(node, row)
            if node.operator in _COMPARED:
                return int(_COMPARED[node.operator](left, right))
            return bounded(calculated(node.operator, left, right))


def both(node: Binary, row: int) -> tuple[int, int]:
    """Both sides; what is impossible on one of them outweighs what is unknown on the other."""
    sides, unknown = [], False
    for part in (node.left, node.right):
        try:
            sides.append(value(part, row))
        except Unknown:
            unknown = True
    if unknown:
        raise Unknown
    return sides[0], sides[1]


def calculated(sign: Operator, left: int, right: int) -> int:
    match sign:
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.MULTIPLY:
            return floor(Fraction(left * right, SCALE))
        case _:
            if right == 0:
                raise Impossible
            return floor(Fraction(left * SCALE, right))


def bounded(result: int) -> int:
    if abs(result) >= LARGEST:
        raise Impossible
    return result


def is_known(node: Node, row: int) -> bool:
    try:
        value(node, row)
    except (Unknown, Impossible):
        return False
    return True


def expected(node: Node, row: int) -> set[int]:
    """What the strategy may want: where a part is unknown and another impossible, either is right."""
    try:
        found = value(node, row)
    except Unknown:
        return {MISSING, INVALID}
    except Impossible:
        return {INVALID, MISSING}
    return {found if found > 0 else INVALID}


@settings(max_examples=150)
@given(text=expressions)
@example(text="min(lowest_rival - 0.5 * cost, cost * 1.3)")
@example(text="price * (0.0001) * (0.0001) * (0.0001)")
def test_every_product_gets_what_the_definition_says(text: str) -> None:
    node = parse(text)
    found = CustomExpression().propose(CASES.catalog, CASES.offers, ExpressionSettings(text)).price.tolist()
    for row in range(0, len(found), 3):
        assert found[row] in expected(node, row), (text, row)


@pytest.mark.property_test(47)
@given(text=expressions)
def test_no_price_is_guessed_where_every_price_needs_what_is_missing(text: str) -> None:
    node = parse(text)
    found = CustomExpression().propose(CASES.catalog, CASES.offers, ExpressionSettings(text))
    for row in range(0, len(CASES.catalog), 3):
        if is_known(node, row):
            assert Reason.INPUT_MISSING not in Reason.read(int(found.reasons[row]))
        else:
            assert found.price[row] in {MISSING, INVALID}
    unknown = found.price == MISSING
    assert (found.reasons[unknown] & Reason.INPUT_MISSING.bit != 0).all()
    assert (found.confidence[unknown] == 0).all()


def refusal(text: str) -> InvalidExpression | None:
    """Why a text is no price; whatever else it might raise is a fault of ours."""
    try:
        check_price(parse(text))
    except InvalidExpression as refused:
        return refused
    return None


words = st.sampled_from(
    [*INPUTS, "if", "then", "else", "and", "or", "not", "min", "max", "first", "has", "(", ")", ",", "+", "-", "*", "/",
     "<", ">=", "!=", "=", "%", "days", "EUR", "1", "0.5", "90", "__class__", "price.real", "import os", "lambda", "'"]
)  # fmt: skip


@settings(max_examples=500)
@given(text=st.one_of(st.text(max_size=60), st.lists(words, max_size=25).map(" ".join)))
@example(text="(" * 3_000)
@example(text="-" * 1_999 + "1")
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    refused = refusal(text)
    if refused is None:
        found = CustomExpression().propose(CASES.catalog, CASES.offers, ExpressionSettings(text))
        assert len(found) == len(CASES.catalog)
    else:
        assert refused.faults
        for fault in refused.faults:
            assert 1 <= fault.place <= len(text) + 1
            assert fault.found
            assert fault.expected

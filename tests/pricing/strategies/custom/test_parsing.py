"""What can be written, and where and how the rest is refused."""

import re

import pytest

from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.parsing import MOST_CHARACTERS, MOST_DEPTH, MOST_PARTS, parse
from shopwright.pricing.strategies.custom.syntax import (
    Binary,
    Call,
    Choice,
    InvalidExpression,
    Name,
    Negated,
    Node,
    Not,
    Number,
)
from shopwright.pricing.strategies.custom.units import check_price, check_units


def written(node: Node) -> str:  # noqa: PLR0911 - one for each kind of part
    """The tree with all its brackets."""
    match node:
        case Number():
            return f"{node.value / 1_000_000:g}{node.currency or ''}{'d' if node.unit == 'days' else ''}"
        case Name():
            return node.name
        case Negated():
            return f"(-{written(node.part)})"
        case Not():
            return f"(not {written(node.part)})"
        case Binary():
            return f"({written(node.left)} {node.operator} {written(node.right)})"
        case Call():
            return f"{node.function}[{', '.join(written(part) for part in node.parts)}]"
        case Choice():
            return f"({written(node.condition)} ? {written(node.then)} : {written(node.otherwise)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("min(lowest_rival - 0.01 EUR, cost * 1.3)", "min[(lowest_rival - 0.01EUR), (cost * 1.3)]"),
        ("if stock_age > 90 days then price * 0.9 else price", "((stock_age > 90d) ? (price * 0.9) : price)"),
        ("price - cost - cost * 2 / 4", "((price - cost) - ((cost * 2) / 4))"),
        ("-price + -(cost)", "((-price) + (-cost))"),
        ("price*10%", "(price * 0.1)"),
        ("rivals < 1 or not margin > 5 % and has(cover)", "((rivals < 1) or ((not (margin > 0.05)) and has[cover]))"),
        ("(if has(cost) then cost else price)*2", "((has[cost] ? cost : price) * 2)"),
        ("if rivals=0 then price else if rivals!=1 then cost else max(price)",
         "((rivals = 0) ? price : ((rivals != 1) ? cost : max[price]))"),
        ("  first( lowest_rival ,\n price ) ", "first[lowest_rival, price]"),
        ("price * 1 + 2 * cost", "((price * 1) + (2 * cost))"),
    ],
)  # fmt: skip
def test_operators_bind_as_people_read_them(text: str, tree: str) -> None:
    assert written(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "place", "found", "expected"),
    [
        ("", 1, "the end", "a number"),
        ("price +", 8, "the end", "a number"),
        ("price price", 7, "'price'", "the end"),
        ("price * (1 + 2", 15, "the end", "')'"),
        ("min(price; cost)", 10, "';'", "an operator"),
        ("min price", 5, "'price'", "'('"),
        ("min()", 5, "')'", "a number"),
        ("prize * 2", 1, "'prize'", "one of price"),
        ("if price then", 14, "the end", "a number"),
        ("if rivals > 1 price", 15, "'price'", "'then'"),
        ("if rivals > 1 then price", 25, "the end", "'else'"),
        ("1 < rivals < 3", 12, "'<'", "the end"),
        ("price - 1 ABC", 11, "'ABC'", "a currency"),
        ("price * 1.1234567", 9, "'1.1234567'", "six decimals"),
        ("price * 1000000000000", 9, "'1000000000000'", "below 10^12"),
        ("price * 0.00001 %", 9, "'0.00001'", "four before %"),
        ("price.real", 6, "'.'", "an operator"),
        ("price[0]", 6, "'['", "an operator"),
        ("__import__('os')", 12, "'''", "an operator"),
        ("exec(price)", 1, "'exec'", "one of"),
        ("price if 1 else cost", 7, "'if'", "the end"),
        ("lambda: price", 7, "':'", "an operator"),
        ("price ** 2", 8, "'*'", "a number"),
        ("ﬁrst(price)", 1, "'ﬁ'", "a number, a name"),
        ("price * ٣", 9, "'٣'", "a number"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text: str, place: int, found: str, expected: str) -> None:
    with pytest.raises(InvalidExpression) as refused:
        parse(text)
    [fault] = refused.value.faults
    assert (fault.place, fault.found) == (place, found)
    assert expected in fault.expected
    assert str(refused.value).startswith(f"At character {place}: found {found}, expected ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("price" + " " * MOST_CHARACTERS, "characters"),
        ("(" * MOST_DEPTH + "price" + ")" * MOST_DEPTH, "levels"),
        ("-" * MOST_DEPTH + "price", "levels"),
        ("price * " + "1 * " * MOST_PARTS + "1", "parts"),
        ("not " * 400 + "has(price)", "levels"),
        ("if has(price) then " * 60 + "price" + " else cost" * 60, "levels"),
    ],
)
def test_what_is_too_long_or_too_deep_is_refused(text: str, expected: str) -> None:
    with pytest.raises(InvalidExpression, match=f"at most [0-9]+ {expected}"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "unit", "inputs"),
    [
        ("min(lowest_rival - 0.01 EUR, cost * 1.3)", "money", ("cost", "lowest_rival")),
        ("price / cost", "share", ("price", "cost")),
        ("1 + 10 %", "share", ()),
        ("rivals * 2", "count", ("rivals",)),
        ("cover / 2", "days", ("cover",)),
        ("2 * (1 - margin) * price", "money", ("price", "margin")),
        ("stock_age / cover > 1 or has(price)", "flag", ("price", "stock_age", "cover")),
        ("if has(cost) then has(price) else rivals > 1", "flag", ("price", "cost", "rivals")),
    ],
)
def test_an_expression_has_a_unit_and_inputs(text: str, unit: str, inputs: tuple[str, ...]) -> None:
    checked = check_units(parse(text))
    assert (checked.unit, checked.inputs) == (unit, inputs)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("price + 1", [(9, "a plain number", "an amount of money")]),
        ("price * cost", [(9, "an amount of money", "a plain number or a share")]),
        ("price / cover", [(9, "a number of days", "an amount of money, a plain number or a share")]),
        ("if price then price else price", [(4, "an amount of money", "a condition")]),
        ("if has(cover) then price else 1", [(31, "a plain number", "an amount of money")]),
        ("min(price, cover)", [(12, "a number of days", "an amount of money")]),
        ("price + (rivals > 1)", [(10, "a condition", "an amount of money")]),
        ("-(rivals > 1) * price", [(3, "a condition", "a figure")]),
        ("if stock_age > 90 then price + 1 else cost", [
            (16, "a plain number", "a number of days"), (32, "a plain number", "an amount of money")]),
        ("rivals > 1 and price", [(16, "an amount of money", "a condition")]),
        ("margin", [(1, "a share", "an amount of money: the expression as a whole is a price")]),
    ],
)  # fmt: skip
def test_units_that_do_not_fit_are_all_told_by_their_place(text: str, faults: list[tuple[int, str, str]]) -> None:
    with pytest.raises(InvalidExpression) as refused:
        check_price(parse(text))
    found = [(fault.place, fault.found, fault.expected) for fault in refused.value.faults]
    assert [(place, what) for place, what, _ in found] == [(place, what) for place, what, _ in faults]
    assert all(told.startswith(expected) for (*_, told), (*_, expected) in zip(found, faults, strict=True))


def test_no_input_is_called_like_a_word_of_the_language() -> None:
    assert all(re.fullmatch("[a-z_]+", name) for name in INPUTS)
    assert not {"if", "then", "else", "and", "or", "not", "day", "days", "min", "max", "first", "has"} & set(INPUTS)

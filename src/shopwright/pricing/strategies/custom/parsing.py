"""Reading the text of an expression into a tree. Pure; the text is never run.

expression = "if" expression "then" expression "else" expression | either
either     = both { "or" both }            both  = negation { "and" negation }
negation   = "not" negation | comparison   comparison = sum [ ("<" | "<=" | ">" | ">=" | "=" | "!=") sum ]
sum        = product { ("+" | "-") product }
product    = signed { ("*" | "/") signed } signed = "-" signed | part
part       = number [ "%" | "days" | currency ] | name | function "(" expression { "," expression } ")"
           | "(" expression ")"
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NoReturn

from shopwright.kit.amounts import LARGEST, SCALE
from shopwright.kit.money import Currency, UnknownCurrency
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
    Span,
)

MOST_CHARACTERS: Final = 2_000
MOST_PARTS: Final = 200
MOST_DEPTH: Final = 20
_TOKEN: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[-+*/<>=(),%])")
_BLANK: Final = re.compile(r"\s*")
_KEYWORDS: Final = frozenset({"if", "then", "else", "and", "or", "not", "day", "days"})
_COMPARISONS: Final = ("<", "<=", ">", ">=", "=", "!=")
_PART: Final = "a number, an input, a function or '('"
_END: Final = "the end, or an operator"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    span: Span

    @property
    def shown(self) -> str:
        return f"'{self.text}'" if self.text else "the end"


@lru_cache(maxsize=1_024)
def parse(text: str) -> Node:
    """Read an expression. Raises InvalidExpression with the first place that cannot be read."""
    if len(text) > MOST_CHARACTERS:
        at_most = f"at most {MOST_CHARACTERS} characters"
        raise InvalidExpression([Fault(MOST_CHARACTERS + 1, 1, f"{len(text)} characters", at_most)])
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], _blank(text, 0)
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or not found[0].isascii():
            raise InvalidExpression([Fault(place + 1, 1, f"'{text[place]}'", "a number, a name or an operator")])
        tokens.append(_Token(found.lastgroup or "", found[0], Span(place + 1, len(found[0]))))
        place = _blank(text, found.end())
    return [*tokens, _Token("end", "", Span(len(text) + 1, 0))]


def _blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return place if found is None else found.end()


class _Parser:
    """Recursive descent; every method reads one rule of the grammar and leaves the token behind it."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._parts = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._token.kind != "end":
            self._refuse(_END)
        return node

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> _Token | None:
        """Return the token and go on if it is one of these."""
        token = self._token
        if token.kind == "end" or token.text not in texts:
            return None
        self._next += 1
        return token

    def _demand(self, text: str) -> _Token:
        token = self._take(text)
        if token is None:
            self._refuse(f"'{text}'")
        return token

    def _refuse(self, expected: str, token: _Token | None = None) -> NoReturn:
        token = token or self._token
        raise InvalidExpression([Fault(token.span.place, token.span.length, token.shown, expected)])

    def _deeper(self, read: Callable[[], Node]) -> Node:
        """Read a rule that may hold itself."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self._refuse(f"at most {MOST_DEPTH} levels of brackets, signs and conditions")
        node = read()
        self._depth -= 1
        return node

    def _counted(self, node: Node) -> Node:
        self._parts += 1
        if self._parts > MOST_PARTS:
            self._refuse(f"at most {MOST_PARTS} parts")
        return node

    def _expression(self) -> Node:
        return self._deeper(self._choice)

    def _choice(self) -> Node:
        opening = self._take("if")
        if opening is None:
            return self._either()
        condition = self._expression()
        self._demand("then")
        then = self._expression()
        self._demand("else")
        otherwise = self._expression()
        return self._counted(Choice(opening.span.until(otherwise.span), condition, then, otherwise))

    def _either(self) -> Node:
        return self._chain(self._both, "or")

    def _both(self) -> Node:
        return self._chain(self._negation, "and")

    def _negation(self) -> Node:
        sign = self._take("not")
        if sign is None:
            return self._comparison()
        part = self._deeper(self._negation)
        return self._counted(Not(sign.span.until(part.span), part))

    def _comparison(self) -> Node:
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        return left if sign is None else self._joined(sign, left, self._sum())

    def _sum(self) -> Node:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Node:
        return self._chain(self._signed, "*", "/")

    def _chain(self, read: Callable[[], Node], *signs: str) -> Node:
        node = read()
        while (sign := self._take(*signs)) is not None:
            node = self._joined(sign, node, read())
        return node

    def _joined(self, sign: _Token, left: Node, right: Node) -> Node:
        return self._counted(Binary(left.span.until(right.span), Operator(sign.text), left, right))

    def _signed(self) -> Node:
        sign = self._take("-")
        if sign is None:
            return self._part()
        part = self._deeper(self._signed)
        return self._counted(Negated(sign.span.until(part.span), part))

    def _part(self) -> Node:
        token = self._token
        if self._take("(") is not None:
            node = self._expression()
            self._demand(")")
            return node
        if token.kind == "number":
            self._next += 1
            return self._counted(self._number(token))
        if token.kind == "word" and token.text not in _KEYWORDS:
            self._next += 1
            return self._counted(self._named(token))
        return self._refuse(_PART)

    def _named(self, token: _Token) -> Node:
        if token.text in set(Function):
            self._demand("(")
            parts = [self._expression()]
            while self._take(",") is not None:
                parts.append(self._expression())
            closing = self._demand(")")
            return Call(token.span.until(closing.span), Function(token.text), tuple(parts))
        if token.text not in INPUTS:
            names = ", ".join([*INPUTS, *(f"{function.value}(...)" for function in Function)])
            self._refuse(f"one of {names}", token)
        return Name(token.span, token.text)

    def _number(self, token: _Token) -> Number:
        value, suffix = Decimal(token.text), self._token
        if self._take("%") is not None:
            return _figure(token, suffix, value / 100, Dimension.SHARE)
        if self._take("days", "day") is not None:
            return _figure(token, suffix, value, Dimension.DAYS)
        if suffix.kind == "word" and suffix.text not in {*_KEYWORDS, *INPUTS, *Function}:
            self._next += 1
            try:
                currency = Currency(suffix.text)
            except UnknownCurrency:
                self._refuse("'%', 'days', a currency such as EUR, or an operator", suffix)
            return _figure(token, suffix, value, Dimension.MONEY, currency.code)
        return _figure(token, token, value, Dimension.COUNT)


def _figure(first: _Token, last: _Token, value: Decimal, unit: Dimension, currency: str | None = None) -> Number:
    """Make a number that is exact in millionths."""
    span, exact = first.span.until(last.span), value * SCALE
    if exact != exact.to_integral_value() or exact >= LARGEST:
        expected = "a number below 10^12 with at most six decimals (four before %)"
        raise InvalidExpression([Fault(span.place, span.length, first.shown, expected)])
    return Number(span, int(exact), unit, currency)

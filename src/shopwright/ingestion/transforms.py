"""How a field is made from columns: a closed set of named transforms, JSON-serialisable, that users may choose from.

There is no expression language: what is not here is not possible, so a mapping can never run anything. Amounts are computed
in decimals; only `Exp`, which is for units on a logarithmic scale, goes through floats.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec
import polars as pl

from shopwright.ingestion.files.profile import Notation
from shopwright.ingestion.parsing.numbers import fast_number

WORK = pl.Decimal(38, 12)
_DAYS_A_WEEK = 7


class _Transform(msgspec.Struct, frozen=True, tag_field="transform", tag=str.lower, forbid_unknown_fields=True):
    pass


class Column(_Transform, frozen=True):
    """The column as it is."""

    column: str


class Constant(_Transform, frozen=True):
    """The same value in every row."""

    value: str


class Join(_Transform, frozen=True):
    """Several columns with a text between them; empty ones are left out."""

    columns: tuple[str, ...]
    separator: str = " "


class FirstOf(_Transform, frozen=True):
    """The first of several columns that is not empty."""

    columns: tuple[str, ...]


class Pick(_Transform, frozen=True):
    """One of several columns, chosen in each row by the value of another: wide files with a price column per brand."""

    by: str
    columns: dict[str, str]


class Part(_Transform, frozen=True):
    """One part of a list in a cell: the first, the last, or the greatest in the order of text (the newest ISO date)."""

    column: str
    separator: str = ","
    which: Literal["first", "last", "greatest"] = "first"


class Exp(_Transform, frozen=True):
    """e to the power of the column: units from their logarithm, rounded to three decimals. Never for money."""

    column: str


class Multiply(_Transform, frozen=True):
    """The product of two numbers."""

    left: "Transform"
    right: "Transform"


class LessPercent(_Transform, frozen=True):
    """An amount less a percentage of itself: the cost from a price and its margin in percent of the price."""

    amount: "Transform"
    percent: "Transform"


class WeekToDate(_Transform, frozen=True):
    """The first day of a numbered week, where week `first` begins on `anchor`."""

    column: str
    anchor: date
    first: int = 1


Transform = Column | Constant | Join | FirstOf | Pick | Part | Exp | Multiply | LessPercent | WeekToDate


def columns_of(transform: Transform) -> Iterator[str]:
    """Name every column that a transform reads, the most telling first."""
    match transform:
        case Column(column) | Part(column) | Exp(column) | WeekToDate(column):
            yield column
        case Join(columns) | FirstOf(columns):
            yield from columns
        case Pick(by, columns):
            yield from dict.fromkeys(columns.values())
            yield by
        case Multiply(left, right) | LessPercent(left, right):
            yield from columns_of(left)
            yield from columns_of(right)
        case Constant():
            return


def expression(transform: Transform, types: pl.Schema, notation: Notation) -> pl.Expr:
    """Return the expression that makes the field: text, or a typed value where columns are typed or it is computed."""
    match transform:
        case Column(column):
            return pl.col(column)
        case Constant(value):
            return pl.lit(value)
        case Join() | FirstOf() | Pick() | Part():
            return _chosen(transform)
        case _:
            return _computed(transform, types, notation)


def _chosen(transform: Join | FirstOf | Pick | Part) -> pl.Expr:
    match transform:
        case Join(columns, separator):
            return pl.concat_str([_filled(column) for column in columns], separator=separator, ignore_nulls=True)
        case FirstOf(columns):
            return pl.coalesce(_filled(column) for column in columns)
        case Pick(by, columns):
            key = _text(by)
            return pl.coalesce(pl.when(key == value).then(pl.col(column)) for value, column in columns.items())
        case Part(column, separator, which):
            return _part(_text(column), separator, which)


def _computed(transform: Transform, types: pl.Schema, notation: Notation) -> pl.Expr:
    match transform:
        case Exp(column):
            return _number(Column(column), types, notation).cast(pl.Float64).exp().round(3)
        case Multiply(left, right):
            return _number(left, types, notation) * _number(right, types, notation)
        case LessPercent(amount, percent):
            share = pl.lit(100).cast(WORK) - _number(percent, types, notation)
            return _number(amount, types, notation) * share / pl.lit(100).cast(WORK)
        case WeekToDate(column, anchor, first):
            weeks = _number(Column(column), types, notation).cast(pl.Int64) - first
            return pl.lit(anchor) + pl.duration(days=weeks * _DAYS_A_WEEK)
        case _:
            raise TypeError(f"{type(transform).__name__} is no computed transform")


def _number(transform: Transform, types: pl.Schema, notation: Notation) -> pl.Expr:
    """Return an operand as a decimal; what is no number, or beyond all measure, is null."""
    if isinstance(transform, Multiply | LessPercent):
        return _computed(transform, types, notation)
    raw = expression(transform, types, notation)
    plain = Notation() if isinstance(transform, Constant) or _typed(transform, types) else notation
    number = fast_number(raw.cast(pl.String), plain, WORK)
    return pl.when(number.abs() < pl.lit(10**12).cast(WORK)).then(number)


def _typed(transform: Transform, types: pl.Schema) -> bool:
    return all(types[column] != pl.String for column in columns_of(transform))


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars()


def _filled(column: str) -> pl.Expr:
    text = _text(column)
    return pl.when(text != "").then(text)


def _part(text: pl.Expr, separator: str, which: Literal["first", "last", "greatest"]) -> pl.Expr:
    parts = text.str.split(separator)
    match which:
        case "first":
            return parts.list.first()
        case "last":
            return parts.list.last()
        case "greatest":
            return parts.list.eval(pl.element().str.strip_chars()).list.sort(descending=True).list.first()

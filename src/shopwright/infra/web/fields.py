"""Field types that request bodies of several contexts share."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

_NUMBER: Final = re.compile(r"\s*[+-]?[0-9_]*\.?[0-9_]*\s*")
_NOT_TEXT: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def refuse_float(value: Any) -> Any:
    """Refuse a JSON number with a point, where a decimal is wanted."""
    if isinstance(value, float):
        msg = 'an amount is sent as a string, such as "19.99": a JSON number with a point is not exact'
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a message of its own
    return value


def refuse_number(value: Any) -> Any:
    """Refuse a number where a day or a moment is wanted: it would be taken for seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        msg = "is written as 2026-03-02, a moment as 2026-03-02T12:00:00Z"
        raise ValueError(msg)
    return value


def refuse_beyond_the_calendar(value: datetime) -> datetime:
    """Refuse a moment that has no date in UTC: some hours at both ends of the calendar."""
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        msg = "lies beyond the calendar"
        raise ValueError(msg) from error
    return value


def refuse_control_characters(value: str) -> str:
    """Refuse what a line of text cannot hold: control characters and halves of surrogate pairs."""
    if _NOT_TEXT.search(value):
        msg = "holds control characters"
        raise ValueError(msg)
    return value


def refuse_null_characters(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse nested JSON with texts that the database cannot store."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        raise ValueError("holds halves of surrogate pairs") from error
    if b"\\u0000" in encoded:
        msg = "holds null characters"
        raise ValueError(msg)
    return value


Day = Annotated[date, BeforeValidator(refuse_number)]
"""A day of the calendar, as ISO 8601 writes it."""
Moment = Annotated[AwareDatetime, BeforeValidator(refuse_number), AfterValidator(refuse_beyond_the_calendar)]
"""A moment with its offset from UTC, as ISO 8601 writes it."""
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(refuse_control_characters)]
"""One line of text of at most 200 characters."""
Object = Annotated[dict[str, Any], Field(max_length=200), AfterValidator(refuse_null_characters)]
"""A JSON object with at most 200 members."""
Amount = Annotated[
    Decimal,
    BeforeValidator(refuse_float),
    Field(max_digits=18, decimal_places=6),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,6})?$", "examples": ["19.99"]}),
]
"""An amount of money: a decimal as a string, at most twelve digits before and six behind the point."""

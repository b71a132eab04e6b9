"""Lists by cursor: stable while rows come and go, one index range a page."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field

from shopwright.kit.errors import Invalid

T = TypeVar("T")
LARGEST_PAGE = 500
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Rows a page.")]
CursorText = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")]


class InvalidCursor(Invalid):
    """The cursor was not made by this list."""

    code = "invalid_cursor"
    action = "Start again without a cursor."


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Rows of one page and the key of the last, None when the list ends here."""

    items: Sequence[T]
    next_cursor: str | None


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Pass it as `cursor` to get the next page.")


def encode_cursor(*key: Any) -> str:
    """Pack the sort key of the last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key, enc_hook=str)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """Unpack a cursor into values of the given types. Raises InvalidCursor."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = msgspec.json.decode(raw, type=list[Any])
        if len(values) != len(types):
            raise InvalidCursor("This cursor belongs to another list.")
        return tuple(msgspec.convert(value, kind, strict=False) for value, kind in zip(values, types, strict=True))
    except (binascii.Error, msgspec.MsgspecError, ValueError) as error:
        raise InvalidCursor("This cursor cannot be read.") from error


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> Slice[T]:
    """Cut `limit` rows of the `limit + 1` that were asked for; the extra one tells that there is more."""
    items = rows[:limit]
    return Slice(items, encode_cursor(*key(items[-1])) if len(rows) > limit else None)

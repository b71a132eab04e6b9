"""Where a list of products goes on: the cursor holds the order, the sort key and the id of the last row."""

from typing import Any
from uuid import UUID

from shopwright.catalog.domain import ProductSort
from shopwright.catalog.repository import sort_type
from shopwright.infra.web.pages import InvalidCursor, decode_cursor, encode_cursor


def decode_place(cursor: str | None, sort: ProductSort, *, descending: bool) -> tuple[Any, UUID] | None:
    """Return the sort key and id behind which a list goes on. Raises InvalidCursor for another list or order."""
    decoded = decode_cursor(cursor, str, sort_type(sort), UUID)
    if decoded is None:
        return None
    if decoded[0] != _name(sort, descending=descending):
        raise InvalidCursor("This cursor belongs to another order of the list.")
    return decoded[1], decoded[2]


def encode_place(key: Any, product_id: UUID | str, sort: ProductSort, *, descending: bool) -> str:
    """Return the cursor of the rows behind one."""
    return encode_cursor(_name(sort, descending=descending), key, product_id)


def _name(sort: ProductSort, *, descending: bool) -> str:
    return f"{sort.value} {'desc' if descending else 'asc'}"

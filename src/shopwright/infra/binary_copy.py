"""Columns of numbers as PostgreSQL's binary COPY reads them, made as one array: rows in Python cost as much as the server.

Every row has the same length, so nothing here is null and the arrays of a column are equally long.
Source of the format: PostgreSQL manual, COPY, "Binary Format"; of arrays: array_recv.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_REAL_OID: Final = 700
_ARRAY_HEAD: Final = 5
"""Words before the elements: dimensions, flags, type of elements, length, lower bound."""
_ROWS: Final = 1_000
"""Rows of a chunk: the server reads one while the next is sent."""

Column = npt.NDArray[Any]


def uuids(values: Sequence[UUID]) -> Column:
    """Return a column of uuids."""
    return np.frombuffer(b"".join(value.bytes for value in values), dtype="V16")


def smallints(values: npt.NDArray[Any]) -> Column:
    """Return a column of smallint."""
    return values.astype(">i2")


def integers(values: npt.NDArray[Any]) -> Column:
    """Return a column of integer."""
    return values.astype(">i4")


def reals(values: npt.NDArray[Any]) -> Column:
    """Return a column of real from values (rows,), or of real[] from values (rows, length)."""
    return values.astype(">f4")


async def binary_rows(columns: Sequence[Column]) -> AsyncIterator[bytes]:
    """Give rows of columns in chunks, with header and trailer."""
    layout: list[Any] = [("fields", ">i2")]
    for place, column in enumerate(columns):
        layout.append((f"size_{place}", ">i4"))
        if column.ndim > 1:
            element = np.dtype([("size", ">i4"), ("value", column.dtype)])
            layout += [(f"head_{place}", ">i4", _ARRAY_HEAD), (f"value_{place}", element, column.shape[1])]
        else:
            layout.append((f"value_{place}", column.dtype))
    yield _HEADER
    for start in range(0, len(columns[0]), _ROWS):
        yield _chunk([column[start : start + _ROWS] for column in columns], np.dtype(layout))
    yield _TRAILER


def _chunk(columns: Sequence[Column], layout: np.dtype[Any]) -> bytes:
    rows = np.empty(len(columns[0]), dtype=layout)
    rows["fields"] = len(columns)
    for place, column in enumerate(columns):
        value = rows[f"value_{place}"]
        size = value.itemsize if column.ndim == 1 else 4 * _ARRAY_HEAD + value.dtype.itemsize * column.shape[1]
        rows[f"size_{place}"] = size
        if column.ndim > 1:
            rows[f"head_{place}"] = (1, 0, _REAL_OID, column.shape[1], 1)
            value["size"] = column.dtype.itemsize
            value["value"] = column
        else:
            rows[f"value_{place}"] = column
    return rows.tobytes()

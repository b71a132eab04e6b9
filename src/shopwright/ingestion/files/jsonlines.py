"""JSON lines in batches of text columns: one object a line, the keys are the columns.

Numbers keep their digits: what a float would not hold goes through the exact parser. Nested values become JSON text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from shopwright.ingestion.files.bytestream import BAD_BYTES, marked, utf8_pieces
from shopwright.ingestion.files.careful import Record
from shopwright.ingestion.files.faults import FileFault, LineTooLong, RowFault
from shopwright.ingestion.files.frames import numbered, of_records
from shopwright.ingestion.files.profile import MAX_RECORD_BYTES, FileProfile

_BEYOND_FLOAT = re.compile(rb": ?-?[0-9.]{16}")
"""Numbers of 16 digits or more: a 64-bit float would round them."""
_ESCAPED_NUL = rb"\u0000"


def read_json_lines(path: Path, profile: FileProfile) -> Iterator[pl.DataFrame]:
    """Yield the objects in the file's order, a block at a time. Keys that the profile does not have are left out."""
    reader = _Reader(profile.names)
    rest = b""
    try:
        for piece in utf8_pieces(path, profile.compression, profile.encoding):
            block = rest + piece
            end = block.rfind(b"\n") + 1
            rest = block[end:]
            if len(rest) > MAX_RECORD_BYTES:
                raise LineTooLong(
                    f"Line {reader.lines + 1:,} does not end within {MAX_RECORD_BYTES >> 20} MB.",
                    expected="one JSON object in a line",
                    row=reader.lines + 1,
                )
            yield reader.block(block[:end])
    except FileFault as fault:
        raise fault.after(reader.lines) from None
    yield reader.block(rest)


class _Reader:
    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.schema = dict.fromkeys(names, pl.String)
        self.lines = 0

    def block(self, block: bytes) -> pl.DataFrame:
        """Read whole lines."""
        exact = b"\0" in block or _ESCAPED_NUL in block or _BEYOND_FLOAT.search(block) is not None
        first = self.lines
        if not exact and b"\n\n" not in block and b"\n\r\n" not in block:
            try:
                frame = pl.read_ndjson(block, schema=self.schema)
            except pl.exceptions.PolarsError:  # some line is no object: find out which
                pass
            else:
                if frame.height == block.count(b"\n") + (not block.endswith(b"\n") and bool(block.strip())):
                    self.lines += frame.height
                    return numbered(frame, pl.Series(np.arange(first + 1, self.lines + 1)))
        return self._slowly(block)

    def _slowly(self, block: bytes) -> pl.DataFrame:
        lines = marked(block).decode().split("\n")
        lines = lines if lines[-1] else lines[:-1]
        rows = range(self.lines + 1, self.lines + len(lines) + 1)
        self.lines += len(lines)
        return of_records([self._record(line) for line in lines], rows, self.names)

    def _record(self, line: str) -> Record:
        if not line.strip():
            return Record(line)
        if BAD_BYTES in line:
            return Record(line.replace(BAD_BYTES, "\N{REPLACEMENT CHARACTER}"), fault=RowFault.BAD_BYTES)
        try:
            value = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return Record(line, fault=RowFault.BAD_JSON)
        if not isinstance(value, dict):
            return Record(line, fault=RowFault.BAD_JSON)
        fields = tuple(json_text(value.get(name)) for name in self.names)
        if any("\0" in field for field in fields):
            return Record(line, fault=RowFault.NUL_BYTE)
        return Record(line, fields)


def json_text(value: Any) -> str:
    """Return a JSON value as the text of a cell: nothing for null, JSON again for what is nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)

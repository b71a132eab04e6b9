"""CSV and its kin, in batches of text columns, with bounded memory.

Blocks of some megabytes are cut between records. Where every record has as many fields as the header, a block goes to
Polars whole; ragged records are taken out first; blocks with broken quoting or foreign bytes go the careful way.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.ingestion.files.blocks import Survey, survey
from shopwright.ingestion.files.bytestream import BAD_BYTES, marked, utf8_pieces
from shopwright.ingestion.files.careful import CarefulReader, Record
from shopwright.ingestion.files.faults import FileFault, LineTooLong, RowFault
from shopwright.ingestion.files.frames import numbered, of_records
from shopwright.ingestion.files.profile import MAX_RECORD_BYTES, FileProfile

_BAD = BAD_BYTES.encode()


def read_delimited(path: Path, profile: FileProfile) -> Iterator[pl.DataFrame]:
    """Yield the rows after the header in the file's order, a block at a time."""
    return _Reader(profile).frames(utf8_pieces(path, profile.compression, profile.encoding))


class _Reader:
    """Keeps count of the records over the blocks of one file."""

    def __init__(self, profile: FileProfile) -> None:
        self.names = profile.names
        self.delimiter = profile.delimiter
        self.quote = profile.quote
        self.old_mac = profile.line_end == "\r"
        self.header_row = profile.header_row
        self.schema = dict.fromkeys(self.names, pl.String)
        self.careful = CarefulReader(profile.delimiter, profile.quote)
        self.records = 0
        self.rest = b""

    def frames(self, pieces: Iterator[bytes]) -> Iterator[pl.DataFrame]:
        broken: FileFault | None = None
        try:
            for piece in pieces:
                frame = self._block(piece)
                if frame.height:
                    yield frame
        except LineTooLong:
            raise
        except FileFault as fault:
            broken = fault  # the records before the break are whole and are kept; the one that it cut is not
        if broken is not None:
            raise broken.after(max(0, self.records - self.header_row))
        frame = self._block(b"", final=True)
        if frame.height:
            yield frame

    def _block(self, piece: bytes, *, final: bool = False) -> pl.DataFrame:
        block = self.rest + (piece.replace(b"\r", b"\n") if self.old_mac else piece)
        if final and block and not block.endswith(b"\n"):
            block += b"\n"
        if _needs_care(block):
            return self._slowly(block, final=final)
        found = survey(block, self.delimiter, self.quote)
        end = int(found.ends[-1]) if found.ends.size else 0
        left_open = len(block) - end > (0 if final else MAX_RECORD_BYTES)
        if not found.proper or left_open:
            return self._slowly(block, final=final)
        self.rest = block[end:]
        try:
            return self._fast(block, found)
        except pl.exceptions.ComputeError:  # bytes that are no UTF-8, as a rule
            self.rest = b""
            return self._slowly(block, final=final)

    def _fast(self, block: bytes, found: Survey) -> pl.DataFrame:
        skipped = min(max(0, self.header_row - self.records), found.ends.size)
        starts = np.concatenate(([0], found.ends[:-1]))[skipped:]
        ends, fields = found.ends[skipped:], found.fields[skipped:]
        bad = (fields != len(self.names)) | (ends - starts > MAX_RECORD_BYTES)
        rows = np.arange(self.records + skipped + 1, self.records + found.ends.size + 1)
        if not rows.size:
            self.records += found.ends.size
            return of_records([], [], self.names)
        sound = self._parsed(_without(block, starts, ends, bad), rows[~bad])
        self.records += found.ends.size
        if not bad.any():
            return sound
        ragged = [self._ragged(block[s:e]) for s, e in zip(starts[bad].tolist(), ends[bad].tolist(), strict=True)]
        return pl.concat([sound, of_records(ragged, rows[bad].tolist(), self.names)]).sort(sound.columns[0])

    def _parsed(self, text: bytes, rows: NDArray[np.int64]) -> pl.DataFrame:
        frame = pl.read_csv(
            text,
            has_header=False,
            separator=self.delimiter,
            quote_char=self.quote or None,
            schema=self.schema,
        )
        if frame.height != rows.size:
            raise pl.exceptions.ComputeError("records and rows differ in number")
        return numbered(frame, pl.Series(rows))

    def _ragged(self, text: bytes) -> Record:
        if len(text) > MAX_RECORD_BYTES:
            return Record(text[:1000].decode(errors="replace"), fault=RowFault.TOO_LONG)
        return self.careful.split(marked(text).decode())

    def _slowly(self, block: bytes, *, final: bool) -> pl.DataFrame:
        records, rest = self.careful.records(marked(block).decode(), final=final)
        self.rest = rest.encode()
        if len(self.rest) > 2 * MAX_RECORD_BYTES and not records:
            raise LineTooLong(
                f"Row {self.records + 1:,} does not end within {MAX_RECORD_BYTES >> 20} MB.",
                expected="line ends between the rows",
                rows_kept=max(0, self.records - self.header_row),
                row=self.records + 1,
            )
        first = self.records + 1
        self.records += len(records)
        skipped = max(0, self.header_row - first + 1)
        return of_records(records[skipped:], range(first + skipped, self.records + 1), self.names)


def _needs_care(block: bytes) -> bool:
    if b"\0" in block or (not block.isascii() and _BAD in block):
        return True
    returns = block.count(b"\r")
    return bool(returns) and returns != block.count(b"\r\n") + block.endswith(b"\r")


def _without(block: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], bad: NDArray[np.bool_]) -> bytes:
    """Return the bytes of the records that are not bad."""
    if not bad.any():
        return block[int(starts[0]) : int(ends[-1])]
    edges = np.flatnonzero(np.diff(bad.astype(np.int8), prepend=1, append=1))
    spans = zip(starts[edges[::2]].tolist(), ends[edges[1::2] - 1].tolist(), strict=True) if edges.size else ()
    return b"".join(block[start:end] for start, end in spans)

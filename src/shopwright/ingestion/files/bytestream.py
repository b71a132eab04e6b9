"""The bytes of a text file: unpacked within limits and turned into UTF-8, in pieces.

Bytes that are not text in the file's encoding become U+FDD0, a noncharacter that no text contains, so that the rows they
stand in can be told apart later. Knows nothing of rows.
"""

import codecs
import zlib
from collections.abc import Iterator
from pathlib import Path

from shopwright.ingestion.files.faults import DamagedFile, ExpandsTooFar, FileFault, TruncatedFile
from shopwright.ingestion.files.profile import Compression

PIECE = 8 << 20
_PACKED = 1 << 18
BAD_BYTES = "\ufdd0"
_MARKING = "shopwright.mark"
_GZIP_WINDOW = 31
_MAX_RATIO = 300
"""Tables of goods shrink to a third or a thirtieth; a thousandfold is what attacks are made of."""
_RATIO_COUNTS_FROM = 64 << 20
MAX_UNPACKED = 64 << 30


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BAD_BYTES, error.end


codecs.register_error(_MARKING, _mark)


def utf8_pieces(path: Path, compression: Compression, encoding: str, piece: int = PIECE) -> Iterator[bytes]:
    """Yield the file's text as UTF-8, unpacked and without byte order mark, about `piece` bytes at a time."""
    pieces = raw_pieces(path, compression, piece)
    if encoding in {"utf-8", "ascii"}:
        yield from _without_mark(pieces)
    else:
        yield from _decoded(pieces, encoding)


def raw_pieces(path: Path, compression: Compression, piece: int = PIECE) -> Iterator[bytes]:
    """Yield the file's bytes, unpacked."""
    if compression is Compression.GZIP:
        yield from _unpacked(path, piece)
        return
    with path.open("rb") as file:
        while data := file.read(piece):
            yield data


def marked(data: bytes) -> bytes:
    """Return UTF-8 in which every byte that was none is marked."""
    return data.decode("utf-8", _MARKING).encode()


def _without_mark(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(_MARKING)
    first = True
    for data in pieces:
        text = decoder.decode(data)
        yield (text.removeprefix("\ufeff") if first else text).encode()
        first = first and not text
    if rest := decoder.decode(b"", final=True):
        yield rest.encode()


def _unpacked(path: Path, piece: int) -> Iterator[bytes]:
    """Unpack gzip in pieces of at least `piece` bytes, the last one excepted."""
    limit = min(max(_RATIO_COUNTS_FROM, path.stat().st_size * _MAX_RATIO), MAX_UNPACKED)
    unpacked, waiting = 0, bytearray()
    try:
        for part in _members(path, piece):
            unpacked += len(part)
            if unpacked > limit:
                raise ExpandsTooFar(
                    f"The file unpacks to more than {limit >> 20:,} MB.",
                    expected=f"at most {_MAX_RATIO} times the packed size",
                    limit_bytes=limit,
                )
            waiting += part
            if len(waiting) >= piece:
                yield bytes(waiting)
                waiting.clear()
    except FileFault:
        yield bytes(waiting)
        raise
    if waiting:
        yield bytes(waiting)


def _members(path: Path, piece: int) -> Iterator[bytes]:
    """Unpack one gzip member after the other; padding of zeros between and after members is skipped.

    What was unpacked before a break is given before the break is told.
    """
    decoder = zlib.decompressobj(_GZIP_WINDOW)
    with path.open("rb") as file:
        while data := file.read(_PACKED):
            while data:
                if decoder.eof and not (data := data.lstrip(b"\0")):
                    break
                if decoder.eof:
                    decoder = zlib.decompressobj(_GZIP_WINDOW)
                try:
                    yield decoder.decompress(data, piece)
                except zlib.error as error:
                    raise DamagedFile(
                        "The gzip data contradict themselves.", expected="an intact gzip file", reason=str(error)
                    ) from None
                data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if not decoder.eof:
        yield decoder.flush()
        raise TruncatedFile("The gzip file ends in the middle.", expected="a whole gzip file")

"""The natural key of an order line as 64 bits: the same for the same line, in every version of every library. Pure.

Each text is cut into words of eight bytes that are mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_WORD = 8
_SEPARATOR = "\x1f"
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_FIRST = np.uint64(0xBF58_476D_1CE4_E5B9)
_SECOND = np.uint64(0x94D0_49BB_1331_11EB)


def line_keys(frame: pl.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return one key a row, not negative, from the texts of the columns; null counts as empty."""
    if frame.is_empty():
        return np.zeros(0, dtype=np.int64)
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in columns]
    text = frame.select(key=pl.concat_str(parts, separator=_SEPARATOR))
    lengths = text.select(pl.col("key").str.len_bytes()).to_series().to_numpy()
    words = -(-int(lengths.max()) // _WORD)
    width = words * _WORD
    # Padding is counted in characters: a text with longer ones needs fewer of them to reach the width in bytes.
    padded = text.select(
        pl.col("key").str.pad_end(width - pl.col("key").str.len_bytes() + pl.col("key").str.len_chars(), "\0")
    )
    joined: str = padded.select(pl.col("key").str.join("")).item()
    pieces = np.frombuffer(joined.encode(), dtype="<u8").reshape(frame.height, words)
    mixed = _GOLDEN + lengths.astype(np.uint64)
    for word in range(words):
        mixed = np.where(lengths > word * _WORD, _mix(mixed ^ pieces[:, word]), mixed)
    return _as_key(mixed)


def _mix(value: Words) -> Words:
    value = value + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


def _as_key(mixed: Words) -> NDArray[np.int64]:
    return (mixed >> np.uint64(1)).astype(np.int64)


class Occurrences:
    """Tells lines with the same key apart: the third line of an order with the same item gets a key of its own.

    The keys of earlier batches are kept, eight bytes a line. `repeated` counts the lines that needed a new key.
    """

    def __init__(self) -> None:
        self._seen = np.zeros(0, dtype=np.int64)
        self.repeated = 0

    def separate(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return keys that differ for each occurrence; the first one keeps its key."""
        keys = keys.copy()
        waiting = self._repetitions(keys)
        number = 1
        while waiting.size:
            self.repeated += waiting.size if number == 1 else 0
            keys[waiting] = _as_key(_mix(keys[waiting].astype(np.uint64) + np.uint64(number)))
            waiting = waiting[np.isin(waiting, self._repetitions(keys))]
            number += 1
        merged = np.concatenate([self._seen, keys])
        merged.sort(kind="stable")
        self._seen = merged
        return keys

    def _repetitions(self, keys: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the places of lines whose key was there before, in this batch or an earlier one."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        before = np.zeros(len(keys), dtype=bool)
        before[1:] = ordered[1:] == ordered[:-1]
        if self._seen.size:
            place = np.searchsorted(self._seen, ordered).clip(max=self._seen.size - 1)
            before |= self._seen[place] == ordered
        return np.sort(order[before])

"""Results in the memory of this process, bounded in bytes: at the limit the least recently used goes first.

Our own, since libraries count entries rather than bytes; see docs/decisions/0021-cache-in-bytes.md.
"""

from collections import OrderedDict
from typing import Final

from shopwright.infra.cache.results import KeyPattern
from shopwright.infra.telemetry.metrics import CacheMetrics

ENTRY_OVERHEAD: Final = 265  # bytes of a key, its entry and the objects around them, measured with tracemalloc


class MemoryStore:
    """A `CacheStore` for one process."""

    def __init__(self, most_bytes: int, metrics: CacheMetrics) -> None:
        self._most_bytes = most_bytes
        self._metrics = metrics
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, which is then the most recently used."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, seconds: float) -> None:  # noqa: ARG002 - age is looked at by the reader
        """Keep a value, making room for it. A value beyond the whole limit is not kept."""
        self._remove(key)
        self._entries[key] = value
        self._bytes += _weight(value)
        while self._bytes > self._most_bytes:
            self._remove(next(iter(self._entries)))
            self._metrics.evicted.inc()
        self._metrics.size.set(self._bytes)

    async def delete(self, pattern: KeyPattern) -> list[str]:
        """Forget the keys of a pattern and return them."""
        keys = [key for key in self._entries if pattern.matches(key)]
        for key in keys:
            self._remove(key)
        self._metrics.size.set(self._bytes)
        return keys

    def _remove(self, key: str) -> None:
        value = self._entries.pop(key, None)
        if value is not None:
            self._bytes -= _weight(value)


def _weight(value: bytes) -> int:
    return len(value) + ENTRY_OVERHEAD

"""Computed results, kept for a while: computed once for all who ask at the same time, and dropped on purpose.

A result is stored under its tenant, kind, subject, parameters and the version of the data that it was computed from.
New data therefore never meet an old result, even if a drop is lost or a computation runs across it; dropping frees
memory and serves people who ask for it. Values are stored encoded, so nobody can change what another one reads.

Results are shared by all who may ask with the same key: whatever narrows what a person may see belongs in `parts`.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
import structlog

from shopwright.infra.telemetry.metrics import CacheMetrics
from shopwright.kit.ids import TenantId
from shopwright.kit.time import Clock

T = TypeVar("T")

_SEGMENT = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_NO_SUBJECT: Final = "-"
_MOST_KEYS_LOGGED: Final = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What a result was computed for.

    `kind` names the computation, `data_version` the state of the data beneath it, `parts` every parameter (JSON
    values), `subject` the product or other object that it is about, so that it can be dropped by it.
    """

    tenant: TenantId
    kind: str
    parts: tuple[object, ...]
    data_version: str
    subject: str = _NO_SUBJECT

    @property
    def text(self) -> str:
        """The key in the store. Parameters are hashed, since they may be long or personal."""
        for segment in (self.kind, self.data_version, self.subject):
            if _SEGMENT.fullmatch(segment) is None:
                raise ValueError(f"a cache key takes letters, digits and _.- only, not {segment!r}")
        digest = hashlib.sha256(msgspec.json.encode(self.parts)).hexdigest()[:32]
        return f"{self.tenant.hex}:{self.kind}:{self.subject}:{self.data_version}:{digest}"


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """Keys of a tenant, a kind or a subject; what is None matches all."""

    tenant: TenantId | None = None
    kind: str | None = None
    subject: str | None = None

    def matches(self, text: str) -> bool:
        """Tell whether a key belongs to the pattern."""
        tenant, kind, subject, *_ = text.split(":")
        wanted = (self.tenant.hex if self.tenant else None, self.kind, self.subject)
        return all(want is None or want == have for want, have in zip(wanted, (tenant, kind, subject), strict=True))


@dataclass(frozen=True, slots=True)
class Cached(Generic[T]):
    """A result, when it was computed, and whether it came from the cache."""

    value: T
    computed_at: datetime
    is_hit: bool


class CacheStore(Protocol):
    """Where encoded results are kept. A store may forget anything at any time; it never raises for being away."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key."""
        ...

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value; after so many seconds nobody will ask for it."""
        ...

    async def delete(self, pattern: KeyPattern) -> list[str]:
        """Forget the keys of a pattern and return them."""
        ...


class _Running:
    """A computation that others wait for. `is_stale` once a drop has passed over it: its result is not kept."""

    __slots__ = ("done", "is_stale")

    def __init__(self) -> None:
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.is_stale = False


class Cache:
    """Results of computations. One per process."""

    def __init__(self, store: CacheStore, metrics: CacheMetrics, clock: Clock) -> None:
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._running: dict[str, _Running] = {}

    async def get_or_compute(
        self, key: CacheKey, ttl: timedelta, shape: type[T], compute: Callable[[], Awaitable[T]]
    ) -> Cached[T]:
        """Return the result if it is younger than `ttl`, else compute and keep it.

        `shape` is the type of the value: what msgspec encodes, such as dataclasses of Decimals and datetimes. Callers
        that ask at the same time in one process wait for one computation, and share its exception. If the one that
        computes is cancelled, the next one computes.
        """
        text = key.text
        while True:
            found = await self._find(text, ttl, shape)
            if found is not None:
                self._metrics.lookups.labels(key.kind, "hit").inc()
                return found
            running = self._running.get(text)
            if running is None:
                self._metrics.lookups.labels(key.kind, "miss").inc()
                return await self._compute(text, ttl, shape, compute)
            self._metrics.lookups.labels(key.kind, "shared").inc()
            shared: Cached[T] | None = await _wait_for(running)
            if shared is not None:
                return shared

    async def drop(
        self, tenant: TenantId | None, *, reason: str, kind: str | None = None, subject: str | None = None
    ) -> int:
        """Forget results of a tenant (None: of all), and say so in the log with keys, time and reason."""
        pattern = KeyPattern(tenant, kind, subject)
        for text in [text for text in self._running if pattern.matches(text)]:
            self._running.pop(text).is_stale = True
        keys = await self._store.delete(pattern)
        for key in keys:
            self._metrics.dropped.labels(key.split(":")[1]).inc()
        _log.info(
            "cache dropped",
            tenant=str(tenant) if tenant else "all",
            kind=kind or "all",
            subject=subject or "all",
            count=len(keys),
            keys=keys[:_MOST_KEYS_LOGGED],
            at=self._clock.now(),
            reason=reason,
        )
        return len(keys)

    async def _find(self, text: str, ttl: timedelta, shape: type[T]) -> Cached[T] | None:
        encoded = await self._store.get(text)
        if encoded is None:
            return None
        try:
            computed_at, value = msgspec.msgpack.decode(encoded, type=tuple[datetime, shape])  # type: ignore[valid-type]
        except (msgspec.DecodeError, ValueError):  # written by another version of the program
            return None
        if self._clock.now() - computed_at >= ttl:
            return None
        return Cached(value, computed_at, is_hit=True)

    async def _compute(
        self, text: str, ttl: timedelta, shape: type[T], compute: Callable[[], Awaitable[T]]
    ) -> Cached[T]:
        running = self._running[text] = _Running()
        try:
            result = Cached(await compute(), self._clock.now(), is_hit=False)
            if not running.is_stale:
                await self._store.set(text, _encode(result, shape), ttl.total_seconds())
        except Exception as error:
            running.done.set_exception(error)
            running.done.exception()  # whoever waits sees it; nobody waiting is no fault
            raise
        else:
            running.done.set_result(result)
            return result
        finally:
            if not running.done.done():  # cancelled: the next one in line computes
                running.done.cancel()
            if self._running.get(text) is running:
                del self._running[text]


def _encode(result: Cached[T], shape: type[T]) -> bytes:
    """Encode a result, and make sure at once that it can be read again as its shape."""
    encoded = msgspec.msgpack.encode((result.computed_at, result.value))
    msgspec.msgpack.decode(encoded, type=tuple[datetime, shape])  # type: ignore[valid-type]
    return encoded


async def _wait_for(running: _Running) -> Any:
    """Return the result of another caller's computation, or None if that caller was cancelled."""
    try:
        return await asyncio.shield(running.done)
    except asyncio.CancelledError:
        if running.done.cancelled():
            return None
        raise

"""Results shared between processes over Redis, with a copy of the recent ones in the memory of each.

A drop in one process is published to all, so that their copies go too; a process that cannot hear drops keeps no
copies. When Redis is away nothing is found and nothing kept: results are computed. Only bytes are stored, never
pickles: whoever can write to Redis must not be able to run code here.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shopwright.infra.cache.memory import MemoryStore
from shopwright.infra.cache.results import KeyPattern
from shopwright.infra.settings import Secret

_PREFIX: Final = "shopwright:cache:"
_DROPS: Final = "shopwright:cache-drops"
_BATCH: Final = 500
_ANSWER_SECONDS: Final = 1.0  # a cache that is slower than this is slower than most computations
_RECONNECT_SECONDS: Final = 1.0
_FIRST_SUBSCRIPTION_SECONDS: Final = 2.0
_EVERYTHING: Final = KeyPattern()
_AWAY: Final = (RedisError, OSError, TimeoutError)
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_shared_store(url: Secret, copies: MemoryStore) -> AsyncIterator["SharedStore"]:
    """Share results over a Redis for as long as the block runs; `copies` bounds what this process keeps of them."""
    client: Redis = Redis.from_url(
        url.reveal(), socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS, health_check_interval=30
    )
    store = SharedStore(client, copies)
    listening = asyncio.create_task(store.listen(), name="cache drops")
    try:
        with contextlib.suppress(TimeoutError):  # Redis may come later
            await asyncio.wait_for(store.hears.wait(), _FIRST_SUBSCRIPTION_SECONDS)
        yield store
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        await client.aclose()


class SharedStore:
    """A `CacheStore` for all processes of an installation. `hears` is set while drops of others arrive here."""

    def __init__(self, client: Redis, copies: MemoryStore) -> None:
        self._client = client
        self._copies = copies
        self._drops = 0
        self.hears = asyncio.Event()

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, from this process's copy if it has one."""
        if self.hears.is_set():
            copy = await self._copies.get(key)
            if copy is not None:
                return copy
        drops = self._drops
        try:
            value = await self._client.get(_PREFIX + key)
        except _AWAY as error:
            _log.warning("shared cache is away", doing="get", error=str(error))
            return None
        if not isinstance(value, bytes):
            return None
        if drops == self._drops and self.hears.is_set():  # no drop came while this was read
            await self._copies.set(key, value, 0)
        return value

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds."""
        try:
            await self._client.set(_PREFIX + key, value, px=max(int(seconds * 1_000), 1))
        except _AWAY as error:
            _log.warning("shared cache is away", doing="set", error=str(error))
        else:
            if self.hears.is_set():
                await self._copies.set(key, value, seconds)

    async def delete(self, pattern: KeyPattern) -> list[str]:
        """Forget the keys of a pattern in all processes and return them."""
        self._drops += 1
        keys = set(await self._copies.delete(pattern))
        try:
            found = [key async for key in self._find(pattern)]
            for start in range(0, len(found), _BATCH):
                await self._client.unlink(*(_PREFIX + key for key in found[start : start + _BATCH]))
            await self._client.publish(_DROPS, msgspec.json.encode(pattern))
            keys.update(found)
        except _AWAY as error:
            _log.error("shared cache is away", doing="drop", error=str(error))
        return sorted(keys)

    async def listen(self) -> None:
        """Drop the copies that other processes drop, until cancelled."""
        while True:
            try:
                await self._subscribe()
            except _AWAY as error:
                _log.warning("shared cache is away", doing="listen", error=str(error))
            finally:
                self.hears.clear()
                await self._forget(_EVERYTHING)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _subscribe(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(_DROPS)
            await self._forget(_EVERYTHING)
            self.hears.set()
            while True:
                message = await subscription.get_message(timeout=_ANSWER_SECONDS / 2)
                if message is not None:
                    await self._forget(msgspec.json.decode(message["data"], type=KeyPattern))

    async def _forget(self, pattern: KeyPattern) -> None:
        self._drops += 1
        await self._copies.delete(pattern)

    async def _find(self, pattern: KeyPattern) -> AsyncIterator[str]:
        tenant = pattern.tenant.hex if pattern.tenant else "*"
        glob = f"{_PREFIX}{tenant}:{pattern.kind or '*'}:{pattern.subject or '*'}:*"
        async for found in self._client.scan_iter(match=glob, count=_BATCH):
            key = found.decode().removeprefix(_PREFIX)
            if pattern.matches(key):
                yield key

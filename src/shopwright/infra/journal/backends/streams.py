"""Reading Redis Streams for one consumer, so that the order of each subject is kept across processes.

Each stream is read by one process at a time: the one that holds its lease. The processes share the streams evenly; when
one dies its leases run out, and the next holder first takes over what the dead one had read and not finished.
"""

import asyncio
import contextlib
import math
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.handling import Handling
from shopwright.infra.loops import is_cancelled

_log = structlog.get_logger(__name__)
_COUNT = 100
_BLOCK_MS = 250

# Redis's own clock decides: those of the processes may differ.
_JOIN = """
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('zadd', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
redis.call('pexpire', KEYS[1], ARGV[2] * 10)
return redis.call('zcard', KEYS[1])
"""
_TAKE = """
local holder = redis.call('get', KEYS[1])
if holder == ARGV[1] then
  redis.call('pexpire', KEYS[1], ARGV[2])
  return 1
end
if ARGV[3] == '1' and not holder then
  redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
  return 1
end
return 0
"""
_GIVE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class StreamReader:
    """Reads the streams whose leases it holds, and delivers."""

    def __init__(self, client: "Redis", handling: Handling, streams: Sequence[str], lease: float) -> None:
        self._client = client
        self._handling = handling
        self._streams = tuple(streams)
        self._lease = lease
        self._me = uuid4().hex
        self._group = handling.consumer.name
        self._held: set[str] = set()
        self._taken_over: set[str] = set()
        self._share = len(self._streams)

    async def run(self) -> None:
        """Read and deliver until cancelled. Raises when Redis or the database is away; run it again then."""
        self._taken_over.clear()
        await self._make_groups()
        await self._look_at_leases()
        renewing = asyncio.create_task(self._keep_leases())
        try:
            while not renewing.done() and not is_cancelled():
                await self._read()
            if renewing.done():
                renewing.result()
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            await self._leave()

    async def _make_groups(self) -> None:
        for stream in self._streams:
            try:
                await self._client.xgroup_create(stream, self._group, id="$", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def _keep_leases(self) -> None:
        while not is_cancelled():
            await asyncio.sleep(self._lease / 3)
            await self._look_at_leases()

    async def _look_at_leases(self) -> None:
        ttl = int(self._lease * 1000)
        members = await self._script(_JOIN, self._key("members"), self._me, ttl)
        self._share = math.ceil(len(self._streams) / max(int(members), 1))
        for stream in self._streams:
            may_take = "1" if stream not in self._held and len(self._held) < self._share else "0"
            if await self._script(_TAKE, self._key(stream), self._me, ttl, may_take):
                self._held.add(stream)
            elif stream in self._held:
                self._lose(stream)

    def _lose(self, stream: str) -> None:
        self._held.discard(stream)
        self._taken_over.discard(stream)

    async def _read(self) -> None:
        for stream in sorted(self._held)[self._share :]:  # a new process has come: between batches it gets its part
            self._lose(stream)
            await self._script(_GIVE, self._key(stream), self._me)
        held = sorted(self._held)
        for stream in held:
            if stream not in self._taken_over:
                await self._take_over(stream)
        if not held:
            await asyncio.sleep(_BLOCK_MS / 1000)
            return
        found: Any = await self._client.xreadgroup(
            self._group, self._me, dict.fromkeys(held, ">"), count=_COUNT, block=_BLOCK_MS
        )
        pairs = found.items() if isinstance(found, dict) else (found or [])
        async with asyncio.TaskGroup() as tasks:
            for stream, messages in pairs:
                tasks.create_task(self._deliver(stream, messages))

    async def _take_over(self, stream: str) -> None:
        """Deliver what an earlier holder had read and not finished, and forget the holder."""
        start: Any = "0-0"
        while True:
            start, messages, *_ = await self._client.xautoclaim(
                stream, self._group, self._me, 0, start_id=start, count=_COUNT
            )
            await self._deliver(stream, messages)
            if start in (b"0-0", "0-0"):
                break
        for other in await self._client.xinfo_consumers(stream, self._group):
            if other["name"] != self._me.encode() and not other["pending"]:
                await self._client.xgroup_delconsumer(stream, self._group, other["name"])
        self._taken_over.add(stream)

    async def _deliver(self, stream: str, messages: Any) -> None:
        """Handle the messages of one stream, then say that they are done; a failed one waits in the database."""
        if isinstance(messages, list) and messages and isinstance(messages[0], list):
            messages = [message for page in messages for message in page]
        entries = [entry for message in messages if (entry := self._entry(message)) is not None]
        await self._handling.handle_all(entries)
        if messages:
            await self._client.xack(stream, self._group, *[message[0] for message in messages])

    def _entry(self, message: Any) -> Entry | None:
        _, content = message
        try:
            entry = msgspec.json.decode((content or {}).get(b"entry", b""), type=Entry)
        except msgspec.MsgspecError as error:
            _log.warning("stream_message_unreadable", consumer=self._group, exc_info=error)
            return None  # the relay that reads behind the streams delivers it
        return entry if self._handling.consumer.handler_of(entry.name) else None

    async def _leave(self) -> None:
        """Let the others have the streams at once, as far as Redis still answers."""
        with contextlib.suppress(Exception):
            for stream in tuple(self._held):
                self._lose(stream)
                await self._script(_GIVE, self._key(stream), self._me)
            await self._client.zrem(self._key("members"), self._me)

    def _key(self, what: str) -> str:
        prefix = self._streams[0].partition(":")[0]
        return f"{prefix}:lease:{self._group}:{what.rpartition(':')[2]}"

    async def _script(self, script: str, key: str, *arguments: Any) -> Any:
        answer: Any = self._client.eval(script, 1, key, *arguments)
        return await answer

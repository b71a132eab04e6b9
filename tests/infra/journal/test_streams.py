"""Readers of streams end when they are told to, also where the library below swallows the telling."""

import asyncio
import contextlib
from typing import Any, cast

from redis.asyncio import Redis

from shopwright.infra.db import Database
from shopwright.infra.journal.backends.streams import StreamReader
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.handling import Handling

LEASE_SECONDS = 0.03


class DeafRedis:
    """Answers as Redis does with empty streams; a script that is cancelled while it runs answers all the same."""

    def __init__(self) -> None:
        self.renewing = asyncio.Event()
        self._scripts = 0

    async def eval(self, *_: object) -> int:
        self._scripts += 1
        if self._scripts > 2:  # joining and taking at the start are two: this one renews
            self.renewing.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.2)
        return 1

    async def xgroup_create(self, *_: object, **__: object) -> None:
        """Make nothing."""

    async def xautoclaim(self, *_: object, **__: object) -> list[Any]:
        return ["0-0", []]

    async def xinfo_consumers(self, *_: object) -> list[Any]:
        return []

    async def xreadgroup(self, *_: object, **__: object) -> list[Any]:
        await asyncio.sleep(10)
        return []

    async def zrem(self, *_: object) -> int:
        return 1


async def test_a_reader_ends_though_its_renewal_did_not_hear_that_it_was_cancelled(database: Database) -> None:
    client = DeafRedis()
    handling = Handling(database, Consumer("deaf", {}))
    reader = StreamReader(cast("Redis", client), handling, ["{x}:journal:0"], LEASE_SECONDS)
    running = asyncio.create_task(reader.run())
    await asyncio.wait_for(client.renewing.wait(), 10)
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=5)
    assert ended

"""The bus of several processes over Redis Streams: one relay publishes entries, consumer groups read them.

Redis is fast here, not trusted: every mark of delivery stands in the database, failed entries are retried from
there, and a relay that reads the journal behind the streams delivers whatever Redis lost or never got.
"""

import asyncio
import contextlib
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from shopwright.infra.db import Database
from shopwright.infra.journal.backends.streams import StreamReader
from shopwright.infra.journal.consumers import Consumer, DeliveryObserver
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.handling import Handling
from shopwright.infra.journal.relay import Relay
from shopwright.infra.journal.windows import Windows
from shopwright.infra.loops import keep_on
from shopwright.infra.sessions import Locks
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId

_ENTRIES_KEPT = 100_000  # a stream; what is trimmed unread is delivered from the journal
_BATCH = 500
_GATHER = 0.02


@dataclass(frozen=True, slots=True)
class RedisOptions:
    """Where Redis is and how to read from it. `rediss://` means TLS; the files are needed only for private ones.

    Entries of one subject share one of `partitions` streams, which one process reads at a time: so their order is
    kept. `lease` is how many seconds after a process's death another takes its streams.
    """

    url: str
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    check_hostname: bool = True
    prefix: str = "shopwright"
    partitions: int = 8
    lease: float = 10.0

    def connect(self) -> "Redis":
        """Make a client; nothing is sent yet."""
        tls: dict[str, Any] = {}
        if self.url.startswith("rediss://"):
            tls = {
                "ssl_ca_certs": _text(self.ca_file),
                "ssl_certfile": _text(self.certificate_file),
                "ssl_keyfile": _text(self.key_file),
                "ssl_check_hostname": self.check_hostname,
                "ssl_cert_reqs": "required",
                "ssl_min_version": ssl.TLSVersion.TLSv1_2,
            }
        client: Redis = Redis.from_url(
            self.url, socket_connect_timeout=5, health_check_interval=15, retry=Retry(NoBackoff(), 1), **tls
        )
        return client

    def stream_of(self, entry: Entry) -> str:
        """Return the stream that carries the entries of the entry's subject."""
        subject = f"{entry.tenant}:{entry.subject_kind}:{entry.subject_id}"
        return self.streams[zlib.crc32(subject.encode()) % self.partitions]

    @property
    def streams(self) -> list[str]:
        """The names of all streams; the braces keep them on one node of a cluster."""
        return [f"{{{self.prefix}}}:journal:{partition}" for partition in range(self.partitions)]

    @property
    def channel(self) -> str:
        """The channel on which processes say that there is something to publish."""
        return f"{{{self.prefix}}}:committed"


class RedisBus:
    """Delivers to this process's consumers through Redis. A process without consumers only spreads the word."""

    def __init__(
        self,
        database: Database,
        dsn: str,
        consumers: Sequence[Consumer],
        options: RedisOptions,
        *,
        poll: float = 0.5,
        settle: timedelta = timedelta(seconds=30),
        observer: DeliveryObserver | None = None,
    ) -> None:
        self._database = database
        self._options = options
        self._poll = poll
        self._relay = Relay(database, dsn, consumers, poll=poll, settle=settle, observer=observer)
        self._handlings = [Handling(database, consumer, observer) for consumer in consumers]
        self._locks = Locks(dsn)
        self._publisher = f"bus:redis:{options.prefix}"
        self._event_names = sorted({name for consumer in consumers for name in consumer.event_names})
        self._committed = asyncio.Event()
        self._publish = asyncio.Event()

    def announce(self, tenant: TenantId, events: Sequence[Event]) -> None:  # noqa: ARG002 - every tenant is served alike
        """Have the new entries published soon, by whichever process does it."""
        self._committed.set()
        self._publish.set()

    async def run(self) -> None:
        """Publish, read and deliver until cancelled."""
        client = self._options.connect()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_on("speak", partial(self._speak, client)))
                if self._handlings:
                    tasks.create_task(self._relay.run())
                    tasks.create_task(self._keep_on("listen", partial(self._listen, client)))
                    tasks.create_task(self._keep_on("publish", partial(self._publish_next, client)))
                for handling in self._handlings:
                    reader = StreamReader(client, handling, self._options.streams, self._options.lease)
                    tasks.create_task(self._keep_on(f"read for {handling.consumer.name}", reader.run))
        finally:
            await self._locks.close()
            await client.aclose()

    async def _keep_on(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        await keep_on(f"bus: {name}", step, expected=(RedisError, asyncpg.PostgresError, asyncpg.InterfaceError))

    async def _speak(self, client: "Redis") -> None:
        await self._committed.wait()
        await asyncio.sleep(_GATHER)
        self._committed.clear()
        await client.publish(self._options.channel, b"")

    async def _listen(self, client: "Redis") -> None:
        async with client.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(self._options.channel)
            async for _ in heard.listen():
                self._publish.set()

    async def _publish_next(self, client: "Redis") -> None:
        """Publish a batch when this process is the publisher; wait for the word, or for the next poll, when none is."""
        published = 0
        if await self._locks.hold(f"journal:{self._publisher}"):
            published = await self._publish_batch(client)
        if not published:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._publish.wait()
            self._publish.clear()

    async def _publish_batch(self, client: "Redis") -> int:
        async with self._database.unit(SYSTEM_TENANT) as unit:
            windows = Windows(unit, self._publisher, self._event_names)
            await windows.register(history=False)
            batch = await windows.next_batch(_BATCH)
        if batch.entries:
            pipeline = client.pipeline(transaction=False)
            for entry in batch.entries:
                content: dict[Any, Any] = {b"entry": msgspec.json.encode(entry)}
                pipeline.xadd(self._options.stream_of(entry), content, maxlen=_ENTRIES_KEPT, approximate=True)
            await pipeline.execute()
        if batch.then is not None:
            async with self._database.unit(SYSTEM_TENANT) as unit:
                await Windows(unit, self._publisher, self._event_names).move(batch.then)
        return len(batch.entries)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)

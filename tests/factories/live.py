"""A server process with live pages, on a port of this machine; and a page that listens to it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from shopwright.app.http import describe, equip
from shopwright.app.live.feed import LiveFeed, Rhythm
from shopwright.app.wiring import ROUTERS
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.infra.platform import Platform
from shopwright.infra.settings import load_settings
from tests.factories.http import generous_limits, real_authenticator
from tests.factories.identity import Account, make_access

SMALL: Final = 4_096
QUICK: Final = Rhythm(journal=0.05, jobs=0.05, ping=30, verify=30)
_PATIENCE: Final = 10.0


@dataclass(frozen=True)
class LiveServer:
    """One process. Several on one database are several processes of an installation."""

    app: FastAPI
    database: Database
    feed: LiveFeed
    origin: str

    @property
    def address(self) -> str:
        return self.origin.replace("http", "ws", 1) + "/api/v1/live"

    @asynccontextmanager
    async def page(
        self, account: Account | None = None, *, bearer: str | None = None, **options: Any
    ) -> AsyncIterator["Page"]:
        """Open a page: of an account by its bearer token, or with headers of one's own."""
        headers = dict(options.pop("additional_headers", {}))
        if account is not None:
            headers |= account.headers
        if bearer is not None:
            headers["authorization"] = f"Bearer {bearer}"
        async with connect(self.address, additional_headers=headers, **options) as connection:
            yield Page(connection)


class Page:
    """What an open page hears."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []

    async def next(self) -> dict[str, Any]:
        """The next message, which must come soon."""
        async with asyncio.timeout(_PATIENCE):
            message: dict[str, Any] = msgspec.json.decode(await self.connection.recv())
        self.heard.append(message)
        return message

    async def until(self, kind: str, topic: str, event: str | None = None) -> dict[str, Any]:
        """The data of the next message of a kind and topic."""
        while True:
            message = await self.next()
            if message["type"] == kind and message["topic"] == topic and event in {None, message["data"].get("event")}:
                data: dict[str, Any] = message["data"]
                return data

    async def hears(self, topic: str, ids: list[str]) -> bool:
        """Wait for the change of just these; what happened before the page was opened may be told first."""
        while (await self.until("change", topic))["ids"] != ids:
            continue
        return True

    async def snapshot(self) -> list[str]:
        """Hear the snapshots at the beginning; return their topics."""
        topics = [(await self.next())["topic"]]
        while True:
            try:
                async with asyncio.timeout(0.3):
                    message = msgspec.json.decode(await self.connection.recv())
            except TimeoutError:
                return topics
            self.heard.append(message)
            assert message["type"] == "snapshot"
            topics.append(message["topic"])

    async def end(self) -> tuple[int | None, str | None]:
        """Wait for the end; return its code and reason."""
        async with asyncio.timeout(_PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def live_server(
    database: Database, *, most_per_tenant: int = 100, most_waiting: int = 200, rhythm: Rhythm = QUICK
) -> AsyncIterator[LiveServer]:
    """Run a process on a database object of its own; what others commit it learns from the journal alone."""
    own = database.at(database.clock)
    access, settings = make_access(own), load_settings({"SHOPWRIGHT_ENVIRONMENT": "test"})
    verified = VerifiedCredentials(own.clock)
    verified.trust(heard=True)
    platform = Platform(own.clock, own)
    feed = LiveFeed(
        own, platform.metrics.live, most_per_tenant=most_per_tenant, most_waiting=most_waiting,
        in_doubt=verified.changed, rhythm=rhythm,
    )  # fmt: skip
    own.on_published = feed.wake
    app = equip(
        describe(ROUTERS), platform, settings, authenticator=real_authenticator(access, verified), access=access,
        limits=generous_limits(own.clock), live=feed, observe=platform.metrics.http.observe,
    )  # fmt: skip
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)  # a slow reader shows after a few messages
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    following, serving = asyncio.create_task(feed.run()), asyncio.create_task(server.serve([listening]))
    try:
        yield LiveServer(app, own, feed, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        await serving
        following.cancel()
        await asyncio.wait([following])

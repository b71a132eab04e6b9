import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from tests import database as databases

from shopwright.infra import notifications
from shopwright.infra.db import Database
from shopwright.infra.notifications import Listener
from shopwright.kit.ids import SYSTEM_TENANT


class Ear:
    """Keeps what a listener tells."""

    def __init__(self) -> None:
        self.payloads: list[str] = []
        self.states: list[bool] = []
        self._told = asyncio.Event()

    def heard(self, payload: str) -> None:
        self.payloads.append(payload)
        self._told.set()

    def connected(self, hearing: bool) -> None:
        self.states.append(hearing)
        self._told.set()

    async def until(self, *states: bool) -> None:
        await self._until(lambda: self.states == list(states))

    async def until_heard(self, payload: str) -> None:
        await self._until(lambda: payload in self.payloads)

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await self._told.wait()
                self._told.clear()


@asynccontextmanager
async def listening(dsn: str, channel: str, ear: Ear) -> AsyncIterator[None]:
    listener = Listener(dsn, channel, heard=ear.heard, connected=ear.connected, check_seconds=0.1)
    running = asyncio.create_task(listener.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "_AGAIN_SECONDS", 0.01)


async def notify(database: Database, channel: str, payload: str) -> None:
    async with database.unit(SYSTEM_TENANT) as unit:
        await unit.connection.execute("select pg_notify($1, $2)", channel, payload)


async def test_what_is_committed_is_heard_and_nothing_else(database: Database, app_dsn: str) -> None:
    ear, channel = Ear(), f"c{uuid4().hex}"
    async with listening(app_dsn, channel, ear):
        await ear.until(True)
        with pytest.raises(ValueError, match="taken back"):
            async with database.unit(SYSTEM_TENANT) as unit:
                await unit.connection.execute("select pg_notify($1, 'never')", channel)
                raise ValueError("taken back")
        await notify(database, f"{channel}_other", "elsewhere")
        await notify(database, channel, "here")
        await ear.until_heard("here")
    assert ear.payloads == ["here"]
    assert ear.states == [True, False]


async def test_a_lost_connection_is_told_and_opened_again(
    database: Database, app_dsn: str, server: tuple[str, str]
) -> None:
    ear, channel = Ear(), f"c{uuid4().hex}"
    name = f"shopwright listens to {channel}"[:63]
    async with listening(app_dsn, channel, ear):
        await ear.until(True)
        await databases.execute(
            server[0], f"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'"
        )
        await ear.until(True, False, True)
        await notify(database, channel, "again")
        await ear.until_heard("again")


async def test_a_server_that_is_away_is_tried_again() -> None:
    ear = Ear()
    async with listening("postgresql://nobody@127.0.0.1:1/nothing", "channel", ear):
        await asyncio.sleep(0.1)
    assert ear.states == []

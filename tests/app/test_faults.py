"""What the program does when its database is away, its disk is full, or its clock is set back."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.factories.http import client_for, make_app
from tests.factories.identity import SECRET
from tests.factories.world import make_program
from tests.proxy import Door

from shopwright.app.installation import await_database
from shopwright.infra.db import Database, DatabaseRefused, UnitOfWork
from shopwright.infra.settings import Settings, load_settings
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.kit.time import FixedClock

PROBLEM = "application/problem+json"


@pytest.fixture
async def door(app_dsn: str) -> AsyncIterator[Door]:
    place = urlsplit(app_dsn)
    async with Door(place.hostname or "", place.port or 0) as opened:
        yield opened


def through(door: Door, dsn: str) -> str:
    place = urlsplit(dsn)
    return dsn.replace(f"{place.hostname}:{place.port}", f"127.0.0.1:{door.port}")


def settings_for(dsn: str, folder: Path) -> Settings:
    return load_settings(
        {"SHOPWRIGHT_ENVIRONMENT": "test", "SHOPWRIGHT_STATE_DIR": str(folder), "SHOPWRIGHT_DATABASE_URL": dsn}
    )


async def test_while_the_database_is_away_every_answer_says_so_and_then_all_is_well(
    app_dsn: str, door: Door, clock: FixedClock
) -> None:
    database = await Database.open(through(door, app_dsn), clock, max_size=3)
    try:
        async with client_for(make_program(database)) as client:
            login = {"email": "nobody@example.com", "password": SECRET}
            assert (await client.get("/ready")).status_code == 200
            await door.shut()
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/ready")).json()["parts"]["database"] == "out of reach"
            away = await client.post("/api/v1/auth/login", json=login)
            assert (away.status_code, away.json()["code"]) == (503, "database_unavailable")
            assert away.headers["content-type"] == PROBLEM
            assert int(away.headers["retry-after"]) >= 1
            await door.open()
            assert (await client.get("/ready")).status_code == 200
            assert (await client.post("/api/v1/auth/login", json=login)).status_code == 401
    finally:
        await database.close()


async def test_the_program_waits_for_a_database_that_is_not_up_yet(app_dsn: str, door: Door, tmp_path: Path) -> None:
    settings = settings_for(through(door, app_dsn), tmp_path)
    await door.shut()
    waiting = asyncio.create_task(await_database(settings))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await door.open()
    await asyncio.wait_for(waiting, 10)


async def test_it_does_not_wait_for_one_that_will_not_have_it(app_dsn: str, tmp_path: Path) -> None:
    place = urlsplit(app_dsn)
    stranger = app_dsn.replace(f"//{place.username}:{place.password}@", "//stranger:wrong@")
    for dsn in (stranger, app_dsn.replace(place.path, "/no_such_database")):
        with pytest.raises(DatabaseRefused):
            await asyncio.wait_for(await_database(settings_for(dsn, tmp_path)), 10)


async def test_a_full_disk_is_told_as_what_it_is(database: Database, clock: FixedClock) -> None:
    app = make_app(database, clock)

    @app.post("/keep/{number}")
    async def keep(number: int) -> None:
        raise OSError(number, "the disk's own words")

    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        full = await client.post(f"/keep/{errno.ENOSPC}")
        assert (full.status_code, full.json()["code"]) == (503, "disk_full")
        assert full.json()["retryable"]
        assert "own words" not in full.text
        assert (await client.post(f"/keep/{errno.EIO}")).json()["code"] == "internal_error"


async def test_a_database_without_room_is_unavailable(database: Database) -> None:
    async def fill(unit: UnitOfWork) -> None:
        await unit.connection.execute("do $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$")

    with pytest.raises(Exception, match="out of disk space") as caught:
        async with database.unit(SYSTEM_TENANT) as unit:
            await fill(unit)
    assert getattr(caught.value, "code", "") == "database_unavailable"

"""A program whose database is not up answers all the same: it lives, and it is not ready."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from tests.redis_server import free_port

from shopwright.app.awaiting import answer_until, awaiting_application
from shopwright.infra.db import DatabaseRefused
from shopwright.infra.settings import HttpSettings, load_settings
from shopwright.kit.time import FixedClock


def http_settings(folder: Path) -> HttpSettings:
    return load_settings({"SHOPWRIGHT_ENVIRONMENT": "test", "SHOPWRIGHT_STATE_DIR": str(folder)}).http


async def first_answer(client: httpx2.AsyncClient) -> httpx2.Response:
    while True:
        try:
            return await client.get("/ready")
        except httpx2.TransportError:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
async def test_it_lives_and_is_not_ready(clock: FixedClock, prefix: str) -> None:
    transport = httpx2.ASGITransport(app=awaiting_application(clock))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        alive, ready = await client.get(f"{prefix}/health"), await client.get(f"{prefix}/ready")
        other = await client.post(f"{prefix}/auth/login", json={})
    assert (alive.status_code, alive.json()["status"]) == (200, "ok")
    assert (ready.status_code, ready.json()["parts"]["database"]) == (503, "out of reach")
    assert (other.status_code, other.json()["code"]) == (503, "database_unavailable")
    assert other.headers["content-type"] == "application/problem+json"
    assert int(other.headers["retry-after"]) >= 1


async def test_it_answers_at_its_address_until_the_database_is_there(clock: FixedClock, tmp_path: Path) -> None:
    there, port = asyncio.Event(), free_port()

    async def database() -> None:
        await there.wait()

    waiting = asyncio.create_task(answer_until(database(), http_settings(tmp_path), port, clock))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await asyncio.wait_for(first_answer(client), 10)).status_code == 503
        there.set()
        await asyncio.wait_for(waiting, 10)
        with pytest.raises(httpx2.TransportError):
            await client.get("/ready")


async def test_what_the_database_refuses_is_raised(clock: FixedClock, tmp_path: Path) -> None:
    async def database() -> None:
        await asyncio.sleep(0.6)  # long enough for the answers to have begun
        raise DatabaseRefused("The database refuses us.")

    with pytest.raises(DatabaseRefused):
        await asyncio.wait_for(answer_until(database(), http_settings(tmp_path), free_port(), clock), 10)

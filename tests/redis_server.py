"""A Redis server of the test run's own, on a free loopback port, with nothing kept on disk."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError


def binary() -> str:
    """Return the path of redis-server; without one skip the test, or fail it where CI promises one."""
    found = shutil.which("redis-server")
    if found is not None:
        return found
    reason = "redis-server is not installed (Debian: apt-get install redis-server)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running_redis() -> AsyncIterator[str]:
    """Start a server and give its address; it ends with the block."""
    port = free_port()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    process = await asyncio.create_subprocess_exec(binary(), *words, stdout=asyncio.subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        await _until_it_answers(url)
        yield url
    finally:
        process.kill()
        await process.wait()


async def _until_it_answers(url: str) -> None:
    client: Redis = Redis.from_url(url)
    try:
        for _ in range(200):
            try:
                await client.get("anything")
            except RedisError:
                await asyncio.sleep(0.05)
            else:
                return
        raise AssertionError("redis-server does not answer")
    finally:
        await client.aclose()

"""A Redis server of the test run's own, on a free loopback port, with nothing kept on disk."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

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
async def running_redis(certificate: Path | None = None, key: Path | None = None) -> AsyncIterator[str]:
    """Start a server and give its address; it ends with the block. With a certificate it speaks TLS and nothing else."""
    port = str(free_port())
    words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    if certificate is None:
        words += ["--port", port]
    else:
        words += ["--port", "0", "--tls-port", port, "--tls-auth-clients", "no"]
        words += ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    process = await asyncio.create_subprocess_exec(binary(), *words, stdout=asyncio.subprocess.DEVNULL)
    url = f"redis{'s' if certificate else ''}://127.0.0.1:{port}/0"
    try:
        await _until_it_answers(url, certificate)
        yield url
    finally:
        process.kill()
        await process.wait()


async def _until_it_answers(url: str, certificate: Path | None) -> None:
    trust: dict[str, Any] = {} if certificate is None else {"ssl_ca_certs": str(certificate)}
    client: Redis = Redis.from_url(url, **trust)
    try:
        for _ in range(600):
            try:
                await client.get("anything")
            except RedisError:
                await asyncio.sleep(0.05)
            else:
                return
        raise AssertionError("redis-server does not answer")
    finally:
        await client.aclose()

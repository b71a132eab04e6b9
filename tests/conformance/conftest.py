"""Fixtures of the conformance suites: the servers that the alternatives run on."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shopwright.infra.db import Database
from shopwright.kit.time import SystemClock
from tests.conformance.stations import KINDS, Ground
from tests.redis_server import running_redis


@pytest.fixture(scope="session")
async def redis_url() -> AsyncIterator[str]:
    """The address of the run's Redis server."""
    async with running_redis() as url:
        yield url


@pytest.fixture(params=KINDS)
def ground(request: pytest.FixtureRequest, app_dsn: str) -> Ground:
    """Each kind of bus in turn."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return Ground(request.param, app_dsn, url, uuid4().hex)


@pytest.fixture
def listener() -> str:
    """A consumer's name that no other test uses."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture
async def shop(app_dsn: str) -> AsyncIterator[Database]:
    """The database as those who enqueue see it, by the machine's clock."""
    opened = await Database.open(app_dsn, SystemClock(), max_size=3)
    yield opened
    await opened.close()

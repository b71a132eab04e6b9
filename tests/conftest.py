"""Fixtures of every test: a database of one's own, a tenant of one's own, a clock that stands still.

Tests share a database and differ by tenant: row-level security keeps them apart as it does shops.
"""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from shopwright.infra.db import Database
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.kit.ids import TenantId, new_tenant_id
from shopwright.kit.time import FixedClock
from tests import database as databases

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, database=None)
settings.register_profile("dev", deadline=None, max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


class _Server:
    """The run's server, started when the first test (or the first worker) needs it."""

    def __init__(self) -> None:
        self.admin: str | None = None
        self.template = ""
        self._root: Path | None = None
        self._cluster: EmbeddedPostgres | None = None

    def start(self) -> None:
        if self.admin is not None:
            return
        self.admin = databases.existing_server() or self._start_own()
        self.template = databases.make_template(self.admin)

    def _start_own(self) -> str:
        self._root = databases.temporary_root()
        self._cluster = EmbeddedPostgres(self._root, fsync=False, max_connections=200)
        self._cluster.start()
        return self._cluster.uri("postgres", "postgres")

    def stop(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)


_server = _Server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the run's server to a parallel worker."""
    _server.start()
    node.workerinput["shopwright_server"] = (_server.admin, _server.template)


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)
    if given is not None:
        _server.admin, _server.template = given["shopwright_server"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _server.stop()


@pytest.fixture(scope="session")
def server() -> tuple[str, str]:
    """The superuser's address of the run's server, and the template's name."""
    _server.start()
    assert _server.admin is not None
    return _server.admin, _server.template


@pytest.fixture(scope="session")
async def database_name(server: tuple[str, str]) -> AsyncIterator[str]:
    admin, template = server
    name = await databases.clone(admin, template)
    yield name
    await databases.drop(admin, name)


@pytest.fixture(scope="session")
def app_dsn(server: tuple[str, str], database_name: str) -> str:
    return databases.address(server[0], "shopwright_app", database_name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture(scope="session")
async def pool_database(app_dsn: str) -> AsyncIterator[Database]:
    opened = await Database.open(app_dsn, FixedClock(NOON), max_size=5)
    yield opened
    await opened.close()


@pytest.fixture
def database(pool_database: Database, clock: FixedClock) -> Database:
    """The worker's database, with this test's own clock."""
    return pool_database.at(clock)


@pytest.fixture
async def fresh_name(server: tuple[str, str]) -> AsyncIterator[str]:
    """The name of a database that no other test writes to, for what reaches across tenants."""
    admin, template = server
    name = await databases.clone(admin, template)
    yield name
    await databases.drop(admin, name)


@pytest.fixture
async def fresh_database(server: tuple[str, str], fresh_name: str, clock: FixedClock) -> AsyncIterator[Database]:
    """A database that no other test writes to."""
    opened = await Database.open(databases.address(server[0], "shopwright_app", fresh_name), clock, max_size=2)
    yield opened
    await opened.close()


@pytest.fixture
def tenant() -> TenantId:
    """A tenant that no other test has."""
    return new_tenant_id()


@pytest.fixture
def other_tenant() -> TenantId:
    """The neighbour who must see nothing."""
    return new_tenant_id()

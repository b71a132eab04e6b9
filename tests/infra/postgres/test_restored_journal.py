"""A backup taken from one server and restored into another, whose transaction numbers are lower."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import database as databases

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.relay import Relay
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.backup import dump, restore
from shopwright.infra.postgres.provision import in_database, provision
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId
from shopwright.kit.time import SystemClock

_MANY_TRANSACTIONS = """
do $$ begin for i in 1..20000 loop perform pg_current_xact_id(); commit; end loop; end $$
"""


@dataclass(frozen=True, kw_only=True)
class CrateMoved(Event, name="test.crate_moved", subject="crate"):
    """What this test publishes."""


@pytest.fixture
async def old_home(server: tuple[str, str]) -> AsyncIterator[str]:
    """A database of its own on the run's server, far ahead in transaction numbers."""
    admin, template = server
    name = await databases.clone(admin, template)
    await databases.execute(in_database(admin, name), _MANY_TRANSACTIONS)
    yield name
    await databases.drop(admin, name)


@pytest.mark.slow
async def test_what_was_not_delivered_before_the_backup_is_delivered_once_after_the_restore(
    server: tuple[str, str], old_home: str, own_server: EmbeddedPostgres, tenant: TenantId, tmp_path: Path
) -> None:
    heard: list[str] = []

    async def hear(_unit: UnitOfWork, _entry: Entry, event: CrateMoved) -> None:
        heard.append(event.subject_id)

    async def move(database: Database, crate: str) -> None:
        async with database.unit(tenant) as unit:
            unit.publish(CrateMoved(subject_id=crate))

    consumer = Consumer("test-restored", {CrateMoved: hear})
    dsn = databases.address(server[0], "shopwright_app", old_home)
    old = await Database.open(dsn, SystemClock())
    await move(old, "delivered")
    await Relay(old, dsn, [consumer]).deliver()
    await move(old, "not delivered")
    await old.close()
    await dump(in_database(server[0], old_home), tmp_path / "copy")

    admin = own_server.uri("moved", "postgres")
    made = await provision(in_database(admin, "postgres"), "moved", "of the owner", "of the application")
    await restore(admin, tmp_path / "copy")
    new = await Database.open(made.app_dsn, SystemClock())
    await move(new, "after")
    relay = Relay(new, made.app_dsn, [consumer])
    await relay.deliver()
    assert heard == ["delivered", "after", "not delivered"]
    # When this server's numbers reach those of the old entries, they are still not news.
    await databases.execute(admin, _MANY_TRANSACTIONS, "delete from delivery")
    await move(new, "much later")
    await relay.deliver()
    assert heard[3:] == ["much later"]
    await new.close()
    await databases.execute(in_database(admin, "postgres"), "drop database moved with (force)")

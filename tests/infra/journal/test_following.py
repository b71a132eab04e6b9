"""Following: what commits after the start is seen once by each follower, in whatever order transactions end."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from shopwright.infra.db import Database
from shopwright.infra.journal.following import Follower
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId


@dataclass(frozen=True, kw_only=True)
class LampLit(Event, name="test_following.lamp_lit", subject="lamp"):
    """What these tests publish."""


@dataclass(frozen=True, kw_only=True)
class LampIgnored(Event, name="test_following.lamp_ignored", subject="lamp"):
    """What nobody follows."""


@pytest.fixture
def follower(database: Database) -> Follower:
    return Follower(database, [LampLit.wire_name], batch=10)


async def light(database: Database, tenant: TenantId, number: int = 1) -> list[str]:
    lamps = [uuid4().hex for _ in range(number)]
    async with database.unit(tenant) as unit:
        unit.publish_all(LampLit(subject_id=lamp) for lamp in lamps)
        unit.publish(LampIgnored(subject_id="x"))
    return lamps


async def heard(follower: Follower, tenant: TenantId) -> list[str]:
    """Everything of a tenant that there is to hear now."""
    found: list[str] = []
    while entries := await follower.next_entries():
        assert len(entries) <= 10
        found += [entry.subject_id for entry in entries if entry.tenant == tenant]
    return found


async def test_a_follower_sees_what_commits_after_its_start_once(
    database: Database, follower: Follower, tenant: TenantId
) -> None:
    await light(database, tenant)
    assert await heard(follower, tenant) == []
    lamps = await light(database, tenant, 25)
    assert await heard(follower, tenant) == lamps
    assert await heard(follower, tenant) == []
    assert await heard(follower, tenant) == []
    later = await light(database, tenant)
    assert await heard(follower, tenant) == later


async def test_each_follower_sees_everything(database: Database, tenant: TenantId) -> None:
    followers = [Follower(database, [LampLit.wire_name]) for _ in range(2)]
    for follower in followers:
        await follower.start()
    lamps = await light(database, tenant, 3)
    assert [await heard(follower, tenant) for follower in followers] == [lamps, lamps]


async def test_a_transaction_that_commits_late_is_not_missed(
    database: Database, follower: Follower, tenant: TenantId
) -> None:
    await follower.start()
    async with database.unit(tenant) as slow:
        slow.publish(LampLit(subject_id="late"))
        await slow.connection.execute("select pg_current_xact_id()")
        quick = await light(database, tenant)
        assert await heard(follower, tenant) == quick
    assert await heard(follower, tenant) == ["late"]


async def test_who_starts_anew_stands_at_the_present(database: Database, follower: Follower, tenant: TenantId) -> None:
    await follower.start()
    await light(database, tenant)
    await follower.start()
    assert await heard(follower, tenant) == []

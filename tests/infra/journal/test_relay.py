"""The relay's bookkeeping, looked at closely: windows, marks, retries by the clock, what is counted and pruned."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from tests.conformance.stations import eventually

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer, Outcome
from shopwright.infra.journal.entries import Entry, as_json, from_row
from shopwright.infra.journal.handling import DeliveryParked
from shopwright.infra.journal.parked import (
    DeliveryDropped,
    DeliveryNotParked,
    DeliveryRetried,
    ParkedDeliveries,
    count_deliveries,
)
from shopwright.infra.journal.relay import Relay
from shopwright.infra.journal.windows import Windows
from shopwright.kit.events import SYSTEM, Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from shopwright.kit.time import FixedClock


@dataclass(frozen=True, kw_only=True)
class DoorOpened(Event, name="test.door_opened", subject="door"):
    """What these tests publish."""


@dataclass(frozen=True, kw_only=True)
class DoorIgnored(Event, name="test.door_ignored", subject="door"):
    """What nobody listens to."""


class Listener:
    """A handler that remembers what it heard of one tenant, and fails when it is told to."""

    def __init__(self, tenant: TenantId) -> None:
        self.tenant = tenant
        self.heard: list[str] = []
        self.fails: Callable[[str], bool] = lambda _: False

    async def hear(self, _unit: UnitOfWork, entry: Entry, event: DoorOpened) -> None:
        if entry.tenant == self.tenant:
            self.heard.append(event.subject_id)
            if self.fails(event.subject_id):
                raise RuntimeError(f"cannot hear {event.subject_id}")


class Watcher:
    def __init__(self) -> None:
        self.outcomes: list[tuple[str, Outcome]] = []
        self.lags: list[tuple[str, int, float]] = []

    def delivered(self, consumer: str, outcome: Outcome, _seconds: float) -> None:
        self.outcomes.append((consumer, outcome))

    def lagging(self, consumer: str, entries: int, seconds: float) -> None:
        self.lags.append((consumer, entries, seconds))


@pytest.fixture
def listener(tenant: TenantId) -> Listener:
    return Listener(tenant)


@pytest.fixture
def consumer(listener: Listener) -> Consumer:
    name = f"test-{uuid4().hex[:12]}"
    return Consumer(name, {DoorOpened: listener.hear}, history=False, parked_after=3, backoff=Backoff(jitter=0))


@pytest.fixture
async def relay(database: Database, app_dsn: str, consumer: Consumer) -> Relay:
    made = Relay(database, app_dsn, [consumer], batch=7, chance=Random(1))  # noqa: S311 - jitter
    await made.register()
    return made


async def open_doors(database: Database, tenant: TenantId, *doors: str) -> None:
    async with database.unit(tenant) as unit:
        unit.publish_all(DoorOpened(subject_id=door) for door in doors)


async def test_batches_follow_each_other_without_gap_or_repeat(
    database: Database, tenant: TenantId, relay: Relay, listener: Listener
) -> None:
    doors = [str(n) for n in range(50)]
    await open_doors(database, tenant, *doors)
    await relay.deliver()
    assert listener.heard == doors
    await relay.deliver()
    assert listener.heard == doors


async def test_what_commits_during_a_window_comes_in_a_later_one(
    database: Database, tenant: TenantId, relay: Relay, listener: Listener
) -> None:
    async with database.unit(tenant) as late:
        # The id of the late entry is lower than those that are delivered before it.
        await late.connection.execute(
            "call journal_append($1)", b"[%b]" % as_json(DoorOpened(subject_id="late"), SYSTEM, late.clock.now())
        )
        await open_doors(database, tenant, *[str(n) for n in range(10)])
        await relay.deliver()
        assert listener.heard == [str(n) for n in range(10)]
    await relay.deliver()
    assert listener.heard[10:] == ["late"]


async def test_the_order_is_that_of_commits_on_one_subject(
    database: Database, tenant: TenantId, relay: Relay, listener: Listener
) -> None:
    async with database.unit(tenant) as slow:
        await slow.connection.execute("select pg_current_xact_id()")  # the lower transaction number
        await open_doors(database, tenant, "first to commit")
        slow.publish(DoorOpened(subject_id="second to commit"))
    await relay.deliver()
    assert listener.heard == ["first to commit", "second to commit"]


async def test_a_consumer_with_history_hears_what_was_before_it(
    database: Database, app_dsn: str, tenant: TenantId, listener: Listener, consumer: Consumer
) -> None:
    await open_doors(database, tenant, "before")
    old, new = replace(consumer, name=f"{consumer.name}-old", history=True), consumer
    await Relay(database, app_dsn, [new]).deliver()
    assert listener.heard == []
    await Relay(database, app_dsn, [old]).deliver()
    assert listener.heard == ["before"]


async def test_a_new_relay_goes_on_where_the_old_one_stood(
    database: Database, app_dsn: str, tenant: TenantId, relay: Relay, listener: Listener, consumer: Consumer
) -> None:
    await open_doors(database, tenant, "1")
    await relay.deliver()
    await open_doors(database, tenant, "2")
    await Relay(database, app_dsn, [consumer]).deliver()
    assert listener.heard == ["1", "2"]


async def test_retries_wait_as_long_as_the_backoff_says_then_the_entry_is_parked(
    database: Database, tenant: TenantId, relay: Relay, listener: Listener, clock: FixedClock
) -> None:
    listener.fails = lambda door: door == "stuck"
    await open_doors(database, tenant, "stuck", "free")
    await relay.deliver()
    assert listener.heard == ["stuck", "free"]
    for seconds in (1, 2):
        clock.advance(timedelta(seconds=seconds - 0.1))
        await relay.deliver()
        heard = len(listener.heard)
        clock.advance(timedelta(seconds=0.1))
        await relay.deliver()
        assert listener.heard[heard:] == ["stuck"]
    clock.advance(timedelta(days=1))
    assert await relay.deliver() == 0
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select * from journal where tenant_id = $1 and name like 'journal.%'", tenant
        )
    (parked,) = [from_row(row).event() for row in rows]
    assert isinstance(parked, DeliveryParked)
    assert (parked.event_name, parked.attempts, parked.error) == (
        "test.door_opened",
        3,
        "RuntimeError: cannot hear stuck",
    )


async def test_a_listener_that_fails_on_parked_deliveries_does_not_feed_itself(
    database: Database, app_dsn: str, tenant: TenantId, clock: FixedClock
) -> None:
    async def fail(_unit: UnitOfWork, entry: Entry, _event: Event) -> None:
        if entry.tenant == tenant:
            raise RuntimeError("deaf")

    name = f"test-{uuid4().hex[:12]}"
    handlers: dict[type[Event], Any] = {DoorOpened: fail, DeliveryParked: fail}
    relay = Relay(database, app_dsn, [Consumer(name, handlers, history=False, parked_after=1)])
    await relay.register()
    await open_doors(database, tenant, "1")
    for _ in range(4):
        await relay.deliver()
        clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        parked = (await ParkedDeliveries(unit).list_parked(consumer=name)).items
    assert sorted(one.entry.name for one in parked) == ["journal.delivery_parked", "test.door_opened"]


async def test_a_malformed_event_is_parked_not_lost(
    database: Database, tenant: TenantId, relay: Relay, clock: FixedClock, consumer: Consumer
) -> None:
    async with database.unit(tenant) as unit:
        await unit.connection.execute(
            "insert into journal (tenant_id, name, version, actor_kind, subject_kind, subject_id, before) "
            "values ($1, 'test.door_opened', 9, 'system', 'door', '2', $2)",
            tenant,
            [],
        )
    for _ in range(3):
        await relay.deliver()
        clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        (parked,) = (await ParkedDeliveries(unit).list_parked(consumer=consumer.name)).items
    assert parked.entry.subject_id == "2"
    assert parked.error.startswith("MalformedEvent")


async def test_parked_deliveries_are_paged_retried_and_dropped_by_their_tenant_only(
    database: Database,
    tenant: TenantId,
    other_tenant: TenantId,
    relay: Relay,
    listener: Listener,
    consumer: Consumer,
    clock: FixedClock,
) -> None:
    listener.fails = lambda _: True
    await open_doors(database, tenant, "1", "2", "3")
    for _ in range(3):
        await relay.deliver()
        clock.advance(timedelta(minutes=1))
    listener.fails = lambda _: False
    async with database.unit(tenant) as unit:
        parked = ParkedDeliveries(unit)
        first = await parked.list_parked(limit=2)
        second = await parked.list_parked(limit=2, cursor=first.next_cursor)
        ids = {one.entry.subject_id: one.entry.id for one in [*first.items, *second.items]}
        assert list(ids) == ["3", "2", "1"]
        assert second.next_cursor is None
        counts = {(one.consumer, one.state): one.entries for one in await count_deliveries(unit)}
        assert counts[consumer.name, "parked"] == 3
    for change in ("retry", "drop"):
        with pytest.raises(DeliveryNotParked):
            async with database.unit(other_tenant) as unit:
                theirs = ParkedDeliveries(unit)
                if change == "retry":
                    await theirs.retry_parked(consumer.name, ids["1"])
                else:
                    await theirs.drop_parked(consumer.name, ids["1"], "mine")
    async with database.unit(tenant) as unit:
        parked = ParkedDeliveries(unit)
        await parked.retry_parked(consumer.name, ids["1"])
        await parked.drop_parked(consumer.name, ids["2"], "a duplicate")
        assert [type(event) for event in unit.events] == [DeliveryRetried, DeliveryDropped]
        assert unit.events[1].reason == "a duplicate"
        with pytest.raises(DeliveryNotParked):
            await parked.drop_parked(consumer.name, ids["2"], "again")
    listener.heard.clear()
    await relay.deliver()
    assert listener.heard == ["1"]
    async with database.unit(tenant) as unit:
        assert [one.entry.subject_id for one in (await ParkedDeliveries(unit).list_parked()).items] == ["3"]


async def test_two_relays_with_the_same_entries_make_one_effect(
    database: Database, app_dsn: str, tenant: TenantId, relay: Relay, listener: Listener, consumer: Consumer
) -> None:
    await open_doors(database, tenant, *map(str, range(20)))
    await asyncio.gather(relay.deliver(), Relay(database, app_dsn, [consumer]).deliver())
    async with database.unit(tenant) as unit:
        done = await unit.connection.fetchval(
            "select count(*) from delivery where tenant_id = $1 and consumer = $2 and state = 'done' and attempts = 1",
            tenant,
            consumer.name,
        )
    assert done == 20
    assert sorted(listener.heard, key=int) == list(map(str, range(20)))


async def test_only_one_process_delivers_to_a_consumer_until_it_ends(
    database: Database, app_dsn: str, tenant: TenantId, listener: Listener, consumer: Consumer
) -> None:
    watchers = Watcher(), Watcher()
    relays = [Relay(database, app_dsn, [consumer], poll=0.02, observer=watcher) for watcher in watchers]
    first = asyncio.create_task(relays[0].run())
    await asyncio.sleep(0.2)
    second = asyncio.create_task(relays[1].run())
    await open_doors(database, tenant, "1")
    await _until(lambda: listener.heard == ["1"])
    await _until(lambda: watchers[0].outcomes.count((consumer.name, Outcome.DONE)) >= 1)  # said after the commit
    assert watchers[1].outcomes == []
    first.cancel()
    await asyncio.wait([first])
    await open_doors(database, tenant, "2")
    await _until(lambda: listener.heard == ["1", "2"])
    await _until(lambda: bool(watchers[1].outcomes))
    second.cancel()
    await asyncio.wait([second])
    assert watchers[0].lags[0][0] == consumer.name


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another task's transaction
            await asyncio.sleep(0.01)


async def test_the_lag_counts_what_waits_and_since_when(
    database: Database, tenant: TenantId, relay: Relay, consumer: Consumer, clock: FixedClock
) -> None:
    await relay.deliver()
    opened = clock.now()
    await open_doors(database, tenant, "1", "2")
    async with database.unit(tenant) as unit:
        unit.publish(DoorIgnored(subject_id="3"))
    async with database.unit(SYSTEM_TENANT) as unit:
        assert await Windows(unit, consumer.name, consumer.event_names).waiting() == (2, opened)
    await relay.deliver()
    async with database.unit(SYSTEM_TENANT) as unit:
        assert await Windows(unit, consumer.name, consumer.event_names).waiting() == (0, None)


async def test_marks_are_forgotten_when_they_are_old_and_passed(
    database: Database, tenant: TenantId, relay: Relay, listener: Listener, consumer: Consumer, clock: FixedClock
) -> None:
    opened = clock.now()
    await open_doors(database, tenant, "1", "2")
    await relay.deliver()

    async def prune(older_than: datetime) -> int:
        async with database.unit(SYSTEM_TENANT) as unit:
            return await Windows(unit, consumer.name, consumer.event_names).prune(older_than)

    async def prune_what_is_passed() -> int:
        # Passed means: no transaction that was open at their delivery is open still, and another test may hold one.
        clock.advance(timedelta(minutes=1))
        await relay.deliver()
        return await prune(opened + timedelta(seconds=1))

    assert await prune(opened - timedelta(seconds=1)) == 0
    assert await eventually(prune_what_is_passed) == 2
    await relay.deliver()
    assert listener.heard == ["1", "2"]


async def test_the_total_order_stops_at_the_oldest_running_transaction(database: Database, tenant: TenantId) -> None:
    async def of_tenant() -> list[str]:
        async with database.unit(SYSTEM_TENANT) as unit:
            rows = await unit.connection.fetch("select * from journal_after('0', 0, 1000000)")
        return [row["subject_id"] for row in rows if row["tenant_id"] == tenant]

    async with database.unit(tenant) as late:
        await late.connection.execute("select pg_current_xact_id()")
        await open_doors(database, tenant, "early")
        assert await of_tenant() == []
    async with asyncio.timeout(10):  # transactions of other databases on the server count too
        while not (found := await of_tenant()):  # noqa: ASYNC110 - they end elsewhere
            await asyncio.sleep(0.05)
    assert found == ["early"]


@pytest.mark.parametrize("failures", [1, 2, 3, 4, 9, 1000])
@pytest.mark.property_test(49)
def test_waits_are_1_2_4_8_seconds_and_never_beyond_the_longest(failures: int) -> None:
    exact = min(2 ** (failures - 1), 300)
    chance = Random(failures)  # noqa: S311 - jitter
    assert Backoff(jitter=0).delay(failures, chance) == timedelta(seconds=exact)
    jittered = Backoff().delay(failures, chance)
    assert timedelta(seconds=exact) <= jittered <= timedelta(seconds=exact * 1.25)

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from shopwright.infra.db import Database
from shopwright.infra.journal.reading import EVERYTHING, EntryNotFound, JournalFilter, JournalReader
from shopwright.infra.web.pages import InvalidCursor
from shopwright.kit.events import ActorKind, Event, Provenance
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock


@dataclass(frozen=True, kw_only=True)
class GateMoved(Event, name="test.gate_moved", subject="gate"):
    """What these tests publish."""

    how: str = "by hand"


@dataclass(frozen=True, kw_only=True)
class FencePainted(Event, name="other.fence_painted", subject="fence"):
    """Something else."""


@pytest.fixture
def person(tenant: TenantId, clock: FixedClock) -> UUID:
    return new_id(tenant, clock.now())


@pytest.fixture
async def written(database: Database, tenant: TenantId, person: UUID, clock: FixedClock) -> None:
    async with database.unit(tenant, Provenance(ActorKind.PERSON, person, "r-1", "t-1")) as unit:
        unit.publish(GateMoved(subject_id="1", before={"open": False}, after={"open": True}, reason="a visitor"))
        unit.publish(FencePainted(subject_id="1"))
    clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        unit.publish_all(GateMoved(subject_id=str(n)) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (EVERYTHING, 5),
        (JournalFilter(name_prefix="test."), 4),
        (JournalFilter(name_prefix="test_"), 0),
        (JournalFilter(subject_kind="gate", subject_id="1"), 2),
        (JournalFilter(actor_kind=ActorKind.PERSON), 2),
        (JournalFilter(actor_kind=ActorKind.SYSTEM, name_prefix="other"), 0),
        (JournalFilter(request_id="r-1"), 2),
        (JournalFilter(trace_id="t-1", subject_kind="fence"), 1),
    ],
)
@pytest.mark.usefixtures("written")
async def test_filters_restrict(database: Database, tenant: TenantId, only: JournalFilter, expected: int) -> None:
    async with database.unit(tenant) as unit:
        assert len((await JournalReader(unit).list_entries(only)).items) == expected
        assert len([entry async for entry in JournalReader(unit).stream_entries(only)]) == expected


@pytest.mark.usefixtures("written")
async def test_the_period_is_half_open(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    now, before = clock.now(), clock.now() - timedelta(hours=1)
    async with database.unit(tenant) as unit:
        reader = JournalReader(unit)
        assert len((await reader.list_entries(JournalFilter(since=before, until=now))).items) == 2
        assert len((await reader.list_entries(JournalFilter(since=now))).items) == 3


@pytest.mark.usefixtures("written")
async def test_an_actor_is_found(database: Database, tenant: TenantId, person: UUID) -> None:
    async with database.unit(tenant) as unit:
        found = await JournalReader(unit).list_entries(JournalFilter(actor_id=person, name_prefix="test."))
    (entry,) = found.items
    assert (entry.provenance.actor_id, entry.before, entry.after) == (person, {"open": False}, {"open": True})


@pytest.mark.usefixtures("written")
async def test_pages_follow_each_other_newest_first(database: Database, tenant: TenantId) -> None:
    ids: list[int] = []
    cursor = None
    async with database.unit(tenant) as unit:
        while True:
            page = await JournalReader(unit).list_entries(cursor=cursor, limit=2)
            ids += [entry.id for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(ids) == 5
    assert ids == sorted(ids, reverse=True)


async def test_a_bad_cursor_is_refused(database: Database, tenant: TenantId) -> None:
    with pytest.raises(InvalidCursor):
        async with database.unit(tenant) as unit:
            await JournalReader(unit).list_entries(cursor="x")


@pytest.mark.usefixtures("written")
async def test_export_gives_flat_text_oldest_first(database: Database, tenant: TenantId, person: UUID) -> None:
    async with database.unit(tenant) as unit:
        rows = [row async for row in JournalReader(unit).export_rows(JournalFilter(name_prefix="test."))]
    assert [row["subject_id"] for row in rows] == ["1", "1", "2", "3"]
    assert {
        key: rows[0][key] for key in ("event", "actor_kind", "actor_id", "before", "after", "payload", "reason")
    } == {
        "event": "test.gate_moved",
        "actor_kind": "person",
        "actor_id": str(person),
        "before": '{"open":false}',
        "after": '{"open":true}',
        "payload": '{"how":"by hand"}',
        "reason": "a visitor",
    }


async def test_a_long_export_is_whole(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        unit.publish_all(GateMoved(subject_id=str(n)) for n in range(2_500))
    async with database.unit(tenant) as unit:
        rows = [row["subject_id"] async for row in JournalReader(unit).export_rows()]
    assert rows == [str(n) for n in range(2_500)]


@pytest.mark.property_test(82)
@pytest.mark.usefixtures("written")
async def test_another_tenant_reads_nothing(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        mine = (await JournalReader(unit).list_entries(limit=1)).items[0]
        assert (await JournalReader(unit).get_entry(mine.id)) == mine
    async with database.unit(other_tenant) as unit:
        reader = JournalReader(unit)
        assert (await reader.list_entries()).items == []
        assert [row async for row in reader.export_rows()] == []
        with pytest.raises(EntryNotFound):
            await reader.get_entry(mine.id)

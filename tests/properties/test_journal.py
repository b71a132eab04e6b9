"""Laws of the journal: what it is asked for is what was written, and a failing handler harms nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.parked import ParkedDeliveries
from shopwright.infra.journal.reading import JournalFilter, JournalReader
from shopwright.infra.journal.relay import Relay
from shopwright.kit.events import ActorKind, Event, Provenance
from shopwright.kit.ids import TenantId, new_tenant_id
from shopwright.kit.time import FixedClock
from tests.conftest import NOON


@dataclass(frozen=True, kw_only=True)
class RecordImported(Event, name="test.record_imported", subject="record"):
    """A transformation: a record was made from a source by named steps."""

    source: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordCorrected(Event, name="test.record_corrected", subject="record"):
    """A person corrected a record; the old values are in `before`."""


@dataclass(frozen=True, kw_only=True)
class RecordDeleted(Event, name="test.record_deleted", subject="record"):
    """A record was deleted; what it was is in `before`."""


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SUBJECTS = st.text("abcdefgh-' \\é", min_size=1, max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(TEXT, VALUES, max_size=4)
EVENTS = st.one_of(
    st.builds(RecordImported, subject_id=SUBJECTS, source=TEXT, steps=st.lists(TEXT, max_size=4).map(tuple)),
    st.builds(RecordCorrected, subject_id=SUBJECTS, before=FIELDS, after=FIELDS, reason=TEXT | st.none()),
    st.builds(RecordDeleted, subject_id=SUBJECTS, before=FIELDS, reason=TEXT),
)
PROVENANCES = st.builds(
    Provenance,
    st.sampled_from(ActorKind),
    st.uuids(version=4) | st.none(),
    st.none() | st.text("0123456789abcdef", min_size=1, max_size=8),
    st.none() | st.text("0123456789abcdef", min_size=1, max_size=8),
)
WRITES = st.lists(st.tuples(PROVENANCES, st.lists(EVENTS, min_size=1, max_size=3), st.integers(0, 86_400)), max_size=4)
WITH_DATABASE = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


async def write(
    database: Database, tenant: TenantId, writes: list[tuple[Provenance, list[Event], int]]
) -> list[tuple[Event, Provenance, Any]]:
    """Write events, time passing between them; return what the journal must answer."""
    written = []
    assert isinstance(database.clock, FixedClock)
    for by, events, pause in writes:
        database.clock.advance(timedelta(seconds=pause))
        async with database.unit(tenant, by) as unit:
            unit.publish_all(events)
        written += [(event, by, database.clock.now()) for event in events]
    return written


async def entries_of(database: Database, tenant: TenantId, only: JournalFilter | None = None) -> list[Entry]:
    async with database.unit(tenant) as unit:
        return [entry async for entry in JournalReader(unit).stream_entries(only or JournalFilter())]


@pytest.mark.property_test(53, 54, 55, 56)
@given(writes=WRITES)
@WITH_DATABASE
async def test_the_journal_answers_who_what_when_and_what_was_before(
    database: Database, writes: list[tuple[Provenance, list[Event], int]]
) -> None:
    tenant = new_tenant_id()
    written = await write(database, tenant, writes)
    entries = await entries_of(database, tenant)
    assert [(entry.event(), entry.provenance, entry.at) for entry in entries] == written


@pytest.mark.property_test(55)
@given(writes=WRITES, pick=st.randoms(use_true_random=False))
@WITH_DATABASE
async def test_a_filter_gives_what_it_names_and_nothing_else(
    database: Database, writes: list[tuple[Provenance, list[Event], int]], pick: Any
) -> None:
    tenant = new_tenant_id()
    await write(database, tenant, writes)
    everything = await entries_of(database, tenant)
    if not everything:
        return
    one = pick.choice(everything)
    questions: dict[str, tuple[Any, Callable[[Entry], Any]]] = {
        "name_prefix": (one.name, lambda e: e.name),
        "subject_id": (one.subject_id, lambda e: e.subject_id),
        "actor_id": (one.provenance.actor_id, lambda e: e.provenance.actor_id),
        "request_id": (one.provenance.request_id, lambda e: e.provenance.request_id),
        "trace_id": (one.provenance.trace_id, lambda e: e.provenance.trace_id),
    }
    for field, (value, of) in questions.items():
        expected = everything if value is None else [e for e in everything if of(e) == value]
        asked: dict[str, Any] = {field: value}
        assert await entries_of(database, tenant, JournalFilter(**asked)) == expected
    assert await entries_of(database, tenant, JournalFilter(since=one.at)) == [e for e in everything if e.at >= one.at]


@pytest.mark.property_test(56, 82)
@given(writes=WRITES)
@WITH_DATABASE
async def test_no_statement_of_the_program_takes_an_entry_away(
    database: Database, writes: list[tuple[Provenance, list[Event], int]]
) -> None:
    tenant = new_tenant_id()
    await write(database, tenant, writes)
    before = await entries_of(database, tenant)
    for attempt in ("delete from journal", "update journal set before = '{}'"):
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            async with database.unit(tenant) as unit:
                await unit.connection.execute(attempt)
    assert await entries_of(database, tenant) == before
    assert await entries_of(database, new_tenant_id()) == []


@pytest.mark.property_test(45, 63)
@given(plan=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=12))
@WITH_DATABASE
async def test_whatever_fails_the_rest_takes_effect_once_in_its_own_tenant(
    database: Database, app_dsn: str, plan: list[tuple[int, int]]
) -> None:
    """Each event names its tenant of three and how many of its first attempts fail; four are one too many."""
    tenants = [new_tenant_id() for _ in range(3)]
    failures: dict[str, int] = {}
    effects: list[tuple[TenantId, str]] = []

    async def handle(unit: UnitOfWork, entry: Entry, event: RecordImported) -> None:
        if entry.tenant in tenants:
            failures[event.subject_id] -= 1
            if failures[event.subject_id] >= 0:
                raise RuntimeError(f"no luck with {event.source}")
            effects.append((unit.tenant, event.subject_id))

    backoff = Backoff(jitter=0)
    consumer = Consumer(f"test-{uuid4()}", {RecordImported: handle}, history=False, parked_after=4, backoff=backoff)
    relay = Relay(database, app_dsn, [consumer])
    await relay.register()
    for position, (owner, fails) in enumerate(plan):
        failures[str(position)] = fails
        async with database.unit(tenants[owner]) as unit:
            unit.publish(RecordImported(subject_id=str(position), source=f"row {position}", steps=()))
    assert isinstance(database.clock, FixedClock)
    for _ in range(5):
        await relay.deliver()
        database.clock.advance(timedelta(hours=1))
    assert sorted(effects) == sorted((tenants[o], str(p)) for p, (o, fails) in enumerate(plan) if fails < 4)
    for number, tenant in enumerate(tenants):
        async with database.unit(tenant) as unit:
            parked = (await ParkedDeliveries(unit).list_parked(limit=50)).items
        stuck = {str(p) for p, (o, fails) in enumerate(plan) if o == number and fails >= 4}
        assert {one.entry.subject_id for one in parked} == stuck
        for one in parked:
            assert one.error == f"RuntimeError: no luck with row {one.entry.subject_id}"
            assert "in handle" in one.stack


@pytest.mark.property_test(55)
@given(event=EVENTS, by=PROVENANCES)
def test_an_entry_survives_the_trip_through_a_stream(event: Event, by: Provenance) -> None:
    tenant = new_tenant_id()
    entry = Entry(
        id=1,
        tx=2,
        tenant=tenant,
        at=NOON,
        name=event.wire_name,
        version=1,
        provenance=by,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        reason=event.reason,
        before=dict(event.before),
        after=dict(event.after),
        payload={},
    )
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry

from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from shopwright.infra.db import Database, UnstorableText
from shopwright.infra.journal.entries import MalformedEvent, from_row
from shopwright.kit.events import ActorKind, Event, Provenance
from shopwright.kit.ids import TenantId, is_foreign, new_id, new_tenant_id


@dataclass(frozen=True, kw_only=True)
class LampLit(Event, name="test.lamp_lit", subject="lamp"):
    """A lamp was lit; exists in tests only."""

    lumens: int
    by_whom: UUID | None = None


async def journal_of(database: Database, tenant: TenantId) -> list[Event]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select * from journal where tenant_id = $1 order by id", tenant)
    return [from_row(row).event() for row in rows]


async def test_an_event_is_written_with_its_change_and_comes_back_typed(database: Database, tenant: TenantId) -> None:
    lit = LampLit(subject_id="o'brien \\ 1", lumens=800, by_whom=tenant, after={"lit": True}, reason="dusk'; drop")
    async with database.unit(tenant, Provenance(ActorKind.PERSON, tenant, "r-1")) as unit:
        unit.publish(lit)
    assert await journal_of(database, tenant) == [lit]


async def test_nothing_is_written_when_the_unit_fails(database: Database, tenant: TenantId) -> None:
    with pytest.raises(RuntimeError, match="midway"):
        async with database.unit(tenant) as unit:
            unit.publish(LampLit(subject_id="1", lumens=1))
            raise RuntimeError("midway")
    assert await journal_of(database, tenant) == []


async def test_a_savepoint_takes_back_its_events_too(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        unit.publish(LampLit(subject_id="kept", lumens=1))
        with pytest.raises(RuntimeError):
            async with unit.savepoint():
                unit.publish(LampLit(subject_id="gone", lumens=1))
                raise RuntimeError
    assert [event.subject_id for event in await journal_of(database, tenant)] == ["kept"]


async def test_many_events_are_written_in_order(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        unit.publish_all(LampLit(subject_id=str(n), lumens=n) for n in range(6_000))
    assert [event.subject_id for event in await journal_of(database, tenant)] == [str(n) for n in range(6_000)]


async def test_wrong_types_are_refused_before_anything_is_written(database: Database, tenant: TenantId) -> None:
    with pytest.raises(MalformedEvent, match="lumens"):
        async with database.unit(tenant) as unit:
            unit.publish(LampLit(subject_id="1", lumens="bright"))  # type: ignore[arg-type]
    assert await journal_of(database, tenant) == []


@pytest.mark.property_test(82)
async def test_another_tenant_sees_no_entry(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        unit.publish(LampLit(subject_id="1", lumens=1))
    async with database.unit(other_tenant) as unit:
        assert await unit.connection.fetchval("select count(*) from journal") == 0


@pytest.mark.parametrize("change", ["update journal set name = 'x'", "delete from journal", "truncate journal"])
async def test_the_journal_refuses_change(database: Database, tenant: TenantId, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unit(tenant) as unit:
            await unit.connection.execute(change)


async def test_ids_made_in_sql_carry_the_same_tag(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        made = await unit.connection.fetch("select new_id($1) as id from generate_series(1, 200)", tenant)
    ids = {row["id"] for row in made}
    assert len(ids) == 200
    assert not any(is_foreign(str(identifier), tenant) for identifier in ids)
    assert all(is_foreign(str(identifier), new_tenant_id()) for identifier in ids)
    assert not is_foreign(str(new_id(tenant, database.clock.now())), tenant)


async def test_a_lost_connection_says_so(database: Database, tenant: TenantId) -> None:
    with pytest.raises(Exception, match="connection") as caught:
        async with database.unit(tenant) as unit:
            pid = await unit.connection.fetchval("select pg_backend_pid()")
            async with database.unit(tenant) as other:
                await other.connection.execute("select pg_terminate_backend($1)", pid)
            await unit.connection.fetchval("select 1")
    assert getattr(caught.value, "code", "") == "database_unavailable", repr(caught.value)


async def test_a_text_that_cannot_be_stored_is_the_callers_mistake(database: Database, tenant: TenantId) -> None:
    with pytest.raises(UnstorableText):
        async with database.unit(tenant) as unit:
            await unit.connection.fetchval("select $1::text", "a\0b")
    async with database.unit(tenant) as unit:
        assert await unit.connection.fetchval("select 1") == 1

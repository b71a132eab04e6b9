"""Units that only read: one round trip, one tenant, and nothing but reading."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from tests.conftest import NOON

from shopwright.infra.db import Database, DatabaseUnavailable
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_tenant_id
from shopwright.kit.time import FixedClock

_ENTRIES = "select count(*) from journal"


@dataclass(frozen=True, kw_only=True)
class BellRang(Event, name="test.bell_rang", subject="bell"):
    """A bell rang; exists in tests only."""


@pytest.fixture
async def narrow(app_dsn: str) -> AsyncIterator[Database]:
    """The database over a single reading connection, which every tenant has to share."""
    opened = await Database.open(app_dsn, FixedClock(NOON), max_size=1)
    yield opened
    await opened.close()


async def ring(database: Database, tenant: TenantId, times: int = 1) -> None:
    async with database.unit(tenant) as unit:
        unit.publish_all(BellRang(subject_id=str(n)) for n in range(times))


async def entries(database: Database, tenant: TenantId) -> int:
    async with database.reading(tenant) as unit:
        found: int = await unit.connection.fetchval(_ENTRIES)
    return found


async def test_each_tenant_reads_its_own_on_one_shared_connection(narrow: Database) -> None:
    shops = {new_tenant_id(): times for times in (1, 2, 3)}
    for shop, times in shops.items():
        await ring(narrow, shop, times)
    asked = [*shops, *reversed(shops), *shops, new_tenant_id()]
    assert [await entries(narrow, shop) for shop in asked] == [shops.get(shop, 0) for shop in asked]


async def test_many_at_once_wait_for_their_turn_and_read_their_own(app_dsn: str) -> None:
    database = await Database.open(app_dsn, FixedClock(NOON), max_size=3)
    shops = [new_tenant_id() for _ in range(4)]
    for place, shop in enumerate(shops):
        await ring(database, shop, place + 1)
    asked = [shops[n % 4] for n in range(40)]
    found = await asyncio.gather(*(entries(database, shop) for shop in asked))
    assert list(found) == [shops.index(shop) + 1 for shop in asked]
    async with database.reading(SYSTEM_TENANT) as unit:
        own = "select count(*) from pg_stat_activity where application_name = 'shopwright reader' and pid = any($1)"
        assert await unit.connection.fetchval(own, [unit.connection.get_server_pid()]) == 1
    await database.close()


async def test_a_read_is_one_round_trip_once_the_connection_is_bound(narrow: Database, tenant: TenantId) -> None:
    sent: list[str] = []

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        sent.append(query.query)

    async with narrow.reading(new_tenant_id()) as unit:
        unit.connection.add_query_logger(note)
    for _ in range(2):
        await entries(narrow, tenant)
    await asyncio.sleep(0)  # loggers are told in the next turn of the loop
    assert sent == [f"set app.tenant_id = '{tenant}'", _ENTRIES, _ENTRIES]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("insert into idempotency_key (tenant_id, actor_id, key) values ($1, $1, 'k')", asyncpg.ReadOnlySQLTransactionError),
        ("delete from idempotency_key where tenant_id = $1", asyncpg.ReadOnlySQLTransactionError),
        ("select 1 from idempotency_key where tenant_id = $1 for update", asyncpg.ReadOnlySQLTransactionError),
    ],
)  # fmt: skip
async def test_the_server_refuses_to_write(
    database: Database, tenant: TenantId, statement: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        async with database.reading(tenant) as unit:
            await unit.connection.execute(statement, tenant)


async def test_what_is_published_is_refused_and_not_written(database: Database, tenant: TenantId) -> None:
    with pytest.raises(TypeError, match="publishes nothing"):
        async with database.reading(tenant) as unit:
            unit.publish(BellRang(subject_id="1"))
    assert await entries(database, tenant) == 0


async def test_a_transaction_left_open_is_not_handed_to_the_next(narrow: Database, tenant: TenantId) -> None:
    async with narrow.reading(tenant) as unit:
        left = unit.connection
        await left.execute(f"begin; set local app.tenant_id = '{new_tenant_id()}'")
    assert left.is_closed()
    assert await entries(narrow, tenant) == 0


async def test_a_lost_connection_says_so_and_is_replaced(narrow: Database, tenant: TenantId) -> None:
    with pytest.raises(DatabaseUnavailable, match="lost"):
        async with narrow.reading(tenant) as unit:
            await end(narrow, unit.connection.get_server_pid())
            await unit.connection.fetchval("select 1")
    assert await entries(narrow, tenant) == 0


async def test_a_connection_that_died_while_it_was_free_is_replaced(narrow: Database, tenant: TenantId) -> None:
    gone = asyncio.Event()
    async with narrow.reading(tenant) as unit:
        unit.connection.add_termination_listener(lambda _: gone.set())
        pid = unit.connection.get_server_pid()
    await end(narrow, pid)
    await asyncio.wait_for(gone.wait(), 5)
    assert await entries(narrow, tenant) == 0


async def test_who_is_cancelled_leaves_no_connection_behind(narrow: Database, tenant: TenantId) -> None:
    held: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        async with narrow.reading(tenant) as unit:
            held.set_result(unit.connection)
            await unit.connection.fetchval("select pg_sleep(60)")

    waiting = asyncio.create_task(wait())
    connection = await held
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert connection.is_closed()
    assert await entries(narrow, tenant) == 0


async def test_an_error_of_the_block_comes_through_and_the_connection_stays(narrow: Database, tenant: TenantId) -> None:
    with pytest.raises(LookupError):
        async with narrow.reading(tenant) as unit:
            kept = unit.connection
            raise LookupError
    async with narrow.reading(tenant) as unit:
        assert unit.connection is kept


async def test_a_closed_database_lends_nothing(app_dsn: str, tenant: TenantId) -> None:
    database = await Database.open(app_dsn, FixedClock(NOON), max_size=1)
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await entries(database, tenant)


async def end(database: Database, pid: int) -> None:
    async with database.unit(SYSTEM_TENANT) as unit:
        await unit.connection.execute("select pg_terminate_backend($1)", pid)

import asyncio

import asyncpg

from shopwright.infra.sessions import Locks, OwnConnection


async def test_a_lock_is_held_by_one_at_a_time_until_it_lets_go(app_dsn: str) -> None:
    first, second = Locks(app_dsn), Locks(app_dsn)
    try:
        assert await first.hold("test: a lock")
        assert await first.hold("test: a lock")
        assert not await second.hold("test: a lock")
        assert await second.hold("test: another lock")
        await first.close()
        assert await _soon(second, "test: a lock")
    finally:
        await first.close()
        await second.close()


async def test_a_lock_is_lost_with_its_connection_and_taken_anew(app_dsn: str, server: tuple[str, str]) -> None:
    locks = Locks(app_dsn)
    admin = await asyncpg.connect(server[0])
    try:
        assert await locks.hold("test: a third lock")
        assert locks._held_on is not None
        lost = locks._held_on
        await admin.execute("select pg_terminate_backend($1, 5000)", lost.get_server_pid())
        assert await _soon(locks, "test: a third lock")
        assert locks._held_on is not lost
    finally:
        await admin.close()
        await locks.close()


async def _soon(locks: Locks, name: str) -> bool:
    for _ in range(100):
        try:
            if await locks.hold(name) and locks._held_on is not None and not locks._held_on.is_closed():
                await locks._held_on.execute("select")
                return True
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            await asyncio.sleep(0)  # a connection that is being lost says so in several ways
    return False


async def test_a_connection_of_its_own_has_the_rights_of_the_application(app_dsn: str) -> None:
    own = OwnConnection(app_dsn, "shopwright test")
    try:
        connection = await own.get()
        assert await own.get() is connection
        row = await connection.fetchrow(
            "select current_user::text as role, current_setting('application_name') as name"
        )
        assert row is not None
        assert (row["role"], row["name"]) == ("shopwright_app", "shopwright test")
        await own.close()
        assert await own.get() is not connection
    finally:
        await own.close()

import asyncio

import asyncpg
import pytest
from tests.infra.postgres.conftest import Opener

from shopwright.infra.migrations import migrate
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.provision import ProvisionedDatabase, ProvisioningFailed, in_database, provision


async def provisioned(
    server: EmbeddedPostgres, database: str, of_application: str = "of the application"
) -> ProvisionedDatabase:
    return await provision(server.uri("postgres", "postgres"), database, "of the owner", of_application)


async def value(dsn: str, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def test_the_application_has_least_rights(own_server: EmbeddedPostgres) -> None:
    made = await provisioned(own_server, "rights")
    for role in ("shopwright_owner", "shopwright_app", "shopwright_system"):
        assert (
            await value(
                made.app_dsn,
                "select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication"
                " from pg_roles where rolname = $1",
                role,
            )
            is False
        )
    becomes = (
        "select string_agg(roleid::regrole::text, ' ') from pg_auth_members where member = 'shopwright_app'::regrole"
    )
    assert await value(made.app_dsn, becomes) == "shopwright_loader"
    assert await value(made.app_dsn, "select pg_has_role('shopwright_loader', 'usage')") is False
    assert await value(made.app_dsn, "select rolcanlogin from pg_roles where rolname = 'shopwright_system'") is False
    for forbidden in ("create table t (i int)", "create schema s", "set role shopwright_owner"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await value(made.app_dsn, forbidden)
    await value(made.app_dsn, "create temporary table staging (i int)")


async def test_the_loader_is_past_row_level_security_where_the_administrator_may_make_it_so(
    own_server: EmbeddedPostgres,
) -> None:
    made = await provisioned(own_server, "loading")
    rights = (
        "select rolbypassrls, rolcanlogin or rolsuper or rolcreatedb or rolcreaterole or rolreplication"
        " from pg_roles where rolname = 'shopwright_loader'"
    )
    admin = own_server.uri("postgres", "postgres")
    connection = await asyncpg.connect(admin)
    try:
        assert tuple(await connection.fetchrow(rights) or ()) == (True, False)
        await connection.execute("alter role shopwright_loader nobypassrls login")
        await provisioned(own_server, "loading")
        assert tuple(await connection.fetchrow(rights) or ()) == (True, False)
    finally:
        await connection.close()
    assert await value(made.app_dsn, "select pg_has_role('shopwright_loader', 'set')") is True


async def test_the_owner_owns_the_database_and_may_become_the_system_role(own_server: EmbeddedPostgres) -> None:
    made = await provisioned(own_server, "ownership")
    assert await value(
        made.owner_dsn, "select pg_get_userbyid(datdba) from pg_database where datname = 'ownership'"
    ) == ("shopwright_owner")
    assert await value(made.owner_dsn, "select pg_has_role('shopwright_system', 'set')") is True
    assert await value(made.owner_dsn, "select pg_has_role('shopwright_system', 'usage')") is False


async def test_strangers_do_not_enter_the_database(own_server: EmbeddedPostgres) -> None:
    await provisioned(own_server, "closed")
    admin = own_server.uri("closed", "postgres")
    await value(admin, "create role stranger login password 'known'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
        await asyncpg.connect(in_database(admin, "closed", "stranger", "known"))
    await value(admin, "drop role stranger")


async def test_a_second_run_changes_nothing(own_server: EmbeddedPostgres) -> None:
    first = await provisioned(own_server, "twice")
    admin = own_server.uri("twice", "postgres")
    query = (
        "select array_agg(r::text order by r::text) from (select rolname, rolpassword, d.datacl::text, n.nspacl::text"
        " from pg_authid, pg_database d, pg_namespace n where d.datname = 'twice' and n.nspname = 'public') r"
    )
    before = await value(admin, query)
    assert await provisioned(own_server, "twice") == first
    assert await value(admin, query) == before


async def test_two_programs_may_start_at_once(own_server: EmbeddedPostgres) -> None:
    one, other = await asyncio.gather(provisioned(own_server, "at_once"), provisioned(own_server, "at_once"))
    assert one == other
    assert await value(one.app_dsn, "select current_user::text") == "shopwright_app"


async def test_a_new_password_replaces_the_old_one(own_server: EmbeddedPostgres) -> None:
    old = await provisioned(own_server, "passwords", "the old one")
    new = await provisioned(own_server, "passwords", "the new one: /@%?")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(old.app_dsn)
    assert await value(new.app_dsn, "select current_user::text") == "shopwright_app"
    assert "the new one" not in repr(new)


async def test_rights_that_were_widened_are_taken_back(own_server: EmbeddedPostgres) -> None:
    made = await provisioned(own_server, "widened")
    admin = own_server.uri("widened", "postgres")
    await value(admin, "alter role shopwright_app bypassrls createdb")
    await value(admin, "alter database widened owner to postgres")
    await provisioned(own_server, "widened")
    assert (
        await value(made.app_dsn, "select rolbypassrls or rolcreatedb from pg_roles where rolname = current_user")
        is False
    )
    assert await value(made.app_dsn, "select pg_get_userbyid(datdba) from pg_database where datname = 'widened'") == (
        "shopwright_owner"
    )


async def test_the_schema_migrates_in_it(own_server: EmbeddedPostgres) -> None:
    made = await provisioned(own_server, "migrated")
    assert await migrate(made.owner_dsn)
    assert await value(made.app_dsn, "select count(*) from journal") == 0
    assert await value(made.app_dsn, "select '[1,2]'::vector <-> '[1,2]'::vector") == 0
    assert await value(made.app_dsn, "select similarity('lamp', 'lamp')") == 1


async def test_a_server_that_does_not_answer_is_reported() -> None:
    with pytest.raises(ProvisioningFailed):
        await provision("postgresql://postgres:x@127.0.0.1:1/postgres", "d", "a", "b")


async def test_an_administrator_without_all_rights_will_do_once_the_extension_is_there(seeded: Opener) -> None:
    server = seeded()
    server.start()
    superuser = server.uri("postgres", "postgres")
    await value(superuser, "create role clerk login createdb createrole password 'known'")
    clerk = in_database(superuser, "postgres", "clerk", "known")
    with pytest.raises(ProvisioningFailed, match="vector"):
        await provision(clerk, "by_clerk", "a", "b")
    await value(in_database(superuser, "by_clerk"), "create extension vector")
    made = await provision(clerk, "by_clerk", "a", "b")
    assert await provision(clerk, "by_clerk", "a", "b") == made
    assert await migrate(made.owner_dsn)
    assert await value(made.app_dsn, "select count(*) from journal") == 0

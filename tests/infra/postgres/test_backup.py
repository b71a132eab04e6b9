import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.database import execute

from shopwright.infra.migrations import current_version, migrate, newest_version
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.backup import BackupFailed, UnusableBackup, dump, restore
from shopwright.infra.postgres.provision import provision

TENANT = "018f0000-0000-8000-8000-000000000001"


async def value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.fixture
async def shop(own_server: EmbeddedPostgres) -> AsyncIterator[str]:
    """An administrator's address of a migrated database with a protected row in it."""
    admin = own_server.uri("shop", "postgres")
    made = await provision(admin.replace("/shop", "/postgres"), "shop", "of the owner", "of the application")
    await migrate(made.owner_dsn)
    await execute(
        made.owner_dsn,
        "create table kept (tenant_id uuid, n numeric)",
        "call protect_table('kept')",
    )
    await execute(admin, f"insert into kept values ('{TENANT}', 19.90)")
    yield admin
    await execute(own_server.uri("postgres", "postgres"), "drop database if exists shop with (force)")


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def app_of(admin: str) -> str:
    return f"postgresql://shopwright_app:of%20the%20application@{admin.rpartition('@')[2]}"


async def test_a_database_comes_back_as_it_was(shop: str, tmp_path: Path) -> None:
    copy = tmp_path / "shop.backup"
    await dump(shop, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    await execute(shop, "delete from kept", "create table stray (i int)")
    await restore(shop, copy)
    assert await value(shop, "select n::text from kept") == "19.90"
    assert await value(shop, "select to_regclass('stray')") is None
    assert await current_version(shop) == newest_version()
    assert await value(shop, "select count(*) from pg_database where datname like 'shop_%'") == 0


async def test_owners_rights_and_row_level_security_come_back_too(shop: str, tmp_path: Path) -> None:
    await dump(shop, tmp_path / "copy")
    await execute(shop.replace("/shop", "/postgres"), "drop database shop")
    await restore(shop, tmp_path / "copy")
    assert await value(shop, "select tableowner::text from pg_tables where tablename = 'kept'") == "shopwright_owner"
    owner = "select pg_get_userbyid(datdba)::text from pg_database where datname = 'shop'"
    assert await value(shop, owner) == "shopwright_owner"
    assert await value(app_of(shop), "select count(*) from kept") == 0
    assert await value(f"{app_of(shop)}?app.tenant_id={TENANT}", "select count(*) from kept") == 1
    assert not await value(shop, "select has_database_privilege('public', 'shop', 'connect')")


async def test_a_restore_replaces_a_database_in_use(shop: str, tmp_path: Path) -> None:
    await dump(shop, tmp_path / "copy")
    session = await asyncpg.connect(app_of(shop))
    await restore(shop, tmp_path / "copy")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await session.fetchval("select 1")
    session.terminate()
    assert await value(app_of(shop), "select 1") == 1


async def test_a_cut_off_backup_changes_nothing(shop: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    await dump(shop, copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:100])
    with pytest.raises(UnusableBackup):
        await restore(shop, copy)
    copy.write_bytes(whole[:-10])
    with pytest.raises(BackupFailed):
        await restore(shop, copy)
    assert await value(app_of(shop), "select 1") == 1
    assert await value(shop, "select n::text from kept") == "19.90"
    assert await value(shop, "select count(*) from pg_database where datname like 'shop_%'") == 0


async def test_a_missing_file_is_no_backup(shop: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableBackup):
        await restore(shop, tmp_path / "nowhere")


async def test_a_role_that_row_level_security_binds_cannot_make_half_a_backup(shop: str, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.write_text("yesterday's")
    with pytest.raises(BackupFailed):
        await dump(app_of(shop), target)
    assert names_in(tmp_path) == ["copy"]
    assert target.read_text() == "yesterday's"


async def test_the_password_is_in_no_argument(shop: str, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("postgres", "initdb", "pg_restore"):
        (programs / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.0'\n")
        (programs / name).chmod(0o755)
    (programs / "pg_dump").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said; echo "$PGPASSWORD" > {tmp_path}/env\n')
    (programs / "pg_dump").chmod(0o755)
    await dump(shop, tmp_path / "copy", binaries=programs)
    password = (tmp_path / "env").read_text().strip()
    assert password in shop
    assert password not in (tmp_path / "said").read_text()
    await dump("postgresql://me@127.0.0.1/shop?password=p%40ss", tmp_path / "copy", binaries=programs)
    assert (tmp_path / "env").read_text().strip() == "p@ss"
    assert "p@ss" not in (tmp_path / "said").read_text()


async def test_a_cancelled_backup_leaves_nothing(shop: str, tmp_path: Path) -> None:
    blocker = await asyncpg.connect(shop)
    async with blocker.transaction():
        await blocker.execute("lock table kept")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dump(shop, tmp_path / "copy"), timeout=0.5)
    await blocker.close()
    assert names_in(tmp_path) == []

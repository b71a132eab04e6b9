"""The schema's versions: plain SQL files, run in order, up and down, as the owner of the database.

The running program never changes the schema; `migrating` does, in a process of its own.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import asyncpg

from shopwright.infra.db import DatabaseRefused, DatabaseUnavailable
from shopwright.kit.errors import Unavailable

_IN_WHEEL = Path(__file__).parent.parent / "migrations"
_IN_CHECKOUT = Path(__file__).parents[3] / "migrations"
FOLDER = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
_TAIL = 2_000


class SchemaTooNew(Unavailable):
    """The database was migrated by a newer program than this one."""

    code = "schema_too_new"
    action = "Install the newer version of the program, or restore a backup of the older schema."


class MigrationFailed(Unavailable):
    """A migration stopped; the schema is at the last version that was complete."""

    code = "migration_failed"
    action = "Read what the database said, correct it, and run `shopwright migrate` again."


def history() -> list[str]:
    """List all versions that this program knows, oldest first, from the file names alone."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def newest_version() -> str:
    """Return the newest version that this program knows."""
    return history()[-1]


async def current_version(dsn: str) -> str | None:
    """Return the version of the database's schema, None for an empty one.

    Raises DatabaseUnavailable, DatabaseRefused.
    """
    try:
        connection = await asyncpg.connect(dsn)
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise DatabaseRefused(f"The database refused us: {error}") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(f"The database refused the connection: {error}", retry_after=1) from error
    try:
        if await connection.fetchval("select to_regclass('schema_version')") is None:
            return None
        version: str | None = await connection.fetchval("select version_num from schema_version")
        return version
    finally:
        await connection.close()


async def migrate(dsn: str, target: str = "head") -> bool:
    """Bring the schema up (or down) to `target`; return whether anything had to be done.

    Raises SchemaTooNew when the database is ahead of the program, MigrationFailed with what the database said.
    """
    current = await current_version(dsn)
    newest = newest_version()
    if current is not None and current > newest:
        raise SchemaTooNew(f"The schema is at {current}, this program knows {newest}.", found=current, newest=newest)
    if target == "head" and current == newest:
        return False
    downwards = target == "base" or (target != "head" and current is not None and target < current)
    await _run({"dsn": dsn, "target": target, "downwards": downwards})
    return True


async def _run(asked: dict[str, object]) -> None:
    runner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shopwright.infra.migrating",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    _, said = await runner.communicate(json.dumps(asked).encode())
    if runner.returncode != 0:
        raise MigrationFailed(f"The migration stopped: {said.decode(errors='replace')[-_TAIL:]}")

"""The schema's versions: plain SQL files, run in order by Alembic, up and down.

Connects as the owner of the database. The running program never changes the schema.
"""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.util import await_only

from shopwright.kit.errors import Unavailable

_IN_WHEEL = Path(__file__).parent.parent / "migrations"
_IN_CHECKOUT = Path(__file__).parents[3] / "migrations"
FOLDER = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT


class SchemaTooNew(Unavailable):
    """The database was migrated by a newer program than this one."""

    code = "schema_too_new"
    action = "Install the newer version of the program, or restore a backup of the older schema."


def run_script(name: str) -> None:
    """Run a whole SQL file on the migration's own connection; called by the revisions."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise Unavailable("The migration lost its connection.")
    await_only(connection.execute((FOLDER / "sql" / name).read_text(encoding="utf-8")))


def newest_version() -> str:
    """Return the newest version that this program knows, read from the file names alone."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


async def current_version(dsn: str) -> str | None:
    """Return the version of the database's schema, None for an empty one."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("select to_regclass('schema_version')") is None:
            return None
        version: str | None = await connection.fetchval("select version_num from schema_version")
        return version
    finally:
        await connection.close()


async def migrate(dsn: str, target: str = "head") -> bool:
    """Bring the schema up (or down) to `target`; return whether anything had to be done.

    Raises SchemaTooNew when the database is ahead of the program.
    """
    current = await current_version(dsn)
    newest = newest_version()
    if current is not None and current > newest:
        raise SchemaTooNew(f"The schema is at {current}, this program knows {newest}.", found=current, newest=newest)
    if target == "head" and current == newest:
        return False
    await asyncio.to_thread(_run, dsn, target, current)
    return True


def _run(dsn: str, target: str, current: str | None) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["dsn"] = dsn
    downwards = target == "base" or (target != "head" and current is not None and target < current)
    step = command.downgrade if downwards else command.upgrade
    step(config, target)


def history() -> list[str]:
    """List all versions, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]

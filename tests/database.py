"""The server and databases of a test run: one throw-away server, one migrated template, a clone each worker."""

import asyncio
import os
import tempfile
from pathlib import Path
from uuid import uuid4

import asyncpg

from shopwright.infra.migrations import migrate
from shopwright.infra.postgres.provision import provision

SERVER_VARIABLE = "SHOPWRIGHT_TEST_SERVER"
"""A superuser's address of a server that may be used for tests; without it the run starts its own."""

PASSWORD = "of-a-throw-away-server"


def address(admin: str, role: str, database: str) -> str:
    """Return the address of a database of the server for a role."""
    host = admin.rsplit("@", 1)[1].split("/", maxsplit=1)[0]
    return f"postgresql://{role}:{PASSWORD}@{host}/{database}"


async def execute(dsn: str, *statements: str) -> None:
    """Run statements, each by itself."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def make_template(admin: str) -> str:
    """Migrate a fresh database once and return its name."""
    name = f"template_{uuid4().hex[:12]}"
    asyncio.run(_make_template(admin, name))
    return name


async def _make_template(admin: str, name: str) -> None:
    made = await provision(admin, name, PASSWORD, PASSWORD)
    await migrate(made.owner_dsn)


async def clone(admin: str, template: str) -> str:
    """Copy the template and return the copy's name."""
    name = f"clone_{uuid4().hex[:12]}"
    await execute(admin, f"create database {name} template {template} owner shopwright_owner")
    return name


async def drop(admin: str, name: str) -> None:
    """Drop a database with whoever is connected to it."""
    await execute(admin, f"drop database if exists {name} with (force)")


def existing_server() -> str | None:
    """Return the server that the environment offers."""
    return os.environ.get(SERVER_VARIABLE)


def temporary_root() -> Path:
    """Make a folder that an unprivileged server process may pass through."""
    root = Path(tempfile.mkdtemp(prefix="shopwright-tests-"))
    root.chmod(0o711)
    return root

"""Alembic's entry: runs the revisions on one asyncpg connection, in one transaction each, with a lock timeout."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

LOCK_TIMEOUT = "5s"  # a migration that has to wait longer would make every reader behind it wait too


def run(connection: Connection) -> None:
    """Run the revisions that are asked for."""
    connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True, version_table="schema_version")
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("grant select on schema_version to shopwright_app"))
    connection.commit()


async def main() -> None:
    """Open the connection that `infra.migrations` names and run on it."""
    url = context.config.attributes["dsn"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


asyncio.run(main())

"""An installation on this machine: its database, embedded or a server, brought up and migrated.

Whoever needs the database (the program, a worker, a command) opens it here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from shopwright.infra.db import Database, DatabaseUnavailable
from shopwright.infra.migrations import current_version, migrate
from shopwright.infra.postgres.cluster import EmbeddedPostgres
from shopwright.infra.postgres.creation import SUPERUSER
from shopwright.infra.postgres.provision import APPLICATION, OWNER, provision
from shopwright.infra.settings import Settings
from shopwright.kit.time import Clock

DATABASE = "shopwright"
_LOOK_EVERY = 1.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the database is, by role: the program (least rights), the owner of the tables, the administrator.

    They hold passwords, so they do not show themselves.
    """

    app: str = field(repr=False)
    owner: str = field(repr=False)
    admin: str = field(repr=False)
    embedded: EmbeddedPostgres | None


@asynccontextmanager
async def database_addresses(settings: Settings) -> AsyncIterator[Addresses]:
    """Bring the database up: start (or adopt) the embedded server, or take the server of the settings.

    An embedded server that this process started, now or after it was lost, is stopped at the end; an adopted one
    goes on.
    """
    database = settings.database
    if database.url is not None:
        owner = database.admin_url or database.url
        yield Addresses(database.url.reveal(), owner.reveal(), owner.reveal(), None)
        return
    embedded = EmbeddedPostgres(database.state_dir / "postgres", binaries=database.postgres_bin_dir)
    await asyncio.to_thread(embedded.start)
    try:
        made = await provision(
            embedded.uri("postgres", SUPERUSER), DATABASE, embedded.password(OWNER), embedded.password(APPLICATION)
        )
        yield Addresses(made.app_dsn, made.owner_dsn, embedded.uri(DATABASE, SUPERUSER), embedded)
    finally:
        await asyncio.to_thread(embedded.stop)  # it lets go of one that another process has started


@asynccontextmanager
async def open_database(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Database, Addresses]]:
    """Bring the database up, bring its schema up to date, and connect as the program."""
    async with database_addresses(settings) as addresses:
        await migrate(addresses.owner)
        database = await Database.open(
            addresses.app, clock, min_size=settings.database.pool_min, max_size=settings.database.pool_max
        )
        try:
            yield database, addresses
        finally:
            await database.close()


async def await_database(settings: Settings) -> None:
    """Wait for the server of the settings, however long it takes: machines start in any order.

    The embedded server is started by us. Raises DatabaseRefused for one that will not have us, ever.
    """
    dsn = settings.database.admin_url or settings.database.url
    while dsn is not None:
        try:
            await current_version(dsn.reveal())
        except DatabaseUnavailable as error:
            _log.warning("database_awaited", error=error.message)
            await asyncio.sleep(_LOOK_EVERY)
        else:
            return

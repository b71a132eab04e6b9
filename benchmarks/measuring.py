"""What a benchmark gets, and what it gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg

from shopwright.infra.db import Database
from shopwright.infra.migrations import migrate
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.creation import SUPERUSER
from shopwright.infra.postgres.provision import in_database, provision
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.kit.time import Clock, SystemClock

PASSWORD: Final = "of-a-server-for-measurements"  # noqa: S105 - of a server that lives for minutes


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison. `ratio` is better when it is higher and meets its bar at `bar`; `note` says what it compares.

    `limits` are bounds that figures must not exceed.
    """

    name: str
    ratio: float
    bar: float | None
    figures: dict[str, float]
    note: str
    limits: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the bar and the limits are kept; without a bar any ratio will do."""
        within = all(self.figures[name] <= limit for name, limit in self.limits.items())
        return within and (self.bar is None or self.ratio >= self.bar)


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated database of the run's server: addresses by role."""

    app: str
    owner: str
    admin: str

    async def open(self, clock: Clock | None = None, *, size: int = 4) -> Database:
        """Connect as the program does."""
        return await Database.open(self.app, clock or SystemClock(), min_size=size, max_size=size)

    async def execute(self, *statements: str) -> None:
        """Run statements as the administrator, each by itself."""
        connection = await asyncpg.connect(self.admin)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Context:
    """The run's server (with fsync, as users have it), a folder for files, and the share of the full size to do."""

    server: EmbeddedPostgres
    folder: Path
    scale: float = 1.0
    rounds: int = 3
    seed: int = 0
    options: frozenset[str] = field(default_factory=frozenset)

    def sized(self, full: int) -> int:
        """Return a size of the data at the run's scale."""
        return max(1, round(full * self.scale))

    async def database(self) -> Place:
        """Make and migrate a fresh database."""
        name = f"bench_{uuid4().hex[:8]}"
        admin = self.server.uri("postgres", SUPERUSER)
        made = await provision(admin, name, PASSWORD, PASSWORD)
        await migrate(made.owner_dsn)
        return Place(made.app_dsn, made.owner_dsn, in_database(admin, name))


class Skipped(Exception):
    """Nothing was measured, for want of what the message names."""


Benchmark = Callable[[Context], Awaitable[Result]]


async def server_process(database: Database) -> int:
    """Return the process that serves a database opened with one connection."""
    async with database.unit(SYSTEM_TENANT) as unit:
        pid: int = await unit.connection.fetchval("select pg_backend_pid()")
    return pid


def process_cpu(pid: int) -> float:
    """Return the CPU seconds that another process has taken; 0 where the system does not show them.

    Waiting for a busy machine is in the wall clock and not in this.
    """
    nanoseconds = Path(f"/proc/{pid}/schedstat")
    return int(nanoseconds.read_text("ascii").split()[0]) / 1e9 if nanoseconds.exists() else 0.0

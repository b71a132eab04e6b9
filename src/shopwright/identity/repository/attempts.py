"""Counts of attempts to sign in, in the system tenant: shared by all processes."""

from collections.abc import Collection, Mapping
from datetime import datetime

from shopwright.identity.credentials import Attempts
from shopwright.infra.db import UnitOfWork


class AttemptRepository:
    """The counters of accounts and addresses, by keyed hash."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def lock(self, keys: Collection[bytes]) -> dict[bytes, Attempts]:
        """Return the counters of these keys, locked in one order, so that attempts side by side wait in line."""
        ordered = sorted(keys)
        await self._unit.connection.executemany(
            """insert into login_failure (tenant_id, key, failures, first_at) values ($1, $2, 0, $3)
               on conflict (tenant_id, key) do nothing""",
            [(self._unit.tenant, key, self._unit.clock.now()) for key in ordered],
        )
        rows = await self._unit.connection.fetch(
            """select key, failures, first_at, blocked_until from login_failure
                where tenant_id = $1 and key = any($2) order by key for update""",
            self._unit.tenant, ordered,
        )  # fmt: skip
        return {row["key"]: Attempts(row["failures"], row["first_at"], row["blocked_until"]) for row in rows}

    async def store(self, counted: Mapping[bytes, Attempts]) -> None:
        """Keep counters."""
        await self._unit.connection.executemany(
            """update login_failure set failures = $3, first_at = $4, blocked_until = $5
                where tenant_id = $1 and key = $2""",
            [
                (self._unit.tenant, key, one.failures, one.first_at, one.blocked_until)
                for key, one in sorted(counted.items())
            ],
        )

    async def forget(self, before: datetime) -> int:
        """Delete counters that began before a moment and block nobody; return how many."""
        status = await self._unit.connection.execute(
            """delete from login_failure
                where tenant_id = $1 and first_at < $2 and (blocked_until is null or blocked_until < $2)""",
            self._unit.tenant, before,
        )  # fmt: skip
        return int(status.rpartition(" ")[2])

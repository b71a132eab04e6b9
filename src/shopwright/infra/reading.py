"""Connections that only read. Each stays bound to the tenant that it served last, until another tenant needs it.

On such a connection every statement is a transaction of its own, so a read takes one round trip where a unit of work
takes three. The server refuses writes on them, and row-level security holds as everywhere. They are lent by `Database`
alone, which names the tenant; no code can use one for a tenant that it is not bound to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

from shopwright.kit.ids import TenantId


@dataclass(slots=True, eq=False)
class Reader:
    """A connection, and the tenant that its session is bound to."""

    connection: "asyncpg.Connection[Any]"
    tenant: TenantId | None = None

    async def bind(self, tenant: TenantId) -> None:
        """Bind the session to a tenant; a round trip when it was another's."""
        if self.tenant != tenant:
            self.tenant = None
            await self.connection.execute(f"set app.tenant_id = '{tenant}'")
            self.tenant = tenant


class Readers:
    """The reading connections of a process, opened when they are needed, at most so many."""

    def __init__(self, connect: "Callable[[], Awaitable[asyncpg.Connection[Any]]]", most: int) -> None:
        self._connect = connect
        self._most = most
        self._places = asyncio.Semaphore(most)
        self._free: list[Reader] = []
        self._closed = False

    async def lend(self, tenant: TenantId) -> Reader:
        """Lend a connection bound to the tenant; waits while all are lent. Whoever borrows gives it back."""
        if self._closed:
            raise asyncpg.InterfaceError("the reading connections are closed")
        await self._places.acquire()
        reader = None
        try:
            reader = self._pick(tenant) or Reader(await self._connect())
            await reader.bind(tenant)
        except BaseException:
            self._drop(reader)
            raise
        return reader

    def give_back(self, reader: Reader, *, sound: bool) -> None:
        """Take a connection back; one that is not sound is closed, whatever it was doing."""
        if not sound or reader.connection.is_closed() or reader.connection.is_in_transaction():
            self._drop(reader)
            return
        self._free.append(reader)
        self._places.release()

    async def close(self) -> None:
        """Close every connection, waiting for those that are lent."""
        self._closed = True
        for _ in range(self._most):
            await self._places.acquire()
        for reader in self._free:
            await reader.connection.close()

    def _pick(self, tenant: TenantId) -> Reader | None:
        """Return the free connection that served the tenant last, or the one that has been free for longest."""
        while self._free:
            bound = (place for place in reversed(range(len(self._free))) if self._free[place].tenant == tenant)
            reader = self._free.pop(next(bound, 0))
            if not reader.connection.is_closed():
                return reader
        return None

    def _drop(self, reader: Reader | None) -> None:
        if reader is not None:
            reader.connection.terminate()
        self._places.release()

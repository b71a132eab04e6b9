"""Connections of their own, beside the pool: for what belongs to a session, such as locks and LISTEN.

They take the application's role like those of the pool, and are opened anew when they were lost.
"""

import asyncio
from typing import Any

import asyncpg

from shopwright.infra.db import APPLICATION_ROLE, prepare_connection


class OwnConnection:
    """One connection that is opened when it is asked for, and again when it was lost."""

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn = dsn
        self._name = name
        self._connection: asyncpg.Connection[Any] | None = None

    async def get(self) -> "asyncpg.Connection[Any]":
        """Return the open connection; a new object when the one before was lost."""
        if self._connection is None or self._connection.is_closed():
            settings = {"role": APPLICATION_ROLE, "application_name": self._name}
            self._connection = await asyncpg.connect(self._dsn, server_settings=settings)
            await prepare_connection(self._connection)
        return self._connection

    async def close(self) -> None:
        """Close the connection, at once when it does not answer."""
        if self._connection is not None and not self._connection.is_closed():
            self._connection.terminate()
        self._connection = None


class Locks:
    """Locks by name that one process of all holds at a time, until it lets go or dies."""

    def __init__(self, dsn: str) -> None:
        self._own = OwnConnection(dsn, "shopwright locks")
        self._turn = asyncio.Lock()
        self._held_on: asyncpg.Connection[Any] | None = None
        self._held: set[str] = set()

    async def hold(self, name: str) -> bool:
        """Take a lock, or tell that another process has it. A lock that is held stays held."""
        async with self._turn:
            connection = await self._own.get()
            if connection is not self._held_on:
                self._held_on, self._held = connection, set()
            if name not in self._held and await connection.fetchval(
                "select pg_try_advisory_lock(hashtextextended($1, 0))", name
            ):
                self._held.add(name)
            return name in self._held

    async def close(self) -> None:
        """Let go of every lock."""
        await self._own.close()
        self._held_on, self._held = None, set()

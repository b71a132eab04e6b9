"""The database: its connections and the unit of work that every request and job runs in.

A unit of work is bound to one tenant for life: row-level security lets nothing else through. Services never
commit; whoever opened the unit does, by leaving its block. Events are written in the commit's own round trip.
A unit that only reads needs no transaction: each of its statements is one round trip.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID, SafeUUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from shopwright.infra.journal.entries import as_json
from shopwright.infra.reading import Readers
from shopwright.kit.errors import Category, Invalid, Unavailable
from shopwright.kit.events import SYSTEM, Event, Provenance
from shopwright.kit.ids import TenantId
from shopwright.kit.time import Clock

_INLINE_BYTES = 16_384  # larger batches of events go as a parameter: one more round trip, half the bytes
_EVENTS_A_STATEMENT = 5_000
_NULL = "A text holds a null character, which cannot be stored."
_LOST = "The connection to the database was lost; nothing was committed unless the commit itself was under way."
_LOSSES = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
_UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
APPLICATION_ROLE = "shopwright_app"


Connection: TypeAlias = "PoolConnectionProxy[Any] | asyncpg.Connection[Any]"


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    code = "database_unavailable"


class DatabaseRefused(Unavailable):
    """The database answers and will not have us: a wrong password, or no such database."""

    code = "database_refused"
    category = Category.PERMANENT
    action = "Correct SHOPWRIGHT_DATABASE_URL and SHOPWRIGHT_DATABASE_ADMIN_URL."


class UnstorableText(Invalid):
    """A text holds a character that no text of the database can hold."""

    code = "unstorable_text"
    action = "Leave null characters (U+0000) and halves of surrogate pairs out."


class UnitOfWork:
    """One transaction of one tenant, with the events that it will publish; or reads of one tenant, which have none."""

    def __init__(self, connection: Connection, tenant: TenantId, by: Provenance, clock: Clock) -> None:
        self.connection = connection
        self.tenant = tenant
        self.by = by
        self.clock = clock
        self._events: list[Event] = []
        self._savepoints = 0

    def publish(self, *events: Event) -> None:
        """Write events to the journal when the unit commits; not at all when it does not."""
        self._events.extend(events)

    def publish_all(self, events: Iterable[Event]) -> None:
        """Publish the events of a bulk change."""
        self._events.extend(events)

    @property
    def events(self) -> Sequence[Event]:
        """What was published so far, for tests and for the edge."""
        return tuple(self._events)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Take back what the block did, and only that, when it raises; its events too."""
        self._savepoints += 1
        name = f"s{self._savepoints}"
        published = len(self._events)
        await self.connection.execute(f"savepoint {name}")
        try:
            yield
        except BaseException:
            del self._events[published:]
            await self.connection.execute(f"rollback to savepoint {name}")
            raise
        await self.connection.execute(f"release savepoint {name}")

    async def begin(self) -> None:
        """Open the transaction and bind it to the tenant, in one round trip."""
        await self.connection.execute(f"begin; set local app.tenant_id = '{self.tenant}'")

    async def commit(self) -> None:
        """Write the events and commit."""
        now = self.clock.now()
        rows = [as_json(event, self.by, now) for event in self._events]
        for start in range(0, len(rows), _EVENTS_A_STATEMENT):
            body = b"[%b]" % b",".join(rows[start : start + _EVENTS_A_STATEMENT])
            if len(rows) <= _EVENTS_A_STATEMENT and len(body) <= _INLINE_BYTES:
                # Hexadecimal digits alone reach the statement: nothing in an event can end the literal.
                await self.connection.execute(f"call journal_append('\\x{body.hex()}'); commit")
                return
            await self.connection.execute("call journal_append($1)", body)
        await self.connection.execute("commit")


class Database:
    """The connections. Opened once a process; hands out units of work."""

    def __init__(self, pool: "asyncpg.Pool[Any]", readers: Readers, clock: Clock) -> None:
        self.pool = pool
        self._readers = readers
        self.clock = clock
        self.on_published: Callable[[TenantId, Sequence[Event]], None] = _nobody_waits

    @classmethod
    async def open(cls, dsn: str, clock: Clock, *, min_size: int = 1, max_size: int = 10) -> "Database":
        """Connect. Sessions take the application's role, whatever the login: least rights by construction.

        At most `max_size` connections write, and as many read.
        """
        settings = {"role": APPLICATION_ROLE, "application_name": "shopwright", "jit": "off"}
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=min_size,
                max_size=max_size,
                init=prepare_connection,
                reset=_leave_as_is,
                server_settings=settings,
            )
        except (OSError, asyncpg.PostgresError) as error:
            raise DatabaseUnavailable(f"The database refused the connection: {error}") from error

        async def reading() -> "asyncpg.Connection[Any]":
            only = {"application_name": "shopwright reader", "default_transaction_read_only": "on"}
            connection = await asyncpg.connect(dsn, server_settings=settings | only)
            await prepare_connection(connection)
            return connection

        return cls(pool, Readers(reading, max_size), clock)

    def at(self, clock: Clock) -> "Database":
        """Return the same database by another clock; for tests."""
        return Database(self.pool, self._readers, clock)

    async def close(self) -> None:
        """Close every connection, waiting for the units under way."""
        await self._readers.close()
        await self.pool.close()

    @asynccontextmanager
    async def unit(self, tenant: TenantId, by: Provenance = SYSTEM) -> AsyncIterator[UnitOfWork]:
        """Run a block as one transaction of one tenant: committed at its end, rolled back when it raises.

        Raises DatabaseUnavailable when no connection can be had or the one in use is lost, UnstorableText when a
        parameter holds a null character.
        """
        async with self._connection() as connection:
            unit = UnitOfWork(connection, tenant, by, self.clock)
            try:
                await unit.begin()
                yield unit
                await unit.commit()
            except BaseException as error:
                if isinstance(error, _LOSSES) or _is_lost(connection):
                    raise DatabaseUnavailable(_LOST, retry_after=1) from error
                if connection.is_in_transaction():
                    await connection.execute("rollback")
                if isinstance(error, asyncpg.InsufficientResourcesError):
                    raise DatabaseUnavailable("The database is out of disk space or memory.", retry_after=10) from error
                if isinstance(error, _UNSTORABLE):
                    raise UnstorableText(_NULL) from error
                raise
        if unit.events:
            self.on_published(tenant, unit.events)

    def reading(self, tenant: TenantId, by: Provenance = SYSTEM) -> "Reading":
        """Run a block that only reads, of one tenant; each statement sees what is committed when it runs.

        It cannot write, publish, lock or open a cursor. Raises DatabaseUnavailable as `unit` does.
        """
        return Reading(self._readers, tenant, by, self.clock)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        try:
            connection = await self.pool.acquire()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseUnavailable(f"The database is out of reach: {error}", retry_after=1) from error
        try:
            yield connection
        finally:
            await self.pool.release(connection)


class Reading:
    """The block of a unit that only reads."""

    __slots__ = ("_by", "_clock", "_reader", "_readers", "_tenant", "_unit")

    def __init__(self, readers: Readers, tenant: TenantId, by: Provenance, clock: Clock) -> None:
        self._readers = readers
        self._tenant = tenant
        self._by = by
        self._clock = clock

    async def __aenter__(self) -> UnitOfWork:
        """Borrow a connection that is bound to the tenant."""
        try:
            self._reader = await self._readers.lend(self._tenant)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseUnavailable(f"The database is out of reach: {error}", retry_after=1) from error
        self._unit = UnitOfWork(self._reader.connection, self._tenant, self._by, self._clock)
        return self._unit

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Give the connection back. Who breaks off leaves one behind that nobody knows the state of: it is closed."""
        lost = error is not None and (isinstance(error, _LOSSES) or self._reader.connection.is_closed())
        self._readers.give_back(self._reader, sound=error is None or isinstance(error, Exception))
        if lost:
            raise DatabaseUnavailable(_LOST, retry_after=1) from error
        if isinstance(error, _UNSTORABLE):
            raise UnstorableText(_NULL) from error
        if self._unit.events:
            raise TypeError("A unit that only reads publishes nothing; use a transaction.")


async def prepare_connection(connection: "asyncpg.Connection[Any]") -> None:
    """Teach a connection jsonb as Python values, encoded by msgspec, and uuid as the standard library's class."""
    await connection.set_type_codec(
        "uuid", encoder=_encode_uuid, decoder=_decode_uuid, schema="pg_catalog", format="binary"
    )
    await connection.set_type_codec(
        "jsonb", encoder=_encode_jsonb, decoder=_decode_jsonb, schema="pg_catalog", format="binary"
    )


def _is_lost(connection: "PoolConnectionProxy[Any]") -> bool:
    """Tell whether a connection is gone; the pool takes a broken one back by itself, and then it refuses calls."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


def _nobody_waits(_tenant: TenantId, _events: Sequence[Event]) -> None:
    """Stand in until somebody wants to be woken."""


async def _leave_as_is(_: "asyncpg.Connection[Any]") -> None:
    """Skip the driver's reset, a round trip: `set local` ends with its transaction."""


def _encode_uuid(value: UUID) -> bytes:
    return value.bytes


def _decode_uuid(data: bytes) -> UUID:
    # What UUID(bytes=...) does, without its checks: a whole catalog has hundreds of thousands of them.
    value = object.__new__(UUID)
    object.__setattr__(value, "int", int.from_bytes(data))
    object.__setattr__(value, "is_safe", SafeUUID.unknown)
    return value


def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + msgspec.json.encode(value, enc_hook=str)


def _decode_jsonb(data: bytes) -> Any:
    return msgspec.json.decode(memoryview(data)[1:])

"""Where a consumer stands, and what comes next for it.

A consumer reads the journal in windows: what committed after the snapshot `seen` and before the snapshot `until`, by
id. A transaction that commits late is in a later window, whatever its id, so it is never skipped; nothing waits for
one that stays open. See docs/decisions/0011-snapshot-windows.md. Handles nothing itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shopwright.infra.db import UnitOfWork
from shopwright.infra.journal.entries import Entry, from_row
from shopwright.kit.ids import SYSTEM_TENANT

_EMPTY = "3:3:"  # a snapshot that has seen no transaction; 3 is the first that a server runs
_IDLE_MOVE = timedelta(seconds=10)  # moving over entries of no interest is a write: not at every poll

_REGISTER = """
insert into journal_offset (tenant_id, consumer, seen, moved_at)
values ($1, $2, case when $3 then $4::text::pg_snapshot else pg_current_snapshot() end, $5)
on conflict do nothing
"""
_OFFSET = """
select seen::text as seen, until::text as until, id, floor, moved_at, pg_current_snapshot()::text as present
  from journal_offset where tenant_id = $1 and consumer = $2
"""
_UNSEEN = "select * from journal_unseen($1, $2, $3::text::pg_snapshot, $4::text::pg_snapshot, $5, $6, $7)"
_DUE = "select * from deliveries_due($1, $2, $3)"
_MOVE = """
update journal_offset set seen = $3::text::pg_snapshot, until = $4::text::pg_snapshot, id = $5, moved_at = $6
 where tenant_id = $1 and consumer = $2
"""
_PRUNE = """
select prune_deliveries($2, pg_snapshot_xmin(seen), $3) from journal_offset where tenant_id = $1 and consumer = $2
"""
_WAITING = "select entries, since from journal_waiting($1, $2)"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a consumer stands. `present` is the snapshot of the moment in which it was asked."""

    seen: str
    until: str | None
    id: int
    floor: int
    moved_at: datetime
    present: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries to handle, and the position after them (None: no move is worth a write)."""

    entries: list[Entry]
    then: Position | None


class Windows:
    """Reads the journal for one consumer, in a unit of the system tenant."""

    def __init__(self, unit: UnitOfWork, consumer: str, event_names: list[str]) -> None:
        self._unit = unit
        self._consumer = consumer
        self._names = event_names

    async def register(self, *, history: bool) -> None:
        """Let a consumer that was never seen start at the beginning of the journal, or at the present."""
        now = self._unit.clock.now()
        await self._unit.connection.execute(_REGISTER, SYSTEM_TENANT, self._consumer, history, _EMPTY, now)

    async def next_batch(self, at_most: int, settle: timedelta = timedelta(0)) -> Batch:
        """Read the next entries of the window under way, or of a new one that ends at the present.

        With `settle` a window is handed out only when it has been closed for so long.
        """
        position = await self._position()
        now = self._unit.clock.now()
        if settle and position.until is None:
            return Batch([], replace(position, until=position.present, id=0))
        if settle and now - position.moved_at < settle and position.id == 0:
            return Batch([], None)
        until = position.until or position.present
        rows = await self._unit.connection.fetch(
            _UNSEEN, self._consumer, self._names, position.seen, until, position.id, position.floor, at_most
        )
        entries = [from_row(row) for row in rows]
        if len(entries) == at_most:
            return Batch(entries, replace(position, until=until, id=entries[-1].id))
        idle = not entries and position.until is None and abs(now - position.moved_at) < _IDLE_MOVE
        return Batch(entries, None if idle else replace(position, seen=until, until=None, id=0))

    async def due(self, at_most: int) -> list[Entry]:
        """Read the entries that failed and are to be tried again by now."""
        rows = await self._unit.connection.fetch(_DUE, self._consumer, self._unit.clock.now(), at_most)
        return [from_row(row) for row in rows]

    async def move(self, to: Position) -> None:
        """Let the consumer stand behind what was handled."""
        now = self._unit.clock.now()
        await self._unit.connection.execute(_MOVE, SYSTEM_TENANT, self._consumer, to.seen, to.until, to.id, now)

    async def prune(self, older_than: datetime) -> int:
        """Forget the marks of entries passed before a moment; return how many."""
        gone: int | None = await self._unit.connection.fetchval(_PRUNE, SYSTEM_TENANT, self._consumer, older_than)
        return gone or 0

    async def waiting(self) -> tuple[int, datetime | None]:
        """Count the entries that wait for the consumer, and tell since when the oldest does."""
        row = await self._unit.connection.fetchrow(_WAITING, self._consumer, self._names)
        return (row["entries"], row["since"]) if row else (0, None)

    async def _position(self) -> Position:
        row: Any = await self._unit.connection.fetchrow(_OFFSET, SYSTEM_TENANT, self._consumer)
        return Position(**row)

"""Following the journal from the present on, for onlookers: no place in it is kept, and no mark is made.

A consumer (see `consumers`) handles each event once among all processes; every follower sees every event, in its own
process, and forgets all when it ends. It reads the same windows, so a transaction that commits late is not missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from shopwright.infra.db import Database
from shopwright.infra.journal.entries import Entry, from_row
from shopwright.kit.ids import SYSTEM_TENANT

_NOBODY: Final = "followers"  # the name of no consumer: there are no marks of delivery under it
_PRESENT = "select pg_current_snapshot()::text"
_UNSEEN = "select * from journal_unseen($1, $2, $3::text::pg_snapshot, $4::text::pg_snapshot, $5, 0, $6)"


@dataclass(frozen=True, slots=True)
class _Place:
    """What committed up to the snapshot `seen` is behind; within the window up to `until`, the ids up to `id` are."""

    seen: str
    until: str | None = None
    id: int = 0


class Follower:
    """Reads the entries of all tenants with these event names, as they commit. For one caller at a time."""

    def __init__(self, database: Database, event_names: Sequence[str], *, batch: int = 500) -> None:
        self._database = database
        self._names = list(event_names)
        self._batch = batch
        self._place: _Place | None = None

    async def start(self) -> None:
        """Stand at the present: what commits after this returns is read, what had committed before is not."""
        async with self._database.unit(SYSTEM_TENANT) as unit:
            self._place = _Place(await unit.connection.fetchval(_PRESENT))

    async def next_entries(self) -> list[Entry]:
        """Return the next entries by id, at most a batch of them; none when nothing has happened.

        The first call stands at the present.
        """
        if self._place is None:
            await self.start()
            return []
        async with self._database.unit(SYSTEM_TENANT) as unit:
            until = self._place.until or await unit.connection.fetchval(_PRESENT)
            if until == self._place.seen:
                return []
            rows = await unit.connection.fetch(
                _UNSEEN, _NOBODY, self._names, self._place.seen, until, self._place.id, self._batch
            )
        entries = [from_row(row) for row in rows]
        if len(entries) == self._batch:
            self._place = replace(self._place, until=until, id=entries[-1].id)
        else:
            self._place = _Place(until)
        return entries

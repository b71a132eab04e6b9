"""The journal as people read it: who did what, when, to which subject, why, in which request. It writes nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.infra.journal.entries import Entry, from_row
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.errors import NotFound
from shopwright.kit.events import ActorKind

_EXPORT_BATCH = 1_000

_WHERE = """
 where tenant_id = $1
   and ($2::text is null or starts_with(name, $2))
   and ($3::text is null or subject_kind = $3)
   and ($4::text is null or subject_id = $4)
   and ($5::text is null or actor_kind = $5)
   and ($6::uuid is null or actor_id = $6)
   and ($7::timestamptz is null or at >= $7)
   and ($8::timestamptz is null or at < $8)
   and ($9::text is null or request_id = $9)
   and ($10::text is null or trace_id = $10)
"""
_NEWEST = f"select * from journal {_WHERE} and ($11::bigint is null or id < $11) order by id desc limit $12"
_OLDEST = f"select * from journal {_WHERE} and id > $11 order by id limit $12"
_ONE = "select * from journal where tenant_id = $1 and id = $2"


class EntryNotFound(NotFound):
    """The journal has no such entry for this tenant."""

    code = "entry_not_found"


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries are meant; what is None does not restrict. The period is half open: `since` <= at < `until`."""

    name_prefix: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    actor_kind: ActorKind | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    request_id: str | None = None
    trace_id: str | None = None

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The values of $2 to $10."""
        return (
            self.name_prefix,
            self.subject_kind,
            self.subject_id,
            self.actor_kind,
            self.actor_id,
            self.since,
            self.until,
            self.request_id,
            self.trace_id,
        )


EVERYTHING = JournalFilter()


class JournalReader:
    """Reads the journal of the unit's tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def get_entry(self, entry_id: int) -> Entry:
        """Return one entry. Raises EntryNotFound."""
        row = await self._unit.connection.fetchrow(_ONE, self._unit.tenant, entry_id)
        if row is None:
            raise EntryNotFound(f"The journal has no entry {entry_id}.", entry_id=entry_id)
        return from_row(row)

    async def list_entries(
        self, only: JournalFilter = EVERYTHING, *, cursor: str | None = None, limit: int = 50
    ) -> Slice[Entry]:
        """List entries, the newest first. Raises InvalidCursor."""
        (before,) = decode_cursor(cursor, int) or (None,)
        rows = await self._unit.connection.fetch(_NEWEST, self._unit.tenant, *only.parameters, before, limit + 1)
        return page_of([from_row(row) for row in rows], limit, lambda entry: (entry.id,))

    async def stream_entries(self, only: JournalFilter = EVERYTHING) -> AsyncIterator[Entry]:
        """Give all entries, the oldest first, without ever holding more than a thousand."""
        after = 0
        while True:
            rows = await self._unit.connection.fetch(_OLDEST, self._unit.tenant, *only.parameters, after, _EXPORT_BATCH)
            for row in rows:
                yield from_row(row)
            if len(rows) < _EXPORT_BATCH:
                return
            after = rows[-1]["id"]

    async def export_rows(self, only: JournalFilter = EVERYTHING) -> AsyncIterator[dict[str, str]]:
        """Give all entries as flat rows of text for CSV or JSON lines, the oldest first."""
        async for entry in self.stream_entries(only):
            yield as_export_row(entry)


EXPORT_COLUMNS = (
    "id", "at", "event", "version", "actor_kind", "actor_id", "subject_kind", "subject_id", "reason", "before", "after",
    "payload", "request_id", "trace_id",
)  # fmt: skip
"""The columns of an exported entry, in their order."""


def as_export_row(entry: Entry) -> dict[str, str]:
    """Flatten an entry: every column a text, the changed fields as JSON."""
    by = entry.provenance
    return {
        "id": str(entry.id),
        "at": entry.at.isoformat(),
        "event": entry.name,
        "version": str(entry.version),
        "actor_kind": by.actor_kind.value,
        "actor_id": str(by.actor_id) if by.actor_id else "",
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "reason": entry.reason or "",
        "before": _json(entry.before),
        "after": _json(entry.after),
        "payload": _json(entry.payload),
        "request_id": by.request_id or "",
        "trace_id": by.trace_id or "",
    }


def _json(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

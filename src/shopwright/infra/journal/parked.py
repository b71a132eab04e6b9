"""What could not be delivered: listed, tried again or dropped by a person, in the tenant's own unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopwright.infra.db import UnitOfWork
from shopwright.infra.journal.entries import Entry, from_row
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.errors import NotFound
from shopwright.kit.events import Event

_LIST = """
select d.consumer, d.attempts, d.error, d.stack, d.updated_at, j.*
  from delivery d join journal j on j.tenant_id = d.tenant_id and j.id = d.journal_id
 where d.tenant_id = $1 and d.state = 'parked' and ($2::text is null or d.consumer = $2)
   and ($3::bigint is null or (d.journal_id, d.consumer) < ($3, $4))
 order by d.journal_id desc, d.consumer desc
 limit $5
"""
_RETRY = """
update delivery set state = 'retry', attempts = 0, next_at = $4, updated_at = $4
 where tenant_id = $1 and consumer = $2 and journal_id = $3 and state = 'parked' returning true
"""
_DROP = """
update delivery set state = 'dropped', next_at = null, updated_at = $4
 where tenant_id = $1 and consumer = $2 and journal_id = $3 and state = 'parked' returning true
"""
_COUNTED = "select consumer, state, entries from deliveries_counted() order by consumer, state"


class DeliveryNotParked(NotFound):
    """No parked delivery of this entry to this consumer exists."""

    code = "delivery_not_parked"


@dataclass(frozen=True, kw_only=True)
class DeliveryRetried(Event, name="journal.delivery_retried", subject="delivery"):
    """A person had a parked delivery tried again."""


@dataclass(frozen=True, kw_only=True)
class DeliveryDropped(Event, name="journal.delivery_dropped", subject="delivery"):
    """A person gave a parked delivery up."""


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """An entry that a consumer failed on for the last time, with the error in one place."""

    consumer: str
    entry: Entry
    attempts: int
    error: str
    stack: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """How many deliveries of a consumer are in a state, over all tenants."""

    consumer: str
    state: str
    entries: int


class ParkedDeliveries:
    """The failed deliveries of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_parked(
        self, *, consumer: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Slice[ParkedDelivery]:
        """List parked deliveries, those of the newest entries first. Raises InvalidCursor."""
        after_id, after_consumer = decode_cursor(cursor, int, str) or (None, None)
        rows = await self._unit.connection.fetch(
            _LIST, self._unit.tenant, consumer, after_id, after_consumer, limit + 1
        )
        return page_of([_parked(row) for row in rows], limit, lambda parked: (parked.entry.id, parked.consumer))

    async def retry_parked(self, consumer: str, journal_id: int) -> None:
        """Have a parked delivery tried again, with all its attempts. Raises DeliveryNotParked."""
        await self._change(_RETRY, consumer, journal_id)
        self._unit.publish(DeliveryRetried(subject_id=f"{consumer}:{journal_id}"))

    async def drop_parked(self, consumer: str, journal_id: int, reason: str) -> None:
        """Give a parked delivery up; the entry stays in the journal. Raises DeliveryNotParked."""
        await self._change(_DROP, consumer, journal_id)
        self._unit.publish(DeliveryDropped(subject_id=f"{consumer}:{journal_id}", reason=reason))

    async def _change(self, statement: str, consumer: str, journal_id: int) -> None:
        now = self._unit.clock.now()
        changed = await self._unit.connection.fetchval(statement, self._unit.tenant, consumer, journal_id, now)
        if changed is None:
            raise DeliveryNotParked(
                f"Entry {journal_id} is not parked at {consumer}.", consumer=consumer, journal_id=journal_id
            )


async def count_deliveries(unit: UnitOfWork) -> Sequence[DeliveryCount]:
    """Count the deliveries that wait for a retry or are parked, of all tenants. Raises nothing; needs no tenant."""
    rows = await unit.connection.fetch(_COUNTED)
    return [DeliveryCount(**row) for row in rows]


def _parked(row: Any) -> ParkedDelivery:
    return ParkedDelivery(
        row["consumer"], from_row(row), row["attempts"], row["error"] or "", row["stack"] or "", row["updated_at"]
    )

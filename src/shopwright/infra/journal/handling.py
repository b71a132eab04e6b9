"""One entry, one consumer: handle it in its tenant's unit with the mark of delivery, or note the failure.

The mark is written first, in the handler's own transaction: two relays that hold the same entry meet at its
row, the second finds it done, and the effect happens once.
"""

import asyncio
import random
import time
import traceback
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import structlog

from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.consumers import Consumer, DeliveryObserver, NobodyWatches, Outcome
from shopwright.infra.journal.entries import Entry
from shopwright.kit.events import Event, Provenance

_log = structlog.get_logger(__name__)
_LONGEST_STACK = 20_000

_MARK = """
insert into delivery (tenant_id, consumer, tx, journal_id, state, updated_at) values ($1, $2, $3, $4, 'done', $5)
on conflict (tenant_id, consumer, journal_id) do update
   set state = 'done', attempts = delivery.attempts + 1, next_at = null, updated_at = $5
 where delivery.state = 'retry'
returning true
"""
_ATTEMPTS = """
select attempts from delivery
 where tenant_id = $1 and consumer = $2 and journal_id = $3 and state = 'retry' for update
"""
_NOTE = """
insert into delivery (tenant_id, consumer, tx, journal_id, state, attempts, next_at, error, stack, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant_id, consumer, journal_id) do update
   set state = $5, attempts = $6, next_at = $7, error = $8, stack = $9, updated_at = $10
 where delivery.state = 'retry'
returning true
"""
_PUT_OFF = """
insert into delivery (tenant_id, consumer, tx, journal_id, state, attempts, next_at, updated_at)
values ($1, $2, $3, $4, 'retry', 0, $5, $6)
on conflict (tenant_id, consumer, journal_id) do update set next_at = $5 where delivery.state = 'retry'
"""


@dataclass(frozen=True, kw_only=True)
class DeliveryParked(Event, name="journal.delivery_parked", subject="delivery"):
    """A consumer failed on an entry for the last time; a person has to retry or drop it."""

    consumer: str
    event_name: str
    journal_id: int
    attempts: int
    error: str


class Handling:
    """Delivers entries to one consumer."""

    def __init__(
        self,
        database: Database,
        consumer: Consumer,
        observer: DeliveryObserver | None = None,
        chance: random.Random | None = None,
        tenants_at_a_time: int = 2,
    ) -> None:
        self.consumer = consumer
        self._database = database
        self._observer = observer or NobodyWatches()
        self._chance = chance or random.SystemRandom()
        self._tenants_at_a_time = asyncio.Semaphore(tenants_at_a_time)

    async def handle_all(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Handle entries: those of one tenant in their order, tenants side by side.

        Raises DatabaseUnavailable when an entry could be neither handled nor noted as failed.
        """
        tenants: dict[object, list[Entry]] = defaultdict(list)
        for entry in entries:
            tenants[entry.tenant].append(entry)
        outcomes = await asyncio.gather(*map(self._handle_in_turn, tenants.values()), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return [one for outcome in outcomes if not isinstance(outcome, BaseException) for one in outcome]

    async def _handle_in_turn(self, entries: Sequence[Entry]) -> list[Outcome]:
        outcomes = []
        async with self._tenants_at_a_time:
            for position, entry in enumerate(entries, start=1):
                outcome, error = await self._deliver(entry)
                outcomes.append(outcome)
                if isinstance(error, TimeoutError):
                    await self._put_off(entries[position:])
                    break
        return outcomes

    async def handle(self, entry: Entry) -> Outcome:
        """Handle one entry, or note its failure. Returns what came of it."""
        outcome, _ = await self._deliver(entry)
        return outcome

    async def _deliver(self, entry: Entry) -> tuple[Outcome, Exception | None]:
        began = time.monotonic()
        failure: Exception | None = None
        try:
            outcome = await self._attempt(entry)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its failure, and noted
            # A handler that breaks its connection is counted like any other; a database that is away raises again.
            failure = error
            self._tell(entry, error)
            outcome = await self._note_failure(entry, error)
        self._observer.delivered(self.consumer.name, outcome, time.monotonic() - began)
        return outcome, failure

    def _tell(self, entry: Entry, error: Exception) -> None:
        _log.warning(
            "event_not_handled",
            consumer=self.consumer.name,
            event_name=entry.name,
            journal_id=entry.id,
            tenant_id=str(entry.tenant),
            request_id=entry.provenance.request_id,
            error=repr(error),  # the stack is kept with the delivery
        )

    async def _put_off(self, entries: Sequence[Entry]) -> None:
        """Leave the rest of a tenant whose handler hangs to the retries, so that the others need not wait for it."""
        if not entries:
            return
        async with self._unit(entries[0]) as unit:
            now = unit.clock.now()
            next_at = now + self.consumer.backoff.delay(1, self._chance)
            rows = [(e.tenant, self.consumer.name, e.tx, e.id, next_at, now) for e in entries]
            await unit.connection.executemany(_PUT_OFF, rows)

    async def _attempt(self, entry: Entry) -> Outcome:
        handler = self.consumer.handler_of(entry.name)
        async with asyncio.timeout(self.consumer.timeout.total_seconds()), self._unit(entry) as unit:
            if not await self._mark(unit, entry):
                return Outcome.SKIPPED
            if handler is not None:  # a retry may outlive its handler
                await handler(unit, entry, entry.event())
        return Outcome.DONE

    async def _mark(self, unit: UnitOfWork, entry: Entry) -> bool:
        marked = await unit.connection.fetchval(
            _MARK, entry.tenant, self.consumer.name, entry.tx, entry.id, unit.clock.now()
        )
        return marked is not None

    async def _note_failure(self, entry: Entry, error: Exception) -> Outcome:
        async with self._unit(entry) as unit:
            before = await unit.connection.fetchval(_ATTEMPTS, entry.tenant, self.consumer.name, entry.id)
            attempts = (before or 0) + 1
            now = unit.clock.now()
            parked = attempts >= self.consumer.parked_after
            state = Outcome.PARKED if parked else Outcome.RETRY
            next_at = None if parked else now + self.consumer.backoff.delay(attempts, self._chance)
            message = f"{type(error).__name__}: {error}"
            stack = "".join(traceback.format_exception(error))[-_LONGEST_STACK:]
            key = (entry.tenant, self.consumer.name, entry.tx, entry.id)
            noted = await unit.connection.fetchval(_NOTE, *key, state, attempts, next_at, message, stack, now)
            if noted is None:
                return Outcome.SKIPPED  # somebody else handled it meanwhile
            if parked and entry.name != DeliveryParked.wire_name:  # else a failing listener would feed itself
                unit.publish(self._parked(entry, attempts, message))
        return state

    def _parked(self, entry: Entry, attempts: int, message: str) -> DeliveryParked:
        return DeliveryParked(
            subject_id=f"{self.consumer.name}:{entry.id}",
            consumer=self.consumer.name,
            event_name=entry.name,
            journal_id=entry.id,
            attempts=attempts,
            error=message[:500],
        )

    def _unit(self, entry: Entry) -> AbstractAsyncContextManager[UnitOfWork]:
        cause = Provenance(request_id=entry.provenance.request_id, trace_id=entry.provenance.trace_id)
        return self._database.unit(entry.tenant, cause)

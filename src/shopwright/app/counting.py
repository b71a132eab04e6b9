"""Counts what the program does for its users: from the events that this process commits, and from what waits.

It reads and counts only; nothing fails for it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from shopwright.identity.credentials import RefreshTokenReused
from shopwright.identity.domain import AccessRefused, CredentialRefused, ForeignObjectRequested
from shopwright.infra.db import Database
from shopwright.infra.jobs.kinds import JobState
from shopwright.infra.jobs.service import count_jobs
from shopwright.infra.journal.parked import count_deliveries
from shopwright.infra.telemetry.metrics import Metrics, WorkMetrics
from shopwright.ingestion.domain import ImportCompleted
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.pricing.proposals import (
    PriceConfirmed,
    PriceFailed,
    PriceRolledBack,
    PricesProposed,
    ProposalApproved,
    ProposalRejected,
)

_LOOK_EVERY: Final = 15.0
_PROPOSALS: Final[Mapping[type[Event], str]] = {
    ProposalApproved: "approved",
    ProposalRejected: "rejected",
    PriceConfirmed: "applied",
    PriceFailed: "failed",
    PriceRolledBack: "rolled_back",
}
_SECURITY: Final = (AccessRefused, CredentialRefused, ForeignObjectRequested, RefreshTokenReused)


def count_work(work: WorkMetrics, events: Sequence[Event]) -> None:
    """Count the events of one commit."""
    for event in events:
        count = _COUNTERS.get(type(event))
        if count is not None:
            count(work, event)


def _count_import(work: WorkMetrics, event: Any) -> None:
    for outcome, rows in event.counts.items():
        work.import_rows.labels(event.kind, outcome).inc(rows)


def _count_proposed(work: WorkMetrics, event: Any) -> None:
    work.proposals.labels("proposed").inc(len(event.proposals))


def _count_decided(work: WorkMetrics, event: Any) -> None:
    work.proposals.labels(_PROPOSALS[type(event)]).inc()


def _count_security(work: WorkMetrics, event: Any) -> None:
    work.security_events.labels(event.wire_name.rpartition(".")[2]).inc()


_COUNTERS: Final[Mapping[type[Event], Callable[[WorkMetrics, Any], None]]] = {
    ImportCompleted: _count_import,
    PricesProposed: _count_proposed,
    **dict.fromkeys(_PROPOSALS, _count_decided),
    **dict.fromkeys(_SECURITY, _count_security),
}


async def count_waiting(database: Database, metrics: Metrics, pause: float = _LOOK_EVERY) -> None:
    """Note how many jobs wait and how many events are parked, of all tenants; then pause."""
    async with database.unit(SYSTEM_TENANT) as unit:
        jobs, deliveries = await count_jobs(unit), await count_deliveries(unit)
    metrics.jobs.waiting.clear()
    for line in jobs:
        if line.state is JobState.QUEUED:
            metrics.jobs.waiting.labels(line.kind).set(line.jobs)
    metrics.journal.parked.clear()
    for count in deliveries:
        if count.state == "parked":
            metrics.journal.parked.labels(count.consumer).set(count.entries)
    await asyncio.sleep(pause)

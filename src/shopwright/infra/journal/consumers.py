"""Who listens to the journal: consumers, their handlers, and what an onlooker is told of their work.

A consumer is a name and a table of handlers. Names are stable: the offset and the marks are kept under them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import UnitOfWork
from shopwright.infra.journal.entries import Entry
from shopwright.kit.events import Event

Handler = Callable[[UnitOfWork, Entry, Any], Awaitable[None]]
"""Reacts to an event: `async (unit, entry, event) -> None`, where `event` is of the class it is registered for.

The unit belongs to the event's tenant and is committed with the mark of delivery: whatever the handler writes
through it happens once. It must not commit, and must not act outside the database except by enqueuing jobs.
"""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named table of handlers.

    `history` says where a consumer starts that was never seen before: at the beginning of the journal, or at
    the present. `parked_after` failures of one entry it is set aside for a person to look at.
    """

    name: str
    handlers: Mapping[type[Event], Handler]
    history: bool = True
    parked_after: int = 8
    backoff: Backoff = field(default_factory=Backoff)
    timeout: timedelta = timedelta(seconds=60)

    @property
    def event_names(self) -> list[str]:
        """The wire names of the events that are handled, sorted."""
        return sorted(event_type.wire_name for event_type in self.handlers)

    def handler_of(self, name: str) -> Handler | None:
        """Return the handler of an event by its wire name."""
        for event_type, handler in self.handlers.items():
            if event_type.wire_name == name:
                return handler
        return None


class Outcome(StrEnum):
    """What came of one attempt to deliver one entry."""

    DONE = "done"
    SKIPPED = "skipped"
    RETRY = "retry"
    PARKED = "parked"


class DeliveryObserver(Protocol):
    """Is told what the relay does; the metrics implement it. Must return at once and never raise."""

    def delivered(self, consumer: str, outcome: Outcome, seconds: float) -> None:
        """Take note of an attempt that took so many seconds."""
        ...

    def lagging(self, consumer: str, entries: int, seconds: float) -> None:
        """Take note of how many entries wait for a consumer, and for how many seconds the oldest has waited."""
        ...


class NobodyWatches:
    """The observer of those who need none."""

    def delivered(self, consumer: str, outcome: Outcome, seconds: float) -> None:
        """Take no note."""

    def lagging(self, consumer: str, entries: int, seconds: float) -> None:
        """Take no note."""

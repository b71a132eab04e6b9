"""What one process of the program runs on, opened once by app.wiring and handed to whoever needs a part."""

import os
from dataclasses import dataclass, field
from uuid import UUID

from obstore.store import MemoryStore

from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.storage import ObjectStorage
from shopwright.infra.telemetry.metrics import HttpMetrics, Metrics
from shopwright.infra.telemetry.recent import RecentRequests, Uptime
from shopwright.kit.time import Clock, SystemClock


@dataclass(frozen=True, slots=True)
class Platform:
    """The open resources of a process. What is not given lives in memory, for tests and single commands."""

    clock: Clock
    database: Database
    storage: ObjectStorage = field(default_factory=lambda: ObjectStorage(MemoryStore()))
    queue: JobQueue = field(default_factory=JobQueue)
    metrics: Metrics = field(default_factory=Metrics)
    recent: RecentRequests = field(default_factory=RecentRequests)
    uptime: Uptime = field(default_factory=lambda: Uptime(SystemClock().now(), os.getpid()))

    @property
    def flights(self) -> "Flights":
        """What counts the requests that are being answered, and keeps those that were."""
        return Flights(self.metrics.http, self.recent)


class Flights:
    """Counts requests under way and keeps the answered ones for a while: the `FlightObserver` of the edge."""

    def __init__(self, metrics: HttpMetrics, recent: RecentRequests) -> None:
        self._metrics = metrics
        self._recent = recent

    def begin(self) -> None:
        """Take note that a request is being answered."""
        self._metrics.begin()

    def end(self, *, tenant: UUID | None, method: str, route: str, status: int, seconds: float) -> None:
        """Take note that it was answered."""
        self._metrics.end()
        self._recent.note(tenant, method, route, status, seconds)

"""What one process of the program runs on, opened once by app.wiring and handed to whoever needs a part."""

from dataclasses import dataclass, field

from obstore.store import MemoryStore

from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.storage import ObjectStorage
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.time import Clock


@dataclass(frozen=True, slots=True)
class Platform:
    """The open resources of a process. What is not given lives in memory, for tests and single commands."""

    clock: Clock
    database: Database
    storage: ObjectStorage = field(default_factory=lambda: ObjectStorage(MemoryStore()))
    queue: JobQueue = field(default_factory=JobQueue)
    metrics: Metrics = field(default_factory=Metrics)

"""What the System page shows of queues and loops. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobLine:
    """Jobs of one kind that are queued or running, and since when the oldest is."""

    kind: str
    queued: int
    running: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class ConsumerLine:
    """Deliveries of one consumer that failed: to be tried again, or parked for a person."""

    consumer: str
    retrying: int
    parked: int


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits. `whole_installation` says whether it is that of all tenants, or the caller's alone."""

    whole_installation: bool
    jobs: Sequence[JobLine]
    failed_jobs: int
    deliveries: Sequence[ConsumerLine]


@dataclass(frozen=True, slots=True)
class Loop:
    """A schedule: when it fired last and will next, and what became of the caller's own last job of it."""

    name: str
    cron: str
    last_fired: datetime | None
    next_due: datetime
    job_state: str | None
    job_started: datetime | None
    job_finished: datetime | None
    job_error: str | None

"""The nouns of background work: jobs, their states, what can go wrong with them. It does no I/O.

A kind of job is a frozen dataclass that names itself: `class ImportFile(Job, kind="ingestion.import_file")`. Its
fields are ids and small settings, never data: the data are read when the job runs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from shopwright.infra.backoff import Backoff
from shopwright.kit.errors import Conflict, Exhausted, NotFound, ShopwrightError
from shopwright.kit.events import Event, Provenance

job_types: dict[str, type["Job"]] = {}
_LARGEST_PAYLOAD = 8_192


class JobState(StrEnum):
    """Where a job stands. The last three are ends, though a failed or cancelled one can be tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the job has still to end."""
        return self in (JobState.QUEUED, JobState.RUNNING)


class QueueFull(Exhausted):
    """As many jobs wait as may."""

    code = "queue_full"


class JobNotFound(NotFound):
    """The tenant has no such job."""

    code = "job_not_found"


class JobHasEnded(Conflict):
    """The job has ended already and cannot be cancelled."""

    code = "job_has_ended"


class JobNotRepeatable(Conflict):
    """Only a job that failed or was cancelled can be tried again."""

    code = "job_not_repeatable"


class MalformedJob(ShopwrightError):
    """A job's fields do not fit its class, or are data rather than ids: a fault of the program."""

    code = "malformed_job"


class JobTimedOut(ShopwrightError):
    """A job ran longer than its kind may."""

    code = "job_timed_out"
    action = "Try again with less work, or have an operator look at what slowed it down."


class JobAbandoned(ShopwrightError):
    """Every worker that ran the job died over it."""

    code = "job_abandoned"


class JobLost(ShopwrightError):
    """The job was cancelled or another worker has taken it over: what this run does no longer counts."""

    code = "job_lost"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of background work of one tenant: that of the unit in which it is enqueued.

    A higher `priority` runs first. A run longer than `timeout` is ended. A failure is retried with `backoff` until
    `max_attempts` runs have failed; errors of the domain that no repetition cures fail at once.
    """

    kind: ClassVar[str]
    priority: ClassVar[int]
    timeout: ClassVar[timedelta]
    max_attempts: ClassVar[int]
    backoff: ClassVar[Backoff]

    def __init_subclass__(
        cls,
        *,
        kind: str,
        priority: int = 0,
        timeout: timedelta = timedelta(minutes=10),
        max_attempts: int = 3,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
    ) -> None:
        """Give the class its stable name and the terms on which it runs."""
        super().__init_subclass__()
        if kind in job_types and job_types[kind].__qualname__ != cls.__qualname__:
            raise TypeError(f"job kind {kind!r} is used by {job_types[kind].__qualname__} already")
        cls.kind, cls.priority, cls.timeout = kind, priority, timeout
        cls.max_attempts, cls.backoff = max_attempts, backoff
        job_types[kind] = cls

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values. Raises MalformedJob."""
        content: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        if len(msgspec.json.encode(content)) > _LARGEST_PAYLOAD:
            raise MalformedJob(f"A {self.kind} carries more than {_LARGEST_PAYLOAD} bytes.", kind=self.kind)
        job_from(self.kind, content)
        return content


JobType = TypeVar("JobType", bound=Job)


def job_from(kind: str, payload: dict[str, Any]) -> Job:
    """Rebuild the typed job. Raises MalformedJob for a kind or payload that is not known."""
    job_type = job_types.get(kind)
    if job_type is None:
        raise MalformedJob(f"No job is called {kind!r}.", kind=kind)
    try:
        return msgspec.convert(payload, job_type, strict=False)
    except msgspec.ValidationError as error:
        raise MalformedJob(f"This is not a {kind}: {error}", kind=kind) from error


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What is known of a job. `error` is a sentence for people; `stack` is for operators and never shown to others."""

    id: UUID
    kind: str
    state: JobState
    payload: dict[str, Any]
    priority: int
    attempts: int
    max_attempts: int
    step: str | None
    done: int
    total: int | None
    message: str | None
    error: str | None
    error_code: str | None
    stack: str | None
    by: Provenance
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class JobFailed(Event, name="jobs.job_failed", subject="job"):
    """A job failed for the last time."""

    kind: str
    attempts: int
    error: str
    error_code: str


@dataclass(frozen=True, kw_only=True)
class JobCancelled(Event, name="jobs.job_cancelled", subject="job"):
    """Somebody asked that a job be given up; a running one stops a moment later."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class JobRetried(Event, name="jobs.job_retried", subject="job"):
    """Somebody had a job that had failed or been cancelled tried again."""

    kind: str

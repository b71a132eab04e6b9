"""What the endpoints of the System page take and answer with. Durations are in milliseconds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shopwright.infra.jobs.kinds import JobProgress, JobState
from shopwright.infra.journal.parked import ParkedDelivery
from shopwright.infra.telemetry.recent import Latency, Traffic
from shopwright.infra.web.fields import Line

_MILLI = 1_000


class LatencyAnswer(BaseModel):
    """Percentiles of the duration of requests, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float

    @classmethod
    def of(cls, latency: Latency | None) -> "LatencyAnswer | None":
        """Show durations."""
        if latency is None:
            return None
        shown = (latency.p50, latency.p95, latency.p99, latency.slowest)
        p50, p95, p99, slowest = (round(seconds * _MILLI, 3) for seconds in shown)
        return cls(p50_ms=p50, p95_ms=p95, p99_ms=p99, slowest_ms=slowest)


class TrafficAnswer(BaseModel):
    """Requests, and what became of them."""

    requests: int
    errors: int = Field(description="Answers of 500 and above.")
    refused: int = Field(description="Answers of 400 to 499.")
    latency: LatencyAnswer | None = Field(description="Null without a request.")

    @classmethod
    def of(cls, traffic: Traffic) -> "TrafficAnswer":
        """Show traffic."""
        return cls(
            requests=traffic.requests,
            errors=traffic.errors,
            refused=traffic.refused,
            latency=LatencyAnswer.of(traffic.latency),
        )


class RouteTrafficAnswer(TrafficAnswer):
    """What one route served."""

    method: str
    route: str = Field(examples=["/api/v1/catalog/products/{product_id}"])


class MinuteTrafficAnswer(TrafficAnswer):
    """What was served in a minute."""

    minutes_ago: int = Field(description="0 is the present minute.")


class RequestsAnswer(BaseModel):
    """Requests of the last minutes, of the process that answers."""

    minutes: int
    whole_installation: bool = Field(description="Whether they are those of all tenants, or the caller's alone.")
    total: TrafficAnswer
    routes: list[RouteTrafficAnswer]
    by_minute: list[MinuteTrafficAnswer]


class JobLineAnswer(BaseModel):
    """Jobs of one kind that are queued or running."""

    kind: str
    queued: int
    running: int
    oldest: datetime | None


class ConsumerLineAnswer(BaseModel):
    """Deliveries of one consumer that failed."""

    consumer: str
    retrying: int
    parked: int


class QueuesAnswer(BaseModel):
    """What waits."""

    whole_installation: bool
    jobs: list[JobLineAnswer]
    failed_jobs: int = Field(description="The caller's own jobs that failed within a day.")
    deliveries: list[ConsumerLineAnswer]


class CacheLine(BaseModel):
    """Lookups of one kind of computed result."""

    kind: str
    hits: int
    misses: int
    shared: int = Field(description="Callers that waited for a computation under way.")
    hit_rate: float | None = Field(description="0 to 1; shared ones count as hits.")


class ConsumerLagAnswer(BaseModel):
    """How far a consumer of events is behind, as this process saw it last."""

    consumer: str
    entries: int
    seconds: float


class PoolAnswer(BaseModel):
    """Connections of this process to the database."""

    busy: int
    idle: int
    most: int


class ProcessAnswer(BaseModel):
    """The process that answers. Counts are since it started."""

    process: int
    started_at: datetime
    version: str
    in_flight: int = Field(description="Requests that are being answered now, this one among them.")
    pool: PoolAnswer
    cache: list[CacheLine]
    consumers: list[ConsumerLagAnswer] = Field(description="Empty in a process that delivers no events.")


class LoopAnswer(BaseModel):
    """A schedule, with the caller's own last job of it."""

    name: str
    cron: str = Field(examples=["7 * * * *"])
    last_fired: datetime | None
    next_due: datetime
    job_state: JobState | None
    job_started: datetime | None
    job_finished: datetime | None
    job_error: str | None


class JobAnswer(BaseModel):
    """A background job."""

    id: UUID
    kind: str = Field(examples=["ingestion.run_import"])
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
    actor_kind: str
    actor_id: UUID | None
    request_id: str | None
    trace_id: str | None
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: JobProgress) -> "JobAnswer":
        """Show a job, without its stack: that is for the log."""
        of_caller = {"actor_kind", "actor_id", "request_id", "trace_id"}
        shown = {name: getattr(job, name) for name in cls.model_fields if name not in of_caller}
        by = job.by
        return cls(
            **shown,
            actor_kind=by.actor_kind.value,
            actor_id=by.actor_id,
            request_id=by.request_id,
            trace_id=by.trace_id,
        )


class ParkedAnswer(BaseModel):
    """An event that a consumer failed on for the last time."""

    consumer: str
    journal_id: int
    event: str
    subject_kind: str
    subject_id: str
    at: datetime = Field(description="When the consumer gave up.")
    attempts: int
    error: str
    stack: str

    @classmethod
    def of(cls, parked: ParkedDelivery) -> "ParkedAnswer":
        """Show a parked delivery."""
        entry = parked.entry
        return cls(
            consumer=parked.consumer,
            journal_id=entry.id,
            event=entry.name,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            at=parked.at,
            attempts=parked.attempts,
            error=parked.error,
            stack=parked.stack,
        )


class ParkedRetry(BaseModel):
    """Which parked event."""

    model_config = ConfigDict(extra="forbid")

    consumer: Line = Field(examples=["sales totals"])
    journal_id: int = Field(ge=1, lt=2**63, examples=[1])


class ParkedDrop(ParkedRetry):
    """Which parked event, and why it is given up."""

    reason: Line = Field(examples=["The import was deleted since."])

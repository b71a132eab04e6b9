"""HTTP: the System page. Who looks from the operators' tenant sees the installation, everybody else their own shop."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.status import HTTP_204_NO_CONTENT

from shopwright.identity.deps import guarded_router, needs, platform_of, unit_of
from shopwright.infra.jobs.kinds import JobState
from shopwright.infra.jobs.service import JobService
from shopwright.infra.journal.parked import ParkedDeliveries
from shopwright.infra.platform import Platform
from shopwright.infra.telemetry.recent import by_minute, by_route, traffic_of
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.operations.schemas import (
    CacheLine,
    ConsumerLagAnswer,
    JobAnswer,
    LoopAnswer,
    MinuteTrafficAnswer,
    ParkedAnswer,
    ParkedDrop,
    ParkedRetry,
    PoolAnswer,
    ProcessAnswer,
    QueuesAnswer,
    RequestsAnswer,
    RouteTrafficAnswer,
    TrafficAnswer,
)
from shopwright.operations.service import OperationsService

router = guarded_router(prefix="/system", tag="system")


async def operations_service(request: Request) -> OperationsService:
    """Build the service on the request's unit of work."""
    return OperationsService(unit_of(request))


async def job_service(request: Request) -> JobService:
    """Build the service on the request's unit of work."""
    return JobService(unit_of(request), platform_of(request).queue)


async def parked_deliveries(request: Request) -> ParkedDeliveries:
    """Build the service on the request's unit of work."""
    return ParkedDeliveries(unit_of(request))


async def platform(request: Request) -> Platform:
    """Return what the process runs on."""
    return platform_of(request)


Operations = Annotated[OperationsService, Depends(operations_service)]
Jobs = Annotated[JobService, Depends(job_service)]
Parked = Annotated[ParkedDeliveries, Depends(parked_deliveries)]
Process = Annotated[Platform, Depends(platform)]


@router.get("/requests", name="get_recent_requests", summary="Requests of the last minutes")
@needs("operations:read")
async def get_recent_requests(
    request: Request, operations: Operations, process: Process, minutes: Annotated[int, Query(ge=1, le=15)] = 5
) -> RequestsAnswer:
    """Give requests, errors and latency by route and by minute, of the process that answers."""
    tenant = None if operations.sees_all else unit_of(request).tenant
    served = process.recent.within(timedelta(minutes=minutes), tenant)
    return RequestsAnswer(
        minutes=minutes,
        whole_installation=operations.sees_all,
        total=TrafficAnswer.of(traffic_of(served)),
        routes=[
            RouteTrafficAnswer(method=one.method, route=one.route, **dict(TrafficAnswer.of(one.traffic)))
            for one in by_route(served)
        ],
        by_minute=[
            MinuteTrafficAnswer(minutes_ago=one.minutes_ago, **dict(TrafficAnswer.of(one.traffic)))
            for one in by_minute(served, minutes)
        ],
    )


@router.get("/process", name="get_process", summary="The process that answers")
@needs("operations:read")
async def get_process(request: Request, process: Process) -> ProcessAnswer:
    """Give requests in flight, connections, cache hits and lag of events, of the process that answers."""
    pool, metrics = process.database.pool, process.metrics
    idle = pool.get_idle_size()
    return ProcessAnswer(
        process=process.uptime.process,
        started_at=process.uptime.started_at,
        version=request.app.version,
        in_flight=metrics.http.answering,
        pool=PoolAnswer(busy=pool.get_size() - idle, idle=idle, most=pool.get_max_size()),
        cache=[
            CacheLine(kind=kind, hits=hits, misses=misses, shared=shared, hit_rate=_rate(hits + shared, misses))
            for kind, hits, misses, shared in metrics.cache.lines()
        ],
        consumers=[
            ConsumerLagAnswer(consumer=name, entries=entries, seconds=seconds)
            for name, (entries, seconds) in sorted(metrics.journal.lags.items())
        ],
    )


@router.get("/queues", name="get_queues", summary="What waits")
@needs("operations:read")
async def get_queues(operations: Operations) -> QueuesAnswer:
    """Give open jobs by kind, and deliveries that failed by consumer."""
    return QueuesAnswer.model_validate(await operations.queues(), from_attributes=True)


@router.get("/loops", name="list_loops", summary="Schedules")
@needs("operations:read")
async def list_loops(operations: Operations) -> list[LoopAnswer]:
    """List schedules: when they fired, when they will, and what became of the shop's own last job of each."""
    return [LoopAnswer.model_validate(loop, from_attributes=True) for loop in await operations.list_loops()]


@router.get("/jobs", name="list_jobs", summary="List jobs, newest first")
@needs("operations:read")
async def list_jobs(
    jobs: Jobs,
    state: Annotated[list[JobState] | None, Query()] = None,
    kind: Annotated[list[str] | None, Query(max_length=20)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[JobAnswer]:
    """List the shop's background jobs with their progress."""
    found = await jobs.list_jobs(kinds=kind, states=state, cursor=cursor, limit=limit)
    return Page(items=[JobAnswer.of(job) for job in found.items], next_cursor=found.next_cursor)


@router.get("/jobs/{job_id}", name="get_job", summary="Show a job")
@needs("operations:read")
async def get_job(jobs: Jobs, job_id: UUID) -> JobAnswer:
    """Show one background job."""
    return JobAnswer.of(await jobs.get_job(job_id))


@router.post("/jobs/{job_id}/cancel", name="cancel_job", summary="Give a job up")
@needs("operations:manage")
async def cancel_job(jobs: Jobs, job_id: UUID) -> JobAnswer:
    """Give a job up: a queued one at once, a running one within about a second."""
    return JobAnswer.of(await jobs.cancel_job(job_id))


@router.post("/jobs/{job_id}/retry", name="retry_job", summary="Try a job again")
@needs("operations:manage")
async def retry_job(jobs: Jobs, job_id: UUID) -> JobAnswer:
    """Queue a job that failed or was cancelled again."""
    return JobAnswer.of(await jobs.retry_job(job_id))


@router.get("/parked", name="list_parked", summary="List events that wait for a person")
@needs("operations:read")
async def list_parked(
    parked: Parked,
    consumer: Annotated[str | None, Query(max_length=100)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ParkedAnswer]:
    """List events that a consumer failed on for the last time."""
    found = await parked.list_parked(consumer=consumer, cursor=cursor, limit=limit)
    return Page(items=[ParkedAnswer.of(one) for one in found.items], next_cursor=found.next_cursor)


@router.post(
    "/parked/retry", name="retry_parked", summary="Have an event delivered again", status_code=HTTP_204_NO_CONTENT
)
@needs("operations:manage")
async def retry_parked(parked: Parked, body: ParkedRetry) -> None:
    """Have a parked event tried again, with all its attempts."""
    await parked.retry_parked(body.consumer, body.journal_id)


@router.post("/parked/drop", name="drop_parked", summary="Give a delivery up", status_code=HTTP_204_NO_CONTENT)
@needs("operations:manage")
async def drop_parked(parked: Parked, body: ParkedDrop) -> None:
    """Give a parked delivery up; the event stays in the journal."""
    await parked.drop_parked(body.consumer, body.journal_id, body.reason)


def _rate(hits: int, misses: int) -> float | None:
    return round(hits / (hits + misses), 4) if hits + misses else None

"""Health for load balancers and people: alive, ready, what is wrong when it is not; and the metrics of the process."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from shopwright.identity.deps import GuardedRoute, needs, open_to_probes, platform_of
from shopwright.infra.db import DatabaseUnavailable
from shopwright.infra.migrations import newest_version
from shopwright.infra.telemetry.metrics import CONTENT_TYPE
from shopwright.kit.ids import SYSTEM_TENANT

_NOT_READY = 503


class Health(BaseModel):
    """The process answers."""

    status: str = Field(examples=["ok"])
    version: str


class Readiness(BaseModel):
    """Whether requests can be served, by part. Details of failures are in the log, not here."""

    status: str = Field(examples=["ready"])
    parts: dict[str, str] = Field(examples=[{"database": "ok", "schema": "ok"}])


def health_router(prefix: str) -> APIRouter:
    """Make the router; it is served at the root and under /api/v1."""
    router = APIRouter(prefix=prefix, tags=["health"], route_class=GuardedRoute)
    suffix = "" if prefix else "_root"

    @router.get("/health", name=f"health{suffix}")
    @open_to_probes
    async def health(request: Request) -> Health:
        """Answer that the process is alive; it asks nothing of the database."""
        return Health(status="ok", version=request.app.version)

    @router.get(
        "/ready",
        name=f"ready{suffix}",
        response_model=Readiness,
        responses={_NOT_READY: {"model": Readiness, "description": "A part is missing"}},
    )
    @open_to_probes
    async def ready(request: Request) -> Response:
        """Answer whether requests can be served."""
        parts = await _parts(request)
        good = all(state == "ok" for state in parts.values())
        body = Readiness(status="ready" if good else "not ready", parts=parts)
        return JSONResponse(body.model_dump(), status_code=200 if good else _NOT_READY)

    @router.get("/metrics", name=f"metrics{suffix}", response_class=PlainTextResponse)
    @needs("system:read", in_unit=False)
    async def metrics(request: Request) -> Response:
        """Give the metrics of this process in the text format of Prometheus; a scraper uses an operator's API token."""
        return Response(platform_of(request).metrics.render(), media_type=CONTENT_TYPE)

    return router


async def _parts(request: Request) -> dict[str, str]:
    try:
        async with platform_of(request).database.unit(SYSTEM_TENANT) as unit:
            version = await unit.connection.fetchval("select version_num from schema_version")
    except DatabaseUnavailable:
        return {"database": "out of reach", "schema": "unknown"}
    return {"database": "ok", "schema": "ok" if version == newest_version() else f"at {version}"}

"""The caller's own preferences in the tenant."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request, Response

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.identity.routes.callers import CallerPrincipal
from shopwright.identity.routes.tenant_schemas import KpiBody, PreferencesBody
from shopwright.identity.service.preferences import PreferenceService
from shopwright.infra.web.conditional import etag, expected_version

router = guarded_router(prefix="/preferences", tag="preferences")


async def preference_service(request: Request, principal: CallerPrincipal) -> PreferenceService:
    """Build the service of the caller's preferences."""
    return PreferenceService(unit_of(request), principal.member)


Kept = Annotated[PreferenceService, Depends(preference_service)]


@router.get("", name="get_preferences")
@needs("preferences:own")
async def get_preferences(response: Response, kept: Kept) -> PreferencesBody:
    """Return the caller's preferences."""
    preferences, version = await kept.get()
    response.headers["ETag"] = etag(version)
    return PreferencesBody.of(preferences)


@router.put("", name="replace_preferences")
@needs("preferences:own")
async def replace_preferences(
    request: Request, body: PreferencesBody, response: Response, kept: Kept
) -> PreferencesBody:
    """Replace the caller's preferences."""
    preferences, version = await kept.replace(body.preferences(), expected_version(request))
    response.headers["ETag"] = etag(version)
    return PreferencesBody.of(preferences)


@router.get("/kpis", name="get_kpis")
@needs("preferences:own")
async def get_kpis(response: Response, kept: Kept) -> KpiBody:
    """Return the KPIs that the caller likes to see."""
    preferences, version = await kept.get()
    response.headers["ETag"] = etag(version)
    return KpiBody(kpi_preferences=list(preferences.kpi_preferences))


@router.put("/kpis", name="replace_kpis")
@needs("preferences:own")
async def replace_kpis(request: Request, body: KpiBody, response: Response, kept: Kept) -> KpiBody:
    """Replace the KPIs that the caller likes to see, and nothing else."""
    preferences, _ = await kept.get()
    changed = replace(preferences, kpi_preferences=tuple(body.kpi_preferences))
    _, version = await kept.replace(changed, expected_version(request))
    response.headers["ETag"] = etag(version)
    return body

"""The caller's tenant, its settings (also at /settings), and the tenants that the caller may go to."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.identity.routes.callers import CallerPrincipal
from shopwright.identity.routes.tenant_schemas import MembershipAnswer, SettingsBody, TenantAnswer, TenantName
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.web.conditional import etag, expected_version

router = guarded_router(prefix="/tenants", tag="tenants")
settings_router = guarded_router(prefix="/settings", tag="settings")


async def tenant_service(request: Request) -> TenantService:
    """Build the service of the caller's tenant."""
    return TenantService(unit_of(request))


Tenants = Annotated[TenantService, Depends(tenant_service)]


@router.get("", name="list_tenants")
@needs("account:own")
async def list_tenants(principal: CallerPrincipal, tenants: Tenants) -> list[MembershipAnswer]:
    """List the tenants that the caller belongs to."""
    places = await tenants.list_places(principal.person)
    return [MembershipAnswer.of(place, principal.tenant) for place in places]


@router.get("/current", name="get_tenant")
@needs("tenant:read")
async def get_tenant(response: Response, tenants: Tenants) -> TenantAnswer:
    """Return the caller's tenant with its settings."""
    tenant = await tenants.get()
    response.headers["ETag"] = etag(tenant.version)
    return TenantAnswer.of(tenant)


@router.patch("/current", name="rename_tenant")
@needs("tenant:manage")
async def rename_tenant(request: Request, body: TenantName, response: Response, tenants: Tenants) -> TenantAnswer:
    """Give the tenant another name."""
    tenant = await tenants.rename(body.name, expected_version(request))
    response.headers["ETag"] = etag(tenant.version)
    return TenantAnswer.of(tenant)


def _serve_settings(at: APIRouter, path: str, suffix: str) -> None:
    """Offer the settings at an address."""

    @at.get(path, name=f"get_settings{suffix}")
    @needs("tenant:read")
    async def get_settings(response: Response, tenants: Tenants) -> SettingsBody:
        """Return the tenant's settings."""
        tenant = await tenants.get()
        response.headers["ETag"] = etag(tenant.version)
        return SettingsBody.of(tenant.settings)

    @at.put(path, name=f"change_settings{suffix}")
    @needs("tenant:manage")
    async def change_settings(
        request: Request, body: SettingsBody, response: Response, tenants: Tenants
    ) -> SettingsBody:
        """Replace the tenant's settings."""
        tenant = await tenants.change_settings(body.settings(), expected_version(request))
        response.headers["ETag"] = etag(tenant.version)
        return SettingsBody.of(tenant.settings)


_serve_settings(router, "/current/settings", "")
_serve_settings(settings_router, "", "_alias")

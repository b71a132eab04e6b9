"""The pricing services of a request, built on its unit of work and the shop's own settings."""

from typing import Annotated

from fastapi import Depends, Request

from shopwright.identity.deps import principal_of, unit_of
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.tenants import TenantSettings
from shopwright.pricing.applying import ApplyService
from shopwright.pricing.decisions import DecisionService
from shopwright.pricing.editing import EditingService
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService


async def shop_settings(request: Request) -> TenantSettings:
    """Read the settings of the caller's shop."""
    return (await TenantService(unit_of(request)).get()).settings


Shop = Annotated[TenantSettings, Depends(shop_settings)]


async def reader(request: Request) -> PricingReader:
    """Build what reads proposals, runs and holds."""
    return PricingReader(unit_of(request))


async def decision_service(request: Request) -> DecisionService:
    """Build the service for decisions of the caller."""
    return DecisionService(unit_of(request), principal_of(request).member)


async def editing_service(request: Request, shop: Shop) -> EditingService:
    """Build the service for edited prices."""
    return EditingService(unit_of(request), shop.tax_ppm)


async def apply_service(request: Request, shop: Shop) -> ApplyService:
    """Build the service that puts prices into force."""
    return ApplyService(unit_of(request), shop.zone)


async def repricing_service(request: Request, shop: Shop) -> RepricingService:
    """Build the service that computes prices."""
    return RepricingService(unit_of(request), shop.tax_ppm)


async def policy_service(request: Request) -> PolicyService:
    """Build the service for policies."""
    return PolicyService(unit_of(request))


Reader = Annotated[PricingReader, Depends(reader)]
Decisions = Annotated[DecisionService, Depends(decision_service)]
Editing = Annotated[EditingService, Depends(editing_service)]
Applying = Annotated[ApplyService, Depends(apply_service)]
Repricing = Annotated[RepricingService, Depends(repricing_service)]
Policies = Annotated[PolicyService, Depends(policy_service)]

"""Callers of an HTTP application that has only the routers under test: who they are is said, not proven."""

from collections.abc import Iterable
from uuid import uuid4

import httpx2
from fastapi import APIRouter, FastAPI, Request

from shopwright.identity.domain import Principal
from shopwright.identity.permissions import PERMISSIONS
from shopwright.infra.db import Database
from shopwright.infra.platform import Platform
from shopwright.infra.web.problem import install_error_handlers
from shopwright.infra.web.rates import RateLimiter
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import TenantId


class Trusting:
    """An authenticator that takes everybody for the same principal."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal

    async def authenticate(self, request: Request) -> Principal:
        request.state.trusted = True
        return self._principal


def principal(tenant: TenantId, permissions: Iterable[str] = tuple(PERMISSIONS)) -> Principal:
    """Somebody of a tenant."""
    return Principal(tenant, uuid4(), uuid4(), ActorKind.PERSON, uuid4(), frozenset(permissions), "tester")


def caller(
    database: Database, tenant: TenantId, router: APIRouter, permissions: Iterable[str] = tuple(PERMISSIONS)
) -> httpx2.AsyncClient:
    """A client of the router, signed in to a tenant with these permissions."""
    app = FastAPI()
    app.state.platform = Platform(clock=database.clock, database=database)
    app.state.authenticator = Trusting(principal(tenant, permissions))
    app.state.limiter = RateLimiter(per_minute=100_000, burst=100_000, clock=database.clock)
    install_error_handlers(app)
    app.include_router(router)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://shop.test")

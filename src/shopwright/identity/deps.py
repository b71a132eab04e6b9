"""How an endpoint is guarded: authenticate, bind to the tenant, authorise, then serve, in one transaction.

A router of a context is made with `guarded_router`; each endpoint declares its permission with `needs`, or
that it has none with `open_to_all`. An endpoint that declares neither cannot be registered.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from shopwright.identity.domain import AccessRefused, ForeignObjectRequested, PermissionMissing, Principal
from shopwright.infra.db import UnitOfWork
from shopwright.infra.platform import Platform
from shopwright.infra.web import idempotency
from shopwright.infra.web.problem import request_id
from shopwright.infra.web.rates import RateLimiter
from shopwright.kit.events import Event, Provenance
from shopwright.kit.ids import SYSTEM_TENANT, is_foreign

F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TAGGED_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_FOREIGN = 20  # as many identifiers as one security event names
_log = structlog.get_logger(__name__)


class Authenticator(Protocol):
    """What tells who a request is from."""

    async def authenticate(self, request: Request) -> Principal:
        """Return the principal. Raises Unauthenticated, or Forbidden for a forged cross-site request."""
        ...


def needs(permission: str) -> Callable[[F], F]:
    """Declare the permission that an endpoint needs."""

    def mark(endpoint: F) -> F:
        endpoint.__permission__ = permission  # type: ignore[attr-defined]
        return endpoint

    return mark


def open_to_all(endpoint: F) -> F:
    """Declare that an endpoint serves callers who are not signed in."""
    endpoint.__permission__ = None  # type: ignore[attr-defined]
    return endpoint


def principal_of(request: Request) -> Principal:
    """Return who the request is from; for guarded endpoints only."""
    principal: Principal = request.state.principal
    return principal


def unit_of(request: Request) -> UnitOfWork:
    """Return the request's unit of work, bound to the caller's tenant; for guarded endpoints only."""
    unit: UnitOfWork = request.state.unit
    return unit


def platform_of(request: Request) -> Platform:
    """Return what the process runs on."""
    platform: Platform = request.app.state.platform
    return platform


class GuardedRoute(APIRoute):
    """A route that authenticates before it reads the body and commits before it answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, "__permission__"):
            raise TypeError(f"{path}: declare what it needs with @needs(...) or @open_to_all")
        self.permission: str | None = endpoint.__permission__
        if self.permission is not None:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-permission": self.permission}
        else:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "security": []}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """Wrap the framework's handler (parse, call, render) in the guard."""
        serve = super().get_route_handler()
        return serve if self.permission is None else self._guard(serve, self.permission)

    def _guard(self, serve: Handler, permission: str) -> Handler:
        template = self.path

        async def guarded(request: Request) -> Response:
            state = request.app.state
            principal = await state.authenticator.authenticate(request)
            request.state.principal = principal
            limiter: RateLimiter = state.limiter
            limiter.take(principal.credential)
            by = _provenance(request, principal)
            try:
                principal.demand(permission)
                return await _serve_in_unit(request, principal, by, serve)
            except PermissionMissing:
                refused = AccessRefused(
                    subject_id=str(principal.member), permission=permission, method=request.method, route=template
                )
                await _record(request, principal, by, refused)
                raise
            finally:
                await _record_foreign(request, principal, by, template)

        return guarded


async def _serve_in_unit(request: Request, principal: Principal, by: Provenance, serve: Handler) -> Response:
    platform = platform_of(request)
    key = request.headers.get("idempotency-key") if request.method in _UNSAFE else None
    async with platform.database.unit(principal.tenant, by) as unit:
        request.state.unit = unit
        if key is None:
            return await serve(request)
        mark = idempotency.fingerprint(request.method, request.url.path, request.url.query, await request.body())
        replayed = await idempotency.claim(unit, principal.member, key, mark)
        if replayed is not None:
            return replayed
        response = await serve(request)
        await idempotency.remember(unit, principal.member, key, response)
        return response


def _provenance(request: Request, principal: Principal) -> Provenance:
    return Provenance(principal.kind, principal.member, request_id(request), getattr(request.state, "trace_id", None))


async def _record(request: Request, principal: Principal, by: Provenance, event: Event) -> None:
    """Write a security event in a transaction of its own: the request's was rolled back."""
    _log.warning("security_event", name=event.wire_name, route=request.url.path, member=str(principal.member))
    async with platform_of(request).database.unit(principal.tenant, by) as unit:
        unit.publish(event)


async def _record_foreign(request: Request, principal: Principal, by: Provenance, template: str) -> None:
    """Record identifiers of other tenants wherever they stood: address, query or body."""
    named = _TAGGED_ID.findall(request.url.path.encode() + b"?" + request.url.query.encode())
    if request.method in _UNSAFE and hasattr(request, "_body"):
        named += _TAGGED_ID.findall(await request.body())
    foreign = {
        text.decode().lower()
        for text in named
        if is_foreign(UUID(text.decode()), principal.tenant) and is_foreign(UUID(text.decode()), SYSTEM_TENANT)
    }
    if foreign:
        identifiers = tuple(sorted(foreign)[:_MOST_FOREIGN])
        event = ForeignObjectRequested(
            subject_id=str(principal.member), identifiers=identifiers, method=request.method, route=template
        )
        await _record(request, principal, by, event)


def guarded_router(*, prefix: str, tag: str) -> APIRouter:
    """Make the router of a context under /api/v1."""
    return APIRouter(prefix=f"/api/v1{prefix}", tags=[tag], route_class=GuardedRoute)

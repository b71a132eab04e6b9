"""How an endpoint is guarded: authenticate, bind to the tenant, authorise, then serve, in one transaction.

A router of a context is made with `guarded_router`; each endpoint declares its permission with `needs`, or
that it has none with `open_to_all`. An endpoint that declares neither cannot be registered.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol, TypeVar

import structlog
from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketException
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopwright.identity.addresses import address_of, caller_tag
from shopwright.identity.domain import (
    AccessRefused,
    CredentialExpired,
    CredentialRefused,
    ForeignObjectRequested,
    PermissionMissing,
    Principal,
)
from shopwright.identity.permissions import PERMISSIONS
from shopwright.infra.db import DatabaseUnavailable, UnitOfWork, UnstorableText
from shopwright.infra.platform import Platform
from shopwright.infra.web import idempotency
from shopwright.infra.web.direct import Handler, direct_app, direct_handler
from shopwright.infra.web.problem import request_id
from shopwright.infra.web.rates import RateLimited, RequestLimits
from shopwright.kit.errors import Forbidden, ShopwrightError, Unauthenticated
from shopwright.kit.events import ActorKind, Event, Provenance
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, is_foreign

F = TypeVar("F", bound=Callable[..., Any])

Opener = Callable[[Request, Principal, Provenance, Handler], Coroutine[Any, Any, Response]]

_READING: Final = frozenset({"GET", "HEAD"})
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TAGGED_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_FOREIGN = 20  # as many identifiers as one security event names
_POLICY_VIOLATION = 1008
_log = structlog.get_logger(__name__)


class Authenticator(Protocol):
    """What tells who a request is from."""

    async def authenticate(self, request: HTTPConnection) -> Principal:
        """Return the principal. Raises Unauthenticated, or Forbidden for a forged cross-site request."""
        ...


def needs(permission: str, *, in_unit: bool = True, in_transaction: bool = False) -> Callable[[F], F]:
    """Declare the permission that an endpoint needs.

    A GET runs in a unit that only reads, each statement by itself; with `in_transaction=True` in a transaction like
    every other request: for those that write something, lock, or read by cursor from one snapshot. With `in_unit=False` no unit of work is opened: for the few that cross tenants (a change of tenant or password)
    and open short ones of their own. Idempotency keys have no effect there.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not in the table of permissions")

    def mark(endpoint: F) -> F:
        endpoint.__permission__ = permission  # type: ignore[attr-defined]
        endpoint.__in_unit__ = in_unit  # type: ignore[attr-defined]
        endpoint.__in_transaction__ = in_transaction  # type: ignore[attr-defined]
        return endpoint

    return mark


def open_to_all(endpoint: F) -> F:
    """Declare that an endpoint serves callers who are not signed in, as many times a minute as their address may."""
    endpoint.__permission__ = None  # type: ignore[attr-defined]
    return endpoint


def open_to_probes(endpoint: F) -> F:
    """Declare that an endpoint serves anybody, without a limit: for the health checks of load balancers."""
    endpoint.__unlimited__ = True  # type: ignore[attr-defined]
    return open_to_all(endpoint)


def principal_of(request: HTTPConnection) -> Principal:
    """Return who the request is from; for guarded endpoints only."""
    principal: Principal = request.state.principal
    return principal


def unit_of(request: Request) -> UnitOfWork:
    """Return the request's unit of work, bound to the caller's tenant; for guarded endpoints only."""
    unit: UnitOfWork = request.state.unit
    return unit


def platform_of(request: HTTPConnection) -> Platform:
    """Return what the process runs on."""
    platform: Platform = request.app.state.platform
    return platform


def limits_of(request: Request) -> RequestLimits:
    """Return the request limits of the process."""
    limits: RequestLimits = request.app.state.limits
    return limits


def provenance_of(request: Request, principal: Principal | None = None) -> Provenance:
    """Return what the journal says of a change that this request makes; without a principal it is anonymous."""
    trace_id = getattr(request.state, "trace_id", None)
    if principal is None:
        return Provenance(ActorKind.ANONYMOUS, None, request_id(request), trace_id)
    return Provenance(principal.kind, principal.member, request_id(request), trace_id)


class GuardedRoute(APIRoute):
    """A route that authenticates before it reads the body and commits before it answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, "__permission__"):
            raise TypeError(f"{path}: declare what it needs with @needs(...) or @open_to_all")
        self.permission: str | None = endpoint.__permission__
        self.in_unit: bool = getattr(endpoint, "__in_unit__", True)
        self.unlimited: bool = getattr(endpoint, "__unlimited__", False)
        if self.permission is not None:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-permission": self.permission}
        else:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "security": []}
        super().__init__(path, endpoint, **options | {"generate_unique_id_function": _operation_id})
        if direct_handler(self.dependant) is not None:
            self.app = direct_app(self.get_route_handler())

    def get_route_handler(self) -> Handler:
        """Wrap the framework's handler (parse, call, render) in the guard."""
        serve = direct_handler(self.dependant) or super().get_route_handler()
        if self.permission is not None:
            return self._guard(serve, self.permission)
        return serve if self.unlimited else _limited(serve)

    def _guard(self, serve: Handler, permission: str) -> Handler:
        template, open_unit = self.path, self._opener()

        async def guarded(request: Request) -> Response:
            principal = await _authenticated(request, template)
            limits = limits_of(request)
            limits.user.take(principal.member)
            limits.tenant.take(principal.tenant)
            by = provenance_of(request, principal)
            try:
                principal.demand(permission)
                _refuse_null(request)
                return await open_unit(request, principal, by, serve)
            except PermissionMissing as error:
                missing = str(error.details.get("permission", permission))
                refused = AccessRefused(
                    subject_id=str(principal.member), permission=missing, method=request.method, route=template
                )
                await _record(request, principal.tenant, by, refused)
                raise
            finally:
                await _record_foreign(request, principal, by, template)

        return guarded

    def _opener(self) -> Opener:
        if not self.in_unit:
            return _serve_without
        reads = _READING.issuperset(self.methods or ()) and not getattr(self.endpoint, "__in_transaction__", False)
        return _serve_reading if reads else _serve_in_unit


def _refuse_null(request: Request) -> None:
    """Refuse an address with a null character before anything is answered: a stream would break off in its middle.

    Raises UnstorableText.
    """
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise UnstorableText("The address holds a null character.")


def _operation_id(route: APIRoute) -> str:
    """Operation ids are the names of the routes: readable in generated clients."""
    return route.name


def _limited(serve: Handler) -> Handler:
    async def limited(request: Request) -> Response:
        limits_of(request).address.take(address_of(request))
        return await serve(request)

    return limited


async def _authenticated(request: Request, template: str) -> Principal:
    """Authenticate and bind to the tenant. Each failure counts for its address, which is refused beyond its limit."""
    try:
        principal: Principal = await request.app.state.authenticator.authenticate(request)
    except (Unauthenticated, Forbidden) as error:
        address = address_of(request)
        limits_of(request).address.take(address)
        if not isinstance(error, CredentialExpired):  # which happens to everybody once in a while
            await _record_anonymous(request, address, error, template)
        raise
    request.state.principal = principal
    return principal


async def _serve_without(request: Request, _: Principal, __: Provenance, serve: Handler) -> Response:
    return await serve(request)


async def _serve_reading(request: Request, principal: Principal, by: Provenance, serve: Handler) -> Response:
    async with platform_of(request).database.reading(principal.tenant, by) as unit:
        request.state.unit = unit
        return await serve(request)


async def _serve_in_unit(request: Request, principal: Principal, by: Provenance, serve: Handler) -> Response:
    platform = platform_of(request)
    key = request.headers.get("idempotency-key") if request.method in _UNSAFE else None
    async with platform.database.unit(principal.tenant, by) as unit:
        request.state.unit = unit
        if key is None:
            return await serve(request)
        mark = idempotency.fingerprint(
            request.method, request.url.path, request.url.query, await _distinguishing(request)
        )
        replayed = await idempotency.claim(unit, principal.member, key, mark)
        if replayed is not None:
            return replayed
        response = await serve(request)
        await idempotency.remember(unit, principal.member, key, response)
        return response


async def _distinguishing(request: Request) -> bytes:
    """Return what tells a request from another of the same address: its body, or the size and kind of an upload.

    An upload may have gigabytes, so it is not read into memory for this.
    """
    kind = request.headers.get("content-type", "")
    if not kind or kind.startswith("application/json"):
        return await request.body()
    return f"{kind.partition(';')[0]} {request.headers.get('content-length', '')}".encode()


async def _record(request: Request, tenant: TenantId, by: Provenance, event: Event) -> None:
    """Write a security event in a transaction of its own: the request's was rolled back, or is none.

    When the database is away the log has it; an answer that stands is not taken back for it.
    """
    _log.warning("security_event", event_name=event.wire_name, subject=event.subject_id, method=request.method)
    try:
        async with platform_of(request).database.unit(tenant, by) as unit:
            unit.publish(event)
    except DatabaseUnavailable:
        _log.error("security_event_not_kept", event_name=event.wire_name, subject=event.subject_id)


async def _record_anonymous(request: Request, address: str, error: ShopwrightError, template: str) -> None:
    """Write the attempt of somebody unknown, as long as such attempts do not flood the journal."""
    limits = limits_of(request)
    try:
        limits.refusals.take(address)
        limits.all_refusals.take(None)
    except RateLimited:
        return
    event = CredentialRefused(subject_id=caller_tag(address), error=error.code, method=request.method, route=template)
    await _record(request, SYSTEM_TENANT, provenance_of(request), event)


async def _record_foreign(request: Request, principal: Principal, by: Provenance, template: str) -> None:
    """Record identifiers of other tenants wherever they stood: address, query or body."""
    named = set(_TAGGED_ID.findall(request.scope["path"].encode() + b"?" + request.scope["query_string"]))
    if request.method in _UNSAFE and hasattr(request, "_body"):
        named.update(_TAGGED_ID.findall(await request.body()))
    foreign = {text.lower() for text in map(bytes.decode, named) if _is_foreign(text, principal.tenant)}
    if foreign:
        identifiers = tuple(sorted(foreign)[:_MOST_FOREIGN])
        event = ForeignObjectRequested(
            subject_id=str(principal.member), identifiers=identifiers, method=request.method, route=template
        )
        await _record(request, principal.tenant, by, event)


def _is_foreign(text: str, tenant: TenantId) -> bool:
    return is_foreign(text, tenant) and is_foreign(text, SYSTEM_TENANT)


def _admission(permission: str) -> Callable[[WebSocket], Coroutine[Any, Any, None]]:
    """Guard a web socket before it is accepted; who is refused finds it closed with the error's code."""

    async def admit(socket: WebSocket) -> None:
        limits: RequestLimits = socket.app.state.limits
        try:
            try:
                principal: Principal = await socket.app.state.authenticator.authenticate(socket)
            except (Unauthenticated, Forbidden):
                limits.address.take(address_of(socket))
                raise
            limits.user.take(principal.member)
            limits.tenant.take(principal.tenant)
            principal.demand(permission)
        except ShopwrightError as error:
            raise WebSocketException(_POLICY_VIOLATION, error.code) from error
        socket.state.principal = principal

    return admit


class GuardedRouter(APIRouter):
    """A router that takes guarded endpoints only: bare routes and mounts would pass the guard by."""

    def add_api_websocket_route(
        self, path: str, endpoint: Callable[..., Any], name: str | None = None, **options: Any
    ) -> None:
        """Take a web socket that declares what it needs; its principal is there before it is accepted.

        The endpoint opens a unit of work for each message that it serves, for the tenant of `principal_of(socket)`.
        """
        permission = getattr(endpoint, "__permission__", None)
        if permission is None:
            raise TypeError(f"{path}: a web socket declares what it needs with @needs(...)")
        guard = Depends(_admission(permission))
        options["dependencies"] = [guard, *(options.get("dependencies") or ())]
        super().add_api_websocket_route(path, endpoint, name, **options)

    def add_route(self, path: str, *_: Any, **__: Any) -> None:
        """Refuse a route without a guard."""
        raise TypeError(f"{path}: use an endpoint with @needs(...) or @open_to_all")

    def mount(self, path: str, *_: Any, **__: Any) -> None:
        """Refuse a mounted application without a guard."""
        raise TypeError(f"{path}: an application mounted here would not be guarded")


def guarded_router(*, prefix: str, tag: str) -> APIRouter:
    """Make the router of a context under /api/v1."""
    return GuardedRouter(prefix=f"/api/v1{prefix}", tags=[tag], route_class=GuardedRoute)

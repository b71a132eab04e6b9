"""The outermost layer of the HTTP application: request ids, size limits, security headers, one line of log each.

Written on bare ASGI: it runs for every request, so it costs microseconds, not a task switch.
"""

import re
import time
from secrets import token_hex
from typing import Final, Protocol
from uuid import UUID

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shopwright.kit.errors import Exhausted

_ID_BYTES: Final = 16
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TRACE_PARENT = re.compile(rb"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class TooLarge(Exhausted):
    """The body is larger than this address takes."""

    code = "too_large"
    status = 413
    action = "Send less at once, or ask the operator for a higher limit."


class RequestObserver(Protocol):
    """What is told of each finished request: for metrics and logs."""

    def __call__(self, *, method: str, route: str, status: int, seconds: float, request_id: str) -> None:
        """Take note; it must not raise and must not wait."""
        ...


class FlightObserver(Protocol):
    """What is told of requests that are being answered: for metrics and for whoever looks now."""

    def begin(self) -> None:
        """Take note that a request is being answered."""
        ...

    def end(self, *, tenant: UUID | None, method: str, route: str, status: int, seconds: float) -> None:
        """Take note that it was answered, and for which tenant, where somebody was authenticated."""
        ...


class EdgeMiddleware:
    """Gives every request an id, bounds its body, sets headers, reports it when it is done."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        observe: RequestObserver,
        largest_body: int,
        largest_upload: int,
        secure: bool,
        flights: FlightObserver | None = None,
    ) -> None:
        self._app = app
        self._observe = observe
        self._flights = flights
        self._largest_body = largest_body
        self._largest_upload = largest_upload
        self._headers = (*_HEADERS, _HSTS) if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        drawn = token_hex(2 * _ID_BYTES)
        request_id = _given(headers.get(b"x-request-id"), _REQUEST_ID) or drawn[: 2 * _ID_BYTES]
        trace = _TRACE_PARENT.fullmatch(headers.get(b"traceparent", b""))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["trace_id"] = trace.group(1).decode() if trace else drawn[2 * _ID_BYTES :]
        status = 500
        if self._flights is not None:
            self._flights.begin()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                sent = {name for name, _ in given}
                own = [pair for pair in self._headers if pair[0] not in sent]
                message["headers"] = [*given, (b"x-request-id", request_id.encode()), *own]
            await send(message)

        try:
            await self._app(scope, self._bounded(headers, receive), sending)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            seconds = time.perf_counter() - started
            self._observe(method=scope["method"], route=route, status=status, seconds=seconds, request_id=request_id)
            if self._flights is not None:
                tenant = getattr(state.get("principal"), "tenant", None)
                self._flights.end(tenant=tenant, method=scope["method"], route=route, status=status, seconds=seconds)

    def _bounded(self, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        upload = not headers.get(b"content-type", b"").startswith(b"application/json")
        limit = self._largest_upload if upload else self._largest_body
        announced = headers.get(b"content-length", b"0")
        too_large = not announced.isdigit() or int(announced) > limit
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            if too_large:
                raise TooLarge(f"A body may have at most {limit} bytes.", limit=limit)
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(f"A body may have at most {limit} bytes.", limit=limit)
            return message

        return receiving


class Compression(GZipMiddleware):
    """Compresses answers for callers who take that; the others pay one look at their headers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        wanted = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope.get("headers", ()))
        serve = super().__call__ if wanted else self.app
        await serve(scope, receive, send)


def _given(value: bytes | None, pattern: re.Pattern[bytes]) -> str | None:
    return value.decode() if value is not None and pattern.fullmatch(value) else None

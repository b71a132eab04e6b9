"""The client for other servers: time limits, retries, circuit breakers, size limits and the address guard.

Everything that leaves the machine over HTTP goes through here, so that each call is bounded, counted and traced. It
keeps no cookies: tenants share the client, and must not share a session.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec

from shopwright.infra.http.addresses import AddressGuard
from shopwright.infra.http.breaker import CircuitBreakers
from shopwright.infra.http.responses import (
    InvalidAddress,
    OutgoingResponse,
    OutgoingUnavailable,
    RedirectLimit,
    ResponseTooLarge,
)
from shopwright.infra.http.retries import (
    DELAYS,
    LONGEST_RETRY_AFTER,
    delay_before,
    is_transient,
    may_repeat,
    read_retry_after,
)
from shopwright.infra.http.transport import GuardedTransport, Resolver
from shopwright.infra.settings import OutgoingSettings
from shopwright.infra.telemetry.metrics import OutgoingMetrics
from shopwright.infra.telemetry.tracing import span
from shopwright.kit.errors import ShopwrightError, Unavailable
from shopwright.kit.time import Clock

T = TypeVar("T")

_AGENT: Final = "Shopwright"
_CHUNK: Final = 65_536
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRequest:
    """A request to another server.

    `idempotent` says that sending it twice does it once (an idempotency key), so that a POST may be retried.
    `max_bytes` and `retries` replace those of the settings.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    idempotent: bool = False
    max_bytes: int | None = None
    retries: int | None = None


class _Attempt(Exception):
    """One attempt failed in a way that another one may not."""

    def __init__(self, reason: str, *, status: int | None, reached: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.reached = reached
        self.retry_after = retry_after


class OutgoingClient:
    """Calls other servers. One per process; `close` when the process ends.

    `sleep`, `random` (from 0 up to 1) and `resolver` are passed in, so that tests take no time and no network.
    """

    def __init__(
        self,
        settings: OutgoingSettings,
        *,
        metrics: OutgoingMetrics,
        clock: Clock,
        random: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._random = random
        self._sleep = sleep
        self.breakers = CircuitBreakers(settings.breaker_failures, settings.breaker_seconds, now)
        self.transport = GuardedTransport(AddressGuard.of(settings), resolver, tls)
        self._client = httpx2.AsyncClient(
            transport=self.transport,
            trust_env=False,
            follow_redirects=True,
            max_redirects=settings.max_redirects,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"user-agent": _AGENT},
            timeout=httpx2.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> OutgoingResponse:
        """Read an address: `request` with GET."""
        return await self.request(OutgoingRequest(method="GET", url=url, headers=headers or {}, **more))

    async def post_json(
        self, url: str, payload: Any, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> OutgoingResponse:
        """Send JSON: `request` with POST. Without `idempotent=True` only what surely did not arrive is sent again."""
        body, given = (
            msgspec.json.encode(payload, enc_hook=str),
            {"content-type": "application/json", **(headers or {})},
        )
        return await self.request(OutgoingRequest(method="POST", url=url, headers=given, body=body, **more))

    async def request(self, request: OutgoingRequest) -> OutgoingResponse:
        """Send a request and read the answer whole, retrying transient failures after 1, 2, 4 and 8 seconds.

        Answers of any other status are returned: 404 is an answer. Raises OutgoingUnavailable when retries are used
        up, CircuitOpen, AddressRefused, ResponseTooLarge, RedirectLimit, InvalidAddress.
        """

        async def read() -> OutgoingResponse:
            async with self._attempt(request) as response:
                body = b"".join([chunk async for chunk in self._chunks(request, response)])
                return _answer(response, body)

        host = _host_of(request.url)
        return await self._through_breaker(host, lambda: self._with_retries(request, host, read))

    @asynccontextmanager
    async def stream(self, request: OutgoingRequest) -> AsyncIterator[tuple[OutgoingResponse, AsyncIterator[bytes]]]:
        """Send a request and read the answer in pieces, once, for bodies larger than memory should hold.

        The response has an empty body; the chunks stop with ResponseTooLarge at the limit. The total time limit does
        not apply, the one on silence does. Raises what `request` raises.
        """
        host = _host_of(request.url)
        self.breakers.admit(host)
        outcome = self.breakers.abandoned
        try:
            async with self._attempt(request, whole=False) as response:
                yield _answer(response, b""), self._chunks(request, response)
            outcome = self.breakers.succeeded
        except _Attempt as failure:
            outcome = self.breakers.failed
            raise _unavailable(host, failure, 1) from failure
        finally:
            outcome(host)

    async def _through_breaker(self, host: str, call: Callable[[], Awaitable[T]]) -> T:
        self.breakers.admit(host)
        outcome = self.breakers.abandoned
        try:
            result = await call()
            outcome = self.breakers.succeeded
        except OutgoingUnavailable as error:
            if error.details.get("status") != _TOO_MANY:  # a host that counts our calls is alive
                outcome = self.breakers.failed
            raise
        finally:
            outcome(host)
        return result

    async def _with_retries(self, request: OutgoingRequest, host: str, call: Callable[[], Awaitable[T]]) -> T:
        allowed = min(self._settings.retries if request.retries is None else request.retries, len(DELAYS))
        for retry in range(allowed + 1):
            try:
                return await call()
            except _Attempt as failure:
                again = may_repeat(
                    request.method, idempotent=request.idempotent, status=failure.status, reached=failure.reached
                )
                if retry == allowed or not again or (failure.retry_after or 0) > LONGEST_RETRY_AFTER:
                    raise _unavailable(host, failure, retry + 1) from failure
                await self._sleep(delay_before(retry, self._random(), failure.retry_after))
        raise AssertionError("the last attempt either returns or raises")

    @asynccontextmanager
    async def _attempt(self, request: OutgoingRequest, *, whole: bool = True) -> AsyncIterator[httpx2.Response]:
        """Send once. Transient failures leave as `_Attempt`, all others as errors of the house."""
        host, started, outcome = _host_of(request.url), time.perf_counter(), "error"
        seconds = self._settings.total_timeout_seconds if whole else None
        with span("http.outgoing", host=host, method=request.method) as traced:
            try:
                async with asyncio.timeout(seconds), self._open(request) as response:
                    outcome = str(response.status_code)
                    traced.note(status=response.status_code)
                    if is_transient(response.status_code):
                        raise self._busy(response)
                    yield response
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
                outcome = type(error).__name__
                raise _Attempt("cannot be reached", status=None, reached=False) from error
            except httpx2.LocalProtocolError as error:
                raise InvalidAddress("The request is not valid HTTP.", host=host, problem=str(error)) from error
            except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as error:
                outcome = type(error).__name__
                raise _Attempt(_reason(error), status=None, reached=True) from error
            except httpx2.TooManyRedirects as error:
                raise RedirectLimit(f"{host} redirects too often.", host=host) from error
            except ShopwrightError as error:
                outcome = error.code
                raise
            finally:
                self._metrics.observe(host, outcome, time.perf_counter() - started)

    @asynccontextmanager
    async def _open(self, request: OutgoingRequest) -> AsyncIterator[httpx2.Response]:
        try:
            built = self._client.build_request(
                request.method,
                request.url,
                params=dict(request.params) or None,
                headers=dict(request.headers),
                content=request.body,
            )
            response = await self._client.send(built, stream=True)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise InvalidAddress("Only http and https addresses can be called.", host=_host_of(request.url)) from error
        try:
            yield response
        finally:
            await response.aclose()

    def _busy(self, response: httpx2.Response) -> _Attempt:
        status = response.status_code
        wait = read_retry_after(response.headers, self._clock.now())
        return _Attempt(f"answers {status}", status=status, reached=True, retry_after=wait)

    async def _chunks(self, request: OutgoingRequest, response: httpx2.Response) -> AsyncIterator[bytes]:
        """Yield the body, decompressed, and stop it at the limit."""
        limit = request.max_bytes or self._settings.max_response_bytes
        announced, taken = response.headers.get("content-length", ""), 0
        if announced.isdigit() and int(announced) > limit and request.method != "HEAD":
            raise _too_large(request, limit)
        async for chunk in response.aiter_bytes(_CHUNK):
            taken += len(chunk)
            if taken > limit:
                raise _too_large(request, limit)
            yield chunk


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidAddress("This is not an address.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidAddress("Only http and https addresses can be called.", scheme=parts.scheme)
    return parts.hostname


def _answer(response: httpx2.Response, body: bytes) -> OutgoingResponse:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return OutgoingResponse(response.status_code, str(response.url), headers, body)


def _reason(error: Exception) -> str:
    return "takes too long" if isinstance(error, TimeoutError | httpx2.TimeoutException) else "breaks the connection"


def _too_large(request: OutgoingRequest, limit: int) -> ResponseTooLarge:
    host = _host_of(request.url)
    return ResponseTooLarge(f"{host} sent more than {limit:,} bytes.", host=host, limit=limit)


def _unavailable(host: str, failure: _Attempt, attempts: int) -> Unavailable:
    return OutgoingUnavailable(
        f"{host} {failure.reason}.",
        retry_after=failure.retry_after,
        host=host,
        status=failure.status,
        attempts=attempts,
    )

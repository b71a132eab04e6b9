"""The one transport of outgoing HTTP: it resolves names itself and connects to the very address that it checked.

A name that changes its address between check and connection gains nothing, and a redirect or a new connection is
checked like the first one. The request keeps its host, so Host header, TLS server name and certificate check do too.
Model SDKs get this transport through `httpx2.AsyncClient(transport=...)`.
"""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Final, Protocol

import httpcore2
import httpx2

from shopwright.infra.http.addresses import Address, AddressGuard, AddressRefused

_MOST_CONNECTIONS: Final = 200
_MOST_IDLE: Final = 50
_IDLE_SECONDS: Final = 30.0
_MOST_ADDRESSES_TRIED: Final = 3

_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Resolver(Protocol):
    """Turns a host name into addresses."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Return the addresses of a host, best first. Raises OSError for a name that has none."""
        ...


class SystemResolver:
    """Asks the operating system."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Return the addresses of a host, in the order of the system's preference."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(ip_address(where[0]) for *_, where in found))


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Opens connections to permitted addresses only."""

    def __init__(self, guard: AddressGuard, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore2
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first permitted address that answers, within the time for all of them together."""
        ends = None if timeout is None else time.monotonic() + timeout
        permitted = self._guard.permitted(host, await self._resolve(host, port, timeout))
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in permitted[:_MOST_ADDRESSES_TRIED]:
            left = None if ends is None else max(ends - time.monotonic(), 0.001)
            try:
                return await self._network.connect_tcp(str(address), port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the interface of httpcore2
        socket_options: Iterable[_SocketOption] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: sockets of this machine are nobody's web server."""
        raise AddressRefused("Local sockets are not called.", host=path, reason="local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait, for the pool's own use."""
        await asyncio.sleep(seconds)

    async def _resolve(self, host: str, port: int, seconds: float | None) -> Sequence[Address]:
        with contextlib.suppress(ValueError):
            return [ip_address(host)]
        try:
            async with asyncio.timeout(seconds):
                return await self._resolver.resolve(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"{host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{host} cannot be resolved") from error


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """An httpx2 transport whose connections go through the guard. Proxies of the environment are not used."""

    def __init__(
        self, guard: AddressGuard, resolver: Resolver | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        context = tls or httpx2.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(  # the parent has no parameter for the network
            ssl_context=context,
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_MOST_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=GuardedNetwork(guard, resolver or SystemResolver()),
        )

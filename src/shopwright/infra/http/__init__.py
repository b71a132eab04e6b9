"""Outgoing HTTP: the only way out of the machine. Guarded addresses, bounded calls, retries, circuit breakers."""

from shopwright.infra.http.addresses import AddressGuard, AddressRefused
from shopwright.infra.http.breaker import Circuit, CircuitOpen
from shopwright.infra.http.client import OutgoingClient, OutgoingRequest
from shopwright.infra.http.responses import (
    InvalidAddress,
    MalformedResponse,
    OutgoingResponse,
    OutgoingUnavailable,
    RedirectLimit,
    ResponseTooLarge,
)
from shopwright.infra.http.retries import Fetched, fetch_with_fallback
from shopwright.infra.http.transport import GuardedTransport, Resolver

__all__ = [
    "AddressGuard",
    "AddressRefused",
    "Circuit",
    "CircuitOpen",
    "Fetched",
    "GuardedTransport",
    "InvalidAddress",
    "MalformedResponse",
    "OutgoingClient",
    "OutgoingRequest",
    "OutgoingResponse",
    "OutgoingUnavailable",
    "RedirectLimit",
    "Resolver",
    "ResponseTooLarge",
    "fetch_with_fallback",
]

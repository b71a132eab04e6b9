"""Which addresses the program may call: the guard against requests that a stranger directs at our own network.

Only public unicast addresses may be called. The lists follow the IANA special-purpose registries (RFC 6890 and
successors) rather than `ipaddress.is_global`, whose answer differs between Python releases. IPv6 forms that carry an
IPv4 address (mapped, 6to4, NAT64, Teredo) are refused whole: they are a second spelling that nobody needs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from shopwright.infra.settings import OutgoingSettings
from shopwright.kit.errors import Forbidden

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class AddressRefused(Forbidden):
    """A call would have gone to an address that is not public, such as one of our own network."""

    code = "address_refused"
    action = "Use a public address, or ask the operator to allow the network in SHOPWRIGHT_OUTGOING_ALLOWED_NETWORKS."


_PRIVATE: Final = {
    "10.0.0.0/8": "private",
    "172.16.0.0/12": "private",
    "192.168.0.0/16": "private",
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "fc00::/7": "private",
    "::1/128": "loopback",
}
_NEVER: Final = {
    "0.0.0.0/8": "unspecified",
    "169.254.0.0/16": "link-local",
    "168.63.129.16/32": "cloud metadata",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "6to4 relay",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "::/128": "unspecified",
    "::ffff:0:0/96": "IPv4-mapped",
    "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "NAT64",
    "100::/64": "discard",
    "2001::/23": "reserved",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "3fff::/20": "documentation",
    "fd00:ec2::254/128": "cloud metadata",
    "100.100.100.200/32": "cloud metadata",
    "fe80::/10": "link-local",
    "ff00::/8": "multicast",
}
_UNICAST: Final = IPv6Network("2000::/3")


def _parsed(named: dict[str, str]) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(text), reason) for text, reason in named.items())


_PRIVATE_NETWORKS: Final = _parsed(_PRIVATE)
_NEVER_NETWORKS: Final = _parsed(_NEVER)


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Tells which addresses may be called.

    `allow_private` opens private and loopback addresses, but never link-local, metadata, multicast or translated ones;
    `allowed_networks` opens exactly what it names.
    """

    allow_private: bool = False
    allowed_networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, settings: OutgoingSettings) -> "AddressGuard":
        """Return the guard that the settings ask for."""
        return cls(settings.allow_private, settings.allowed_networks)

    def find_reason(self, address: Address) -> str | None:
        """Return why an address must not be called, or None if it may."""
        if any(address in network for network in self.allowed_networks):
            return None
        reason = _find(_NEVER_NETWORKS, address)
        if reason is not None:
            return reason
        reason = _find(_PRIVATE_NETWORKS, address)
        if reason is not None:
            return None if self.allow_private else reason
        return "reserved" if isinstance(address, IPv6Address) and address not in _UNICAST else None

    def permitted(self, host: str, addresses: Iterable[Address]) -> list[Address]:
        """Return those of a host's addresses that may be called. Raises AddressRefused if none may."""
        reasons = {address: self.find_reason(address) for address in addresses}
        open_ones = [address for address, reason in reasons.items() if reason is None]
        if not open_ones:
            why = ", ".join(sorted({reason for reason in reasons.values() if reason})) or "unknown"
            raise AddressRefused(f"{host} has no address that may be called ({why}).", host=host, reason=why)
        return open_ones


def _find(networks: tuple[tuple[Network, str], ...], address: Address) -> str | None:
    return next((reason for network, reason in networks if address in network), None)

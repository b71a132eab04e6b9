"""The address that a request comes from, as a key for limits. Addresses are personal data: they are never kept."""

import hashlib
import secrets
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.requests import HTTPConnection

NOWHERE: Final = "nowhere"
_TAG_KEY = secrets.token_bytes(16)  # anew in each process, so that a tag cannot be traced back to its address


def address_of(request: HTTPConnection) -> str:
    """Return the caller's address; of IPv6 the network of 64 bits, which one caller has to himself.

    Behind a trusted proxy the server has put the forwarded address in place.
    """
    if request.client is None:
        return NOWHERE
    try:
        address = ip_address(request.client.host.partition("%")[0])
    except ValueError:
        return request.client.host
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def caller_tag(address: str) -> str:
    """Return a tag by which the events of one caller are told from another's, within this process."""
    return hashlib.blake2s(address.encode(), key=_TAG_KEY, digest_size=6).hexdigest()

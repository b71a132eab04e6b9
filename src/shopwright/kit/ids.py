"""Identifiers. Each carries a tag of its tenant, so a foreign one is told apart without reading foreign rows.

Layout (RFC 9562, version 8): 48 bits of milliseconds | version | 12 bits of tag | variant | 12 bits of tag |
50 random bits. The time in front keeps index pages warm; `new_id(tenant)` in SQL makes the same layout.
See docs/decisions/0003-tenant-tagged-ids.md.
"""

import hashlib
import secrets
from datetime import datetime
from functools import lru_cache
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)

SYSTEM_TENANT = TenantId(UUID("00000000-0000-8000-8000-000000000000"))
"""The reserved tenant of those who run the installation: people and operators, no shop data."""

_TAG_BITS = 24
_RANDOM_BITS = 50
_VERSION = 8
_VARIANT = 0b10


@lru_cache(maxsize=10_000)
def tenant_tag(tenant: TenantId) -> int:
    """Return the 24-bit tag of a tenant: the first three bytes of SHA-256 over its id."""
    return int.from_bytes(hashlib.sha256(tenant.bytes).digest()[:3])


def new_id(tenant: TenantId, now: datetime) -> UUID:
    """Make an identifier for a row of `tenant`, ordered by time to the millisecond."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    tag = tenant_tag(tenant)
    high, low = tag >> 12, tag & 0xFFF
    value = milliseconds << 80 | _VERSION << 76 | high << 64 | _VARIANT << 62
    return UUID(int=value | low << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS))


def new_tenant_id() -> TenantId:
    """Make the identifier of a new tenant: random, since it carries no tag itself."""
    random = secrets.randbits(128) & ~(0xF << 76) & ~(0b11 << 62)
    return TenantId(UUID(int=random | 4 << 76 | _VARIANT << 62))


def is_foreign(text: str, tenant: TenantId) -> bool:
    """Tell whether the identifier with this text (RFC 9562's, with hyphens) was issued for another tenant than this one."""
    if int(text[14], 16) != _VERSION:
        return False
    return int(text[15:18], 16) << 12 | int(text[19:23], 16) >> 2 & 0xFFF != tenant_tag(tenant)

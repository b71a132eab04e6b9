"""When a failed call is tried again, and what serves when it never succeeds.

Transient failures are retried after 1, 2, 4 and 8 seconds (SPEC section 4), each with up to a quarter more at random,
so that those who failed together do not return together. A server's Retry-After wins if it asks for longer.
"""

import email.utils
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

import structlog

from shopwright.kit.errors import Unavailable

T = TypeVar("T")

DELAYS: Final = (1.0, 2.0, 4.0, 8.0)
LONGEST_RETRY_AFTER: Final = 60.0  # a server that asks for more is not waited for: the caller is told instead
_JITTER: Final = 0.25
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_TOO_MANY: Final = 429
_TRANSIENT: Final = frozenset({408, 425, _TOO_MANY, 500, 502, 503, 504})

_log = structlog.get_logger(__name__)


def is_transient(status: int) -> bool:
    """Tell whether the same request may succeed later after this status."""
    return status in _TRANSIENT


def may_repeat(method: str, *, idempotent: bool, status: int | None, reached: bool) -> bool:
    """Tell whether a failed request may be sent again without doing anything twice.

    `status` is that of the answer, if there was one; `reached` is whether the request may have arrived.
    """
    return idempotent or method in _SAFE_METHODS or not reached or status == _TOO_MANY


def delay_before(retry: int, random: float, retry_after: float | None) -> float:
    """Return the seconds to wait before the retry of this number, counted from 0; `random` is from 0 up to 1."""
    return max(DELAYS[retry] * (1 + _JITTER * random), retry_after or 0.0)


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, given as a number or as a date (RFC 9110)."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((moment - now).total_seconds(), 0.0) if moment.tzinfo else None


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """What was fetched. A `warning` says that it is the last good data, and why."""

    value: T
    warning: str | None = None


async def fetch_with_fallback(
    fetch: Callable[[], Awaitable[T]], last_good: Callable[[], Awaitable[T | None]]
) -> Fetched[T]:
    """Fetch from outside, or serve the last good data with a warning when outside stays unavailable.

    `fetch` calls through `OutgoingClient`, which has retried already. Raises what `fetch` raised if there is no last
    good data, and whatever is no unavailability at once.
    """
    try:
        return Fetched(await fetch())
    except Unavailable as error:
        value = await last_good()
        if value is None:
            raise
        _log.warning("served the last good data", code=error.code, reason=error.message)
        return Fetched(value, f"The last good data is shown: {error.message}")

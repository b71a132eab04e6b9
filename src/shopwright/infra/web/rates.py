"""Rate limits: a token bucket for each caller, kept in the process.

With several API processes each grants its share; the setting counts for one process.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from shopwright.kit.errors import Exhausted
from shopwright.kit.time import Clock

_MOST_CALLERS = 50_000  # beyond it the caller seen longest ago is forgotten, which only favours that caller
_SMALLEST_BURST = 20
_REFUSALS = 6
_ALL_REFUSALS = 60


class RateLimited(Exhausted):
    """The caller sent more requests than its limit allows."""

    code = "rate_limited"


@dataclass(slots=True)
class _Bucket:
    level: float
    filled_at: float


class RateLimiter:
    """Grants each key `per_minute` requests, `burst` of them at once."""

    def __init__(self, per_minute: int, burst: int, clock: Clock) -> None:
        self.per_minute = per_minute
        self.burst = burst
        self._clock = clock
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def take(self, key: Hashable) -> None:
        """Count one request of `key`. Raises RateLimited with the seconds to wait."""
        bucket = self._filled(key)
        self._demand(bucket)
        bucket.level -= 1

    def demand(self, key: Hashable) -> None:
        """Raise RateLimited when `key` has no request left, without counting one."""
        self._demand(self._filled(key))

    def _filled(self, key: Hashable) -> _Bucket:
        now = self._clock.now().timestamp()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self.burst, now)
            if len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        bucket.level = min(self.burst, bucket.level + max(0.0, now - bucket.filled_at) * self.per_minute / 60)
        bucket.filled_at = now
        return bucket

    def _demand(self, bucket: _Bucket) -> None:
        if bucket.level < 1:
            wait = (1 - bucket.level) * 60 / self.per_minute
            raise RateLimited(
                f"More than {self.per_minute} requests a minute.", retry_after=wait, per_minute=self.per_minute
            )


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits that requests pass: of one user, of one tenant, and of an address that has not signed in.

    `refusals` and `all_refusals` bound how many attempts of unknown callers the journal keeps, of one address and of all.
    """

    user: RateLimiter
    tenant: RateLimiter
    address: RateLimiter
    refusals: RateLimiter
    all_refusals: RateLimiter

    @classmethod
    def per_minute(cls, *, user: int, tenant: int, address: int, clock: Clock) -> "RequestLimits":
        """Make the limits; a quarter of a minute's requests may come at once, and small limits whole."""
        made = (
            RateLimiter(most, min(most, max(_SMALLEST_BURST, most // 4)), clock) for most in (user, tenant, address)
        )
        kept = (RateLimiter(most, most, clock) for most in (_REFUSALS, _ALL_REFUSALS))
        return cls(*made, *kept)

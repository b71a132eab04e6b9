"""Rate limits: a token bucket for each caller, kept in the process.

With several API processes each grants its share; the setting counts for one process.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from shopwright.kit.errors import Exhausted
from shopwright.kit.time import Clock

_MOST_CALLERS = 50_000  # beyond it the caller seen longest ago is forgotten, which only favours that caller


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
        now = self._clock.now().timestamp()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self.burst, now)
            if len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        rate = self.per_minute / 60
        bucket.level = min(self.burst, bucket.level + max(0.0, now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if bucket.level < 1:
            wait = (1 - bucket.level) / rate
            raise RateLimited(
                f"More than {self.per_minute} requests a minute.", retry_after=wait, per_minute=self.per_minute
            )
        bucket.level -= 1

"""The requests of the last minutes of this process, kept whole: what percentiles and rates are read from at once.

Prometheus keeps histograms for long; this is for whoever looks now. It holds no path, no person and no body.
"""

import time
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

KEPT: Final = timedelta(minutes=15)
MOST_KEPT: Final = 50_000
"""Requests that are kept at most: 55 a second for a quarter of an hour, in some 10 MB."""
_ERROR: Final = 500
_REFUSED: Final = 400


class Served(NamedTuple):
    """One answered request. `at` is of the monotonic clock; `tenant` is None before somebody was authenticated."""

    at: float
    tenant: UUID | None
    method: str
    route: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Latency:
    """How long requests took, in seconds; percentiles by nearest rank (the smallest value with so many at or below)."""

    p50: float
    p95: float
    p99: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests of one route, or of all. `errors` are answers of 500 and above, `refused` those of 400 to 499."""

    requests: int
    errors: int
    refused: int
    latency: Latency | None


@dataclass(frozen=True, slots=True)
class RouteTraffic:
    """What one route served."""

    method: str
    route: str
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class MinuteTraffic:
    """What was served in the minute that ended so many whole minutes ago; 0 is the present one."""

    minutes_ago: int
    traffic: Traffic


class RecentRequests:
    """A rolling window of answered requests."""

    def __init__(self) -> None:
        self._served: deque[Served] = deque(maxlen=MOST_KEPT)

    def note(self, tenant: UUID | None, method: str, route: str, status: int, seconds: float) -> None:
        """Keep one request; costs less than a microsecond."""
        self._served.append(Served(time.monotonic(), tenant, method, route, status, seconds))

    def within(self, span: timedelta, tenant: UUID | None = None) -> list[Served]:
        """Return the requests of the last `span`, of one tenant or of all."""
        since = time.monotonic() - min(span, KEPT).total_seconds()
        return [one for one in self._served if one.at >= since and (tenant is None or one.tenant == tenant)]


def traffic_of(served: Sequence[Served]) -> Traffic:
    """Sum requests up."""
    return Traffic(
        requests=len(served),
        errors=sum(one.status >= _ERROR for one in served),
        refused=sum(_REFUSED <= one.status < _ERROR for one in served),
        latency=latency_of([one.seconds for one in served]),
    )


def by_route(served: Iterable[Served]) -> list[RouteTraffic]:
    """Sum requests up by method and route, the busiest first."""
    groups: defaultdict[tuple[str, str], list[Served]] = defaultdict(list)
    for one in served:
        groups[one.method, one.route].append(one)
    found = [RouteTraffic(method, route, traffic_of(group)) for (method, route), group in groups.items()]
    return sorted(found, key=lambda one: (-one.traffic.requests, one.route, one.method))


def by_minute(served: Iterable[Served], minutes: int) -> list[MinuteTraffic]:
    """Sum requests up by minute, the oldest first; a minute without any is there too."""
    now = time.monotonic()
    groups: defaultdict[int, list[Served]] = defaultdict(list)
    for one in served:
        groups[int((now - one.at) // 60)].append(one)
    return [MinuteTraffic(ago, traffic_of(groups.get(ago, ()))) for ago in reversed(range(minutes))]


def latency_of(seconds: Sequence[float]) -> Latency | None:
    """Return the percentiles of durations, None of none."""
    if not seconds:
        return None
    ordered = sorted(seconds)

    def ranked(percent: int) -> float:
        return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]

    return Latency(ranked(50), ranked(95), ranked(99), ordered[-1])


@dataclass(frozen=True, slots=True)
class Uptime:
    """Since when this process runs."""

    started_at: datetime
    process: int

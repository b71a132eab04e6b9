from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from shopwright.infra.telemetry.recent import (
    MOST_KEPT,
    RecentRequests,
    by_minute,
    by_route,
    latency_of,
    traffic_of,
)


def test_requests_are_summed_up_by_route_the_busiest_first() -> None:
    recent = RecentRequests()
    for status, seconds in ((200, 0.1), (404, 0.2), (503, 0.3)):
        recent.note(None, "GET", "/a", status, seconds)
    recent.note(None, "POST", "/a", 200, 1.0)
    served = recent.within(timedelta(minutes=1))
    first, second = by_route(served)
    assert (first.method, first.traffic.requests, first.traffic.errors, first.traffic.refused) == ("GET", 3, 1, 1)
    assert (second.method, second.traffic.requests) == ("POST", 1)
    assert traffic_of(served).requests == 4
    assert [minute.traffic.requests for minute in by_minute(served, 3)] == [0, 0, 4]


def test_a_tenant_sees_its_own() -> None:
    recent, ours = RecentRequests(), uuid4()
    for tenant in (ours, uuid4(), None):
        recent.note(tenant, "GET", "/a", 200, 0.1)
    assert len(recent.within(timedelta(minutes=1), ours)) == 1
    assert len(recent.within(timedelta(minutes=1))) == 3
    assert recent.within(timedelta(0), ours) == []


def test_the_window_never_grows_beyond_its_limit() -> None:
    recent = RecentRequests()
    for _ in range(MOST_KEPT + 10):
        recent.note(None, "GET", "/a", 200, 0.1)
    assert len(recent.within(timedelta(minutes=15))) == MOST_KEPT


@given(st.lists(st.floats(0, 100), max_size=300))
def test_percentiles_are_values_that_so_many_do_not_exceed(seconds: list[float]) -> None:
    found = latency_of(seconds)
    if not seconds:
        assert found is None
        return
    assert found is not None
    for value, percent in ((found.p50, 50), (found.p95, 95), (found.p99, 99), (found.slowest, 100)):
        assert value in seconds
        assert sum(one <= value for one in seconds) * 100 >= percent * len(seconds)
        assert sum(one < value for one in seconds) * 100 < percent * len(seconds)

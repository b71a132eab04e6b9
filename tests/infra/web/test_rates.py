from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.infra.web import rates
from shopwright.infra.web.rates import RateLimited, RateLimiter, RequestLimits
from shopwright.kit.time import FixedClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_caller_is_told_how_long_to_wait_and_then_served_again() -> None:
    clock = FixedClock(NOON)
    limiter = RateLimiter(per_minute=6, burst=2, clock=clock)
    for _ in range(2):
        limiter.take("a")
    with pytest.raises(RateLimited) as refused:
        limiter.take("a")
    assert refused.value.retry_after == pytest.approx(10)
    limiter.take("b")
    clock.advance(timedelta(seconds=10))
    limiter.demand("a")
    limiter.take("a")
    with pytest.raises(RateLimited):
        limiter.demand("a")


@given(st.lists(st.floats(0, 30), max_size=100), st.integers(1, 600), st.integers(1, 50))
def test_no_minute_ever_sees_more_than_the_limit_and_the_burst(
    pauses: list[float], per_minute: int, burst: int
) -> None:
    clock = FixedClock(NOON)
    limiter = RateLimiter(per_minute, burst, clock)
    served: list[datetime] = []
    for pause in pauses:
        clock.advance(timedelta(seconds=pause))
        try:
            limiter.take("a")
        except RateLimited:
            continue
        served.append(clock.now())
    for begin in served:
        assert sum(begin <= one < begin + timedelta(minutes=1) for one in served) <= per_minute + burst


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    clock = FixedClock(NOON)
    limiter = RateLimiter(per_minute=60, burst=1, clock=clock)
    limiter.take("a")
    clock.advance(timedelta(hours=-1))
    with pytest.raises(RateLimited):
        limiter.take("a")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_CALLERS", 10)
    limiter = RateLimiter(per_minute=60, burst=1, clock=FixedClock(NOON))
    for caller in range(100):
        limiter.take(caller)
    assert len(limiter._buckets) == 10


@pytest.mark.parametrize(("most", "burst"), [(1, 1), (20, 20), (120, 30), (600, 150)])
def test_small_limits_may_come_at_once_and_large_ones_a_quarter(most: int, burst: int) -> None:
    limits = RequestLimits.per_minute(user=most, tenant=most, address=most, clock=FixedClock(NOON))
    assert {limits.user.burst, limits.tenant.burst, limits.address.burst} == {burst}
    assert limits.refusals.per_minute < limits.all_refusals.per_minute

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.redis_server import running_redis

from shopwright.infra.cache import Cache, CacheKey, CacheStore, KeyPattern, MemoryStore
from shopwright.infra.cache.shared import open_shared_store
from shopwright.infra.settings import Secret
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock

HOUR = timedelta(hours=1)
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Price:
    amount: Decimal
    reasons: list[str]


class Work:
    """A computation that counts its runs."""

    def __init__(self, *results: Any) -> None:
        self.results = list(results)
        self.runs = 0
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> Any:
        self.runs += 1
        await self.go.wait()
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture(scope="session", params=["memory", "redis"])
async def redis_url(request: pytest.FixtureRequest) -> AsyncIterator[str | None]:
    """Each test runs in memory and over Redis; None stands for memory."""
    if request.param == "memory":
        yield None
    else:
        async with running_redis() as url:
            yield url


@pytest.fixture
async def store(redis_url: str | None, metrics: Metrics) -> AsyncIterator[CacheStore]:
    if redis_url is None:
        yield MemoryStore(MEGABYTE, metrics.cache)
    else:
        async with open_shared_store(Secret(redis_url), MemoryStore(MEGABYTE, metrics.cache)) as shared:
            await shared.delete(KeyPattern())
            yield shared


@pytest.fixture
def cache(store: CacheStore, metrics: Metrics, clock: FixedClock) -> Cache:
    return Cache(store, metrics.cache, clock)


@pytest.fixture
def key(tenant: TenantId) -> CacheKey:
    return CacheKey(tenant, "pricing", ("sku-1", 7), "v1", subject="p1")


async def test_a_result_is_computed_once_and_comes_back_as_its_type(cache: Cache, key: CacheKey) -> None:
    work = Work(Price(Decimal("1.10"), ["lowest"]))
    first = await cache.get_or_compute(key, HOUR, Price, work)
    second = await cache.get_or_compute(key, HOUR, Price, work)
    assert (first.value, second.value) == (Price(Decimal("1.10"), ["lowest"]), Price(Decimal("1.10"), ["lowest"]))
    assert (first.is_hit, second.is_hit, work.runs) == (False, True, 1)
    assert second.computed_at == first.computed_at


async def test_what_one_reader_changes_no_other_sees(cache: Cache, key: CacheKey) -> None:
    work = Work(["a"])
    await cache.get_or_compute(key, HOUR, list[str], work)
    (await cache.get_or_compute(key, HOUR, list[str], work)).value.append("b")
    assert (await cache.get_or_compute(key, HOUR, list[str], work)).value == ["a"]


@pytest.mark.property_test(66)
async def test_what_is_older_than_its_limit_is_computed_anew(cache: Cache, key: CacheKey, clock: FixedClock) -> None:
    work = Work(1, 2)
    await cache.get_or_compute(key, HOUR, int, work)
    clock.advance(timedelta(minutes=59))
    assert (await cache.get_or_compute(key, HOUR, int, work)).value == 1
    clock.advance(timedelta(minutes=1))
    assert (await cache.get_or_compute(key, HOUR, int, work)).value == 2


@pytest.mark.parametrize(
    "change",
    [
        {"data_version": "v2"},
        {"parts": ("sku-1", 8)},
        {"parts": ("sku-17",)},
        {"kind": "forecast"},
        {"subject": "p2"},
    ],
)
@pytest.mark.property_test(68)
async def test_new_data_and_other_parameters_never_meet_an_old_result(
    cache: Cache, key: CacheKey, change: dict[str, Any]
) -> None:
    await cache.get_or_compute(key, HOUR, int, Work(1))
    assert (await cache.get_or_compute(replace(key, **change), HOUR, int, Work(2))).value == 2


async def test_another_tenant_sees_nothing(cache: Cache, key: CacheKey, other_tenant: TenantId) -> None:
    await cache.get_or_compute(key, HOUR, int, Work(1))
    theirs = replace(key, tenant=other_tenant)
    assert (await cache.get_or_compute(theirs, HOUR, int, Work(2))).value == 2
    assert await cache.drop(other_tenant, reason="test") == 1
    assert (await cache.get_or_compute(key, HOUR, int, Work(3))).value == 1


async def test_callers_at_the_same_time_share_one_computation(cache: Cache, key: CacheKey, metrics: Metrics) -> None:
    work = Work(7)
    work.go.clear()
    calls = [asyncio.create_task(cache.get_or_compute(key, HOUR, int, work)) for _ in range(20)]
    await until(lambda: work.runs == 1)
    await until(lambda: waiting(metrics, key) == 19)
    work.go.set()
    results = await asyncio.gather(*calls)
    assert {result.value for result in results} == {7}
    assert work.runs == 1


async def test_a_failure_reaches_all_who_wait_and_is_not_kept(cache: Cache, key: CacheKey, metrics: Metrics) -> None:
    work = Work(ValueError("no data"), 2)
    work.go.clear()
    calls = [asyncio.create_task(cache.get_or_compute(key, HOUR, int, work)) for _ in range(3)]
    await until(lambda: work.runs == 1)
    await until(lambda: waiting(metrics, key) == 2)
    work.go.set()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError] * 3
    assert work.runs == 1
    assert (await cache.get_or_compute(key, HOUR, int, work)).value == 2


async def test_when_the_one_who_computes_is_cancelled_the_next_one_computes(
    cache: Cache, key: CacheKey, metrics: Metrics
) -> None:
    work = Work(7)
    work.go.clear()
    first = asyncio.create_task(cache.get_or_compute(key, HOUR, int, work))
    second = asyncio.create_task(cache.get_or_compute(key, HOUR, int, work))
    await until(lambda: work.runs == 1)
    await until(lambda: waiting(metrics, key) == 1)
    first.cancel()
    await until(lambda: work.runs == 2)
    work.go.set()
    assert (await second).value == 7
    assert first.cancelled()


async def test_one_who_waits_can_be_cancelled_alone(cache: Cache, key: CacheKey, metrics: Metrics) -> None:
    work = Work(7)
    work.go.clear()
    first = asyncio.create_task(cache.get_or_compute(key, HOUR, int, work))
    await until(lambda: work.runs == 1)
    second = asyncio.create_task(cache.get_or_compute(key, HOUR, int, work))
    await until(lambda: waiting(metrics, key) == 1)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    work.go.set()
    assert (await first).value == 7


@pytest.mark.property_test(67)
async def test_a_drop_clears_and_logs_keys_time_and_reason(cache: Cache, key: CacheKey, clock: FixedClock) -> None:
    await cache.get_or_compute(key, HOUR, int, Work(1))
    with capture_logs() as logs:
        assert await cache.drop(key.tenant, reason="prices imported", kind="pricing") == 1
    assert logs == [
        {
            "event": "cache dropped",
            "log_level": "info",
            "tenant": str(key.tenant),
            "kind": "pricing",
            "subject": "all",
            "count": 1,
            "keys": [key.text],
            "at": clock.now(),
            "reason": "prices imported",
        }
    ]
    assert (await cache.get_or_compute(key, HOUR, int, Work(2))).value == 2


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"kind": "pricing"}, {("forecast", "p1"), ("forecast", "pricing")}),
        ({"subject": "p1"}, {("pricing", "p2"), ("forecast", "pricing")}),
        ({"kind": "forecast", "subject": "p1"}, {("pricing", "p1"), ("pricing", "p2"), ("forecast", "pricing")}),
        ({}, set()),
    ],
)
async def test_a_drop_takes_what_it_names_and_no_more(
    cache: Cache, key: CacheKey, chosen: dict[str, Any], left: set[tuple[str, str]]
) -> None:
    kept = [("pricing", "p1"), ("pricing", "p2"), ("forecast", "p1"), ("forecast", "pricing")]
    for kind, subject in kept:
        await cache.get_or_compute(replace(key, kind=kind, subject=subject), HOUR, int, Work(1))
    await cache.drop(key.tenant, reason="test", **chosen)
    found = {
        (kind, subject)
        for kind, subject in kept
        if (await cache.get_or_compute(replace(key, kind=kind, subject=subject), HOUR, int, Work(2))).is_hit
    }
    assert found == left


async def test_operators_drop_for_all_tenants(cache: Cache, key: CacheKey, other_tenant: TenantId) -> None:
    for tenant in (key.tenant, other_tenant):
        await cache.get_or_compute(replace(key, tenant=tenant), HOUR, int, Work(1))
    assert await cache.drop(None, reason="cache clear") == 2


async def test_a_computation_that_a_drop_passed_over_is_not_kept(cache: Cache, key: CacheKey) -> None:
    old = Work("old")
    old.go.clear()
    running = asyncio.create_task(cache.get_or_compute(key, HOUR, str, old))
    await until(lambda: old.runs == 1)
    await cache.drop(key.tenant, reason="prices imported")
    assert (await cache.get_or_compute(key, HOUR, str, Work("new"))).value == "new"
    old.go.set()
    assert (await running).value == "old"
    assert (await cache.get_or_compute(key, HOUR, str, Work("newer"))).value == "new"


async def test_what_an_older_program_kept_in_another_shape_is_computed_anew(cache: Cache, key: CacheKey) -> None:
    await cache.get_or_compute(key, HOUR, list[str], Work(["a"]))
    assert (await cache.get_or_compute(key, HOUR, Price, Work(Price(Decimal(1), [])))).value.amount == 1


async def test_hits_misses_and_drops_are_counted(cache: Cache, key: CacheKey, metrics: Metrics) -> None:
    for _ in range(3):
        await cache.get_or_compute(key, HOUR, int, Work(1))
    await cache.drop(key.tenant, reason="test")
    text = metrics.render().decode()
    assert 'shopwright_cache_lookups_total{kind="pricing",result="hit"} 2.0' in text
    assert 'shopwright_cache_lookups_total{kind="pricing",result="miss"} 1.0' in text
    assert 'shopwright_cache_dropped_total{kind="pricing"} 1.0' in text


@pytest.mark.parametrize("segment", ["a:b", "*", "", "ü", "x" * 81])
def test_a_key_cannot_reach_beyond_its_place(key: CacheKey, segment: str) -> None:
    for name in ("kind", "data_version", "subject"):
        odd: dict[str, Any] = {name: segment}
        with pytest.raises(ValueError, match="cache key"):
            _ = replace(key, **odd).text


def test_parameters_do_not_show_in_the_key(key: CacheKey) -> None:
    assert "ann@" not in replace(key, parts=("ann@mail.example",)).text


async def test_processes_share_results_and_drops(key: CacheKey, clock: FixedClock) -> None:
    one, other = Metrics().cache, Metrics().cache
    async with (
        running_redis() as redis_url,
        open_shared_store(Secret(redis_url), MemoryStore(MEGABYTE, one)) as here,
        open_shared_store(Secret(redis_url), MemoryStore(MEGABYTE, other)) as there,
    ):
        first, second = Cache(here, one, clock), Cache(there, other, clock)
        await first.get_or_compute(key, HOUR, int, Work(1))
        assert (await second.get_or_compute(key, HOUR, int, Work(2))).value == 1
        await first.drop(key.tenant, reason="test")

        for _ in range(100):
            if await there.get(key.text) is None:
                break
            await asyncio.sleep(0.02)
        assert (await second.get_or_compute(key, HOUR, int, Work(2))).value == 2


async def test_without_redis_results_are_computed(key: CacheKey, clock: FixedClock, metrics: Metrics) -> None:
    copies = MemoryStore(MEGABYTE, metrics.cache)
    redis = AsyncExitStack()
    url = await redis.enter_async_context(running_redis())
    async with open_shared_store(Secret(url), copies) as store:
        cache = Cache(store, metrics.cache, clock)
        await cache.get_or_compute(key, HOUR, int, Work(1))
        await redis.aclose()
        await until(lambda: not store.hears.is_set())
        with capture_logs() as logs:
            assert (await cache.get_or_compute(key, HOUR, int, Work(2))).value == 2
            assert await cache.drop(key.tenant, reason="test") == 0
    assert {line["doing"] for line in logs if line["event"] == "shared cache is away"} >= {"get", "set", "drop"}


def waiting(metrics: Metrics, key: CacheKey) -> int:
    """How many have found somebody else at work on a kind of key."""
    return int(metrics.cache.lookups.labels(key.kind, "shared")._value.get())


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if happened():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not happen")

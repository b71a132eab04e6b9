from collections.abc import AsyncIterator
from uuid import UUID

import httpx2
import pytest
from tests.factories.callers import caller, principal
from tests.factories.http import Trusting, generous_limits
from tests.factories.identity import make_access
from tests.factories.journal import names

from shopwright.app.http import describe
from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.platform import Platform
from shopwright.infra.web.edge import EdgeMiddleware
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from shopwright.operations.routes import router
from shopwright.operations.schemas import ProcessAnswer, QueuesAnswer, RequestsAnswer
from shopwright.pricing.jobs import RepriceShop

SYSTEM = "/api/v1/system"


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with caller(database, tenant, router) as client:
        yield client


async def enqueue(database: Database, tenant: TenantId) -> UUID:
    async with database.unit(tenant) as unit:
        return await JobQueue().enqueue(unit, RepriceShop())


async def park(database: Database, tenant: TenantId) -> int:
    """Set an event of the tenant aside at a consumer; return its number."""
    async with database.unit(tenant) as unit:
        await JobQueue().enqueue(unit, RepriceShop(trigger="park"))
        await unit.connection.execute(
            """insert into journal (tenant_id, name, version, actor_kind, subject_kind, subject_id)
               values ($1, 'catalog.product_deleted', 1, 'system', 'product', 'x')""",
            tenant,
        )
        entry: int = await unit.connection.fetchval("select max(id) from journal where tenant_id = $1", tenant)
        await unit.connection.execute(
            """insert into delivery (tenant_id, consumer, tx, journal_id, state, attempts, error)
               values ($1, 'test', pg_current_xact_id(), $2, 'parked', 8, 'It broke.')""",
            tenant,
            entry,
        )
    return entry


class TestJobs:
    async def test_a_job_is_seen_cancelled_and_tried_again(
        self, database: Database, tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        job = await enqueue(database, tenant)
        [listed] = (await client.get(f"{SYSTEM}/jobs?state=queued")).json()["items"]
        assert (listed["id"], listed["kind"], listed["payload"]) == (
            str(job), "pricing.reprice_shop", {"trigger": "schedule"},
        )  # fmt: skip
        assert (await client.get(f"{SYSTEM}/jobs/{job}")).json() == listed
        assert (await client.post(f"{SYSTEM}/jobs/{job}/cancel")).json()["state"] == "cancelled"
        assert (await client.post(f"{SYSTEM}/jobs/{job}/cancel")).json()["code"] == "job_has_ended"
        assert (await client.post(f"{SYSTEM}/jobs/{job}/retry")).json()["state"] == "queued"
        assert (await client.get(f"{SYSTEM}/jobs?kind=another")).json()["items"] == []
        assert await names(database, tenant) == ["jobs.job_cancelled", "jobs.job_retried"]

    async def test_a_shop_counts_its_own_and_operators_all(
        self, database: Database, tenant: TenantId, other_tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        for shop in (tenant, tenant, other_tenant):
            await enqueue(database, shop)
        own = QueuesAnswer.model_validate_json((await client.get(f"{SYSTEM}/queues")).content)
        assert (own.whole_installation, [(line.kind, line.queued) for line in own.jobs]) == (
            False, [("pricing.reprice_shop", 2)],
        )  # fmt: skip
        async with caller(database, SYSTEM_TENANT, router) as operator:
            whole = QueuesAnswer.model_validate_json((await operator.get(f"{SYSTEM}/queues")).content)
        assert whole.whole_installation
        assert sum(line.queued for line in whole.jobs) >= 3


class TestParked:
    async def test_what_is_parked_is_listed_retried_and_dropped(
        self, database: Database, tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        entry = await park(database, tenant)
        [found] = (await client.get(f"{SYSTEM}/parked")).json()["items"]
        assert (found["consumer"], found["journal_id"], found["event"], found["error"]) == (
            "test", entry, "catalog.product_deleted", "It broke.",
        )  # fmt: skip
        assert (await client.get(f"{SYSTEM}/queues")).json()["deliveries"] == [
            {"consumer": "test", "retrying": 0, "parked": 1}
        ]
        which = {"consumer": "test", "journal_id": entry}
        assert (await client.post(f"{SYSTEM}/parked/retry", json=which)).status_code == 204
        assert (await client.get(f"{SYSTEM}/parked")).json()["items"] == []
        refused = await client.post(f"{SYSTEM}/parked/drop", json={**which, "reason": "Old"})
        assert refused.json()["code"] == "delivery_not_parked"

    async def test_what_is_given_up_says_why(
        self, database: Database, tenant: TenantId, client: httpx2.AsyncClient
    ) -> None:
        which = {"consumer": "test", "journal_id": await park(database, tenant), "reason": "Gone since"}
        assert (await client.post(f"{SYSTEM}/parked/drop", json=which)).status_code == 204
        assert (await names(database, tenant))[-1] == "journal.delivery_dropped"


async def test_loops_tell_when_they_fire_and_what_became_of_ones_own(
    database: Database, tenant: TenantId, client: httpx2.AsyncClient
) -> None:
    async with database.unit(tenant) as unit:
        await unit.connection.execute(
            """insert into jobs.pgqueuer_schedules (expression, entrypoint, next_run)
               values ('0 2 * * *', $1, now())""",
            f"of {tenant}",
        )
        await JobQueue().enqueue(unit, RepriceShop(), key=f"schedule:of {tenant}")
    [loop] = [one for one in (await client.get(f"{SYSTEM}/loops")).json() if one["name"] == f"of {tenant}"]
    assert (loop["cron"], loop["last_fired"], loop["job_state"]) == ("0 2 * * *", None, "queued")


async def test_requests_are_shown_to_whom_they_belong(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    platform = Platform(database.clock, database)
    app = describe([router])
    app.state.platform, app.state.access = platform, make_access(database)
    app.state.limits = generous_limits(database.clock)
    app.add_middleware(
        EdgeMiddleware, observe=platform.metrics.http.observe, flights=platform.flights, largest_body=99,
        largest_upload=99, secure=False,
    )  # fmt: skip
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        for shop, requests in ((tenant, 2), (other_tenant, 1)):
            app.state.authenticator = Trusting(principal(shop))
            for _ in range(requests):
                await client.get(f"{SYSTEM}/loops")
            found = RequestsAnswer.model_validate_json((await client.get(f"{SYSTEM}/requests?minutes=2")).content)
            assert (found.total.requests, found.whole_installation) == (requests, False)
            assert [(one.route, one.requests) for one in found.routes] == [(f"{SYSTEM}/loops", requests)]
            assert found.total.latency is not None
        app.state.authenticator = Trusting(principal(SYSTEM_TENANT))
        whole = (await client.get(f"{SYSTEM}/requests")).json()
        assert (whole["total"]["requests"], whole["whole_installation"]) == (5, True)
        process = ProcessAnswer.model_validate_json((await client.get(f"{SYSTEM}/process")).content)
        assert process.in_flight == 1
        assert process.pool.busy + process.pool.idle >= 1
    assert platform.metrics.http.answering == 0


async def test_the_cache_tells_how_often_it_helped(database: Database) -> None:
    platform = Platform(database.clock, database)
    for result, times in (("hit", 3), ("miss", 1)):
        platform.metrics.cache.lookups.labels("forecast", result).inc(times)
    assert platform.metrics.cache.lines() == [("forecast", 3, 1, 0)]
    platform.metrics.journal.lagging("sales totals", 4, 1.5)
    assert platform.metrics.journal.lags == {"sales totals": (4, 1.5)}


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_none_of_it(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    job = await enqueue(database, tenant)
    await park(database, tenant)
    async with caller(database, other_tenant, router) as neighbour:
        assert (await neighbour.get(f"{SYSTEM}/jobs")).json()["items"] == []
        assert (await neighbour.get(f"{SYSTEM}/jobs/{job}")).status_code == 404
        assert (await neighbour.post(f"{SYSTEM}/jobs/{job}/cancel")).status_code == 404
        assert (await neighbour.get(f"{SYSTEM}/parked")).json()["items"] == []
        queues = (await neighbour.get(f"{SYSTEM}/queues")).json()
        assert (queues["jobs"], queues["deliveries"]) == ([], [])

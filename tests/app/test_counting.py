from tests.infra.telemetry.test_metrics import value

from shopwright.app.counting import count_waiting, count_work
from shopwright.identity.domain import AccessRefused
from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.ingestion.domain import ImportCompleted
from shopwright.kit.ids import TenantId
from shopwright.pricing.jobs import RepriceShop
from shopwright.pricing.proposals import PricesProposed, ProposalApproved


def test_work_is_counted_from_what_was_committed() -> None:
    metrics = Metrics()
    events = [
        ImportCompleted(
            subject_id="1", kind="sales", source="test", counts={"new": 3, "rejected": 1}, products=1,
            created_products=0,
        ),
        PricesProposed(subject_id="1", proposals=("a", "b")),
        ProposalApproved(subject_id="a", product_id="p", automatic=False),
        AccessRefused(subject_id="1", permission="users:manage", method="GET", route="/"),
    ]  # fmt: skip
    count_work(metrics.work, events)
    assert value(metrics, 'shopwright_import_rows_total{kind="sales",outcome="new"}') == 3
    assert value(metrics, 'shopwright_proposals_total{outcome="proposed"}') == 2
    assert value(metrics, 'shopwright_proposals_total{outcome="approved"}') == 1
    assert value(metrics, 'shopwright_security_events_total{kind="access_refused"}') == 1


async def test_what_waits_is_counted_over_all_shops(database: Database, tenant: TenantId) -> None:
    metrics = Metrics()
    async with database.unit(tenant) as unit:
        await JobQueue().enqueue(unit, RepriceShop())
        await unit.connection.execute(
            """insert into delivery (tenant_id, consumer, tx, journal_id, state)
               values ($1, 'counted', pg_current_xact_id(), 1, 'parked')""",
            tenant,
        )
    await count_waiting(database, metrics, pause=0)
    assert value(metrics, 'shopwright_jobs_waiting{kind="pricing.reprice_shop"}') >= 1
    assert value(metrics, 'shopwright_journal_parked{consumer="counted"}') == 1


def test_jobs_and_connections_are_told() -> None:
    metrics = Metrics()
    metrics.jobs.started("a", 2.0)
    metrics.jobs.finished("a", "succeeded", 0.2)
    metrics.database.watch(lambda: 5, lambda: 3)
    assert value(metrics, 'shopwright_job_wait_seconds_count{kind="a"}') == 1
    assert value(metrics, 'shopwright_job_seconds_count{kind="a",outcome="succeeded"}') == 1
    assert value(metrics, 'shopwright_database_connections{state="busy"}') == 2

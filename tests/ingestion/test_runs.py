"""Imports outside of a request: progress, crashes, and the worker's handler."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from tests.factories.imports import Shop

from shopwright.infra.jobs.execution import JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.service import JobService
from shopwright.infra.jobs.worker import Worker, WorkerOptions
from shopwright.infra.storage import ObjectStorage
from shopwright.ingestion import pipeline, runs, service
from shopwright.ingestion.domain import ImportState, ProductsChangedMeanwhile, UnknownSkus
from shopwright.ingestion.repository import ImportRepository
from shopwright.ingestion.runs import ImportRunner, RunImport, import_handler
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService

LINES = 120_000
SALES = "order_no,sold_at,sku,quantity,revenue\n" + "".join(
    f"A-{n},2026-02-{n % 28 + 1:02d} 10:00:00,SKU-{n % 50},1,{n % 90}.50\n" for n in range(LINES)
)


async def test_progress_is_seen_while_an_import_runs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_TOLD_EVERY", 0.02)
    received = await shop.receive(SALES, unknown_skus=UnknownSkus.CREATE)
    running = asyncio.create_task(ImportRunner(shop.unit, shop.storage).run(received.id))
    seen: list[tuple[str, str | None, int]] = []
    while not running.done():
        seen += await shop.rows("select state, stage, rows_read from import where tenant_id = $1")
        await asyncio.sleep(0.02)
    done = await running
    assert (done.state, done.counts.new, done.stage) == (ImportState.COMPLETED, LINES, None)
    assert ("running", "writing", LINES) in seen
    figures = [read for state, _, read in seen if state == "running"]
    assert figures == sorted(figures)


async def test_rows_are_not_seen_before_the_import_is_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load that dies after its rows were written leaves none of them, and says so."""

    def crash(_: Any) -> Any:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(service, "_completed", crash)
    received = await shop.receive(SALES, unknown_skus=UnknownSkus.CREATE)
    with pytest.raises(RuntimeError):
        await ImportRunner(shop.unit, shop.storage).run(received.id)
    assert await shop.rows("select 1 from order_line where tenant_id = $1 limit 1") == []
    ((state, error),) = await shop.rows("select state, error from import where tenant_id = $1")
    assert (state, error["code"]) == ("failed", "import_crashed")
    monkeypatch.undo()
    assert (await ImportRunner(shop.unit, shop.storage).run(received.id)).state is ImportState.COMPLETED


async def test_a_figure_that_comes_late_does_not_bring_an_ended_import_back(shop: Shop) -> None:
    received = await shop.receive("sku,colour\nMUG-1,red\n", Kind.SALES)
    failed = await ImportRunner(shop.unit, shop.storage).run(received.id)
    async with shop.unit() as unit:
        await ImportRepository(unit).note_progress(received.id, received.version, "reading", 5, 0)
        found = await ImportRepository(unit).get(received.id)
    assert (failed.state, found.state, found.counts.read) == (ImportState.FAILED, ImportState.FAILED, 0)


async def test_products_that_somebody_adds_meanwhile_end_the_run_and_the_next_one_finds_them(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "order_no,sold_at,sku,quantity,revenue\nA-1,2026-02-01,MUG-1,1,9.99\n"

    async def known_and_then_one_more(*_: Any) -> list[Any]:
        await shop.import_("sku,name,price\nMUG-1,Mug,9.99\n", Kind.PRODUCTS)
        return []

    received = await shop.receive(content, Kind.SALES, unknown_skus=UnknownSkus.CREATE)
    monkeypatch.setattr(ImportRepository, "take_turn", _no_turn)
    monkeypatch.setattr(pipeline, "known_skus", known_and_then_one_more)
    with pytest.raises(ProductsChangedMeanwhile):
        await ImportRunner(shop.unit, shop.storage).run(received.id)
    assert await shop.rows("select 1 from order_line where tenant_id = $1") == []
    monkeypatch.undo()
    done = await ImportRunner(shop.unit, shop.storage).run(received.id)
    assert (done.counts.new, done.report.created_products) == (1, 0)


async def _no_turn(_: Any) -> None:
    """Let two loads run at once, as a person's edit and a load may."""


async def test_a_worker_runs_a_queued_import(shop: Shop, objects: ObjectStorage) -> None:
    received = await shop.receive(SALES, unknown_skus=UnknownSkus.CREATE)
    queue = JobQueue()
    async with shop.unit() as unit:
        await ImportService(unit, shop.storage).queue(received.id)
        job_id = await queue.enqueue(unit, RunImport(import_id=received.id))
    options = WorkerOptions(poll=timedelta(seconds=0.05))
    handlers: dict[type[Job], JobHandler] = {RunImport: import_handler(objects)}
    worker = Worker(shop.database, queue, handlers, options=options, chance=random.Random(1))  # noqa: S311 - for back-off
    working = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(60):
            while not (await _job(shop, queue, job_id)).finished_at:  # noqa: ASYNC110 - it is another's job
                await asyncio.sleep(0.1)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    job = await _job(shop, queue, job_id)
    assert (job.state, job.error) == ("succeeded", None)
    assert await shop.rows("select state, rows_new from import where tenant_id = $1") == [("completed", LINES)]


async def _job(shop: Shop, queue: JobQueue, job_id: Any) -> Any:
    async with shop.unit() as unit:
        return await JobService(unit, queue).get_job(job_id)

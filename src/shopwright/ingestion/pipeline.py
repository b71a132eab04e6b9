"""From a source to stored rows: read -> validate -> deduplicate -> find the product -> COPY, in bounded memory.

Batches are read and prepared in one thread while the database takes the ones before; all of a load is one transaction, so
nothing is ever half-loaded. Knows no files, states or people: that is the service's.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import polars as pl

from shopwright.catalog.loading import ProductDefaults, known_skus
from shopwright.infra.bulk import LoadCounts
from shopwright.infra.db import UnitOfWork
from shopwright.ingestion.deduplication import deduplicate
from shopwright.ingestion.domain import ImportOptions, ImportReport, KindNotImported, RowCounts, UnknownSkus
from shopwright.ingestion.files.faults import FileFault
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.making import ProductMaker
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.rejects import RejectsFile
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.skus import SkuBook
from shopwright.ingestion.sources import Source
from shopwright.ingestion.tally import Tally
from shopwright.ingestion.targets import KeyedTarget, OfferTarget, ProductTarget, SalesTarget, Target, keyed_table
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import Column
from shopwright.ingestion.validation import Validated, validate_batch

T = TypeVar("T")
STORED: Final = frozenset(set(Kind) - {Kind.CUSTOMERS})
"""The kinds that have a table."""
_AHEAD: Final = 2
_CLOCK_MARKS: Final = ("%H", "%I", "%T", "epoch", "excel")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be loaded, and how. `reading` maps the same columns to products, for those that are to be made."""

    load_id: UUID
    source: Source
    mapping: Mapping
    terms: ShopTerms
    source_name: str
    options: ImportOptions
    reading: Mapping | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load did."""

    counts: RowCounts
    report: ImportReport


async def load(unit: UnitOfWork, job: Job, rejects: Path, tally: Tally) -> Outcome:
    """Load a source into the unit's tenant; the rejected rows go to the file `rejects`.

    Raises MappingInvalid, MappingIncomplete, KindNotImported, FileFault; the unit must then be rolled back.
    """
    started = time.perf_counter()
    job.mapping.check(job.source.columns)
    target = await _target(unit, job)
    with RejectsFile(rejects, job.source.columns) as file:
        preparation = _Preparation(job, target, file, tally)
        async with in_thread(preparation.chunks()) as chunks:
            counts = await target.load(unit, job.load_id, chunks)
    return Outcome(_row_counts(counts, tally), _report(target, tally, time.perf_counter() - started))


async def _target(unit: UnitOfWork, job: Job) -> Target[Any]:
    kind, terms, options = job.mapping.kind, job.terms, job.options
    if kind not in STORED:
        raise KindNotImported(f"Nothing stores {kind} yet.", kind=kind.value, stored=sorted(STORED))
    if kind is Kind.PRODUCTS:
        return ProductTarget(ProductDefaults(terms.currency, terms.tax_basis), options.precedence)
    if kind is Kind.COMPETITOR_PRICES:
        return OfferTarget(job.source_name)
    book = SkuBook(await known_skus(unit, terms.marketplace))
    making = options.unknown_skus is UnknownSkus.CREATE
    maker = ProductMaker(book, unit.tenant, terms, job.reading) if making else None
    if kind is Kind.SALES:
        return SalesTarget(book, maker, timed=tells_time(job.mapping, job.source))
    return KeyedTarget(book, maker, *keyed_table(kind))


def tells_time(mapping: Mapping, source: Source) -> bool:
    """Tell whether the file knows the time of day of a sale, or the day alone."""
    given = mapping.fields["sold_at"]
    if not isinstance(given.source, Column):
        return any(mark in given.notation.date_format for mark in _CLOCK_MARKS)
    typed = source.types.get(given.source.column, pl.String())
    if typed.is_temporal():
        return typed != pl.Date
    return any(mark in given.notation.date_format for mark in _CLOCK_MARKS)


class _Preparation(Generic[T]):
    """Turns raw batches into chunks for COPY. Runs in a thread; the tally is read from outside."""

    def __init__(self, job: Job, target: Target[T], rejects: RejectsFile, tally: Tally) -> None:
        self._job = job
        self._target = target
        self._rejects = rejects
        self._tally = tally

    def chunks(self) -> Iterator[T]:
        """Yield a chunk for each batch that has rows left."""
        try:
            for batch in self._job.source.batches():
                staged = self._prepared(batch)
                if staged.height:
                    yield self._target.chunk(staged)
        except FileFault as fault:
            if not (self._job.options.until_break and self._tally.read):
                raise
            self._tally.notes.append(fault.message)
        self._tally.stage = "writing"

    def _prepared(self, batch: pl.DataFrame) -> pl.DataFrame:
        mapping = self._job.mapping
        outcome = validate_batch(batch, mapping, self._job.terms)
        distinct = deduplicate(outcome.valid, mapping.schema)
        staged = self._target.stage(distinct.kept, batch, outcome)
        if staged.rejects.height:
            outcome = _with_rejects(outcome, batch, staged.rejects)
        self._rejects.add(outcome)
        self._tally.add(batch.height, outcome, distinct.dropped)
        return staged.rows


def _with_rejects(outcome: Validated, batch: pl.DataFrame, rejects: pl.DataFrame) -> Validated:
    rows = batch.filter(pl.col(ROW).is_in(rejects["row"].implode()))
    return replace(
        outcome,
        rejects=pl.concat([outcome.rejects, rejects]).sort("row", maintain_order=True),
        rejected_rows=pl.concat([outcome.rejected_rows, rows]).sort(ROW),
    )


@asynccontextmanager
async def in_thread(items: Iterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Draw items in one other thread, at most two ahead of whoever takes them.

    When the block is left, for whatever reason, the thread has stopped.
    """
    executor = ThreadPoolExecutor(1, "import")
    loop = asyncio.get_running_loop()
    drawn = deque(loop.run_in_executor(executor, next, items, None) for _ in range(_AHEAD))

    async def taken() -> AsyncIterator[T]:
        while (item := await drawn.popleft()) is not None:
            drawn.append(loop.run_in_executor(executor, next, items, None))
            yield item

    try:
        yield taken()
    finally:
        await asyncio.to_thread(executor.shutdown, cancel_futures=True)
        await asyncio.gather(*drawn, return_exceptions=True)


def _row_counts(counts: LoadCounts, tally: Tally) -> RowCounts:
    return RowCounts(
        read=tally.read,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        superseded=counts.superseded + sum(tally.duplicates.values()),
        rejected=tally.rejected,
    )


def _report(target: Target[Any], tally: Tally, seconds: float) -> ImportReport:
    touched = target.touched
    maker = getattr(target, "maker", None)
    return ImportReport(
        reject_groups=tally.reject_groups,
        handled=tally.handled,
        duplicates=tally.duplicates,
        doubled_lines=target.keys.doubled if isinstance(target, SalesTarget) else 0,
        products=touched.products or len(touched.places),
        created_products=maker.made if isinstance(maker, ProductMaker) else 0,
        first_day=touched.first_day,
        unmatched=touched.unmatched,
        last_day=touched.last_day,
        notes=tuple(tally.notes),
        seconds=round(seconds, 3),
    )

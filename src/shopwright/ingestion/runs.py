"""Runs of imports outside a request: by a worker, or from the command line. Progress is told while they run.

The load is one unit of work, its progress goes into small ones beside it. The load never waits for the progress, so a
pool that is used up delays a figure and nothing else.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from shopwright.infra.db import UnitOfWork
from shopwright.infra.jobs.execution import JobContext, JobHandler
from shopwright.infra.jobs.kinds import Job
from shopwright.infra.storage import ObjectStorage, TenantStorage
from shopwright.ingestion.domain import RUNNABLE, Import, ImportCrashed, ImportOptions
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.repository import ImportRepository
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService
from shopwright.ingestion.tally import Tally
from shopwright.ingestion.uploads import local_upload
from shopwright.kit.errors import ShopwrightError

OpenUnit = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
_TOLD_EVERY: Final = 0.5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunImport(Job, kind="ingestion.run_import", timeout=timedelta(hours=2)):
    """Run an import that was received."""

    import_id: UUID


class ImportRunner:
    """Runs imports of one tenant in units of its own; `open_unit` opens one."""

    def __init__(self, open_unit: OpenUnit, storage: TenantStorage) -> None:
        self._open_unit = open_unit
        self._storage = storage

    async def run(self, import_id: UUID, path: Path | None = None) -> Import:
        """Run an import to its end and return it; see `ImportService.run`. A crash is noted with the import."""
        tally = Tally()
        async with self._open_unit() as unit:
            version = (await ImportService(unit, self._storage).get_import(import_id)).version
        try:
            async with self._told(import_id, version, tally), self._open_unit() as unit:
                return await ImportService(unit, self._storage).run(import_id, path=path, tally=tally)
        except ShopwrightError:
            raise
        except Exception:
            await self._note_crash(import_id)
            raise

    async def receive(
        self,
        path: Path,
        *,
        kind: Kind | None = None,
        mapping: Mapping | None = None,
        options: ImportOptions | None = None,
        source: str = "file",
    ) -> Import:
        """Take in a file of this machine, with this mapping or a guessed one."""
        upload = await asyncio.to_thread(local_upload, path)
        chosen = options or ImportOptions()
        async with self._open_unit() as unit:
            service = ImportService(unit, self._storage)
            kind = mapping.kind if mapping else kind
            import_ = await service.receive(upload, kind=kind, source=source, options=chosen)
            return import_ if mapping is None else await service.choose_mapping(import_.id, mapping, chosen)

    @asynccontextmanager
    async def _told(self, import_id: UUID, version: int, tally: Tally) -> AsyncIterator[None]:
        telling = asyncio.create_task(self._tell(import_id, version, tally))
        try:
            yield
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling

    async def _tell(self, import_id: UUID, version: int, tally: Tally) -> None:
        """Write the figures as they change, until cancelled; what cannot be written now is written later."""
        told: tuple[str, int, int] | None = None
        while True:
            await asyncio.sleep(_TOLD_EVERY)
            figures = (tally.stage, tally.read, tally.rejected)
            if figures == told:
                continue
            try:
                async with self._open_unit() as unit:
                    await ImportRepository(unit).note_progress(import_id, version, *figures)
                told = figures
            except ShopwrightError as error:
                _log.warning("import_progress_not_written", import_id=str(import_id), error=error.code)

    async def _note_crash(self, import_id: UUID) -> None:
        async with self._open_unit() as unit:
            imports = ImportRepository(unit)
            import_ = await imports.get(import_id)
            if import_.state in RUNNABLE:
                error = ImportCrashed("The import ended by a fault of the program; nothing was stored.")
                await imports.save(import_.failed(error, unit.clock.now()))


async def import_file(
    open_unit: OpenUnit,
    storage: TenantStorage,
    path: Path,
    *,
    kind: Kind | None = None,
    mapping: Mapping | None = None,
    options: ImportOptions | None = None,
    source: str = "file",
) -> Import:
    """Import a file of this machine: receive, guess what is not said, run. The result says what became of each row.

    Raises FileFault when the file is no table; what is wrong later is in the result's `error`.
    """
    runner = ImportRunner(open_unit, storage)
    import_ = await runner.receive(path, kind=kind, mapping=mapping, options=options, source=source)
    return await runner.run(import_.id, path)


def import_handler(storage: ObjectStorage) -> JobHandler:
    """Make the worker's handler of RunImport."""

    async def handle(context: JobContext[RunImport]) -> None:
        await ImportRunner(context.unit, TenantStorage(storage, context.tenant)).run(context.job.import_id)

    return handle

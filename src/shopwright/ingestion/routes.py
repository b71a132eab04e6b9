"""HTTP: uploads, imports, lineage, and a look at any table."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from shopwright.identity.deps import guarded_router, needs, platform_of, principal_of, provenance_of, unit_of
from shopwright.infra.db import UnitOfWork
from shopwright.infra.storage import TenantStorage
from shopwright.infra.web.answers import answer
from shopwright.infra.web.conditional import etag, not_modified
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.ingestion.analysis import analyse
from shopwright.ingestion.bodies import (
    CreationQuery,
    FileAnalysisAnswer,
    ImportAnswer,
    LineageAnswer,
    MappingBody,
    PreviewAnswer,
    TracedRowAnswer,
    UndoAnswer,
    UploadQuery,
    import_content,
    preview_content,
    undo_content,
)
from shopwright.ingestion.domain import Import, ImportState
from shopwright.ingestion.lineage import LineageService
from shopwright.ingestion.receiving import BODY, received
from shopwright.ingestion.runs import RunImport
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService, shop_terms

router = guarded_router(prefix="", tag="imports")

_INLINE_BYTES: Final = 2 << 20
"""Larger files are run by a worker: what a request does has to end within seconds."""
_ACCEPTED: Final = 202


def _service(request: Request, unit: UnitOfWork) -> ImportService:
    return ImportService(unit, TenantStorage(platform_of(request).storage, unit.tenant))


async def import_service(request: Request) -> ImportService:
    """Build the service on the request's unit of work."""
    return _service(request, unit_of(request))


async def lineage_service(request: Request) -> LineageService:
    """Build the service on the request's unit of work."""
    unit = unit_of(request)
    return LineageService(unit, TenantStorage(platform_of(request).storage, unit.tenant))


def _own_unit(request: Request) -> AbstractAsyncContextManager[UnitOfWork]:
    """Open a unit once the upload has come in: no connection waits for a slow line."""
    principal = principal_of(request)
    return platform_of(request).database.unit(principal.tenant, provenance_of(request, principal))


Imports = Annotated[ImportService, Depends(import_service)]
Lineages = Annotated[LineageService, Depends(lineage_service)]
UploadOptions = Annotated[UploadQuery, Query()]


@router.post(
    "/csv/upload/{kind}", name="upload_and_run", response_model=ImportAnswer, status_code=201, openapi_extra=BODY
)
@needs("imports:write", in_unit=False)
async def upload_and_run(request: Request, kind: Kind, query: UploadOptions) -> Response:
    """Upload a table, guess its mapping and run it: 201 when it has run, 202 when a worker will run it.

    A table whose mapping is incomplete, or that cannot be stored, answers with a failed import that says why. The same
    table twice changes nothing, so this needs no idempotency key.
    """
    async with received(request, query.file_name) as upload, _own_unit(request) as unit:
        import_ = await _service(request, unit).receive(upload, kind=kind, options=query.options())
        return await _run(request, unit, import_, upload.path)


@router.post("/imports", name="create_import", response_model=ImportAnswer, status_code=201, openapi_extra=BODY)
@needs("imports:write", in_unit=False)
async def create_import(request: Request, query: Annotated[CreationQuery, Query()]) -> Response:
    """Upload a table and guess what it holds; nothing is stored of it yet but the file."""
    async with received(request, query.file_name) as upload, _own_unit(request) as unit:
        import_ = await _service(request, unit).receive(upload, kind=query.kind, options=query.options())
    return _shown(import_, 201)


@router.get("/imports", name="list_imports", response_model=Page[ImportAnswer])
@needs("imports:read")
async def list_imports(
    imports: Imports,
    kind: Kind | None = None,
    state: ImportState | None = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Response:
    """List imports, newest first."""
    page = await imports.list_imports(kind=kind, state=state, cursor=cursor, limit=limit)
    return answer({"items": [import_content(import_) for import_ in page.items], "next_cursor": page.next_cursor})


@router.get("/imports/{import_id}", name="get_import", response_model=ImportAnswer)
@needs("imports:read")
async def get_import(request: Request, imports: Imports, import_id: UUID) -> Response:
    """Give one import; while it runs, its counts and stage move."""
    import_ = await imports.get_import(import_id)
    tag = _tag(import_)
    return (not_modified(request, tag) if tag else None) or _shown(import_)


@router.delete("/imports/{import_id}", name="delete_import", status_code=204)
@needs("imports:write")
async def delete_import(imports: Imports, import_id: UUID) -> Response:
    """Delete an import and its file; one whose rows are stored has to be undone first."""
    await imports.delete(import_id)
    return Response(status_code=204)


@router.get("/imports/{import_id}/mapping", name="get_import_mapping", response_model=PreviewAnswer)
@needs("imports:read")
async def get_import_mapping(imports: Imports, import_id: UUID) -> Response:
    """Give the columns of the file with samples, and what they would become."""
    return answer(preview_content(await imports.preview(import_id)))


@router.put("/imports/{import_id}/mapping", name="choose_import_mapping", response_model=ImportAnswer)
@needs("imports:write")
async def choose_import_mapping(imports: Imports, import_id: UUID, body: MappingBody) -> Response:
    """Say what the columns become, and keep it for files of the same make if asked."""
    chosen = await imports.choose_mapping(import_id, body.chosen(), body.options.options(), keep=body.keep)
    return _shown(chosen)


@router.post("/imports/{import_id}/check", name="check_import", response_model=ImportAnswer)
@needs("imports:write")
async def check_import(imports: Imports, import_id: UUID) -> Response:
    """Tell what running the import would do; nothing is stored."""
    return _shown(await imports.check(import_id))


@router.post("/imports/{import_id}/run", name="run_import", response_model=ImportAnswer)
@needs("imports:write")
async def run_import(request: Request, imports: Imports, import_id: UUID) -> Response:
    """Store the rows: 200 when it is done, 202 when a worker will do it."""
    return await _run(request, unit_of(request), await imports.get_import(import_id))


@router.post("/imports/{import_id}/undo", name="undo_import", response_model=UndoAnswer)
@needs("imports:write")
async def undo_import(imports: Imports, import_id: UUID) -> Response:
    """Take a completed import back; rows that were changed since stay, and are counted."""
    return answer(undo_content(*await imports.undo(import_id)))


@router.get("/imports/{import_id}/rejects", name="get_import_rejects", response_class=StreamingResponse)
@needs("imports:read")
async def get_import_rejects(imports: Imports, import_id: UUID) -> StreamingResponse:
    """Give the rejected rows as CSV, each with its number, column, what was found and what was expected."""
    return StreamingResponse(
        await imports.rejects(import_id),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="rejects-{import_id}.csv"'},
    )


@router.get("/imports/{import_id}/rows/{row}", name="trace_import_row", response_model=TracedRowAnswer)
@needs("imports:read")
async def trace_import_row(lineages: Lineages, import_id: UUID, row: int) -> Response:
    """Give a row of the file as it came, and what became of each of its fields."""
    return answer(await lineages.trace_row(import_id, row))


@router.get("/lineage/{kind}/{key:path}", name="trace_stored_row", response_model=LineageAnswer)
@needs("imports:read")
async def trace_stored_row(lineages: Lineages, kind: Kind, key: str) -> Response:
    """Give where a stored row came from and what it was before.

    `key` is the id of a product, review or offer; `sold_on/line_key` of an order line; `product_id/warehouse/counted_at`
    of a count; `product_id/day` of traffic.
    """
    return answer(await lineages.trace(kind, key.split("/")))


@router.post("/csv/analyze", name="analyze_table", response_model=FileAnalysisAnswer, openapi_extra=BODY)
@needs("imports:write", in_unit=False)
async def analyze_table(request: Request, query: UploadOptions) -> Response:
    """Describe any table without importing it: columns, types, gaps, ranges, repeated rows. Nothing is kept."""
    async with _own_unit(request) as unit:
        terms = await shop_terms(unit, query.options())
    async with received(request, query.file_name) as upload:
        return answer(await asyncio.to_thread(analyse, upload.path, terms.time_zone))


async def _run(request: Request, unit: UnitOfWork, import_: Import, path: Path | None = None) -> Response:
    """Run a small file at once and leave a large one to a worker."""
    imports = _service(request, unit)
    if import_.bytes <= _INLINE_BYTES:
        return _shown(await imports.run(import_.id, path=path), 200 if path is None else 201)
    queued = await imports.queue(import_.id)
    await platform_of(request).queue.enqueue(unit, RunImport(import_id=import_.id), key=str(import_.id))
    return _shown(queued, _ACCEPTED)


def _shown(import_: Import, status: int = 200) -> Response:
    return answer(import_content(import_), status=status, tag=_tag(import_))


def _tag(import_: Import) -> str | None:
    """Tag an import by its version; while it is under way its figures move faster than that."""
    return None if import_.state in {ImportState.QUEUED, ImportState.RUNNING} else etag(import_.version)

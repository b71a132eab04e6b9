"""/api/v1/audit: the journal of the caller's shop."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from shopwright.compliance.service import AuditService, ExportFormat, export_chunks
from shopwright.identity.deps import guarded_router, needs, platform_of, unit_of
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.reading import JournalFilter
from shopwright.infra.web.fields import Moment
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.kit.events import ActorKind

router = guarded_router(prefix="/audit", tag="audit")
_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON_LINES: "application/x-ndjson",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


class AuditEntry(BaseModel):
    """One fact: who did what to which subject, when, why, and in which request."""

    id: int
    at: datetime
    event: str = Field(examples=["pricing.price_confirmed"])
    actor_kind: ActorKind
    actor_id: UUID | None = Field(description="The member or token; null for the program itself.")
    subject_kind: str = Field(examples=["proposal"])
    subject_id: str
    reason: str | None
    before: dict[str, Any] = Field(description="The changed fields as they were.")
    after: dict[str, Any] = Field(description="The changed fields as they became.")
    details: dict[str, Any]
    request_id: str | None
    trace_id: str | None

    @classmethod
    def of(cls, entry: Entry) -> "AuditEntry":
        """Show an entry of the journal."""
        by = entry.provenance
        return cls(
            id=entry.id,
            at=entry.at,
            event=entry.name,
            actor_kind=by.actor_kind,
            actor_id=by.actor_id,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            reason=entry.reason,
            before=entry.before,
            after=entry.after,
            details=entry.payload,
            request_id=by.request_id,
            trace_id=by.trace_id,
        )


async def audit_service(request: Request) -> AuditService:
    """Build the service for a request."""
    return AuditService(unit_of(request))


async def wanted(
    event: Annotated[str | None, Query(max_length=100, description="Beginning of the event's name.")] = None,
    subject_kind: Annotated[str | None, Query(max_length=100)] = None,
    subject_id: Annotated[str | None, Query(max_length=200)] = None,
    actor_kind: ActorKind | None = None,
    actor_id: UUID | None = None,
    since: Annotated[Moment | None, Query(description="First moment, included.")] = None,
    until: Annotated[Moment | None, Query(description="Last moment, not included.")] = None,
    request_id: Annotated[str | None, Query(max_length=100)] = None,
) -> JournalFilter:
    """Read the filter from the query."""
    return JournalFilter(event, subject_kind, subject_id, actor_kind, actor_id, since, until, request_id)


Audit = Annotated[AuditService, Depends(audit_service)]
Wanted = Annotated[JournalFilter, Depends(wanted)]


@router.get("", name="list_audit_entries", summary="List what happened, newest first")
@needs("audit:read")
async def list_audit_entries(
    audit: Audit, only: Wanted, cursor: CursorText = None, limit: Limit = 50
) -> Page[AuditEntry]:
    """List the journal with filters by event, subject, actor, period and request."""
    found = await audit.list_entries(only, cursor=cursor, limit=limit)
    return Page(items=[AuditEntry.of(entry) for entry in found.items], next_cursor=found.next_cursor)


@router.get("/export", name="export_audit_entries", summary="Export the journal", response_class=StreamingResponse)
@needs("audit:read", in_transaction=True)
async def export_audit_entries(
    request: Request, audit: Audit, only: Wanted, file_format: Annotated[ExportFormat, Query(alias="format")]
) -> StreamingResponse:
    """Stream the filtered journal as CSV, JSON lines or Parquet, oldest first; the export itself is recorded."""
    audit.note_export(file_format)
    unit = unit_of(request)
    chunks = export_chunks(platform_of(request).database, unit.tenant, unit.by, file_format, only)
    return StreamingResponse(
        chunks,
        media_type=_MEDIA_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="journal.{file_format.value}"'},
    )


@router.get("/{entry_id}", name="get_audit_entry", summary="Show one entry")
@needs("audit:read")
async def get_audit_entry(entry_id: int, audit: Audit) -> AuditEntry:
    """Show one entry of the journal."""
    return AuditEntry.of(await audit.get_entry(entry_id))

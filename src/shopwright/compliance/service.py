"""The audit of one tenant. The journal is the record; looking at it leaves no trace, exporting it does."""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from shopwright.compliance.domain import AuditExported
from shopwright.infra.db import Database, UnitOfWork
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.reading import EVERYTHING, EXPORT_COLUMNS, JournalFilter, JournalReader
from shopwright.infra.web.exports import Cell, ParquetWriter
from shopwright.infra.web.pages import Slice
from shopwright.kit.events import Provenance
from shopwright.kit.ids import TenantId

_IN_MEMORY: Final = 1_000_000
_CHUNK: Final = 64 * 1024
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"


class AuditService:
    """Questions to the journal."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._reader = JournalReader(unit)

    async def list_entries(self, only: JournalFilter, *, cursor: str | None, limit: int) -> Slice[Entry]:
        """List entries, the newest first. Raises InvalidCursor."""
        return await self._reader.list_entries(only, cursor=cursor, limit=limit)

    async def get_entry(self, entry_id: int) -> Entry:
        """Return one entry. Raises EntryNotFound."""
        return await self._reader.get_entry(entry_id)

    def note_export(self, kind: ExportFormat) -> None:
        """Record that the caller took a copy of the journal."""
        self._unit.publish(AuditExported(subject_id=str(self._unit.tenant), format=kind.value))


async def export_chunks(
    database: Database, tenant: TenantId, by: Provenance, kind: ExportFormat, only: JournalFilter = EVERYTHING
) -> AsyncIterator[bytes]:
    """Write all entries of a filter, the oldest first, in bounded memory; in a transaction of its own.

    The answer streams after the request's own transaction has ended.
    """
    async with database.unit(tenant, by) as unit:
        rows = JournalReader(unit).export_rows(only)
        if kind is ExportFormat.PARQUET:
            async for chunk in _parquet(rows):
                yield chunk
            return
        first = True
        async for row in rows:
            if kind is ExportFormat.JSON_LINES:
                yield msgspec.json.encode(row) + b"\n"
                continue
            if first:
                yield _csv_line(list(row))
                first = False
            yield _csv_line([_harmless(value) for value in row.values()])


async def _parquet(rows: AsyncIterator[dict[str, str]]) -> AsyncIterator[bytes]:
    """Write rows as columns; their number and moment as what they are, the rest as text. Whole before it is sent."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        writer = ParquetWriter(file, EXPORT_COLUMNS)
        async for row in rows:
            typed: dict[str, Cell] = {**row, "id": int(row["id"]), "at": datetime.fromisoformat(row["at"])}
            writer.write([[typed[name] for name in EXPORT_COLUMNS]])
        await asyncio.to_thread(writer.close)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _harmless(value: str) -> str:
    """Keep spreadsheets from running a text as a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _csv_line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()

"""From a stored row back to the line that it came from, with every step between (property 53).

The steps are not remembered but repeated: the raw line is still there, and reading it again with the import's own mapping
gives what each field was made from.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.infra.storage import TenantStorage
from shopwright.ingestion.domain import Import, ImportRowNotFound, StoredRowNotFound
from shopwright.ingestion.fetching import fetched
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.repository import ImportRepository, Overwritten, is_key
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import profile_of, shop_terms
from shopwright.ingestion.sources import FileSource, RawRow, row_of
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import columns_of
from shopwright.ingestion.validation import validate_batch


@dataclass(frozen=True, slots=True)
class Step:
    """How one field of a row was made: from which cells, by what, and what was filled in or set aside on the way."""

    field: str
    cells: dict[str, str | None]
    transform: dict[str, Any] | None
    value: Any
    handled: str | None


@dataclass(frozen=True, slots=True)
class TracedRow:
    """A row of a file, and what became of each of its fields. `rejected` names the rules that it broke."""

    import_id: UUID
    kind: Kind
    file_name: str
    checksum: str
    source: str
    received_at: datetime
    row: int
    cells: dict[str, str | None]
    raw: str | None
    steps: tuple[Step, ...]
    rejected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """A stored row, where it came from (None when a person or another program wrote it), and what it was before."""

    kind: Kind
    stored: dict[str, Any]
    origin: TracedRow | None
    overwritten: tuple[Overwritten, ...]


class LineageService:
    """Traces the rows of one tenant."""

    def __init__(self, unit: UnitOfWork, storage: TenantStorage) -> None:
        self._unit = unit
        self._imports = ImportRepository(unit)
        self._storage = storage

    async def trace_row(self, import_id: UUID, number: int) -> TracedRow:
        """Return a row of an import's file. Raises ImportNotFound, ImportRowNotFound."""
        import_ = await self._imports.get(import_id)
        terms = await shop_terms(self._unit, import_.options)
        with tempfile.TemporaryDirectory(prefix="shopwright-lineage-") as folder:
            path = await fetched(self._storage, import_.raw_key, Path(folder) / "raw")
            return await asyncio.to_thread(_traced, import_, path, terms, number)

    async def trace(self, kind: Kind, key: list[str]) -> Lineage:
        """Return where a stored row came from; `key` names it as the kind's table does. Raises StoredRowNotFound."""
        row = await self._imports.find_row(kind, key) if is_key(kind, key) else None
        if row is None:
            raise StoredRowNotFound(f"There is no such row of {kind}.", found=key)
        origin = None
        if row.import_id is not None and row.row_number is not None:
            origin = await self.trace_row(row.import_id, row.row_number)
        return Lineage(kind, row.content, origin, tuple(row.overwritten))


def _traced(import_: Import, path: Path, terms: ShopTerms, number: int) -> TracedRow:
    row = row_of(FileSource(path, profile_of(import_)), number)
    if row is None:
        raise ImportRowNotFound(f"The file has no row {number}.", row=number)
    steps, rejected = _repeated(import_, terms, row)
    return TracedRow(
        import_.id, import_.kind, import_.file_name, import_.checksum, import_.source, import_.created_at,
        number, row.cells, row.raw, steps, rejected,
    )  # fmt: skip


def _repeated(import_: Import, terms: ShopTerms, row: RawRow) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    outcome = validate_batch(row.batch, import_.mapping, terms)
    rejected = tuple(f"{line['column']}: expected {line['expected']}" for line in outcome.rejects.iter_rows(named=True))
    values: dict[str, Any] = outcome.valid.drop(ROW).row(0, named=True) if outcome.valid.height else {}
    handled = {name: f"{strategy}: {reason}" for _, name, strategy, _, reason in outcome.handled.iter_rows()}
    names = values or dict.fromkeys(import_.mapping.fields)
    return tuple(_step(import_, name, row, values.get(name), handled.get(name)) for name in names), rejected


def _step(import_: Import, name: str, row: RawRow, value: Any, handled: str | None) -> Step:
    source = import_.mapping.fields.get(name)
    if source is None:
        return Step(name, {}, None, value, handled)
    cells = {column: row.cells[column] for column in columns_of(source.source)}
    transform: dict[str, Any] = msgspec.to_builtins(source.source)
    return Step(name, cells, {**transform, "notation": msgspec.to_builtins(source.notation)}, value, handled)

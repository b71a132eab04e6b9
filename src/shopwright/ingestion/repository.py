"""Imports, saved mappings and lineage in the database."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.ingestion.domain import (
    Import,
    ImportNotFound,
    ImportOptions,
    ImportReport,
    ImportState,
    ImportStateRefused,
    RowCounts,
)
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.schemas import Kind

_COUNTS: Final = ("read", "new", "changed", "unchanged", "superseded", "rejected")
_KEYS: Final[dict[Kind, tuple[str, dict[str, str]]]] = {
    Kind.PRODUCTS: ("product", {"id": "uuid"}),
    Kind.SALES: ("order_line", {"sold_on": "date", "line_key": "bigint"}),
    Kind.REVIEWS: ("review", {"id": "uuid"}),
    Kind.COMPETITOR_PRICES: ("offer", {"id": "uuid"}),
    Kind.STOCK_LEVELS: ("stock_level", {"product_id": "uuid", "warehouse": "text", "counted_at": "timestamptz"}),
    Kind.TRAFFIC: ("traffic", {"product_id": "uuid", "day": "date"}),
}
"""The table of each kind, and the columns that name a row of it with their types."""


def _finding(table: str, columns: dict[str, str]) -> str:
    """Compose the question for one row of a table, named by texts."""
    names = [f"t.{name}" for name in columns]
    where = [f"t.{name} = ($2::text[])[{place}]::{type_}" for place, (name, type_) in enumerate(columns.items(), 1)]
    return f"""
select to_jsonb(t)::text as content, import_id, row_number, concat_ws('/', {", ".join(names)}) as row_key
  from {table} t where t.tenant_id = $1 and {" and ".join(where)}
"""


_FIND: Final = {kind: _finding(table, columns) for kind, (table, columns) in _KEYS.items()}
_IN_USE = " union ".join(
    f"select product_id from {table} where tenant_id = $1 and product_id = any($2)"
    for table in ("order_line", "daily_sales", "traffic", "review", "stock_level", "offer", "proposal", "price_hold")
)


@dataclass(frozen=True, slots=True)
class Overwritten:
    """What a row was before an import replaced it, and when that was."""

    import_id: UUID
    before: dict[str, Any]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A stored row with where it came from, and what it was before."""

    content: dict[str, Any]
    import_id: UUID | None
    row_number: int | None
    overwritten: list[Overwritten]


class ImportRepository:
    """The questions about one tenant's imports."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, import_: Import) -> None:
        """Insert an import."""
        await self._unit.connection.execute(
            """insert into import (tenant_id, id, kind, file_name, checksum, bytes, source, profile, mapping, options,
                                   state, raw_key, created_by, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
            self._unit.tenant, import_.id, import_.kind, import_.file_name, bytes.fromhex(import_.checksum),
            import_.bytes, import_.source, import_.profile, msgspec.to_builtins(import_.mapping),
            msgspec.to_builtins(import_.options), import_.state, import_.raw_key, import_.created_by,
            import_.created_at,
        )  # fmt: skip

    async def get(self, import_id: UUID) -> Import:
        """Return an import. Raises ImportNotFound."""
        row = await self._unit.connection.fetchrow(
            "select * from import where tenant_id = $1 and id = $2", self._unit.tenant, import_id
        )
        if row is None:
            raise ImportNotFound(f"There is no import {import_id}.", id=str(import_id))
        return _import(row)

    async def list_page(
        self, kind: Kind | None, state: ImportState | None, before: UUID | None, limit: int
    ) -> list[Import]:
        """Return imports, newest first."""
        rows = await self._unit.connection.fetch(
            """select * from import
                where tenant_id = $1 and ($2::text is null or kind = $2) and ($3::text is null or state = $3)
                  and ($4::uuid is null or id < $4)
                order by id desc limit $5""",
            self._unit.tenant, kind, state, before, limit,
        )  # fmt: skip
        return [_import(row) for row in rows]

    async def save(self, import_: Import) -> Import:
        """Write what can change of an import. Raises ImportStateRefused when somebody else changed it meanwhile."""
        counts = [getattr(import_.counts, name) for name in _COUNTS]
        saved = await self._unit.connection.fetchval(
            """update import set kind = $4, mapping = $5, options = $6, state = $7, stage = $8, report = $9, error = $10,
                      rejects_key = $11, finished_at = $12, undone_at = $13, version = version + 1,
                      rows_read = $14, rows_new = $15, rows_changed = $16, rows_unchanged = $17, rows_superseded = $18,
                      rows_rejected = $19
                where tenant_id = $1 and id = $2 and version = $3 returning version""",
            self._unit.tenant, import_.id, import_.version, import_.kind, msgspec.to_builtins(import_.mapping),
            msgspec.to_builtins(import_.options), import_.state, import_.stage, msgspec.to_builtins(import_.report),
            import_.error, import_.rejects_key, import_.finished_at, import_.undone_at, *counts,
        )  # fmt: skip
        if saved is None:
            raise ImportStateRefused("The import was changed meanwhile.", id=str(import_.id))
        return replace(import_, version=saved)

    async def delete(self, import_id: UUID) -> None:
        """Delete an import and the old values that it kept."""
        tenant = self._unit.tenant
        await self._unit.connection.execute("delete from import where tenant_id = $1 and id = $2", tenant, import_id)
        await self._unit.connection.execute(
            "delete from overwritten_row where tenant_id = $1 and load_id = $2", tenant, import_id
        )

    async def note_progress(self, import_id: UUID, version: int, stage: str, read: int, rejected: int) -> None:
        """Tell how far a running import is; one that has ended since has another version and stays as it is."""
        await self._unit.connection.execute(
            """update import set state = 'running', stage = $4, rows_read = $5, rows_rejected = $6
                where tenant_id = $1 and id = $2 and version = $3""",
            self._unit.tenant, import_id, version, stage, read, rejected,
        )  # fmt: skip

    async def take_turn(self) -> None:
        """Wait until no other import of the tenant loads: loads of one table would wait for each other halfway.

        From then on statements of this unit may take as long as they need: a COPY lasts as long as the file does.
        """
        await self._unit.connection.execute("set local statement_timeout = 0")
        await self._unit.connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('import:' || $1::uuid::text, 0))", self._unit.tenant
        )

    async def find_same(self, checksum: str, besides: UUID) -> UUID | None:
        """Return the newest completed import of the same bytes."""
        found: UUID | None = await self._unit.connection.fetchval(
            """select id from import where tenant_id = $1 and checksum = $2 and state = 'completed' and id <> $3
                order by id desc limit 1""",
            self._unit.tenant, bytes.fromhex(checksum), besides,
        )  # fmt: skip
        return found

    async def find_mapping(self, signature: str, kind: Kind | None) -> Mapping | None:
        """Return the mapping that was saved last for files of the same make."""
        content = await self._unit.connection.fetchval(
            """select mapping from saved_mapping where tenant_id = $1 and signature = $2
                  and ($3::text is null or kind = $3) order by saved_at desc limit 1""",
            self._unit.tenant, signature, kind,
        )  # fmt: skip
        return None if content is None else msgspec.convert(content, Mapping)

    async def save_mapping(self, signature: str, mapping: Mapping) -> None:
        """Keep a mapping for files of the same make."""
        await self._unit.connection.execute(
            """insert into saved_mapping (tenant_id, kind, signature, mapping, saved_at) values ($1, $2, $3, $4, $5)
               on conflict (tenant_id, signature, kind) do update
                 set mapping = excluded.mapping, saved_at = excluded.saved_at, version = saved_mapping.version + 1""",
            self._unit.tenant, mapping.kind, signature, msgspec.to_builtins(mapping), self._unit.clock.now(),
        )  # fmt: skip

    async def products_in_use(self, import_id: UUID) -> list[UUID]:
        """Name the products that an import added and that other rows refer to."""
        connection, tenant = self._unit.connection, self._unit.tenant
        added = await connection.fetch(
            "select id from product where tenant_id = $1 and import_id = $2 and version = 1", tenant, import_id
        )
        if not added:
            return []
        rows = await connection.fetch(_IN_USE, tenant, [row["id"] for row in added])
        return [row["product_id"] for row in rows]

    async def count_offers(self, import_id: UUID) -> tuple[int, int]:
        """Count the products whose offers an import wrote, and the offers that have no product."""
        row = await self._unit.connection.fetchrow(
            """select count(distinct product_id) as products, count(*) filter (where product_id is null) as unmatched
                 from offer where tenant_id = $1 and import_id = $2""",
            self._unit.tenant, import_id,
        )  # fmt: skip
        return (row["products"], row["unmatched"]) if row else (0, 0)

    async def find_row(self, kind: Kind, key: Sequence[str]) -> StoredRow | None:
        """Return a stored row by the texts that name it, with what it was before each import, oldest first."""
        table, _ = _KEYS[kind]
        row = await self._unit.connection.fetchrow(_FIND[kind], self._unit.tenant, list(key))
        if row is None:
            return None
        return StoredRow(
            _exact(row["content"]), row["import_id"], row["row_number"], await self._overwritten(table, row["row_key"])
        )

    async def _overwritten(self, table: str, row_key: str) -> list[Overwritten]:
        rows = await self._unit.connection.fetch(
            """select w.load_id, w.before::text as before, i.finished_at from overwritten_row w
                 left join import i on i.tenant_id = $1 and i.id = w.load_id
                where w.tenant_id = $1 and w.target = $2 and w.row_key = $3 order by w.load_id""",
            self._unit.tenant, table, row_key,
        )  # fmt: skip
        return [Overwritten(row["load_id"], _exact(row["before"]), row["finished_at"]) for row in rows]


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "bigint": int,
    "timestamptz": datetime.fromisoformat,
}


def is_key(kind: Kind, key: Sequence[str]) -> bool:
    """Tell whether the texts can name a stored row of the kind."""
    if kind not in _KEYS or len(key) != len(_KEYS[kind][1]):
        return False
    try:
        for text, type_ in zip(key, _KEYS[kind][1].values(), strict=True):
            _READERS.get(type_, str)(text)
    except ValueError:
        return False
    return True


def _exact(text: str) -> dict[str, Any]:
    """Decode a row's JSON with its amounts as decimals."""
    content: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return content


def _import(row: Any) -> Import:
    return Import(
        id=row["id"],
        kind=Kind(row["kind"]),
        file_name=row["file_name"],
        checksum=row["checksum"].hex(),
        bytes=row["bytes"],
        source=row["source"],
        mapping=msgspec.convert(row["mapping"], Mapping),
        state=ImportState(row["state"]),
        raw_key=row["raw_key"],
        created_at=row["created_at"],
        options=msgspec.convert(row["options"], ImportOptions),
        profile=row["profile"],
        stage=row["stage"],
        counts=RowCounts(**{name: row[f"rows_{name}"] for name in _COUNTS}),
        report=msgspec.convert(row["report"], ImportReport),
        error=row["error"],
        rejects_key=row["rejects_key"],
        created_by=row["created_by"],
        finished_at=row["finished_at"],
        undone_at=row["undone_at"],
        version=row["version"],
    )

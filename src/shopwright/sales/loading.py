"""Order lines in bulk: a million in seconds, the same file twice changes nothing, and a load can be taken back."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from shopwright.infra.bulk import (
    KeyedLoad,
    KeyedTable,
    LoadCounts,
    UndoCounts,
    as_csv,
    copy_rows,
    create_stage,
    fill_stage,
    may_copy,
    once,
    rows_of,
)
from shopwright.infra.db import UnitOfWork

STAGED: Final = {
    "sold_on": "date",
    "line_key": "bigint",
    "sold_at": "timestamptz",
    "product_id": "uuid",
    "order_ref": "text",
    "quantity": "numeric(14, 3)",
    "revenue": "numeric(18, 6)",
    "list_price": "numeric(18, 6)",
    "currency": "text",
    "tax_basis": "text",
    "kind": "text",
    "channel": "text",
    "country": "text",
    "customer_ref": "text",
    "promotion": "boolean",
    "row_number": "bigint",
}
"""The columns of order lines on their way: `line_key` comes from `sales.keys`, `sold_at` is in UTC, or null where only the
day is known, `sold_on` is the shop's business day."""

_VALUES = (
    "quantity", "revenue", "list_price", "currency", "tax_basis", "kind", "channel", "country", "customer_ref", "promotion"
)  # fmt: skip
_SAME_LINE = "o.tenant_id = $1 and o.sold_on = s.sold_on and o.line_key = s.line_key"
_DIFFERS = " is distinct from ".join(f"({', '.join(f'{row}.{name}' for name in _VALUES)})" for row in "os")
_USUAL: Final = {"tax_basis": "gross", "kind": "sale"}
"""What the table takes where a chunk lacks a column; for all others null. Columns that say nothing else do not travel."""
_STAGE = "staged_line"
"""A temporary table: the lines that may be known already."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days from the first to the last, both included."""

    first: date
    last: date

    def meet(self, other: "Days") -> bool:
        """Tell whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def months(self) -> Iterator[date]:
        """Yield the first day of each month."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


@dataclass(frozen=True, slots=True)
class LineChunk:
    """Order lines on their way, and the days that they are about."""

    rows: bytes
    """CSV of `columns`, in their order."""
    columns: Mapping[str, str]
    days: Days


def line_chunk(lines: pl.DataFrame) -> LineChunk:
    """Make a chunk of lines with the columns of `STAGED`, at least one; in the order of the key they load fastest."""
    days = Days(*lines.select(first=pl.col("sold_on").min(), last=pl.col("sold_on").max()).row(0))
    usual = lines.select(pl.col(name).eq_missing(pl.lit(_USUAL.get(name))).all() for name in STAGED).row(0, named=True)
    columns = {name: kind for name, kind in STAGED.items() if not usual[name]}
    return LineChunk(as_csv(lines.sort("sold_on", "line_key"), list(columns)), columns, days)


def _with_default(column: str) -> str:
    return f"{STAGED[column]} default '{_USUAL[column]}'" if column in _USUAL else STAGED[column]


class OrderLineLoad:
    """Loads the order lines of one import into the unit's tenant."""

    def __init__(self, unit: UnitOfWork, load_id: UUID) -> None:
        self._unit = unit
        self._load = load_id

    async def load(self, chunks: AsyncIterator[LineChunk]) -> LoadCounts:
        """Insert what is new and replace what differs. The loads of one tenant must take turns.

        Chunks on days before the first known line or after the last are copied into the table while the next ones are
        made; the others wait in the stage to be compared as a whole. So do all where the server allows no other way.
        """
        known, direct = await self._known_days(), await may_copy(self._unit)
        await create_stage(self._unit, _STAGE, {name: _with_default(name) for name in STAGED})
        months: set[date] = set()
        fresh = waiting = 0
        async for chunk in chunks:
            await self._ensure_months(chunk.days, months)
            if direct and not (known and chunk.days.meet(known)):
                fresh += await copy_rows(self._unit, self._load, "order_line", chunk.columns, chunk.rows)
            else:
                waiting += await fill_stage(self._unit, _STAGE, chunk.columns, once(chunk.rows))
        changed, unchanged = await self._set_aside() if known and waiting else (0, 0)
        inserted = await self._insert() if waiting else 0
        await self._unit.connection.execute(f"drop table {_STAGE}")
        return LoadCounts(new=fresh + inserted - changed, changed=changed, unchanged=unchanged)

    async def _known_days(self) -> Days | None:
        """Return the days from the tenant's first order line to the last.

        The question is rolled back, and with it the locks that it took on every partition: two loads that held them
        and both had a month to make would wait for each other for ever.
        """
        connection = self._unit.connection
        await connection.execute("savepoint known_days")
        row = await connection.fetchrow(
            "select min(sold_on) as first, max(sold_on) as last from order_line where tenant_id = $1",
            self._unit.tenant,
        )
        await connection.execute("rollback to savepoint known_days; release savepoint known_days")
        return None if row is None or row["first"] is None else Days(row["first"], row["last"])

    async def _ensure_months(self, days: Days, done: set[date]) -> None:
        for month in days.months():
            if month not in done:
                await self._unit.connection.execute("select ensure_month('order_line', $1)", month)
                done.add(month)

    async def _insert(self) -> int:
        """Insert every staged line and return their number."""
        columns = ", ".join(STAGED)
        done = await self._unit.connection.execute(
            f"insert into order_line (tenant_id, import_id, {columns}) select $1, $2, {columns} from {_STAGE}",
            self._unit.tenant,
            self._load,
        )
        return rows_of(done)

    async def _set_aside(self) -> tuple[int, int]:
        """Take equal lines out of the stage, keep the old values of the others and remove them from the table."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute("create index on staged_line (sold_on, line_key)")
        await connection.execute("analyze staged_line")
        unchanged = await connection.execute(
            f"delete from staged_line s using order_line o where {_SAME_LINE} and not {_DIFFERS}", tenant
        )
        await connection.execute(
            f"""insert into overwritten_row (tenant_id, load_id, target, row_key, before)
                select $1, $2, 'order_line', o.sold_on || '/' || o.line_key, to_jsonb(o)
                  from order_line o join staged_line s on {_SAME_LINE}""",
            tenant, self._load,
        )  # fmt: skip
        changed = await connection.execute(f"delete from order_line o using staged_line s where {_SAME_LINE}", tenant)
        return rows_of(changed), rows_of(unchanged)

    async def undo(self, first: date, last: date, loaded: int) -> UndoCounts:
        """Take the load back: remove its lines, put back what it overwrote.

        Lines that a later load replaced are not its own any more and stay; so does what they replaced.
        """
        connection, tenant = self._unit.connection, self._unit.tenant
        deleted = await connection.execute(
            "delete from order_line where tenant_id = $1 and sold_on between $2 and $3 and import_id = $4",
            tenant,
            first,
            last,
            self._load,
        )
        removed = rows_of(deleted)
        restored = await connection.execute(
            """insert into order_line
               select r.* from overwritten_row w, jsonb_populate_record(null::order_line, w.before) r
                where w.tenant_id = $1 and w.load_id = $2 and w.target = 'order_line'
               on conflict do nothing""",
            tenant, self._load,
        )  # fmt: skip
        return UndoCounts(removed=removed, restored=rows_of(restored), kept=loaded - removed)


TRAFFIC: Final = KeyedTable("traffic", key={"day": "date"}, values={"sessions": "integer", "views": "integer"})


class TrafficLoad(KeyedLoad):
    """Loads sessions and views per product and day."""

    def __init__(self, unit: UnitOfWork, load_id: UUID) -> None:
        super().__init__(unit, load_id, TRAFFIC)

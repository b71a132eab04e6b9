"""Order lines in bulk: a million in seconds, the same file twice changes nothing, and a load can be taken back."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from shopwright.infra.bulk import KeyedLoad, KeyedTable, LoadCounts, UndoCounts, rows_of, stage
from shopwright.infra.db import UnitOfWork

STAGED: Final = {
    "sold_on": "date",
    "line_key": "bigint",
    "sold_at": "timestamptz",
    "product": "integer",
    "order_ref": "text",
    "quantity": "numeric",
    "revenue": "numeric",
    "list_price": "numeric",
    "currency": "text",
    "tax_basis": "text",
    "kind": "text",
    "channel": "text",
    "country": "text",
    "customer_ref": "text",
    "promotion": "boolean",
    "row_number": "bigint",
}
"""The columns of a chunk: `product` counts from 1 into the list of product ids, `line_key` comes from `sales.keys`,
`sold_at` is in UTC, or null where only the day is known, `sold_on` is the shop's
business day. Chunks in the order of day and key load fastest."""

_VALUES = "quantity, revenue, list_price, currency, tax_basis, kind, channel, country, customer_ref, promotion"
_PREFIXED = ", ".join(f"{{0}}.{name.strip()}" for name in _VALUES.split(","))
_SAME_LINE = "o.tenant_id = $1 and o.sold_on = s.sold_on and o.line_key = s.line_key"
_DIFFERS = f"({_PREFIXED.format('o')}) is distinct from ({_PREFIXED.format('s')})"


class OrderLineLoad:
    """Loads the order lines of one import into the unit's tenant."""

    def __init__(self, unit: UnitOfWork, load_id: UUID) -> None:
        self._unit = unit
        self._load = load_id

    async def load(self, chunks: AsyncIterator[bytes], products: Sequence[UUID]) -> LoadCounts:
        """Stage the chunks, then insert what is new and replace what differs.

        `products` may still grow while the chunks are read.
        """
        connection, tenant = self._unit.connection, self._unit.tenant
        staged = await stage(self._unit, "staged_line", STAGED, chunks)
        days = await connection.fetchrow("select min(sold_on) as first, max(sold_on) as last from staged_line")
        if staged == 0 or days is None:
            return LoadCounts()
        await self._ensure_months(days["first"], days["last"])
        known = await connection.fetchval(
            "select exists (select from order_line where tenant_id = $1 and sold_on between $2 and $3)",
            tenant, days["first"], days["last"],
        )  # fmt: skip
        changed, unchanged = await self._set_aside() if known else (0, 0)
        inserted = await connection.execute(
            f"""insert into order_line (tenant_id, sold_on, line_key, sold_at, product_id, order_ref, {_VALUES},
                                        import_id, row_number)
                select $1, sold_on, line_key, sold_at, ($3::uuid[])[product], order_ref, {_VALUES}, $2, row_number
                  from staged_line""",
            tenant, self._load, list(products),
        )  # fmt: skip
        await connection.execute("drop table staged_line")
        return LoadCounts(new=rows_of(inserted) - changed, changed=changed, unchanged=unchanged)

    async def _ensure_months(self, first: date, last: date) -> None:
        month = first.replace(day=1)
        while month <= last:
            await self._unit.connection.execute("select ensure_month('order_line', $1)", month)
            month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)

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

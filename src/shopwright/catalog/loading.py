"""Products in bulk: new ones are added, known ones changed where the file says something, and a load can be taken back."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Final
from uuid import UUID

from shopwright.infra.bulk import LoadCounts, UndoCounts, rows_of, stage
from shopwright.infra.db import UnitOfWork

_FIELDS: Final = {
    "name": "text",
    "brand": "text",
    "category": "text",
    "gtin": "text",
    "mpn": "text",
    "price": "numeric",
    "currency": "text",
    "tax_basis": "text",
    "cost": "numeric",
    "min_price": "numeric",
    "max_price": "numeric",
    "map_price": "numeric",
    "inventory_level": "numeric",
    "attributes": "jsonb",
}
STAGED: Final = {"sku": "text", "normalised_sku": "text", "marketplace": "text", **_FIELDS, "row_number": "bigint"}
"""The columns of a chunk, one row a product (no SKU of a marketplace twice); an empty field says nothing."""

_SAME = "p.tenant_id = $1 and p.marketplace = s.marketplace and p.sku = s.sku"
_NAMES = ", ".join(_FIELDS)
_DEFAULTS = {"name": "coalesce(s.name, s.sku)", "tax_basis": "coalesce(s.tax_basis, 'gross')"}
_FILLED = ", ".join(_DEFAULTS.get(name, f"s.{name}") for name in _FIELDS)


class Precedence(StrEnum):
    """Who wins where both the shop and the file have a value."""

    FILE = "file"
    SHOP = "shop"


def _merged(name: str, precedence: Precedence) -> str:
    if name == "attributes":
        return "p.attributes || s.attributes" if precedence is Precedence.FILE else "s.attributes || p.attributes"
    first, second = ("s", "p") if precedence is Precedence.FILE else ("p", "s")
    return f"coalesce({first}.{name}, {second}.{name})"


class ProductLoad:
    """Loads the products of one import into the unit's tenant."""

    def __init__(self, unit: UnitOfWork, load_id: UUID, precedence: Precedence = Precedence.FILE) -> None:
        self._unit = unit
        self._load = load_id
        self._merge = ", ".join(f"{_merged(name, precedence)} as {name}" for name in _FIELDS)

    async def load(self, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Stage the chunks, change what is known and differs, add what is new, and note prices in the history."""
        connection, tenant = self._unit.connection, self._unit.tenant
        staged = await stage(self._unit, "staged_product", STAGED, chunks)
        await connection.execute("update staged_product set attributes = '{}' where attributes is null")
        await connection.execute(
            f"""create temp table merged_product on commit drop as
                select p.id, to_jsonb(p) as before, p.price is distinct from coalesce(s.price, p.price) as repriced,
                       s.row_number, {self._merge}
                  from staged_product s join product p on {_SAME}""",
            tenant,
        )
        await connection.execute(
            f"""delete from merged_product m using product p
                 where p.tenant_id = $1 and p.id = m.id
                   and ({_prefixed("m")}) is not distinct from ({_prefixed("p")})""",
            tenant,
        )
        await connection.execute(
            """insert into overwritten_row (tenant_id, load_id, target, row_key, before)
               select $1, $2, 'product', id::text, before from merged_product""",
            tenant,
            self._load,
        )
        changed = rows_of(
            await connection.execute(
                f"""update product p set ({_NAMES}) = ({_prefixed("m")}), import_id = $2, row_number = m.row_number,
                           version = p.version + 1, updated_at = $3
                      from merged_product m where p.tenant_id = $1 and p.id = m.id""",
                tenant,
                self._load,
                self._unit.clock.now(),
            )
        )
        known: int = await connection.fetchval(
            f"select count(*) from staged_product s join product p on {_SAME}", tenant
        )
        new = await self._add_new()
        await self._note_prices()
        await connection.execute("drop table staged_product, merged_product")
        return LoadCounts(new=new, changed=changed, unchanged=min(staged, known) - changed)

    async def _add_new(self) -> int:
        added = await self._unit.connection.execute(
            f"""insert into product (tenant_id, id, sku, normalised_sku, marketplace, {_NAMES}, import_id, row_number,
                                     created_at, updated_at)
                select $1, new_id($1), s.sku, s.normalised_sku, s.marketplace,
                       {_FILLED},
                       $2, s.row_number, $3, $3
                  from staged_product s
                 where not exists (select from product p where {_SAME})""",
            self._unit.tenant,
            self._load,
            self._unit.clock.now(),
        )
        return rows_of(added)

    async def _note_prices(self) -> None:
        """Write a point of the price history for each product whose price this load set."""
        now = self._unit.clock.now()
        await self._unit.connection.execute("select ensure_month('price_point', $1)", now.date())
        await self._unit.connection.execute(
            """insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin,
                                        import_id)
               select $1, p.id, $3, p.price,
                      case when m.before ->> 'currency' = p.currency and m.before ->> 'tax_basis' = p.tax_basis
                           then (m.before ->> 'price')::numeric end,
                      p.currency, p.tax_basis, 'import', $2
                 from product p left join merged_product m on m.id = p.id
                where p.tenant_id = $1 and p.import_id = $2 and p.price is not null
                  and (m.id is null or m.repriced)
               on conflict do nothing""",
            self._unit.tenant,
            self._load,
            now,
        )

    async def undo(self, loaded: int) -> UndoCounts:
        """Take the load back: remove the products that it added, restore those that it changed.

        What somebody changed since stays, and so does a product that sales or proposals refer to.
        """
        connection, tenant, load = self._unit.connection, self._unit.tenant, self._load
        restored = await connection.execute(
            f"""update product p set ({_NAMES}) = ({_prefixed("r")}), import_id = r.import_id,
                       row_number = r.row_number, version = p.version + 1, updated_at = $3
                  from overwritten_row w, jsonb_populate_record(null::product, w.before) r
                 where w.tenant_id = $1 and w.load_id = $2 and w.target = 'product'
                   and p.tenant_id = $1 and p.id = r.id and p.import_id = $2 and p.version = r.version + 1""",
            tenant,
            load,
            self._unit.clock.now(),
        )
        removed = await connection.execute(
            """delete from product p
                where p.tenant_id = $1 and p.import_id = $2 and p.version = 1
                  and not exists (select from order_line o where o.tenant_id = $1 and o.product_id = p.id)
                  and not exists (select from proposal q where q.tenant_id = $1 and q.product_id = p.id)""",
            tenant,
            load,
        )
        await connection.execute("delete from price_point where tenant_id = $1 and import_id = $2", tenant, load)
        done = rows_of(restored) + rows_of(removed)
        return UndoCounts(removed=rows_of(removed), restored=rows_of(restored), kept=loaded - done)


def _prefixed(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in _FIELDS)

"""Products in bulk: new ones are added, known ones changed where the file says something, and a load can be taken back.

Reads and writes the catalog's own tables only: what else refers to a product is for whoever takes a load back to know.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from shopwright.infra.bulk import LoadCounts, UndoCounts, keep_newest, rows_of, stage
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
STAGED: Final = {
    "id": "uuid",
    "sku": "text",
    "normalised_sku": "text",
    "marketplace": "text",
    **_FIELDS,
    "updated_at": "timestamptz",
    "row_number": "bigint",
}
"""The columns of a chunk, one row a product; an empty field says nothing. `id` is the id that a new product is to have;
empty as a rule. Of rows with one SKU and marketplace the newest by `updated_at` counts, then the last."""

_SAME = "p.tenant_id = $1 and p.marketplace = s.marketplace and p.sku = s.sku"
_NAMES = ", ".join(_FIELDS)
_FILLED = {
    "name": "coalesce(s.name, s.sku)",
    "currency": "coalesce(s.currency, $4)",
    "tax_basis": "coalesce(s.tax_basis, $5)",
}
_NEW_VALUES = ", ".join(_FILLED.get(name, f"s.{name}") for name in _FIELDS)


class Precedence(StrEnum):
    """Who wins where both the shop and the file have a value: the file, or the shop (blanks are filled only)."""

    FILE = "file"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class ProductDefaults:
    """What a new product has where its row says nothing."""

    currency: str
    tax_basis: str = "gross"


_AMOUNTS = ("price", "cost", "min_price", "max_price", "map_price")
_TERMS = ("currency", "tax_basis")


def _merged(name: str, precedence: Precedence) -> str:
    first, second = ("s", "p") if precedence is Precedence.FILE else ("p", "s")
    if name == "attributes":
        return f"{second}.attributes || {first}.attributes"
    if name in _TERMS:
        return f"case when t.{first}_given then coalesce({first}.{name}, {second}.{name}) else p.{name} end"
    usual = f"coalesce({first}.{name}, {second}.{name})"
    return f"case when t.other then {first}.{name} else {usual} end" if name in _AMOUNTS else usual


def _terms(precedence: Precedence) -> str:
    """Compare currency and tax basis: amounts of other terms do not stand in one product.

    Where the terms differ, the winner's amounts are taken alone, and what it leaves open is open.
    """
    winner = "s" if precedence is Precedence.FILE else "p"
    given = {alias: f"coalesce({_amounts(alias)}) is not null" for alias in "sp"}
    differ = " or ".join(f"coalesce(s.{name}, p.{name}) <> p.{name}" for name in _TERMS)
    return f"(select {given['s']} as s_given, {given['p']} as p_given, {given[winner]} and ({differ}) as other)"


def _amounts(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in _AMOUNTS)


@dataclass(frozen=True, slots=True)
class KnownSku:
    """A product as rows of files name it."""

    id: UUID
    sku: str
    normalised_sku: str


async def known_skus(unit: UnitOfWork, marketplace: str) -> list[KnownSku]:
    """Return every product of a marketplace, archived ones too: their sales and reviews are still theirs."""
    rows = await unit.connection.fetch(
        "select id, sku, normalised_sku from product where tenant_id = $1 and marketplace = $2",
        unit.tenant, marketplace,
    )  # fmt: skip
    return [KnownSku(*row) for row in rows]


class ProductLoad:
    """Loads the products of one import into the unit's tenant."""

    def __init__(
        self, unit: UnitOfWork, load_id: UUID, defaults: ProductDefaults, precedence: Precedence = Precedence.FILE
    ) -> None:
        self._unit = unit
        self._load = load_id
        self._defaults = defaults
        self._merge = ", ".join(f"{_merged(name, precedence)} as {name}" for name in _FIELDS)
        self._terms = _terms(precedence)

    async def load(self, chunks: AsyncIterator[bytes]) -> LoadCounts:
        """Stage the chunks, change what is known and differs, add what is new, and note prices in the history."""
        connection = self._unit.connection
        await stage(self._unit, "staged_product", STAGED, chunks)
        newest = "coalesce(updated_at, '-infinity') desc, row_number"
        superseded = await keep_newest(self._unit, "staged_product", ("marketplace", "sku"), newest)
        await connection.execute("update staged_product set attributes = coalesce(jsonb_strip_nulls(attributes), '{}')")
        await connection.execute("analyze staged_product")
        known = await self._merge_known()
        changed = await self._change_known()
        new = await self._add_new()
        await self._note_prices()
        await connection.execute("drop table staged_product, merged_product")
        return LoadCounts(new=new, changed=changed, unchanged=known - changed, superseded=superseded)

    async def _merge_known(self) -> int:
        """Put what known products become beside what they were; return how many are known, keep those that differ."""
        connection, tenant = self._unit.connection, self._unit.tenant
        merged = await connection.execute(
            f"""create temp table merged_product on commit drop as
                select p.id, to_jsonb(p) as before, s.row_number, {self._merge}
                  from staged_product s join product p on {_SAME} cross join lateral {self._terms} t""",
            tenant,
        )
        await connection.execute(
            f"""delete from merged_product m using product p
                 where p.tenant_id = $1 and p.id = m.id
                   and ({_prefixed("m")}) is not distinct from ({_prefixed("p")})""",
            tenant,
        )
        return rows_of(merged)

    async def _change_known(self) -> int:
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute(
            """insert into overwritten_row (tenant_id, load_id, target, row_key, before)
               select $1, $2, 'product', id::text, before from merged_product""",
            tenant, self._load,
        )  # fmt: skip
        changed = await connection.execute(
            f"""update product p set ({_NAMES}) = ({_prefixed("m")}), import_id = $2, row_number = m.row_number,
                       version = p.version + 1, updated_at = $3
                  from merged_product m where p.tenant_id = $1 and p.id = m.id""",
            tenant, self._load, self._unit.clock.now(),
        )  # fmt: skip
        return rows_of(changed)

    async def _add_new(self) -> int:
        added = await self._unit.connection.execute(
            f"""insert into product (tenant_id, id, sku, normalised_sku, marketplace, {_NAMES}, import_id, row_number,
                                     created_at, updated_at)
                select $1, coalesce(s.id, new_id($1)), s.sku, s.normalised_sku, s.marketplace, {_NEW_VALUES},
                       $2, s.row_number, $3, $3
                  from staged_product s
                 where not exists (select from product p where {_SAME})""",
            self._unit.tenant, self._load, self._unit.clock.now(), self._defaults.currency, self._defaults.tax_basis,
        )  # fmt: skip
        return rows_of(added)

    async def _note_prices(self) -> None:
        """Write a point of the price history for each product whose price this load set."""
        now = self._unit.clock.now()
        await self._unit.connection.execute("select ensure_month('price_point', $1)", now.date())
        await self._unit.connection.execute(
            """insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin, import_id)
               select $1, p.id, $3, p.price,
                      case when r.currency = p.currency and r.tax_basis = p.tax_basis then r.price end,
                      p.currency, p.tax_basis, 'import', $2
                 from product p
                 left join merged_product m on m.id = p.id
                 left join lateral jsonb_populate_record(null::product, m.before) r on true
                where p.tenant_id = $1 and p.import_id = $2 and p.price is not null
                  and (p.price, p.currency, p.tax_basis) is distinct from (r.price, r.currency, r.tax_basis)
               on conflict do nothing""",
            self._unit.tenant, self._load, now,
        )  # fmt: skip

    async def undo(self, loaded: int, in_use: Sequence[UUID] = ()) -> UndoCounts:
        """Take the load back: remove the products that it added, restore those that it changed.

        What somebody changed since stays. Of the added products those `in_use` are archived instead of removed and
        count as kept: other rows refer to them.
        """
        restored = await self._restore()
        connection, tenant, load = self._unit.connection, self._unit.tenant, self._load
        now = self._unit.clock.now()
        await connection.execute(
            """update product set status = 'archived', version = version + 1, updated_at = $4
                where tenant_id = $1 and import_id = $2 and version = 1 and id = any($3)""",
            tenant, load, list(in_use), now,
        )  # fmt: skip
        gone = await connection.fetch(
            "delete from product where tenant_id = $1 and import_id = $2 and version = 1 returning id", tenant, load
        )
        await connection.execute(
            "delete from price_point where tenant_id = $1 and product_id = any($2)", tenant, [row["id"] for row in gone]
        )
        return UndoCounts(removed=len(gone), restored=restored, kept=loaded - restored - len(gone))

    async def _restore(self) -> int:
        """Put old values back. The price that was in force meanwhile stays in the history, and a point ends it."""
        connection, now = self._unit.connection, self._unit.clock.now()
        await connection.execute("select ensure_month('price_point', $1)", now.date())
        restored: int = await connection.fetchval(
            f"""with back as (
                  select r.* from overwritten_row w, jsonb_populate_record(null::product, w.before) r
                    join product p on p.tenant_id = r.tenant_id and p.id = r.id
                   where w.tenant_id = $1 and w.load_id = $2 and w.target = 'product'
                     and p.tenant_id = $1 and p.import_id = $2 and p.version = r.version + 1),
                points as (
                  insert into price_point (tenant_id, product_id, at, price, previous, currency, tax_basis, origin)
                  select $1, p.id, $3, r.price,
                         case when r.currency = p.currency and r.tax_basis = p.tax_basis then p.price end,
                         r.currency, r.tax_basis, 'rollback'
                    from back r join product p on p.tenant_id = $1 and p.id = r.id
                   where r.price is not null
                     and (p.price, p.currency, p.tax_basis) is distinct from (r.price, r.currency, r.tax_basis)
                  on conflict (tenant_id, product_id, at) do update set price = excluded.price),
                done as (
                  update product p set ({_NAMES}) = ({_prefixed("r")}), import_id = r.import_id,
                         row_number = r.row_number, version = p.version + 1, updated_at = $3
                    from back r where p.tenant_id = $1 and p.id = r.id returning 1)
                select count(*) from done""",
            self._unit.tenant, self._load, now,
        )  # fmt: skip
        return restored


def _prefixed(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in _FIELDS)

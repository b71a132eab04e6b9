"""Products in the database: one, a page, many. Every statement names the tenant."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from shopwright.catalog.domain import (
    Product,
    ProductFilter,
    ProductNotFound,
    ProductSort,
    ProductStatus,
    SkuTaken,
    plain,
    trimmed,
)
from shopwright.infra.db import UnitOfWork
from shopwright.kit.money import TaxBasis

MOST_MATCHES: Final = 1_000_000
"""Products that a search by text may find: beyond any catalog, so that nothing is cut off."""
_COLUMNS: Final = (
    "id, sku, normalised_sku, marketplace, name, brand, category, gtin, mpn, price, currency, tax_basis, cost, "
    "min_price, max_price, map_price, inventory_level, attributes, tags, status, import_id, row_number, version, "
    "created_at, updated_at"
)
_RECORD: Final = """jsonb_to_recordset($2) as n(
  id uuid, sku text, normalised_sku text, marketplace text, name text, brand text, category text, gtin text, mpn text,
  price numeric, currency text, tax_basis text, cost numeric, min_price numeric, max_price numeric, map_price numeric,
  inventory_level numeric, attributes jsonb, tags text[], status text, import_id uuid, row_number bigint, version integer,
  created_at timestamptz, updated_at timestamptz)"""
SELECTED: Final = """p.tenant_id = $1
  and ($2::uuid[] is null or p.id = any($2))
  and ($3::text is null or p.category = $3)
  and ($4::text is null or p.brand = $4)
  and ($5::text is null or p.marketplace = $5)
  and ($6::text is null or p.status = $6)
  and ($7::text is null or p.id in (select products_matching($7, $8)))
  and ($9::text[] is null
       or ('price' = any($9) and p.price is null) or ('cost' = any($9) and p.cost is null)
       or ('min_price' = any($9) and p.min_price is null) or ('max_price' = any($9) and p.max_price is null)
       or ('map_price' = any($9) and p.map_price is null)
       or ('bounds' = any($9) and (p.min_price is null or p.max_price is null)))
  and ($10::numeric is null or p.price >= $10)
  and ($11::numeric is null or p.price <= $11)
  and ($12::text is null or ($12 = 'out' and p.inventory_level <= 0) or ($12 = 'in' and p.inventory_level > 0)
       or ($12 = 'unknown' and p.inventory_level is null))
  and ($13::text is null or $13 = any(p.tags))"""
"""The condition of a ProductFilter, with the parameters of `selection`."""

SORT_KEYS: Final[dict[ProductSort, tuple[str, str, type]]] = {
    ProductSort.SKU: ("p.sku", "text", str),
    ProductSort.NAME: ("p.name", "text", str),
    ProductSort.CATEGORY: ("coalesce(p.category, '')", "text", str),
    ProductSort.BRAND: ("coalesce(p.brand, '')", "text", str),
    ProductSort.PRICE: ("coalesce(p.price, -1)", "numeric", Decimal),
    ProductSort.INVENTORY: ("coalesce(p.inventory_level, -1e12)", "numeric", Decimal),
    ProductSort.CREATED: ("p.created_at", "timestamptz", datetime),
    ProductSort.UPDATED: ("p.updated_at", "timestamptz", datetime),
}
"""What a list is ordered by: the expression, its type in the database and in a cursor."""


def selection(unit: UnitOfWork, wanted: ProductFilter) -> tuple[Any, ...]:
    """Return the parameters $1 to $13 of SELECTED."""
    return (
        unit.tenant,
        None if wanted.ids is None else list(wanted.ids),
        wanted.category,
        wanted.brand,
        wanted.marketplace,
        None if wanted.status is None else wanted.status.value,
        wanted.text,
        MOST_MATCHES,
        None if wanted.blank is None else [blank.value for blank in wanted.blank],
        wanted.price_from,
        wanted.price_to,
        None if wanted.stock is None else wanted.stock.value,
        wanted.tag,
    )


def sort_type(sort: ProductSort) -> type:
    """Return the type of a sort key, as a cursor holds it."""
    return SORT_KEYS[sort][2]


class ProductRepository:
    """The questions that the service asks about products of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def get(self, product_id: UUID, *, locked: bool = False) -> Product:
        """Return one product, locked for change if asked. Raises ProductNotFound."""
        lock = "for update" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select {_COLUMNS} from product where tenant_id = $1 and id = $2 {lock}", self._unit.tenant, product_id
        )
        if row is None:
            raise ProductNotFound("There is no such product.", id=str(product_id))
        return _product(row)

    async def list_by_id(self, ids: Sequence[UUID], *, locked: bool) -> list[Product]:
        """Return those of the products that exist; locked in a fixed order, so that two callers cannot deadlock."""
        lock = "for update" if locked else ""
        rows = await self._unit.connection.fetch(
            f"select {_COLUMNS} from product where tenant_id = $1 and id = any($2) order by id {lock}",
            self._unit.tenant,
            list(ids),
        )
        return [_product(row) for row in rows]

    async def list_page(
        self, wanted: ProductFilter, sort: ProductSort, *, descending: bool, after: tuple[Any, UUID] | None, limit: int
    ) -> list[tuple[Any, Product]]:
        """Return up to `limit` products behind the sort key and id `after`, each with its own sort key."""
        key, kind, _ = SORT_KEYS[sort]
        beyond, order = ("<", "desc") if descending else (">", "asc")
        behind, behind_id = (None, None) if after is None else after
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS}, {key} as sort_key from product p
                 where {SELECTED} and ($14::{kind} is null or ({key}, p.id) {beyond} ($14::{kind}, $15::uuid))
                 order by {key} {order}, p.id {order} limit $16""",
            *selection(self._unit, wanted),
            behind,
            behind_id,
            limit,
        )
        return [(row["sort_key"], _product(row)) for row in rows]

    async def ids_of(self, wanted: ProductFilter, limit: int) -> list[UUID]:
        """Return the ids of up to `limit` products of a filter."""
        rows = await self._unit.connection.fetch(
            f"select p.id from product p where {SELECTED} order by p.id limit $14",
            *selection(self._unit, wanted),
            limit,
        )
        return [row["id"] for row in rows]

    async def stream(
        self, wanted: ProductFilter, sort: ProductSort, *, descending: bool, batch: int
    ) -> AsyncIterator[list[Product]]:
        """Yield all products that the filter selects, in batches, from one snapshot and in bounded memory."""
        key, order = SORT_KEYS[sort][0], "desc" if descending else "asc"
        cursor = await self._unit.connection.cursor(
            f"select {_COLUMNS} from product p where {SELECTED} order by {key} {order}, p.id {order}",
            *selection(self._unit, wanted),
        )
        while rows := await cursor.fetch(batch):
            yield [_product(row) for row in rows]

    async def add(self, product: Product) -> None:
        """Insert a product. Raises SkuTaken."""
        added = await self._unit.connection.fetchval(
            f"""insert into product (tenant_id, {_COLUMNS}) select $1, {_COLUMNS} from {_RECORD}
                on conflict (tenant_id, marketplace, sku) do nothing returning true""",
            self._unit.tenant,
            [product.content()],
        )
        if not added:
            raise SkuTaken(
                f"{product.marketplace} has a product {product.sku!r} already.",
                sku=product.sku,
                marketplace=product.marketplace,
            )

    async def save(self, changed: Sequence[Product]) -> None:
        """Write products that were read locked, in one statement. Raises SkuTaken."""
        if not changed:
            return
        try:
            await self._unit.connection.execute(
                f"""update product p set
                     sku = n.sku, normalised_sku = n.normalised_sku, name = n.name, brand = n.brand,
                     category = n.category, gtin = n.gtin, mpn = n.mpn, price = n.price, currency = n.currency,
                     tax_basis = n.tax_basis, cost = n.cost, min_price = n.min_price, max_price = n.max_price,
                     map_price = n.map_price, inventory_level = n.inventory_level, attributes = n.attributes,
                     tags = n.tags,                     status = n.status, version = n.version, updated_at = n.updated_at
                   from {_RECORD} where p.tenant_id = $1 and p.id = n.id""",
                self._unit.tenant,
                [product.content() for product in changed],
            )
        except asyncpg.UniqueViolationError as error:
            raise SkuTaken("Another product of the marketplace has this SKU.") from error

    async def has_sales(self, product_id: UUID) -> bool:
        """Tell whether sales name the product; they have no foreign key, so nothing else would notice."""
        found: bool = await self._unit.connection.fetchval(
            "select exists (select from daily_sales where tenant_id = $1 and product_id = $2)",
            self._unit.tenant,
            product_id,
        )
        return found

    async def delete(self, product_id: UUID) -> None:
        """Remove a product for good; its price history stays."""
        await self._unit.connection.execute(
            "delete from product where tenant_id = $1 and id = $2", self._unit.tenant, product_id
        )

    async def resolve(self, skus: Sequence[str], normalised: Sequence[str], marketplace: str) -> dict[str, UUID]:
        """Find products by SKU, exactly or else by the normalised form where that names only one."""
        rows = await self._unit.connection.fetch(
            """select distinct on (w.sku) w.sku, coalesce(exact.id, alike.id) as id
                 from unnest($2::text[], $3::text[]) as w(sku, normalised)
                 left join product exact
                   on exact.tenant_id = $1 and exact.marketplace = $4 and exact.sku = w.sku
                 left join (
                   select normalised_sku, (array_agg(id))[1] as id from product
                    where tenant_id = $1 and marketplace = $4 and normalised_sku = any($3)
                    group by normalised_sku having count(*) = 1) alike
                   on alike.normalised_sku = w.normalised
                where coalesce(exact.id, alike.id) is not null""",
            self._unit.tenant,
            list(skus),
            list(normalised),
            marketplace,
        )
        return {row["sku"]: row["id"] for row in rows}

    async def set_inventory(self, ids: Sequence[UUID], levels: Sequence[Decimal]) -> list[UUID]:
        """Write the stock that products show, which is no new version of them; return those that changed."""
        rows = await self._unit.connection.fetch(
            """update product p set inventory_level = w.level
                 from unnest($2::uuid[], $3::numeric[]) as w(id, level)
                where p.tenant_id = $1 and p.id = w.id and p.inventory_level is distinct from w.level
               returning p.id""",
            self._unit.tenant,
            list(ids),
            list(levels),
        )
        return [row["id"] for row in rows]


def _amount(value: Decimal | None, currency: str) -> Decimal | None:
    return None if value is None else trimmed(value, currency)


def _product(row: Any) -> Product:
    currency: str = row["currency"]
    return Product(
        id=row["id"],
        sku=row["sku"],
        normalised_sku=row["normalised_sku"],
        marketplace=row["marketplace"],
        name=row["name"],
        currency=currency,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        brand=row["brand"],
        category=row["category"],
        gtin=row["gtin"],
        mpn=row["mpn"],
        price=_amount(row["price"], currency),
        tax_basis=TaxBasis(row["tax_basis"]),
        cost=_amount(row["cost"], currency),
        min_price=_amount(row["min_price"], currency),
        max_price=_amount(row["max_price"], currency),
        map_price=_amount(row["map_price"], currency),
        inventory_level=None if row["inventory_level"] is None else plain(row["inventory_level"]),
        attributes=row["attributes"],
        tags=tuple(row["tags"]),
        status=ProductStatus(row["status"]),
        import_id=row["import_id"],
        row_number=row["row_number"],
        version=row["version"],
    )

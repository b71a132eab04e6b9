"""Many products in one read. Every statement names the tenant."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shopwright.catalog.domain import ProductFilter, ProductSort, plain
from shopwright.catalog.repository import SELECTED, SORT_KEYS, selection
from shopwright.catalog.selection import FIELDS, CurrencyTotals, ProductTotals
from shopwright.infra.db import UnitOfWork
from shopwright.kit.money import Currency

# Texts straight from the database: making a Decimal of each amount and a uuid of each id would take as long as the read.
_CELLS: Final = """p.id::text as id, p.sku, p.name, p.brand, p.category, p.marketplace, p.status, p.currency,
  p.price::text as price, p.cost::text as cost, p.min_price::text as min_price, p.max_price::text as max_price,
  trim_scale(p.inventory_level)::text as inventory_level, p.tags, p.version, p.updated_at"""
_PRICE, _LAST_AMOUNT, _CURRENCY = FIELDS.index("price"), FIELDS.index("max_price"), FIELDS.index("currency")


class SelectionRepository:
    """The questions about many products of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def count(self, wanted: ProductFilter) -> int:
        """Count the products of a filter."""
        found: int = await self._unit.connection.fetchval(
            f"select count(*) from product p where {SELECTED}", *selection(self._unit, wanted)
        )
        return found

    async def rows(
        self, wanted: ProductFilter, sort: ProductSort, *, descending: bool, after: tuple[Any, UUID] | None, limit: int
    ) -> list[tuple[Any, list[Any]]]:
        """Return up to `limit` products behind the sort key and id `after`: each one's sort key, and its cells."""
        key, kind, _ = SORT_KEYS[sort]
        beyond, order = ("<", "desc") if descending else (">", "asc")
        behind, behind_id = (None, None) if after is None else after
        rows = await self._unit.connection.fetch(
            f"""select {_CELLS}, {key} as sort_key from product p
                 where {SELECTED} and ($14::{kind} is null or ({key}, p.id) {beyond} ($14::{kind}, $15::uuid))
                 order by {key} {order}, p.id {order} limit $16""",
            *selection(self._unit, wanted),
            behind,
            behind_id,
            limit,
        )
        decimals: dict[str, int] = {}
        return [_cells(row, decimals) for row in rows]

    async def totals(self, wanted: ProductFilter) -> ProductTotals:
        """Add up the products of a filter, by currency where it is money."""
        rows = await self._unit.connection.fetch(_TOTALS, *selection(self._unit, wanted))
        units: Decimal = sum((row["units"] for row in rows), Decimal(0))
        return ProductTotals(
            products=sum(row["products"] for row in rows),
            active=sum(row["active"] for row in rows),
            out_of_stock=sum(row["out_of_stock"] for row in rows),
            without_price=sum(row["without_price"] for row in rows),
            without_cost=sum(row["without_cost"] for row in rows),
            without_bounds=sum(row["without_bounds"] for row in rows),
            units=plain(units),
            currencies=[_currency(row) for row in rows],
        )


_TOTALS: Final = f"""
select p.currency, count(*) as products, count(*) filter (where p.status = 'active') as active,
       count(*) filter (where p.inventory_level <= 0) as out_of_stock,
       count(*) filter (where p.price is null) as without_price, count(*) filter (where p.cost is null) as without_cost,
       count(*) filter (where p.min_price is null or p.max_price is null) as without_bounds,
       coalesce(sum(greatest(p.inventory_level, 0)), 0) as units,
       coalesce(sum(greatest(p.inventory_level, 0) * p.cost), 0) as stock_at_cost,
       coalesce(sum(greatest(p.inventory_level, 0) * p.price), 0) as stock_at_price,
       min(p.price) as lowest_price, avg(p.price) as mean_price, max(p.price) as highest_price
  from product p where {SELECTED} group by p.currency order by count(*) desc, p.currency
"""


def written(amount: str, decimals: int) -> str:
    """Write an amount as people do: the currency's decimals, more only where they are not zero."""
    whole, _, fraction = amount.partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _cells(row: Any, decimals: dict[str, int]) -> tuple[Any, list[Any]]:
    *cells, sort_key = row.values()
    currency: str = cells[_CURRENCY]
    if (places := decimals.get(currency)) is None:
        places = decimals[currency] = Currency(currency).decimals
    for place in range(_PRICE, _LAST_AMOUNT + 1):
        if (amount := cells[place]) is not None:
            cells[place] = written(amount, places)
    return sort_key, cells


def _currency(row: Any) -> CurrencyTotals:
    code: str = row["currency"]
    unit = Currency(code).minor_unit

    def shown(name: str) -> Decimal | None:
        amount: Decimal | None = row[name]
        return None if amount is None else amount.quantize(unit)

    return CurrencyTotals(
        currency=code,
        products=row["products"],
        stock_at_cost=row["stock_at_cost"].quantize(unit),
        stock_at_price=row["stock_at_price"].quantize(unit),
        lowest_price=shown("lowest_price"),
        mean_price=shown("mean_price"),
        highest_price=shown("highest_price"),
    )

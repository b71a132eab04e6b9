"""Products of a shop."""

from decimal import Decimal
from typing import Any, cast

from shopwright.catalog.domain import OWN_SHOP, Product, ProductChange
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId


def fields(sku: str = "MUG-1", **changes: Any) -> ProductChange:
    """The fields of a product that may be priced: cost 5, bounds 6 to 20, price 10 EUR."""
    given = {
        "sku": sku, "name": f"Product {sku}", "currency": "EUR", "price": Decimal(10), "cost": Decimal(5),
        "min_price": Decimal(6), "max_price": Decimal(20), **changes,
    }  # fmt: skip
    return cast("ProductChange", given)


async def add_product(unit: UnitOfWork, sku: str = "MUG-1", marketplace: str = OWN_SHOP, **changes: Any) -> Product:
    """Add a product within a unit of work."""
    return await CatalogService(unit).create(fields(sku, **changes), marketplace)


async def product_of(database: Database, tenant: TenantId, sku: str = "MUG-1", **changes: Any) -> Product:
    """Add a product in a unit of work of its own."""
    async with database.unit(tenant) as unit:
        return await add_product(unit, sku, **changes)


async def add_products(unit: UnitOfWork, count: int) -> None:
    """Add many products straight to the table: SKU-1 to SKU-<count>, price 10 EUR and up, in 25 categories."""
    await unit.connection.execute(
        """insert into product (tenant_id, id, sku, normalised_sku, name, brand, category, price, currency, cost,
                                min_price, max_price)
           select $1, new_id($1), 'SKU-' || n, 'SKU' || n, 'Product ' || n, 'Brand ' || n % 40, 'Category ' || n % 25,
                  10 + n % 1000 / 10.0, 'EUR', 5, 6, 200
             from generate_series(1, $2::integer) n""",
        unit.tenant,
        count,
    )

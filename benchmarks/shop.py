"""A shop of any size, straight in the database: products with costs and bounds, and rivals with offers on some of them."""

from typing import Any, Final

import asyncpg

from benchmarks.measuring import Place
from shopwright.kit.ids import TenantId, new_tenant_id

RIVALS: Final = 4

_PRODUCTS = """
insert into product (tenant_id, id, sku, normalised_sku, name, brand, category, price, currency, cost, min_price,
                     max_price)
select $1, new_id($1), 'SKU-' || n, 'SKU' || n, 'Product ' || n, 'Brand ' || n % 50, 'Category ' || n % 20,
       price, 'EUR', round(price * 0.55, 2), round(price * 0.7, 2), round(price * 1.5, 2)
  from generate_series(1, $2::int) n, lateral (select (5 + (n * 7919) % 9500 / 100.0)::numeric(18, 2) as price) as made
"""
_RIVALS = """
insert into competitor (tenant_id, id, name, name_key)
select $1, new_id($1), 'Rival ' || n, 'rival ' || n from generate_series(1, $2::int) n
"""
_OFFERS = """
insert into offer (tenant_id, id, competitor_id, item_key, product_id, title, price, shipping, currency, availability,
                   condition, source, seen_at, match_state, match_confidence)
select $1, new_id($1), c.id, p.sku, p.id, p.name, round(p.price * (0.9 + (hashtext(p.sku || c.name) & 255) / 1000.0), 2),
       0, 'EUR', 'in_stock', 'new', 'benchmark', now(), 'automatic', 1
  from product p join competitor c on c.tenant_id = p.tenant_id
 where p.tenant_id = $1 and substr(p.sku, 5)::int % 3 = 0
"""


async def make_shop(place: Place, products: int) -> TenantId:
    """Make a tenant whose rivals offer every third product at 0.90 to 1.15 of our price."""
    tenant = new_tenant_id()
    await fill_shop(place, tenant, products)
    return tenant


async def fill_shop(place: Place, tenant: TenantId, products: int) -> None:
    """Give a tenant so many products, and rivals as `make_shop` does."""
    connection = await asyncpg.connect(place.admin)
    try:
        await add_products(connection, tenant, products)
        await connection.execute(_RIVALS, tenant, RIVALS)
        await connection.execute("analyze competitor")
        await connection.execute(_OFFERS, tenant)
        await connection.execute("analyze offer; checkpoint")
    finally:
        await connection.close()


async def add_products(connection: "asyncpg.Connection[Any]", tenant: TenantId, count: int) -> None:
    """Give a tenant so many products with prices, costs and bounds; the connection is an administrator's."""
    await connection.execute(_PRODUCTS, tenant, count)
    await connection.execute("analyze product")

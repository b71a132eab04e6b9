"""Products as the catalog hands them to pricing, beside columns of prices that a test has made."""

from uuid import UUID

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.kit.amounts import MISSING
from shopwright.pricing.columns import CatalogColumns


def product_columns(columns: CatalogColumns) -> ProductColumns:
    """Products P0, P1 ... of the brands B0, B1 ... in the category Mugs."""
    size = len(columns)
    blank = np.full(size, MISSING)
    return ProductColumns(
        ids=[UUID(int=place + 1) for place in range(size)],
        skus=[f"P{place}" for place in range(size)],
        marketplaces=["own"] * size,
        categories=["Mugs"] * size,
        brands=[f"B{place}" for place in range(size)],
        currencies=[columns.rates.currencies[index].code for index in columns.currency.tolist()],
        gross=columns.gross,
        price=columns.price,
        cost=columns.cost,
        min_price=columns.min_price,
        max_price=columns.max_price,
        map_price=columns.map_price,
        inventory=blank,
        price_day_ago=blank,
        price_week_ago=blank,
        version=np.ones(size, dtype=np.int64),
    )

"""Forms what pricing believes of demand, for a whole shop, after responses were estimated anew."""

import asyncio
from typing import Any, Final

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.demand.response_service import PriceResponseService
from shopwright.demand.responses import ResponseTable
from shopwright.demand.service import DemandService
from shopwright.infra.db import UnitOfWork
from shopwright.infra.late import BELIEFS, ESTIMATING, late
from shopwright.kit.amounts import SCALE, Integers, usable
from shopwright.pricing.belief_repository import BeliefRepository
from shopwright.pricing.believed import kept_columns
from shopwright.pricing.responses import Estimates, ResponseColumns

_LOWEST_UNITS: Final = 1e-6


class BeliefService:
    """What one tenant's pricing believes. `tax_ppm` is the shop's tax rate in millionths."""

    def __init__(self, unit: UnitOfWork, tax_ppm: int) -> None:
        self._unit = unit
        self._tax_ppm = tax_ppm
        self._beliefs = BeliefRepository(unit)

    async def form(self) -> int:
        """Bring the kept responses together with prices, costs and forecasts; return for how many products.

        Products without a price or a cost have no belief: no price is chosen for them either.
        """
        products = await CatalogService(self._unit).columns_for_pricing(ProductFilter())
        responses = await PriceResponseService(self._unit).table()
        forecast = await DemandService(self._unit).expected_units()
        row_of = {product: row for row, product in enumerate(responses.product_ids)}
        found = np.fromiter((row_of.get(product, -1) for product in products.ids), np.int64, len(products))
        priced = usable(products.price) & usable(products.cost) & (found >= 0)
        rows = np.flatnonzero(priced)
        units = np.array([forecast.get(products.ids[row], np.nan) for row in rows.tolist()], dtype=np.float64)
        columns = await asyncio.to_thread(_form, products, rows, responses, found[rows], units, self._tax_ppm)
        chosen = rows.tolist()
        await self._beliefs.replace(
            [products.ids[row] for row in chosen], [products.currencies[row] for row in chosen], columns
        )
        return rows.size


def _form(
    products: ProductColumns,
    rows: Integers,
    responses: ResponseTable,
    places: Integers,
    forecast: Estimates,
    tax_ppm: int,
) -> dict[str, Estimates]:
    """Return the columns of `believed.FIGURES` for the products at `rows`, whose responses are at `places`."""
    beliefs = late(BELIEFS)
    kept: dict[str, Any] = {name: values[places] for name, values in responses.columns.items()}
    tax = np.where(products.gross[rows], 1 + tax_ppm / SCALE, 1.0)
    price, cost = products.price[rows] / SCALE, products.cost[rows] / SCALE
    usual = np.where(np.isfinite(kept["reference"]), kept["reference"], price) / tax
    situation = beliefs.Situation(
        group=_groups(products, rows),
        price=price,
        unit=SCALE,
        margin=(usual - cost) / usual,
        earned=(price / tax - cost) * SCALE,
        follow=kept["follow"],
        rivals=kept["rival_level"],
        stock=np.full(rows.size, np.inf),
    )
    believed: ResponseColumns = beliefs.believe(late(ESTIMATING).response_of(kept), situation)
    columns = kept_columns(believed, price, kept["refusals"].astype(np.int64))
    # A forecast knows season and trend; the response only the level of late.
    at_centre = columns["base_units"] / np.maximum(believed.units, _LOWEST_UNITS) * forecast
    columns["base_units"] = np.where(np.isfinite(at_centre), at_centre, columns["base_units"])
    return columns


def _groups(products: ProductColumns, rows: Integers) -> Integers:
    """Return a number for each category; amounts of two currencies are no group."""
    names = [f"{products.currencies[row]} {products.categories[row] or ''}" for row in rows.tolist()]
    _, group = np.unique(names, return_inverse=True)
    result: Integers = group.astype(np.int64)
    return result

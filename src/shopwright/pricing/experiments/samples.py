"""Reads what experiments are made of: products that can be compared, in clusters, and what they sold by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import Absence
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import UnitOfWork
from shopwright.pricing.experiments.assignment import Clusters, Integers, cluster
from shopwright.pricing.experiments.domain import Experiment, TooFewCells
from shopwright.pricing.experiments.history import Members, fit_rows, members_of, outcomes_of
from shopwright.pricing.experiments.outcomes import Outcomes
from shopwright.pricing.experiments.protocol import FEWEST_CELLS, Protocol
from shopwright.pricing.experiments.repository import Drawn
from shopwright.sales.service import SalesService


@dataclass(frozen=True, slots=True)
class Sample:
    """Products that can be compared, in clusters; `left_out` could not, for want of a price or a cost in the currency."""

    ids: list[UUID]
    clusters: Clusters
    members: Members
    currency: str
    left_out: int


class SampleReader:
    """Samples of one tenant; `settings` are the shop's."""

    def __init__(self, unit: UnitOfWork, settings: TenantSettings) -> None:
        self._unit = unit
        self._settings = settings
        self._catalog = CatalogService(unit)
        self._sales = SalesService(unit)

    async def choose(self, protocol: Protocol, category: str | None, brand: str | None) -> Sample:
        """Return the active products of a selection in clusters. Raises TooFewCells where there is none to compare."""
        products = await self._catalog.columns_for_pricing(ProductFilter(category=category, brand=brand))
        rows, currency = fit_rows(products)
        if currency is None:
            raise TooFewCells("There is no product with a price and a cost.", products=0, needed=2 * FEWEST_CELLS)
        clusters = cluster(
            protocol.grouping,
            [products.categories[row] for row in rows.tolist()],
            [products.brands[row] for row in rows.tolist()],
            [products.skus[row] for row in rows.tolist()],
        )
        return self._sample(products, rows, clusters, currency)

    async def of(self, experiment: Experiment, drawn: Sequence[Drawn], cluster_of: dict[UUID, int]) -> Sample:
        """Return the products of an experiment as they were drawn, those that are still active."""
        products = await self._catalog.columns_for_pricing(ProductFilter(ids=list(cluster_of)))
        rows, currency = fit_rows(products, experiment.currency)
        names = tuple(one.name for one in drawn)
        clusters = Clusters(names, np.array([cluster_of[products.ids[row]] for row in rows.tolist()], dtype=np.int64))
        return self._sample(products, rows, clusters, currency or self._settings.currency)

    async def outcomes(
        self, sample: Sample, first: date, through: date, start: date | None = None, absences: Sequence[Absence] = ()
    ) -> Outcomes:
        """Return what clusters sold on the days first to through, both included, for an experiment that starts on a day.

        Without a day it starts behind them.
        """
        days = (through - first).days + 1
        sold = await self._sales.takings_by_day(first, days, sample.ids, sample.currency)
        begins = start or through + timedelta(days=1)
        return outcomes_of(sample.members, len(sample.clusters.names), sold, begins, absences)

    async def through(self) -> date:
        """Return the newest day of which all is known: yesterday, or earlier where sales come in late."""
        yesterday = self.today() - timedelta(days=1)
        newest = await self._sales.newest_day()
        return yesterday if newest is None else min(newest, yesterday)

    def today(self) -> date:
        """Return the shop's business day."""
        return self._unit.clock.now().astimezone(self._settings.zone).date()

    def _sample(self, products: ProductColumns, rows: Integers, clusters: Clusters, currency: str) -> Sample:
        return Sample(
            [products.ids[row] for row in rows.tolist()],
            clusters,
            members_of(products, rows, clusters, self._settings.tax_ppm),
            currency,
            len(products) - len(rows),
        )

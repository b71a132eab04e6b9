"""From what a shop knows to the panel of clusters and days that experiments are planned and judged by. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.demand.domain import Absence
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.experiments.assignment import Clusters, Floats, Integers
from shopwright.pricing.experiments.outcomes import Outcomes
from shopwright.pricing.experiments.protocol import Metric
from shopwright.sales.domain import DailyTakings


@dataclass(frozen=True, slots=True)
class Members:
    """The products of an experiment (n): their cluster, cost a unit and the factor that takes tax off what they took."""

    place: Mapping[UUID, int]
    cluster: Integers
    cost: Floats
    net: Floats


def members_of(products: ProductColumns, rows: Integers, clusters: Clusters, tax_ppm: int) -> Members:
    """Return the products at `rows`, which are those that `clusters` are made of, in their order."""
    gross = products.gross[rows]
    return Members(
        {products.ids[row]: place for place, row in enumerate(rows.tolist())},
        clusters.of,
        products.cost[rows] / SCALE,
        np.where(gross, SCALE / (SCALE + tax_ppm), 1.0),
    )


def fit_rows(products: ProductColumns, currency: str | None = None) -> tuple[Integers, str | None]:
    """Return the products that can be compared, those with price and cost in one currency, and that currency.

    It is the one that most have unless it is named; None if there is no such product.
    """
    known = (products.price != MISSING) & (products.cost != MISSING) & (products.cost >= 0)
    of = np.array(products.currencies, dtype=np.str_)
    codes, counts = np.unique(of[known], return_counts=True)
    if currency is None and len(codes):
        currency = str(codes[counts.argmax()])
    return np.flatnonzero(known & (of == (currency or ""))), currency


def outcomes_of(
    members: Members, clusters: int, sold: DailyTakings, start: date, absences: Sequence[Absence] = ()
) -> Outcomes:
    """Return what clusters did on the days of `sold`; the experiment starts on `start`, which may be the day behind them."""
    place = np.array([members.place.get(product, -1) for product in sold.product_ids], dtype=np.int64)[sold.row]
    known = place >= 0
    at, day = place[known], sold.day[known]
    units, returned = sold.units[known], sold.returned[known]
    revenue = sold.revenue[known] * members.net[at]
    cells = (members.cluster[at], day)

    def summed(values: Floats) -> Floats:
        total = np.zeros((clusters, sold.days))
        np.add.at(total, cells, values)
        return total

    shelves = np.bincount(members.cluster, minlength=clusters).astype(np.float64)
    return Outcomes(
        {
            Metric.PROFIT: summed(revenue - units * members.cost[at]),
            Metric.REVENUE: summed(revenue),
            Metric.UNITS: summed(units),
            Metric.RETURNS: summed(returned),
            Metric.STOCK_OUTS: _empty(members, clusters, sold, absences),
        },
        {
            Metric.RETURNS: summed(np.maximum(units + returned, 0.0)),
            Metric.STOCK_OUTS: np.repeat(shelves[:, None], sold.days, axis=1),
        },
        (start - sold.first).days,
    )


def _empty(members: Members, clusters: int, sold: DailyTakings, absences: Sequence[Absence]) -> Floats:
    """Return for each cluster and day how many of its products could not be bought."""
    empty = np.zeros((clusters, sold.days))
    end = sold.first + timedelta(days=sold.days)
    for absence in absences:
        place = members.place.get(absence.product_id)
        if place is not None:
            since = max((absence.first - sold.first).days, 0)
            until = ((absence.until or end) - sold.first).days
            empty[members.cluster[place], since : max(until, 0)] += 1
    return empty

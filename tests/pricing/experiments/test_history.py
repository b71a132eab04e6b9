from datetime import date, timedelta
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.demand.domain import Absence
from shopwright.kit.amounts import MISSING, SCALE, Integers
from shopwright.pricing.experiments.assignment import Clusters
from shopwright.pricing.experiments.history import fit_rows, members_of, outcomes_of
from shopwright.pricing.experiments.protocol import Metric
from shopwright.sales.domain import DailyTakings

FIRST = date(2026, 3, 2)


def amounts(*values: float | None) -> Integers:
    return np.array([MISSING if value is None else int(value * SCALE) for value in values], dtype=np.int64)


def columns(currencies: list[str], price: Integers, cost: Integers, gross: list[bool]) -> ProductColumns:
    n = len(currencies)
    none = np.full(n, MISSING, dtype=np.int64)
    return ProductColumns(
        ids=[UUID(int=row + 1) for row in range(n)], skus=[f"P-{row}" for row in range(n)], marketplaces=["own"] * n,
        categories=[None] * n, brands=[None] * n, currencies=currencies, gross=np.array(gross), price=price, cost=cost,
        min_price=none, max_price=none, map_price=none, inventory=none, price_day_ago=none, price_week_ago=none,
        version=np.ones(n, dtype=np.int64),
    )  # fmt: skip


def test_products_without_price_or_cost_or_in_another_currency_cannot_be_compared() -> None:
    products = columns(
        ["EUR", "EUR", "EUR", "USD", "EUR"], amounts(10, None, 10, 10, 10), amounts(5, 5, None, 5, 0), [True] * 5
    )
    rows, currency = fit_rows(products)
    assert (rows.tolist(), currency) == ([0, 4], "EUR")
    assert fit_rows(products, "USD")[0].tolist() == [3]
    nothing, none = fit_rows(columns([], amounts(), amounts(), []))
    assert (len(nothing), none) == (0, None)


def test_what_clusters_did_is_net_of_tax_cost_and_returns() -> None:
    products = columns(["EUR"] * 3, amounts(10, 10, 10), amounts(4, 5, 5), [True, False, False])
    clusters = Clusters(("mugs", "pots"), np.array([0, 0, 1]))
    members = members_of(products, np.arange(3), clusters, 250_000)
    sold = DailyTakings(
        FIRST, 3, [UUID(int=1), UUID(int=2), UUID(int=99)], np.array([0, 1, 2]), np.array([0, 0, 1]),
        np.array([2.0, 3.0, 50.0]), np.array([1.0, 0.0, 9.0]), np.array([25.0, 30.0, 500.0]),
    )  # fmt: skip
    absences = [Absence(UUID(int=1), FIRST + timedelta(days=1), None), Absence(UUID(int=99), FIRST, None)]
    found = outcomes_of(members, 2, sold, FIRST + timedelta(days=2), absences)
    assert (found.start, found.days) == (2, 1)
    assert found.values[Metric.REVENUE].tolist() == [[50.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert found.values[Metric.PROFIT][0, 0] == 50 - 2 * 4 - 3 * 5
    assert found.values[Metric.UNITS][0, 0] == 5
    assert found.values[Metric.RETURNS][0, 0] == 1
    assert found.weights[Metric.RETURNS][0, 0] == 6
    assert found.values[Metric.STOCK_OUTS].tolist() == [[0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    assert found.weights[Metric.STOCK_OUTS][:, 0].tolist() == [2.0, 1.0]

"""From what a shop knows to the panel that forecasters read. Pure.

Everything outside of the days of the panel is left out; a product that never sold has no history at all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import PriceMoves, ProductColumns
from shopwright.demand.domain import Absence
from shopwright.demand.forecasting.panel import Flags, Floats, SalesPanel
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.sales.domain import DailyUnits


def panel_of(
    products: ProductColumns, sold: DailyUnits, moves: PriceMoves, absences: Sequence[Absence], zone: tzinfo
) -> SalesPanel:
    """Return the sales of products (in their order) by day, with their prices and what is known of empty shelves.

    `zone` is where the shop's days begin; `moves` need only reach back to the first day.
    """
    place = {product: row for row, product in enumerate(products.ids)}
    _, group = np.unique([category or "" for category in products.categories], return_inverse=True)
    return SalesPanel(
        first=np.datetime64(sold.first),
        value=_units(place, sold),
        group=group.astype(np.int64),
        price=_prices(products, place, sold, moves, zone),
        in_stock=_in_stock(place, sold, absences),
    )


def _units(place: dict[UUID, int], sold: DailyUnits) -> Floats:
    """Return units (n, T): NaN until a product's first sale, zero on days without one."""
    row = np.array([place.get(product, -1) for product in sold.product_ids], dtype=np.int64)[sold.row]
    known = row >= 0
    units = np.zeros((len(place), sold.days))
    np.add.at(units, (row[known], sold.day[known]), sold.units[known])
    first = np.full(len(place), sold.days)
    np.minimum.at(first, row[known], sold.day[known])
    units[np.arange(sold.days) < first[:, None]] = np.nan
    return units


def _prices(
    products: ProductColumns, place: dict[UUID, int], sold: DailyUnits, moves: PriceMoves, zone: tzinfo
) -> Floats:
    """Return own prices (n, T): each from the day after it was set, or from the first day on; NaN where none is known."""
    prices = np.full((len(products), sold.days), np.nan)
    known = products.price != MISSING
    prices[known] = products.price[known, None] / SCALE
    row = np.array([place.get(product, -1) for product in moves.product_ids], dtype=np.int64)
    for move in np.lexsort((-moves.at, row)):  # the newest first: each writes the days before it
        if row[move] < 0:
            continue
        moment = datetime.fromtimestamp(int(moves.at[move]), UTC).astimezone(zone)
        before = min(max((moment.date() - sold.first).days + 1, 0), sold.days)
        prices[row[move], :before] = np.nan if moves.previous[move] == MISSING else moves.previous[move] / SCALE
    return prices


def _in_stock(place: dict[UUID, int], sold: DailyUnits, absences: Sequence[Absence]) -> Flags:
    there = np.ones((len(place), sold.days), dtype=np.bool_)
    end = sold.first + timedelta(days=sold.days)
    for absence in absences:
        row = place.get(absence.product_id)
        if row is not None:
            since = max((absence.first - sold.first).days, 0)
            until = ((absence.until or end) - sold.first).days
            there[row, since : max(until, 0)] = False
    return there

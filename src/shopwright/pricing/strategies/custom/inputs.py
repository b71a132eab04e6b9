"""What an expression can ask of a product, with its unit and its meaning, and where the columns come from. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.kit.amounts import LARGEST, SCALE, Integers, proportion, usable
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.margins import margin_of, price_at_markup
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.syntax import Dimension

Reader = Callable[[CatalogColumns, UsedOffers], Integers]


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `read` returns its column: millionths of an amount or share, whole days or counts; blank where unknown."""

    name: str
    unit: Dimension
    words: str
    read: Reader
    of_rivals: bool = False

    def column(self, market: CatalogColumns, offers: UsedOffers) -> tuple[Integers, Integers]:
        """Return values in millionths of the unit (0 where not known), and a 1 for each product where it is not."""
        values = self.read(market, offers)
        if self.unit is Dimension.MONEY:
            known = usable(values)
        elif self.unit is Dimension.SHARE:
            known = np.abs(np.maximum(values, -LARGEST)) < LARGEST
        else:
            known = (values >= 0) & (values < LARGEST // SCALE)
        scale = 1 if self.unit in {Dimension.MONEY, Dimension.SHARE} else SCALE
        return np.where(known, np.where(known, values, 0) * scale, 0), np.where(known, 0, 1)


def _index(market: CatalogColumns, offers: UsedOffers) -> Integers:
    average = offers.average()
    return proportion(market.price, [SCALE], [np.where(usable(average), average, 0)], up=False)


_M, _D, _C, _S = Dimension.MONEY, Dimension.DAYS, Dimension.COUNT, Dimension.SHARE
INPUTS: Final = {
    one.name: one
    for one in (
        Input("price", _M, "The price in force.", lambda market, _: market.price),
        Input("price_yesterday", _M, "The price a day ago.", lambda market, _: market.price_day_ago),
        Input("price_last_week", _M, "The price a week ago.", lambda market, _: market.price_week_ago),
        Input("cost", _M, "The price at which nothing is earned: the cost in the currency of the price, with tax where "
              "prices include it.", lambda market, _: price_at_markup(market, 0)),
        Input("margin", _S, "Profit over net price at the price in force.",
              lambda market, _: margin_of(market, market.price)),
        Input("min_price", _M, "The minimum price of the product.", lambda market, _: market.min_price),
        Input("max_price", _M, "The maximum price of the product.", lambda market, _: market.max_price),
        Input("map_price", _M, "The minimum advertised price.", lambda market, _: market.map_price),
        Input("pack", _C, "Pieces in a pack.", lambda market, _: market.pack_quantity),
        Input("stock_age", _D, "How long the stock has been there.", lambda market, _: market.stock_age_days),
        Input("cover", _D, "How long the stock will last at the present pace.", lambda market, _: market.cover_days),
        Input("rivals", _C, "How many comparable offers there are.", lambda _, offers: offers.count),
        Input("lowest_rival", _M, "The lowest comparable offer.", lambda _, offers: offers.lowest(), of_rivals=True),
        Input("average_rival", _M, "The average of the comparable offers.", lambda _, offers: offers.average(),
              of_rivals=True),
        Input("median_rival", _M, "The middle one of the comparable offers.", lambda _, offers: offers.median(),
              of_rivals=True),
        Input("highest_rival", _M, "The highest comparable offer.", lambda _, offers: offers.highest(),
              of_rivals=True),
        Input("price_index", _S, "The price in force over the average of the comparable offers.", _index,
              of_rivals=True),
    )
}  # fmt: skip
"""The inputs by name. Their places in this order are their bits where it is told what is missing."""

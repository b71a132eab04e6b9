"""From what a shop knows to the history that price response is estimated from. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.forecasting.panel import Flags, Floats, Ints, SalesPanel
from shopwright.demand.responses import FollowShares, RivalPrices

_ABSENT: Final = float(np.log(1.3))
"""A rival without stock counts as one that is so much dearer than usual: its buyers are free."""
_RECENT: Final = 56
_SAME_PROMOTION: Final = 7
"""Promoted sales no further apart belong to one promotion: slow products do not sell on each of its days."""


@dataclass(frozen=True, slots=True)
class RivalView:
    """Rivals beside our products: `level` (n, T) the price that stands for all of them, NaN where there are none.

    `recent` (n,) is the mean log price of late, `count` (n,) how many rivals there are, `follow` how far they follow ours.
    """

    level: Floats
    recent: Floats
    count: Floats
    follow: Floats

    @classmethod
    def of(cls, price: Floats, prices: RivalPrices, follow: FollowShares) -> "RivalView":
        """Look at each rival in turn beside our prices (n, T), NaN where not known.

        A rival's price holds until the next one was seen, and the first from the beginning on.
        """
        shape = price.shape
        own = np.log(_since_ever(price))
        usual = np.nan_to_num(_middle(own))
        apart, late, seen = np.zeros(shape), np.zeros(shape[0]), np.zeros(shape[0])
        count, shares = np.zeros(shape[0]), np.zeros(shape[0])
        for rival in range(int(prices.rival.max(initial=-1)) + 1):
            logs, carried = _daily(shape, prices, rival)
            there = np.isfinite(logs)
            apart[carried] += np.where(there, np.minimum(logs - usual, _ABSENT), _ABSENT)[carried]
            recent = logs[:, -_RECENT:]
            late += np.nansum(recent, axis=1)
            seen += np.isfinite(recent).sum(axis=1)
            count += carried
            shares += np.where(there.any(axis=1), follow(np.nan_to_num(own), logs[None]), 0.0)
        none = np.maximum(count, 1)
        level = np.where(count[:, None] > 0, np.exp(apart / none[:, None] + usual), np.nan)
        return cls(level, np.where(seen > 0, late / np.maximum(seen, 1), np.nan), count, shares / none)


def _daily(shape: tuple[int, ...], prices: RivalPrices, rival: int) -> tuple[Floats, Flags]:
    """Return the daily log prices (n, T) of one rival, and (n,) which products it has ever been seen with."""
    rows = np.flatnonzero((prices.rival == rival) & (prices.day >= 0) & (prices.day < shape[1]))
    product, day = prices.product[rows], prices.day[rows]
    place = np.full(shape, -1, dtype=np.int64)
    place[product, day] = np.arange(rows.size)
    held = np.maximum.accumulate(np.where(place >= 0, np.arange(shape[1]), -1), axis=1)
    first = np.argmax(place >= 0, axis=1)
    chosen = np.where(held >= 0, held, first[:, None])
    carried: Flags = np.bincount(product, minlength=shape[0]) > 0
    sighting = np.take_along_axis(place, chosen, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(prices.price[rows]) if rows.size else np.full(1, np.nan)
    return np.where(carried[:, None], logs[sighting], np.nan), carried


def _since_ever(price: Floats) -> Floats:
    """Return own prices (n, T), the days before the first that is known at that; NaN for products without any."""
    known = np.nan_to_num(price) > 0
    first = np.argmax(known, axis=1)
    before = np.arange(price.shape[1]) < first[:, None]
    return np.where(before, price[np.arange(len(price)), first][:, None], np.where(known, price, np.nan))


def _middle(logs: Floats) -> Floats:
    """Return medians over days (n, 1); NaN where nothing is known."""
    known = np.isfinite(logs).any(axis=1)
    middle = np.full((len(logs), 1), np.nan)
    middle[known] = np.nanmedian(logs[known], axis=1, keepdims=True)
    return middle


def promoted_days(seen: Flags) -> Floats:
    """Return 1 on days (n, T) of a promotion: those with promoted sales, and short gaps between them."""
    size = seen.shape[1]
    days = np.arange(size)
    before = np.maximum.accumulate(np.where(seen, days, -size), axis=1)
    after = np.minimum.accumulate(np.where(seen, days, 2 * size)[:, ::-1], axis=1)[:, ::-1]
    return (seen | (after - before <= _SAME_PROMOTION)).astype(np.float64)


def price_history_of(panel: SalesPanel, price: Floats, group: Ints, rivals: RivalView) -> PriceHistory:
    """Return the days on which each product was listed and its price (n, T) known, with what stood beside them."""
    listed = np.isfinite(panel.value) & np.isfinite(price)
    series, period = np.nonzero(listed)
    controls = {} if panel.promo is None or not panel.promo.any() else {"promotion": panel.promo[listed]}
    watched = bool((rivals.count > 0).any())
    return PriceHistory.of_table(
        series=series,
        period=period,
        quantity=panel.value[listed],
        price=price[listed],
        group=group,
        controls=controls,
        competitors=rivals.level[listed][:, None] if watched else None,
        available=None if panel.in_stock is None else panel.in_stock[listed],
    )

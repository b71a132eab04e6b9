"""The price-war brake: products that we and a rival undercut in turns, or that swing or slide, are held. Pure.

Two relative rules against each other go to the floor (or, upwards, without end) faster than anybody looks.
"""

from dataclasses import dataclass

import numpy as np

from shopwright.kit.amounts import MISSING, SCALE, Amounts, Flags, Integers, proportion
from shopwright.pricing.breaker import InvalidBreaker
from shopwright.pricing.checking import check_settings
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import check_columns, check_indices
from shopwright.pricing.oscillation import find_swings

OURS = -1
"""The seller of our own prices."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class BrakeRules:
    """When to hold. `rounds`: they undercut us and we undercut them, that often within the window.

    `swings`: changes of direction of our own price, each by `min_swing_ppm` and more: less is rounding and endings.
    `max_fall_ppm`: how far our price may fall in the window in all.
    """

    window_days: int = 14
    rounds: int = 3
    swings: int = 4
    min_swing_ppm: int = 10_000
    max_fall_ppm: int = 300_000

    def __post_init__(self) -> None:
        checks = {
            "window_days": (self.window_days >= 1, "1 and more."),
            "rounds": (self.rounds >= 1, "1 and more."),
            "swings": (self.swings >= 1, "1 and more."),
            "min_swing_ppm": (0 < self.min_swing_ppm < SCALE, "Above 0, below 100 %."),
            "max_fall_ppm": (0 < self.max_fall_ppm <= SCALE, "Above 0, up to 100 %."),
        }
        check_settings(InvalidBreaker, checks)


@dataclass(frozen=True, slots=True)
class PriceMoves:
    """Prices as they were set, in any order: ours (`seller` OURS) and those of rivals, comparable and above zero.

    `at` is in seconds since 1970. Prices from before the window belong to it: they say what a price fell from.
    """

    product: Integers
    seller: Integers
    at: Integers
    price: Amounts

    def __post_init__(self) -> None:
        columns = {"seller": self.seller, "at": self.at, "price": self.price}
        check_columns(len(self.product), columns)


@dataclass(frozen=True, slots=True)
class Brake:
    """What was found for each product, and the bits of why to hold.

    Rounds of undercutting, swings with the largest of them in ppm, and the fall in ppm.
    """

    rounds: Integers
    swings: Integers
    amplitude_ppm: Integers
    fall_ppm: Integers
    reasons: Integers


def find_wars(moves: PriceMoves, products: int, rules: BrakeRules, now: int) -> Brake:
    """Look for wars in the moves of a catalog of `products`; `now` in seconds since 1970.

    `reasons` holds PRICE_WAR, OSCILLATION and FALLING and can be passed to the guardrails as `held`.
    """
    check_indices("product", moves.product, products)
    order = np.lexsort((moves.at, moves.product))
    product, seller, price = moves.product[order], moves.seller[order], moves.price[order]
    recent = moves.at[order] > now - rules.window_days * _DAY
    ours = seller == OURS
    step = price - _own_previous(product, seller, price)
    rounds = _rounds(product, price, ours, recent & (step < 0), products)
    swung = ours & (recent | _last_before(product, ours & ~recent))
    swings = find_swings(product[swung], price[swung], products, rules.min_swing_ppm)
    fall = _fall(product[ours], price[ours], recent[ours], products)
    reasons = np.where(rounds >= rules.rounds, Reason.PRICE_WAR.bit, 0)
    reasons |= np.where(swings.turns >= rules.swings, Reason.OSCILLATION.bit, 0)
    reasons |= np.where(fall > rules.max_fall_ppm, Reason.FALLING.bit, 0)
    return Brake(rounds, swings.turns, swings.amplitude_ppm, fall, reasons)


def _own_previous(product: Integers, seller: Integers, price: Amounts) -> Amounts:
    """Return the price that the same seller had before; the same price where there is none."""
    order = np.lexsort((np.arange(len(product)), seller, product))
    first = np.ones(len(product), dtype=np.bool_)
    first[1:] = (np.diff(product[order]) != 0) | (np.diff(seller[order]) != 0)
    before = np.empty_like(price)
    before[order] = np.where(first, price[order], np.roll(price[order], 1))
    return before


def _rounds(product: Integers, price: Amounts, ours: Flags, drops: Flags, products: int) -> Integers:
    """Count rounds: an undercut by one side that answers an undercut by the other is half of one."""
    against = np.where(ours, _latest(product, price, ~ours), _latest(product, price, ours))
    undercuts = np.flatnonzero(drops & (against != MISSING) & (price < against))
    answers = (np.diff(product[undercuts]) == 0) & (np.diff(ours[undercuts].astype(np.int64)) != 0)
    return (np.bincount(product[undercuts[1:][answers]], minlength=products) + 1) // 2


def _latest(product: Integers, price: Amounts, side: Flags) -> Amounts:
    """Return for each row the latest price of that side for the same product before it; MISSING if there is none."""
    last = np.maximum.accumulate(np.where(side, np.arange(len(product)), -1))
    before = np.concatenate([np.full(1, -1), last[:-1]]) if len(product) else last
    known = (before >= 0) & (product[before] == product)
    return np.where(known, price[before], MISSING)


def _last_before(product: Integers, old: Flags) -> Flags:
    """Return the last of the old rows of each product: the price with which the window began."""
    rows = np.flatnonzero(old)
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = np.diff(product[rows]) != 0
    began = np.zeros(len(product), dtype=np.bool_)
    began[rows[last]] = True
    return began


def _fall(product: Integers, price: Amounts, recent: Flags, products: int) -> Integers:
    """Return how far each price is below what it was when the window began (or its first price in it), in ppm."""
    rows = np.arange(len(product))
    first, last = np.full(products, -1), np.full(products, -1)
    np.maximum.at(last, product, rows)
    np.maximum.at(first, product[~recent], rows[~recent])
    since = np.flatnonzero(recent)[::-1]
    earliest = np.full(products, -1)
    earliest[product[since]] = since
    first = np.where(first >= 0, first, earliest)
    known = (first >= 0) & (last >= 0)
    start, end = np.ones(products, dtype=np.int64), np.ones(products, dtype=np.int64)
    start[known], end[known] = price[first[known]], price[last[known]]
    fallen = proportion(np.maximum(start - end, 1), [SCALE], [start], up=False)
    return np.where(end < start, fallen, 0)

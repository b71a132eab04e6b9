"""The limits of each product, from its own columns and its policy's guardrails. Pure, vectorised, exact.

Limits are resolved before any price is computed. Floors round up and caps round down, to a millionth here and to the
currency's minor unit in `floor` and `cap`, so that no rounding crosses one. A cost or bound that is blank, zero,
negative or no number is a reason for no price, never a missing limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import (
    INVALID,
    LARGEST,
    MISSING,
    SCALE,
    Amounts,
    Flags,
    Integers,
    multiple,
    proportion,
    usable,
)
from shopwright.pricing.codes import CAPS, FLOORS, LimitKind, Reason, union
from shopwright.pricing.columns import CatalogColumns, check_columns, check_indices
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.margins import price_at_margin, price_at_markup
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails, MarketReference

NO_FLOOR: Final = 0
"""In a row of floors: this limit is not set for the product."""
NO_CAP: Final = int(np.iinfo(np.int64).max)
"""In a row of caps: this limit is not set for the product."""
CONTRADICTIONS: Final = union(Reason.LIMITS_CONTRADICT, Reason.BOUNDS_SWAPPED)
"""Reasons for no price that are no fault of a single input: the limits leave nothing between them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of every product, and the interval that they leave.

    `floors` has a row for each of FLOORS, `caps` one for each of CAPS (millionths, NO_FLOOR and NO_CAP where not set).
    `floor` and `cap` are the tightest, on the currency's minor unit. `reasons` holds the bits of what forbids a price:
    where it is not zero there is no price, and unless it is one of CONTRADICTIONS the other columns mean nothing.
    `margin_ppm` and `markup_ppm` are what is demanded, `ending_of` is an index of `endings`.
    """

    floors: NDArray[np.int64]
    caps: NDArray[np.int64]
    unit: Integers
    margin_ppm: Integers
    markup_ppm: Integers
    endings: tuple[PriceEnding, ...]
    ending_of: Integers
    reasons: Integers
    floor: Amounts
    cap: Amounts

    def between(self, floors: NDArray[np.int64], caps: NDArray[np.int64]) -> Self:
        """Return these limits with other floors and caps: find the interval, and where there is none."""
        floor = multiple(np.clip(floors.max(axis=0), self.unit, LARGEST), self.unit, up=True)
        cap = multiple(np.clip(caps.min(axis=0), 0, LARGEST), self.unit, up=False)
        swapped = floors[FLOORS.index(LimitKind.MINIMUM_PRICE)] > caps[CAPS.index(LimitKind.MAXIMUM_PRICE)]
        contradiction = np.where(floor > cap, Reason.LIMITS_CONTRADICT.bit, 0)
        contradiction |= np.where(swapped, Reason.BOUNDS_SWAPPED.bit, 0)
        others = self.reasons & ~CONTRADICTIONS
        reasons = np.where(others == 0, contradiction, others)
        return replace(self, floors=floors, caps=caps, floor=floor, cap=cap, reasons=reasons)

    def without(self, kind: LimitKind) -> Self:
        """Return the limits as they would be if one kind were not set: for questions, never for prices.

        Nothing is allowed below cost all the same: `guardrails.allowed` sees to that.
        """
        floors, caps = self.floors.copy(), self.caps.copy()
        if kind.is_floor:
            floors[FLOORS.index(kind)] = NO_FLOOR
        else:
            caps[CAPS.index(kind)] = NO_CAP
        changed = self.between(floors, caps)
        if kind is LimitKind.MINIMUM_MARGIN:
            return replace(changed, margin_ppm=np.zeros_like(self.margin_ppm))
        if kind is LimitKind.MINIMUM_MARKUP:
            return replace(changed, markup_ppm=np.zeros_like(self.markup_ppm))
        return changed

    def take(self, rows: Integers) -> Self:
        """Return the limits of these products, in this order."""
        columns = ("unit", "margin_ppm", "markup_ppm", "ending_of", "reasons", "floor", "cap")
        chosen: dict[str, Any] = {name: getattr(self, name)[rows] for name in columns}
        return replace(self, floors=self.floors[:, rows], caps=self.caps[:, rows], **chosen)

    def tightest(self) -> tuple[Integers, Integers]:
        """Return the bits of the limits that make the floor, and of those that make the cap."""
        floor = _bits(FLOORS, multiple(self.floors, self.unit, up=True) >= self.floor)
        return floor, _bits(CAPS, multiple(self.caps, self.unit, up=False) <= self.cap)

    def broken_by(self, price: Amounts) -> Integers:
        """Return for each price the bits of the limits that it breaks; every limit that is set counts."""
        return _bits(FLOORS, self.floors > price) | _bits(CAPS, self.caps < price)

    def room(self, price: Amounts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how far each price is above each floor and below each cap; negative where it is beyond."""
        return price - self.floors, self.caps - price


def _bits(kinds: Sequence[LimitKind], flags: Flags) -> Integers:
    weights = np.array([kind.bit for kind in kinds], dtype=np.int64)
    result: Integers = (flags * weights[:, None]).sum(axis=0)
    return result


def resolve_limits(
    catalog: CatalogColumns, offers: UsedOffers, policies: Sequence[Guardrails], policy_of: Integers
) -> Limits:
    """Work out the limits of every product under its policy (`policy_of`: index, -1 for none).

    Costs are brought to the price's currency and tax basis by `margins`, exactly. Products without comparable offers
    have no market ceiling: there is nothing to be above, and their maximum price holds.
    Raises InvalidColumns where `policy_of` does not fit.
    """
    check_columns(len(catalog), {"policy_of": policy_of})
    check_indices("policy_of", policy_of + 1, len(policies) + 1)
    chosen = [*policies, Guardrails()]
    rules = _Rules.of(chosen, policy_of)
    day = np.where(catalog.price_day_ago == MISSING, catalog.price, catalog.price_day_ago)
    week = np.where(catalog.price_week_ago == MISSING, catalog.price, catalog.price_week_ago)
    cost = price_at_margin(catalog, 0)
    floors = np.stack(
        [
            cost,
            np.where(rules.margin == 0, NO_FLOOR, price_at_margin(catalog, rules.margin)),
            np.where(rules.markup == 0, NO_FLOOR, price_at_markup(catalog, rules.markup)),
            catalog.min_price,
            np.where(catalog.map_price == MISSING, NO_FLOOR, catalog.map_price),
            _moved(day, rules.daily, up=False),
            _moved(week, rules.weekly, up=False),
        ]
    )
    caps = np.stack(
        [
            catalog.max_price,
            _ceiling(offers, chosen, policy_of, rules.ceiling),
            _moved(day, rules.daily, up=True),
            _moved(week, rules.weekly, up=True),
        ]
    )
    reasons = _unfit(catalog, policy_of)
    # Only an amount beyond the range is left to be INVALID once the inputs are fit: a limit that cannot be told.
    beyond = (floors == INVALID).any(axis=0) | (caps == INVALID).any(axis=0)
    endings, ending_of = _endings(catalog, chosen, policy_of)
    return Limits(
        floors=floors,
        caps=caps,
        unit=catalog.unit,
        margin_ppm=rules.margin,
        markup_ppm=rules.markup,
        endings=endings,
        ending_of=ending_of,
        reasons=reasons | np.where((reasons == 0) & beyond, Reason.OUT_OF_RANGE.bit, 0),
        floor=catalog.min_price,
        cap=catalog.max_price,
    ).between(floors, caps)


def _endings(
    catalog: CatalogColumns, policies: Sequence[Guardrails], policy_of: Integers
) -> tuple[tuple[PriceEnding, ...], Integers]:
    """Return the different endings, and which of them each product's policy asks for in its currency."""
    endings: dict[PriceEnding, int] = {}
    currencies = catalog.rates.currencies
    place = np.zeros((len(policies), len(currencies)), dtype=np.int64)
    for row, policy in enumerate(policies):
        for column, currency in enumerate(currencies):
            ending = policy.endings.get(currency.code, PriceEnding.of_currency(currency))
            place[row, column] = endings.setdefault(ending, len(endings))
    return tuple(endings), place[policy_of, catalog.currency]


@dataclass(frozen=True, slots=True)
class _Rules:
    """The settings of each product's policy as columns; MISSING where a limit is off."""

    margin: Integers
    markup: Integers
    daily: Integers
    weekly: Integers
    ceiling: Integers

    @classmethod
    def of(cls, policies: Sequence[Guardrails], policy_of: Integers) -> Self:
        def each(values: Sequence[int | None]) -> Integers:
            return np.array([MISSING if value is None else value for value in values], dtype=np.int64)[policy_of]

        return cls(
            margin=each([policy.min_margin_ppm for policy in policies]),
            markup=each([policy.min_markup_ppm for policy in policies]),
            daily=each([policy.max_daily_change_ppm for policy in policies]),
            weekly=each([policy.max_weekly_change_ppm for policy in policies]),
            ceiling=each([policy.market_ceiling_ppm for policy in policies]),
        )


def _moved(reference: Amounts, change_ppm: Integers, *, up: bool) -> Amounts:
    """Return the price that is the furthest allowed rise (up) or drop from a reference."""
    off = change_ppm == MISSING
    change = np.where(off, 0, change_ppm)
    factor = SCALE + change if up else np.maximum(SCALE - change, 0)
    return np.where(off, NO_CAP if up else NO_FLOOR, proportion(reference, [factor], [SCALE], up=not up))


def _ceiling(offers: UsedOffers, policies: Sequence[Guardrails], policy_of: Integers, ceiling_ppm: Integers) -> Amounts:
    references = {
        MarketReference.LOWEST: offers.lowest,
        MarketReference.MEDIAN: offers.median,
        MarketReference.HIGHEST: offers.highest,
    }
    result = np.full(policy_of.shape, NO_CAP, dtype=np.int64)
    kinds = np.array([list(MarketReference).index(policy.market_reference) for policy in policies])[policy_of]
    for place, kind in enumerate(MarketReference):
        rows = np.flatnonzero((kinds == place) & (ceiling_ppm != MISSING))
        if rows.size:
            reference = references[kind]()[rows]
            above = proportion(reference, [SCALE + ceiling_ppm[rows]], [SCALE], up=False)
            result[rows] = np.where(reference == MISSING, NO_CAP, above)
    return result


def _unfit(catalog: CatalogColumns, policy_of: Integers) -> Integers:
    """Return the bits of what is missing or wrong with the inputs of each product."""
    tax_blank, tax_unknown = catalog.tax_ppm == MISSING, catalog.tax_factor == 0
    found: list[tuple[Reason, Flags]] = [
        (Reason.NO_POLICY, policy_of < 0),
        (Reason.PRICE_MISSING, catalog.price == MISSING),
        (Reason.PRICE_INVALID, _wrong(catalog.price)),
        (Reason.COST_MISSING, catalog.cost == MISSING),
        (Reason.COST_INVALID, _wrong(catalog.cost)),
        (Reason.MIN_PRICE_MISSING, catalog.min_price == MISSING),
        (Reason.MIN_PRICE_INVALID, _wrong(catalog.min_price)),
        (Reason.MAX_PRICE_MISSING, catalog.max_price == MISSING),
        (Reason.MAX_PRICE_INVALID, _wrong(catalog.max_price)),
        (Reason.MAP_INVALID, _wrong(catalog.map_price)),
        (Reason.EARLIER_PRICE_INVALID, _wrong(catalog.price_day_ago) | _wrong(catalog.price_week_ago)),
        (Reason.TAX_RATE_MISSING, tax_unknown & tax_blank),
        (Reason.TAX_RATE_INVALID, tax_unknown & ~tax_blank),
        (Reason.EXCHANGE_RATE_MISSING, catalog.cost_rate[0] == 0),
    ]
    reasons = np.zeros(len(catalog), dtype=np.int64)
    for reason, flags in found:
        reasons |= np.where(flags, reason.bit, 0)
    return reasons


def _wrong(values: Amounts) -> Flags:
    result: Flags = (values != MISSING) & ~usable(values)
    return result

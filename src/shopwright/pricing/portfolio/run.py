"""Rules between products in a run: after the guardrails of each product, before anything is proposed. It does no I/O.

The one function that repricing calls is `keep_rules`. What it returns are decisions as the guardrails make them, so
that all that follows (circuit breaker, explanation, proposals) stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.catalog.columns import ProductColumns
from shopwright.infra.late import PORTFOLIO, late
from shopwright.kit.amounts import MISSING, SCALE, Amounts, Flags, Integers, usable
from shopwright.pricing.assembling import Market
from shopwright.pricing.codes import Outcome, Reason, union
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.guardrails import Decisions, allowed
from shopwright.pricing.portfolio.losses import curvature
from shopwright.pricing.portfolio.rules import Members, PortfolioRules, constraints_of

_WEEK: Final = 7
_MAY_MOVE: Final = union(Reason.UNCHANGED)
"""Of products that are held, only those move that wanted nothing better than their price; all others have a reason."""
_NOTES: Final = union(
    Reason.POSITION, Reason.NO_RIVALS, Reason.TARGET_MARGIN, Reason.STOCK_AGE_STEP, Reason.COVER_STEP,
    Reason.DEAD_BAND, Reason.WEAK_MATCH, Reason.DOUBTFUL_OFFER, Reason.EXPECTED_GAIN, Reason.GAIN_UNCLEAR,
    Reason.RESPONSE_UNKNOWN, Reason.STOCK_SHORT, Reason.EXPLORING, Reason.EXPRESSION, Reason.PYTHON_STRATEGY,
    Reason.OUTSIDE_LIMITS_NOW,
)  # fmt: skip
"""Reasons that say how a price came about and hold nothing."""


@dataclass(frozen=True, slots=True)
class RuleConflict:
    """Rules that cannot be kept together, in words, and the products (rows of the market) that keep their price."""

    rules: tuple[str, ...]
    rows: tuple[int, ...]
    rounding: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The decisions of each part, in the order given, and the rules that could not be kept."""

    decisions: tuple[Decisions, ...]
    conflicts: tuple[RuleConflict, ...]


def keep_rules(market: Market, parts: Sequence[tuple[Integers, Decisions]], rules: PortfolioRules) -> Kept:
    """Move decided prices as little as the rules between products ask for, in terms of expected profit.

    `parts` are decisions with the rows of the market that they are about. Prices stay within the limits of their
    product and are checked by the guardrails again. Products of rules that conflict are held. Rules see the products of
    the run only: a run over a selection does not look at what is outside of it. Solvers are loaded when a rule is broken.
    """
    decisions = tuple(decided for _, decided in parts)
    if not rules.words:
        return Kept(decisions, ())
    whole = _Whole.of(market, parts)
    constraints = constraints_of(rules, _members(market, whole.price))
    exact: list[int] = whole.price.tolist()
    if all(one.holds(exact) for one in constraints):
        return Kept(decisions, ())
    arranging = late(PORTFOLIO)
    found = arranging.arrange(arranging.Wanted(**whole.columns(market)), constraints)
    held = np.zeros(len(market.products), dtype=np.bool_)
    for conflict in found.conflicts:
        held[list(conflict.rows)] = True
    if any(_unsound(market, rows, one, found.price[rows]).any() for rows, one in parts):
        # The limits of a product and its last check disagree: nothing that was arranged is trusted.
        held |= found.price != whole.price
    words = rules.words
    conflicts = tuple(
        RuleConflict(tuple(words[rule] for rule in one.rules), one.rows, one.rounding) for one in found.conflicts
    )
    changed = tuple(_changed(market, rows, one, found.price[rows], held[rows]) for rows, one in parts)
    return Kept(changed, conflicts)


@dataclass(frozen=True, slots=True)
class _Whole:
    """The decisions of all parts as columns of the market: what stands now, and within which limits it may move."""

    price: Amounts
    floor: Amounts
    cap: Amounts
    unit: Integers
    endings: tuple[PriceEnding, ...]
    ending_of: Integers

    @classmethod
    def of(cls, market: Market, parts: Sequence[tuple[Integers, Decisions]]) -> "_Whole":
        price = market.catalog.price.copy()
        floor, cap, unit = price.copy(), price.copy(), np.ones_like(price)
        endings: list[PriceEnding] = []
        ending_of = np.zeros_like(price)
        for rows, decided in parts:
            limits = decided.limits
            price[rows] = np.where(decided.price == MISSING, price[rows], decided.price)
            moves = _may_move(decided)
            floor[rows] = np.where(moves, limits.floor, price[rows])
            cap[rows] = np.where(moves, limits.cap, price[rows])
            unit[rows] = limits.unit
            ending_of[rows] = limits.ending_of + len(endings)
            endings.extend(limits.endings)
        return cls(price, floor, cap, unit, tuple(endings), ending_of)

    def columns(self, market: Market) -> dict[str, object]:
        """Return the arguments of arranging.Wanted."""
        known = usable(self.price)
        price = np.where(known, self.price, SCALE)
        return {
            "price": price,
            "floor": np.where(known, self.floor, SCALE),
            "cap": np.where(known, self.cap, SCALE),
            "unit": self.unit,
            "endings": self.endings,
            "ending_of": self.ending_of,
            "curve": curvature(price / SCALE, _weekly_units(market), _elasticity(market.catalog)),
        }


def _may_move(decided: Decisions) -> Flags:
    """Tell which prices may be moved: proposed ones, and those that are held for nothing but being best as they are."""
    held = decided.outcome == Outcome.HELD.place
    only = (decided.reasons & ~(_NOTES | _MAY_MOVE) == 0) & (decided.reasons & _MAY_MOVE != 0)
    result: Flags = (decided.outcome == Outcome.PROPOSED.place) | (held & only)
    return result


def _unsound(market: Market, rows: Integers, decided: Decisions, arranged: Amounts) -> Flags:
    """Tell which arranged prices are moves that the guardrails would not let through."""
    moved = _may_move(decided) & (arranged != market.catalog.price[rows])
    result: Flags = moved & ~allowed(market.catalog.take(rows), decided.limits, arranged)
    return result


def _changed(market: Market, rows: Integers, decided: Decisions, arranged: Amounts, conflicting: Flags) -> Decisions:
    """Return the decisions of a part with the arranged prices; the guardrails have the last word on each."""
    current = market.catalog.price[rows]
    before = np.where(decided.price == MISSING, current, decided.price)
    moved = (arranged != before) & _may_move(decided) & ~conflicting
    conflicting = conflicting & _may_move(decided)
    stays = moved & (arranged == current)
    reasons = np.where(moved, decided.reasons & ~Reason.UNCHANGED.bit | Reason.PORTFOLIO.bit, decided.reasons)
    reasons = np.where(conflicting, reasons | Reason.PORTFOLIO_CONFLICT.bit, reasons)
    outcome = np.where(moved, np.where(stays, Outcome.HELD.place, Outcome.PROPOSED.place), decided.outcome)
    outcome = np.where(conflicting, Outcome.HELD.place, outcome)
    price = np.where(moved, arranged, decided.price)
    price = np.where(outcome == Outcome.PROPOSED.place, price, MISSING)
    # A price that was held had no confidence of its own to lose; one that is moved for a rule keeps what it had.
    confidence = np.where(moved, np.maximum(decided.confidence, 1), decided.confidence)
    return replace(decided, outcome=outcome, price=price, reasons=reasons, confidence=confidence)


def _members(market: Market, price: Amounts) -> Members:
    products, catalog = market.products, market.catalog
    rate, per = catalog.cost_rate
    # Costs are in the currency of the price as a rule; others are not counted rather than guessed.
    cost = np.where((rate == per) & (rate > 0), catalog.cost, MISSING)
    return Members(
        skus=products.skus,
        brands=products.brands,
        categories=products.categories,
        kind=_kinds(products, catalog),
        tax_factor=catalog.tax_factor,
        cost=cost,
        units=np.nan_to_num(_weekly_units(market)),
        priced=usable(price),
    )


def _kinds(products: ProductColumns, catalog: CatalogColumns) -> Integers:
    """Return a number for each marketplace, currency and tax: prices are compared only within one."""
    keys = list(zip(products.marketplaces, products.currencies, catalog.tax_factor.tolist(), strict=True))
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([number[key] for key in keys], dtype=np.int64)


def _weekly_units(market: Market) -> NDArray[np.float64]:
    pace = market.pace.weekly_units
    by_day = market.catalog.response.units
    seen = np.array([max(pace.get(product, 0.0), 0.0) for product in market.products.ids], dtype=np.float64)
    return np.where(np.isfinite(by_day), by_day * _WEEK, seen)


def _elasticity(catalog: CatalogColumns) -> NDArray[np.float64]:
    return catalog.response.elasticity

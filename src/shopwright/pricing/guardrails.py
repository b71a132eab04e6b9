"""Guardrails: what becomes of a candidate price, whoever proposes it. Pure, vectorised, exact.

The order is fixed: limits are resolved first (`limits`), the candidate is brought between floor and cap onto the nearest
allowed ending, and the result is checked again on its gross, net and converted value. What cannot be decided safely
gets no price, with the reason; nothing here ever means "no limit".
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from shopwright.kit.amounts import LARGEST, MISSING, SCALE, Amounts, Flags, Integers, multiple, proportion, usable
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.columns import CatalogColumns, check_columns
from shopwright.pricing.limits import Limits, resolve_limits
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.interface import Candidates


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided for every product.

    `outcome` holds places in Outcome. `price` is the proposed price, MISSING unless PROPOSED. `candidate` is what was
    wanted, `free` the same on an allowed ending without any limit: the distance from `free` to `price` is what the
    limits cost. `binding` has the bits of the limits that decided (that contradict each other, where there is no price
    for that), `reasons` those of Reason; `confidence` is 0..100.
    """

    outcome: Integers
    price: Amounts
    candidate: Amounts
    free: Amounts
    binding: Integers
    reasons: Integers
    confidence: Integers
    limits: Limits

    def __len__(self) -> int:
        return len(self.outcome)

    def having(self, outcome: Outcome) -> Integers:
        """Return the rows of the products with this outcome."""
        return np.flatnonzero(self.outcome == outcome.place)

    @property
    def counts(self) -> dict[str, int]:
        """How many products have each outcome."""
        return {outcome.value: int(self.having(outcome).size) for outcome in Outcome}

    @property
    def cost_of_limits(self) -> Amounts:
        """How far the limits moved each proposed price from `free`, signed; MISSING where nothing is proposed."""
        return np.where(self.price == MISSING, MISSING, self.price - self.free)

    def take(self, rows: Integers) -> Self:
        """Return the decisions on these products, in this order."""
        columns = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "limits"}
        return replace(self, **columns, limits=self.limits.take(rows))


def guard(
    catalog: CatalogColumns,
    offers: UsedOffers,
    policies: Sequence[Guardrails],
    policy_of: Integers,
    candidates: Candidates,
    held: Integers | None = None,
) -> Decisions:
    """Resolve the limits and decide: the one way from a candidate to a price.

    `policy_of` gives the index of each product's policy, -1 for none. `held` has bits of Reason for products whose
    price must stay (price war, a price in flight). Raises InvalidColumns where lengths differ.
    """
    return decide(catalog, resolve_limits(catalog, offers, policies, policy_of), candidates, held)


def decide(catalog: CatalogColumns, limits: Limits, candidates: Candidates, held: Integers | None = None) -> Decisions:
    """Decide within limits that were resolved before. See `guard`."""
    held = np.zeros(len(catalog), dtype=np.int64) if held is None else held
    check_columns(len(catalog), {"limits": limits.reasons, "candidates": candidates.price, "held": held})
    wanted, current = candidates.price, catalog.price
    given = usable(wanted)
    refused = limits.reasons | np.where((wanted != MISSING) & ~given, Reason.CANDIDATE_INVALID.bit, 0)
    outside = (current < limits.floor) | (current > limits.cap)
    # A price that is wanted as it is, and is within the limits, stays: no ending moves it.
    stays = (wanted == current) & ~outside
    price, free = _place(limits, wanted, (refused == 0) & given & ~stays)
    price, free = np.where(stays, wanted, price), np.where(stays, wanted, free)
    unsound = (refused == 0) & (price != MISSING) & ~stays & ~allowed(catalog, limits, price)
    refused |= np.where(unsound, Reason.CHECK_FAILED.bit, 0)
    holds = held.copy()
    for reason, flags in (
        (Reason.NO_CANDIDATE, ~given),
        (Reason.UNCHANGED, price == current),
        (Reason.NO_ENDING_FITS, given & (price == MISSING)),
    ):
        holds |= np.where(flags, reason.bit, 0)
    outcome = np.where(refused != 0, Outcome.NO_PRICE.place, Outcome.PROPOSED.place)
    outcome = np.where((refused == 0) & (holds != 0), Outcome.HELD.place, outcome)
    notes = holds | candidates.reasons | np.where(outside, Reason.OUTSIDE_LIMITS_NOW.bit, 0)
    return Decisions(
        outcome=outcome,
        price=np.where(outcome == Outcome.PROPOSED.place, price, MISSING),
        candidate=wanted,
        free=free,
        binding=_binding(limits, price, free, given),
        reasons=np.where(refused != 0, refused, notes),
        confidence=candidates.confidence,
        limits=limits,
    )


def allowed(catalog: CatalogColumns, limits: Limits, price: Amounts) -> Flags:
    """Tell which prices keep every limit, checked on the price itself and on what it brings net, in the cost's currency.

    This is the last word on any price, also one that a person asks for or that waited for approval. The second check
    goes from the price down to the cost, against the way in which the floors were computed; endings are not limits.
    """
    rate, per = catalog.cost_rate
    tax, margin, markup = catalog.tax_factor, limits.margin_ppm, limits.markup_ppm
    at_margin = proportion(price, [SCALE, per, SCALE - margin], [tax, rate, SCALE], up=False)
    at_markup = proportion(price, [SCALE, per, SCALE], [tax, rate, SCALE + markup], up=False)
    result: Flags = (limits.reasons == 0) & usable(price) & (price % limits.unit == 0)
    result &= limits.broken_by(price) == 0
    result &= (at_margin >= catalog.cost) & (at_markup >= catalog.cost)
    return result


def _place(limits: Limits, wanted: Amounts, where: Flags) -> tuple[Amounts, Amounts]:
    """Return the allowed ending nearest to what is wanted, within the limits and without them; MISSING elsewhere."""
    price, free = np.full_like(wanted, MISSING), np.full_like(wanted, MISSING)
    for index, ending in enumerate(limits.endings):
        rows = np.flatnonzero(where & (limits.ending_of == index))
        goal, unit = wanted[rows], limits.unit[rows]
        price[rows] = ending.nearest(goal, limits.floor[rows], limits.cap[rows])
        free[rows] = ending.nearest(goal, unit, multiple(np.full_like(goal, LARGEST - 1), unit, up=False))
    return price, free


def _binding(limits: Limits, price: Amounts, free: Amounts, given: Flags) -> Integers:
    """Return the bits of the limits that moved a price away from `free`, or that leave no price between them."""
    floors, caps = limits.tightest()
    no_ending = (limits.reasons == 0) & given & (price == MISSING)
    both = no_ending | (limits.reasons & Reason.LIMITS_CONTRADICT.bit != 0)
    placed = (price != MISSING) & (free != MISSING)
    pushed_up, pushed_down = placed & (price > free), placed & (price < free)
    below: Integers = np.where(both | pushed_up, floors, 0)
    above: Integers = np.where(both | pushed_down, caps, 0)
    return below | above

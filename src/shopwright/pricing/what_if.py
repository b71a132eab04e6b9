"""What would change a price: a limit that is lifted, a rival that runs out. Questions only, never prices. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from shopwright.kit.amounts import MISSING, Amounts, Integers
from shopwright.pricing.codes import LimitKind
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.guardrails import Decisions, decide, guard
from shopwright.pricing.responses import Estimates
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.interface import Candidates
from shopwright.pricing.strategies.outlook import expected_outlook

ASKED_RIVALS: Final = 5
"""Of how many rivals it is asked what happens without them: of dozens no single one decides, and all pairs are many."""
Proposer = Callable[[CatalogColumns, UsedOffers], Candidates]
"""A strategy with its settings."""


def without_limits(
    catalog: CatalogColumns, decisions: Decisions, candidates: Candidates, held: Integers | None = None
) -> dict[LimitKind, Amounts]:
    """Return what each price would be without each limit, for the limits that bind somewhere.

    Columns hold the price where that limit binds and another price would be proposed without it, MISSING elsewhere.
    Without the cost floor there is no answer: nothing is allowed below cost.
    """
    answers: dict[LimitKind, Amounts] = {}
    for kind in LimitKind:
        rows = np.flatnonzero(decisions.binding & kind.bit)
        if rows.size:
            part = Candidates(candidates.price[rows], candidates.confidence[rows], candidates.reasons[rows])
            limits = decisions.limits.take(rows).without(kind)
            other = decide(catalog.take(rows), limits, part, None if held is None else held[rows])
            answers[kind] = np.full(len(decisions), MISSING, dtype=np.int64)
            answers[kind][rows] = np.where(other.price == decisions.price[rows], MISSING, other.price)
    return answers


def profit_lost_to_limits(catalog: CatalogColumns, offers: UsedOffers, decisions: Decisions, days: int) -> Estimates:
    """Return the expected profit over `days` that the limits cost each product, in millionths, net; NaN if not known.

    That of the price without any limit, on an allowed ending, less that of the proposed one: below zero where a limit
    happens to hold a strategy back from a loss.
    """
    free, proposed = (expected_outlook(catalog, offers, price, days) for price in (decisions.free, decisions.price))
    return free.mean_gain - proposed.mean_gain


def without_rivals(
    rows: Integers,
    catalog: CatalogColumns,
    offers: UsedOffers,
    policies: Sequence[Guardrails],
    policy_of: Integers,
    propose: Proposer,
) -> Amounts:
    """Return for each offer of the gated table what the price of its product would be if that rival ran out.

    Asked for the products at `rows` and the ASKED_RIVALS cheapest of their used offers; MISSING where nothing was asked
    and where no price would be proposed.
    """
    asked = np.minimum(offers.count[rows], ASKED_RIVALS)
    # One copy of the product for each rival, and in each copy the offers without that rival.
    copies = np.repeat(rows, asked)
    absent = np.arange(copies.size, dtype=np.int64) - np.repeat(np.cumsum(asked) - asked, asked)
    others = offers.of_products(copies)
    place = np.arange(len(others.product), dtype=np.int64) - others.starts[others.product]
    others = others.keep(place != absent[others.product])
    market = catalog.take(copies)
    decisions = guard(market, others, policies, policy_of[copies], propose(market, others))
    answers = np.full(len(offers.exclusions), MISSING, dtype=np.int64)
    answers[offers.offer[offers.starts[copies] + absent]] = decisions.price
    return answers

"""What would change a price: a limit that is lifted, a rival that runs out. Questions only, never prices. Pure."""

from collections.abc import Callable, Sequence

import numpy as np

from shopwright.kit.amounts import MISSING, Amounts, Integers
from shopwright.pricing.codes import LimitKind
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.guardrails import Decisions, decide, guard
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.interface import Candidates

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


def without_rivals(
    row: int,
    catalog: CatalogColumns,
    offers: UsedOffers,
    policies: Sequence[Guardrails],
    policy_of: Integers,
    propose: Proposer,
) -> dict[int, int]:
    """Return what the price of one product would be if one of its rivals ran out, for each of its used offers.

    Keys are rows of the table of offers; values are prices in millionths, MISSING where none would be proposed.
    """
    first, last = int(offers.starts[row]), int(offers.starts[row + 1])
    copies = np.full(last - first, row, dtype=np.int64)
    if not copies.size:
        return {}
    # One copy of the product for each rival, and in each copy the offers without that rival.
    others = offers.of_products(copies)
    others = others.keep(np.arange(len(others.product)) % (copies.size + 1) != 0)
    market = catalog.take(copies)
    decisions = guard(market, others, policies, policy_of[copies], propose(market, others))
    return dict(zip(offers.offer[first:last].tolist(), decisions.price.tolist(), strict=True))

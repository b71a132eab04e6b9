"""Which predictions can be met, with what, and which never will be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from shopwright.catalog.columns import PriceMoves
from shopwright.demand.domain import Absence
from shopwright.kit.amounts import Amounts, scaled
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome
from shopwright.sales.domain import DailyUnits

_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Happened:
    """What has happened since: units of each day, own prices that were set, and days without stock.

    `until` is the last day of which everything that was sold is known.
    """

    until: date
    units: DailyUnits
    moves: PriceMoves
    absences: Sequence[Absence] = field(default=())


def meet(waiting: Sequence[PriceOutcome], happened: Happened, zone: ZoneInfo) -> list[PriceOutcome]:
    """Return those of the outcomes that are decided now, with their state and what was sold.

    A price that was replaced before the horizon had passed, or a product that could not be bought on one of its days,
    says nothing about the expectation.
    """
    sold, decided = _Sold(happened.units), []
    moves, empty = _moves_by_product(happened.moves), _absences_by_product(happened.absences)
    for outcome in waiting:
        if _replaced(outcome, moves, zone):
            decided.append(outcome.ended(OutcomeState.CUT_SHORT))
        elif outcome.last_day <= happened.until:
            if any(_overlaps(outcome, absence) for absence in empty.get(outcome.product_id, ())):
                decided.append(outcome.ended(OutcomeState.OUT_OF_STOCK))
            else:
                decided.append(outcome.met(sold.between(outcome.product_id, outcome.first_day, outcome.last_day)))
    return decided


class _Sold:
    """Units by product, summed up from the first day, so that any span of days is one difference."""

    def __init__(self, units: DailyUnits) -> None:
        self._first, self._days = units.first, units.days
        self._row = {product: row for row, product in enumerate(units.product_ids)}
        by_day = np.zeros((len(units.product_ids), units.days + 1))
        np.add.at(by_day, (units.row, units.day + 1), units.units)
        self._sums = by_day.cumsum(axis=1)

    def between(self, product: UUID, first: date, last: date) -> Decimal:
        row = self._row.get(product)
        if row is None:
            return Decimal(0)
        begin = min(max((first - self._first).days, 0), self._days)
        end = min(max((last - self._first).days + 1, 0), self._days)
        return Decimal(str(round(float(self._sums[row, end] - self._sums[row, begin]), _DIGITS)))


def _moves_by_product(moves: PriceMoves) -> dict[UUID, list[tuple[int, int]]]:
    found: dict[UUID, list[tuple[int, int]]] = {}
    for product, at, price in zip(moves.product_ids, moves.at.tolist(), moves.price.tolist(), strict=True):
        found.setdefault(product, []).append((at, price))
    return found


def _absences_by_product(absences: Sequence[Absence]) -> dict[UUID, list[Absence]]:
    found: dict[UUID, list[Absence]] = {}
    for absence in absences:
        found.setdefault(absence.product_id, []).append(absence)
    return found


def _replaced(outcome: PriceOutcome, moves: dict[UUID, list[tuple[int, int]]], zone: ZoneInfo) -> bool:
    """Tell whether another price was set between the change and the end of the last day."""
    own: Amounts = scaled([outcome.price])
    begin = int(outcome.applied_at.timestamp())
    end = int(datetime.combine(outcome.last_day + timedelta(days=1), time(), zone).timestamp())
    return any(begin <= at < end and price != int(own[0]) for at, price in moves.get(outcome.product_id, ()))


def _overlaps(outcome: PriceOutcome, absence: Absence) -> bool:
    return absence.first <= outcome.last_day and (absence.until is None or absence.until > outcome.first_day)

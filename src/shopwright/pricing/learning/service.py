"""The use cases of learning: keep what applied prices are expected to bring, meet it with sales, show what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import Absence
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.pricing.learning.calibration import ConfidenceClass, Kept, calibrate
from shopwright.pricing.learning.meeting import Happened, meet
from shopwright.pricing.learning.outcomes import (
    PriceOutcome,
    PriceOutcomesMet,
    PricePredictionsKept,
    counts_of,
    predict,
)
from shopwright.pricing.learning.repository import OutcomeRepository, Promise
from shopwright.sales.service import SalesService

_SHOWN_DAYS: Final = 365
_LATEST: Final = timedelta(days=120)
"""How long after it went live a price still gets a prediction: the night after, or when the nights were missed."""
_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Learned:
    """How prices came out since a day: counts by state, sums, and the calibration of both promises at each horizon."""

    since: date
    counts: dict[str, int]
    kept: list[Kept]
    confidence: dict[int, list[ConfidenceClass]]
    gain_chance: dict[int, list[ConfidenceClass]]


class LearningService:
    """What one tenant's applied prices were expected to bring, and brought. `tax_ppm` and `zone` are the shop's."""

    def __init__(self, unit: UnitOfWork, tax_ppm: int | None, zone: ZoneInfo) -> None:
        self._unit = unit
        self._tax_ppm = tax_ppm
        self._zone = zone
        self._outcomes = OutcomeRepository(unit)

    async def keep_predictions(self) -> int:
        """Keep the predictions of prices that went live since the last time; return how many."""
        since, kept = self._unit.clock.now() - _LATEST, 0
        # Batches bound the memory; a batch of which nothing is kept would come again.
        while applied := await self._outcomes.list_unpredicted(since, _AT_ONCE):
            predictions = [one for price in applied for one in predict(price, self._tax_ppm, self._zone)]
            await self._outcomes.add_all(predictions)
            kept += len(predictions)
            if not predictions or len(applied) < _AT_ONCE:
                break
        if kept:
            self._unit.publish(PricePredictionsKept(subject_id=str(self._unit.tenant), predictions=kept))
        return kept

    async def meet(self, absences: Sequence[Absence] = ()) -> int:
        """Hold against predictions what was sold, where their days have passed; return how many were decided.

        `absences` are days without stock.
        """
        waiting = await self._outcomes.list_waiting()
        happened = await self._happened(waiting, absences) if waiting else None
        decided = [] if happened is None else meet(waiting, happened, self._zone)
        if decided:
            await self._outcomes.save(decided)
            self._unit.publish(PriceOutcomesMet(subject_id=str(self._unit.tenant), counts=counts_of(decided)))
        return len(decided)

    async def learned(self, since: date | None = None) -> Learned:
        """Return how the prices of a year, or since a day, came out."""
        first = since or self._unit.clock.now().date() - timedelta(days=_SHOWN_DAYS)
        tallies = {promise: await self._outcomes.tallies(promise, first) for promise in Promise}
        confidence, gain_chance = (
            {horizon: calibrate(part) for horizon, part in tallies[promise].items()} for promise in Promise
        )
        return Learned(
            since=first,
            counts=await self._outcomes.counts(first),
            kept=await self._outcomes.kept(first),
            confidence=confidence,
            gain_chance=gain_chance,
        )

    async def list_of_product(
        self, product_id: UUID, *, cursor: str | None = None, limit: int = 100
    ) -> Slice[PriceOutcome]:
        """Return a page of a product's outcomes, newest first. Raises ProductNotFound."""
        await CatalogService(self._unit).get_product(product_id)
        decoded = decode_cursor(cursor, date, UUID, int)
        after = None if decoded is None else (decoded[0], decoded[1], decoded[2])
        found = await self._outcomes.list_of_product(product_id, after, limit + 1)
        return page_of(found, limit, lambda one: (one.first_day, one.proposal_id, one.horizon))

    async def _happened(self, waiting: Sequence[PriceOutcome], absences: Sequence[Absence]) -> Happened | None:
        """Read what was sold since the first of the outcomes; None in a shop that has sold nothing.

        Of today more may be sold, so that the days known end with yesterday.
        """
        sales = SalesService(self._unit)
        now: datetime = self._unit.clock.now()
        today = now.astimezone(self._zone).date()
        first = min(outcome.first_day for outcome in waiting)
        asked = max((today - first).days, 0) + 1
        units = await sales.units_by_day(asked)
        if units is not None and units.days == asked and units.first > first:
            # Sales are dated beyond today: look back from there.
            units = await sales.units_by_day(asked + (units.first - first).days)
        if units is None:
            return None
        newest = units.first + timedelta(days=units.days - 1)
        since = min(outcome.applied_at for outcome in waiting)
        moves = await CatalogService(self._unit).price_moves(since, at_least=1)
        return Happened(min(newest, today - timedelta(days=1)), units, moves, absences)

"""Prices of policies in shadow: written down beside what happens, and read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.amounts import Amounts, unscaled
from shopwright.pricing.assembling import Market
from shopwright.pricing.codes import Outcome
from shopwright.pricing.deciding import Part
from shopwright.pricing.shadow_repository import ShadowRepository
from shopwright.pricing.simulating import effects_of

KEPT_DAYS: Final = 90
_OUTCOMES: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What a policy in shadow would have asked on a day, beside the price that was decided by the live policy.

    `shadow_price` is None where it would have left the price; `gain` is the expected change of weekly profit against
    staying, low, middle and high, None where that is not known.
    """

    policy_id: UUID
    day: date
    product_id: UUID
    sku: str
    product_name: str
    run_id: UUID
    at: datetime
    strategy: str
    outcome: str
    currency: str
    current_price: Decimal | None
    live_price: Decimal | None
    shadow_price: Decimal | None
    confidence: int
    reason: str
    gain: Sequence[Decimal] | None


@dataclass(frozen=True, slots=True)
class ShadowFilter:
    """Which shadow prices; None means all."""

    policy_id: UUID | None = None
    product_id: UUID | None = None
    day: date | None = None


class ShadowService:
    """What policies in shadow would have done for one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._shadows = ShadowRepository(unit)

    async def record(self, run_id: UUID, market: Market, parts: Sequence[Part], live: Amounts) -> int:
        """Write down the prices of policies in shadow; return how many. `live` is what was decided for each product."""
        now = self._unit.clock.now()
        rows = [row for part in parts for row in _rows(market, part, live)]
        await self._shadows.forget(now.date() - timedelta(days=KEPT_DAYS))
        await self._shadows.add(run_id, now, rows)
        return len(rows)

    async def list_prices(self, wanted: ShadowFilter, cursor: str | None, limit: int) -> Slice[ShadowPrice]:
        """Return shadow prices, the newest day first. Raises InvalidCursor."""
        after = decode_cursor(cursor, date, UUID, UUID)
        found = await self._shadows.list_page(wanted.policy_id, wanted.product_id, wanted.day, after, limit + 1)
        prices = [ShadowPrice(**row) for row in found]
        return page_of(prices, limit, lambda price: (price.day, price.policy_id, price.product_id))


def _rows(market: Market, part: Part, live: Amounts) -> Iterator[tuple[Any, ...]]:
    """Yield a row of `ShadowRepository.add` for each product of a policy."""
    decisions, effects = part.decisions, effects_of(market, part)
    outcome, prices, confidence = decisions.outcome.tolist(), decisions.price.tolist(), decisions.confidence.tolist()
    for row, place in enumerate(part.rows.tolist()):
        effect, currency = effects.get(row), market.products.currencies[place]
        fact = part.grounds.fact(row, effect)
        why = part.explainer.of(row, part.grounds.why(row, fact, currency), fact)
        gain = None if effect is None or None in effect.gain else [Decimal(str(end)) for end in effect.gain]
        yield (
            part.policy.id,
            market.products.ids[place],
            fact.name,
            _OUTCOMES[outcome[row]].value,
            currency,
            unscaled(int(market.catalog.price[place])),
            unscaled(int(live[place])),
            unscaled(prices[row]),
            confidence[row],
            why.sentence,
            gain,
        )

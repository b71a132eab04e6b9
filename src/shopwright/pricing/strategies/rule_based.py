"""Prices by rule: a position against the rivals, moved by ladders for the age and the cover of the stock. Pure.

The order is position, offset, stock age, cover, dead band. Figures are exact and rounded down to a millionth. In
simulation, rules that follow the lowest rival earn less than staying at list: they are for those who must.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import numpy as np

from shopwright.kit.amounts import INVALID, LARGEST, MISSING, SCALE, Amounts, Flags, Integers, proportion, usable
from shopwright.pricing.checking import check_settings
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.margins import price_at_margin
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings

_SMALLEST: Final = Decimal("0.000001")
_STEPS: Final = "Each step begins on a later day than the one before, and changes by above -100, up to 1,000 %."
_CONFIDENCE: Final = (40, 60, 75, 90)
"""How sure a position is with 0, 1, 2, and 3 or more rivals: one rival may be a mistake, three agree by chance rarely.
With none there is only the margin to go by."""
_DOUBT: Final = 10
"""What it costs to use an offer of which stock, condition or shipping is not known."""


class Position(StrEnum):
    """Where a price should stand among the rivals' prices."""

    LOWEST = "lowest"
    AVERAGE = "average"
    PERCENTILE = "percentile"
    INDEX = "index"


class Fallback(StrEnum):
    """What to do for a product without comparable rivals."""

    HOLD = "hold"
    TARGET_MARGIN = "target_margin"


@dataclass(frozen=True, slots=True)
class Step:
    """From `at_least` days on, change the price by `change_ppm` (below zero: a discount)."""

    at_least: int
    change_ppm: int


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """One rule. Shares are ppm.

    `percentile_ppm` (0..100 %) and `index_ppm` (our price over the rivals' average, 100 % at par) belong to their
    positions. The offset is a share or an amount in the product's currency, added to the position; not both. Of each
    ladder the last step that is reached counts; products whose age or cover is not known are on no step. Wanted moves
    within `dead_band_ppm` of the present price are not made.
    """

    position: Position = Position.AVERAGE
    percentile_ppm: int = 500_000
    index_ppm: int = SCALE
    offset_ppm: int = 0
    offset_amount: Decimal = Decimal(0)
    fallback: Fallback = Fallback.HOLD
    target_margin_ppm: int | None = None
    stock_age_steps: tuple[Step, ...] = ()
    cover_steps: tuple[Step, ...] = ()
    dead_band_ppm: int = 5_000

    def __post_init__(self) -> None:
        target = self.target_margin_ppm
        checks = {
            "percentile_ppm": (0 <= self.percentile_ppm <= SCALE, "From 0 to 100 %."),
            "index_ppm": (0 < self.index_ppm <= 10 * SCALE, "Above 0, up to 1,000 %."),
            "offset_ppm": (-SCALE < self.offset_ppm <= 10 * SCALE, "Above -100, up to 1,000 %."),
            "offset_amount": (
                self.offset_amount.is_finite()
                and abs(self.offset_amount) < LARGEST // SCALE
                and self.offset_amount % _SMALLEST == 0
                and (self.offset_ppm == 0 or self.offset_amount == 0),
                "An amount of at most six decimals, and 0 beside an offset in percent.",
            ),
            "target_margin_ppm": (
                0 <= target < SCALE if target is not None else self.fallback is not Fallback.TARGET_MARGIN,
                "From 0 to below 100 %; needed where prices follow it.",
            ),
            "stock_age_steps": (_climbs(self.stock_age_steps), _STEPS),
            "cover_steps": (_climbs(self.cover_steps), _STEPS),
            "dead_band_ppm": (0 <= self.dead_band_ppm < SCALE, "From 0 to below 100 %."),
        }
        check_settings(InvalidStrategySettings, checks)


def _climbs(steps: tuple[Step, ...]) -> bool:
    days = [step.at_least for step in steps]
    return days == sorted(set(days)) and all(
        step.at_least >= 0 and -SCALE < step.change_ppm <= 10 * SCALE for step in steps
    )


class RuleBased:
    """The strategy `rule_based`."""

    name = "rule_based"

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: RuleSettings) -> Candidates:
        """Return the price that the rule wants for each product."""
        has_rivals = offers.count > 0
        wanted = np.where(has_rivals, _offset(_position(offers, settings), settings), MISSING)
        on_margin = np.zeros(len(market), dtype=np.bool_)
        if settings.fallback is Fallback.TARGET_MARGIN and settings.target_margin_ppm is not None:
            target = price_at_margin(market, settings.target_margin_ppm)
            # A cost that is not known is for the guardrails to report; there is just nothing wanted here.
            on_margin = ~has_rivals & usable(target)
            wanted = np.where(on_margin, target, wanted)
        wanted, aged = _climbed(wanted, market.stock_age_days, settings.stock_age_steps)
        wanted, covered = _climbed(wanted, market.cover_days, settings.cover_steps)
        near = _near(wanted, market.price, settings.dead_band_ppm)
        weak, doubtful = offers.weakest_match() < SCALE, offers.any_doubtful()
        reasons = np.zeros(len(market), dtype=np.int64)
        for reason, flags in (
            (Reason.POSITION, has_rivals),
            (Reason.NO_RIVALS, ~has_rivals),
            (Reason.TARGET_MARGIN, on_margin),
            (Reason.STOCK_AGE_STEP, aged),
            (Reason.COVER_STEP, covered),
            (Reason.DEAD_BAND, near),
            (Reason.WEAK_MATCH, weak),
            (Reason.DOUBTFUL_OFFER, doubtful),
        ):
            reasons |= np.where(flags, reason.bit, 0)
        confidence = np.where(wanted == MISSING, 0, _confidence(offers))
        return Candidates(np.where(near, market.price, wanted), confidence, reasons)


def _position(offers: UsedOffers, settings: RuleSettings) -> Amounts:
    if settings.position is Position.LOWEST:
        return offers.lowest()
    if settings.position is Position.PERCENTILE:
        return offers.percentile(settings.percentile_ppm)
    share = settings.index_ppm if settings.position is Position.INDEX else SCALE
    return proportion(offers.average(), [share], [SCALE], up=False)


def _offset(price: Amounts, settings: RuleSettings) -> Amounts:
    """Add the offset. Where that leaves nothing above zero the result is INVALID, so no price comes of it."""
    moved = proportion(price, [SCALE + settings.offset_ppm], [SCALE], up=False)
    moved = np.where(usable(moved), moved + int(settings.offset_amount * SCALE), INVALID)
    return np.where(usable(moved), moved, INVALID)


def _climbed(price: Amounts, days: Integers, steps: tuple[Step, ...]) -> tuple[Amounts, Flags]:
    """Apply the last step that each product has reached; tell which products a step has moved."""
    change = np.zeros(len(price), dtype=np.int64)
    for step in steps:
        change = np.where(days >= step.at_least, step.change_ppm, change)
    moved = usable(price) & (change != 0)
    stepped = proportion(price, [SCALE + change], [SCALE], up=False)
    return np.where(moved, np.where(stepped > 0, stepped, INVALID), price), moved


def _near(wanted: Amounts, current: Amounts, band_ppm: int) -> Flags:
    """Tell where a move is not zero and within the band."""
    band = proportion(current, [band_ppm], [SCALE], up=False)
    both = usable(wanted) & usable(current)
    result: Flags = both & (wanted != current) & (np.abs(np.where(both, wanted - current, 0)) <= band)
    return result


def _confidence(offers: UsedOffers) -> Integers:
    """Return 0..100: by the number of rivals, times the weakest match, less what is not known about the offers."""
    by_count = np.array(_CONFIDENCE, dtype=np.int64)[np.minimum(offers.count, len(_CONFIDENCE) - 1)]
    weighed = by_count * offers.weakest_match() // SCALE
    result: Integers = np.maximum(weighed - np.where(offers.any_doubtful(), _DOUBT, 0), 0)
    return result

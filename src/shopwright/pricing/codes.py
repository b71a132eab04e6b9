"""Closed lists of words that travel through arrays as bits: reasons, limits, causes of exclusion.

A product can have several reasons at once. A column of int64 holds them, one bit for each word, and is read back into
words only for the products that somebody looks at.
"""

from enum import StrEnum
from functools import cache
from typing import Self


class BitWord(StrEnum):
    """A list of at most 62 words; each has the bit of its place in the list."""

    @property
    def place(self) -> int:
        """The place in the list, from zero."""
        return list(type(self)).index(self)

    @property
    def bit(self) -> int:
        """The number with only this word's bit set."""
        return 1 << self.place

    @classmethod
    @cache
    def read(cls, mask: int) -> tuple[Self, ...]:
        """Return the words whose bits are set in `mask`, in the order of the list."""
        return tuple(word for place, word in enumerate(cls) if mask >> place & 1)


def union(*words: BitWord) -> int:
    """Return the number with the bits of all these words set."""
    mask = 0
    for word in words:
        mask |= word.bit
    return mask


class Outcome(BitWord):
    """What a run decided for a product. Columns hold the place, not the bit: an outcome is one of three."""

    PROPOSED = "proposed"
    HELD = "held"
    NO_PRICE = "no_price"


class Reason(BitWord):
    """Why a product has this outcome. Every word has a sentence in `explanation`."""

    # No price: what is missing or wrong has to be repaired first.
    NO_POLICY = "no_policy"
    PRICE_MISSING = "price_missing"
    PRICE_INVALID = "price_invalid"
    COST_MISSING = "cost_missing"
    COST_INVALID = "cost_invalid"
    MIN_PRICE_MISSING = "min_price_missing"
    MIN_PRICE_INVALID = "min_price_invalid"
    MAX_PRICE_MISSING = "max_price_missing"
    MAX_PRICE_INVALID = "max_price_invalid"
    MAP_INVALID = "map_invalid"
    EARLIER_PRICE_INVALID = "earlier_price_invalid"
    TAX_RATE_MISSING = "tax_rate_missing"
    TAX_RATE_INVALID = "tax_rate_invalid"
    EXCHANGE_RATE_MISSING = "exchange_rate_missing"
    OUT_OF_RANGE = "out_of_range"
    BOUNDS_SWAPPED = "bounds_swapped"
    LIMITS_CONTRADICT = "limits_contradict"
    CANDIDATE_INVALID = "candidate_invalid"
    CHECK_FAILED = "check_failed"
    # Held: the price in force stays.
    NO_CANDIDATE = "no_candidate"
    UNCHANGED = "unchanged"
    NO_ENDING_FITS = "no_ending_fits"
    PRICE_WAR = "price_war"
    OSCILLATION = "oscillation"
    FALLING = "falling"
    IN_FLIGHT = "in_flight"
    EXPERIMENT = "experiment"
    # What led to the price, or should be known with it.
    POSITION = "position"
    NO_RIVALS = "no_rivals"
    TARGET_MARGIN = "target_margin"
    STOCK_AGE_STEP = "stock_age_step"
    COVER_STEP = "cover_step"
    DEAD_BAND = "dead_band"
    WEAK_MATCH = "weak_match"
    DOUBTFUL_OFFER = "doubtful_offer"
    OUTSIDE_LIMITS_NOW = "outside_limits_now"
    EXPECTED_GAIN = "expected_gain"
    GAIN_UNCLEAR = "gain_unclear"
    RESPONSE_UNKNOWN = "response_unknown"
    STOCK_SHORT = "stock_short"
    EXPLORING = "exploring"
    EXPRESSION = "expression"
    INPUT_MISSING = "input_missing"
    PYTHON_STRATEGY = "python_strategy"
    STRATEGY_FAILED = "strategy_failed"
    PORTFOLIO = "portfolio"
    PORTFOLIO_CONFLICT = "portfolio_conflict"


class LimitKind(BitWord):
    """The limits of a price; the first seven are floors, the others caps (see FLOORS and CAPS)."""

    COST = "cost"
    MINIMUM_MARGIN = "minimum_margin"
    MINIMUM_MARKUP = "minimum_markup"
    MINIMUM_PRICE = "minimum_price"
    MAP = "map"
    DAILY_DROP = "daily_drop"
    WEEKLY_DROP = "weekly_drop"
    MAXIMUM_PRICE = "maximum_price"
    MARKET_CEILING = "market_ceiling"
    DAILY_RISE = "daily_rise"
    WEEKLY_RISE = "weekly_rise"

    @property
    def is_floor(self) -> bool:
        """Whether the price may not be below (True) or above (False) it."""
        return self in FLOORS


FLOORS = tuple(LimitKind)[:7]
CAPS = tuple(LimitKind)[7:]

"""What a policy says about limits, as a value that is checked when it is made. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shopwright.kit.amounts import SCALE
from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings
from shopwright.pricing.endings import PriceEnding, check_endings

_HIGHEST_SHARE: Final = 100 * SCALE


class InvalidGuardrails(Invalid):
    """A guardrail setting cannot be meant as it is written."""

    code = "invalid_guardrails"


class MarketReference(StrEnum):
    """Which of the comparable offers in stock the market ceiling is measured from."""

    LOWEST = "lowest"
    MEDIAN = "median"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Guardrails:
    """The limits that a policy adds to those of the product itself (cost, minimum, maximum, MAP).

    All shares are ppm. `min_margin_ppm` is profit over net price, `min_markup_ppm` profit over cost; both hold. The
    changes are measured from the prices in force one and seven days ago; None switches one off. The market ceiling is
    a share over the reference, None for no ceiling. `endings` are by currency code; a currency without an entry may
    have any price.
    """

    min_margin_ppm: int = 0
    min_markup_ppm: int = 0
    max_daily_change_ppm: int | None = 100_000
    max_weekly_change_ppm: int | None = 250_000
    market_ceiling_ppm: int | None = None
    market_reference: MarketReference = MarketReference.MEDIAN
    endings: Mapping[str, PriceEnding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = (self.max_daily_change_ppm, self.max_weekly_change_ppm, self.market_ceiling_ppm)
        daily, weekly, ceiling = shares
        checks = {
            "min_margin_ppm": (0 <= self.min_margin_ppm < SCALE, "From 0 to below 100 %."),
            "min_markup_ppm": (0 <= self.min_markup_ppm <= _HIGHEST_SHARE, "From 0 to 10,000 %."),
            "max_daily_change_ppm": (daily is None or 0 < daily <= _HIGHEST_SHARE, "Above 0, or none."),
            "max_weekly_change_ppm": (weekly is None or 0 < weekly <= _HIGHEST_SHARE, "Above 0, or none."),
            "market_ceiling_ppm": (ceiling is None or 0 <= ceiling <= _HIGHEST_SHARE, "0 and more, or none."),
        }
        check_settings(InvalidGuardrails, checks)
        check_endings(self.endings)

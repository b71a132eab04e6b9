"""What a policy says of each strategy that prices by the response of demand. Pure.

These are the settings that people write; each turns into what its strategy takes on one day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shopwright.kit.amounts import SCALE
from shopwright.pricing.checking import check_settings
from shopwright.pricing.strategies.exploration import ExplorationSettings
from shopwright.pricing.strategies.interface import InvalidStrategySettings
from shopwright.pricing.strategies.ml_model import MlSettings
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategies.profit_maximization import ProfitSettings

_LONGEST: Final = 366
_WIDEST: Final = 100_000
_DAYS: Final = "From 1 to 366 days."
_SHARE: Final = "From 0 to 100 %."
_BAND: Final = "From 0 to below 100 %."
_UNTIL: Final = "A day for the goal sell_through, and no day for another."


class WithoutResponse(StrEnum):
    """What becomes of a product whose response to the price is not known, or may not choose one."""

    HOLD = "hold"
    RULE_BASED = "rule_based"


class Mode(StrEnum):
    """Whether a policy's prices are proposed, or only written down beside what happens."""

    LIVE = "live"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class ProfitRules:
    """What is maximised, over how many days and how carefully; see `ProfitSettings`. Shares are ppm.

    A markdown is the goal `sell_through` with the day `until` which the stock should be gone; that day and later count as
    one day before it.
    """

    goal: Goal = Goal.PROFIT
    until: date | None = None
    horizon_days: int = 28
    caution_ppm: int = 100_000
    least_chance_ppm: int = 550_000
    dead_band_ppm: int = 7_500

    def __post_init__(self) -> None:
        check_settings(
            InvalidStrategySettings,
            {
                "until": ((self.until is not None) == (self.goal is Goal.SELL_THROUGH), _UNTIL),
                "horizon_days": (1 <= self.horizon_days <= _LONGEST, _DAYS),
                "caution_ppm": (0 <= self.caution_ppm <= 10 * SCALE, "From 0 to 1,000 %."),
                "least_chance_ppm": (0 <= self.least_chance_ppm <= SCALE, _SHARE),
                "dead_band_ppm": (0 <= self.dead_band_ppm < SCALE, _BAND),
            },
        )

    def on(self, today: date) -> ProfitSettings:
        """Return what the strategy takes on a day."""
        days = self.horizon_days if self.until is None else min(max((self.until - today).days, 1), _LONGEST)
        return ProfitSettings(self.goal, days, self.caution_ppm, self.least_chance_ppm, self.dead_band_ppm)


@dataclass(frozen=True, slots=True)
class MlRules:
    """What is predicted to be best, over how many days; see `MlSettings`."""

    goal: Goal = Goal.PROFIT
    horizon_days: int = 28
    dead_band_ppm: int = 7_500

    def __post_init__(self) -> None:
        check_settings(
            InvalidStrategySettings,
            {
                "goal": (self.goal is not Goal.SELL_THROUGH, "profit or revenue; profit_maximization marks down."),
                "horizon_days": (1 <= self.horizon_days <= _LONGEST, _DAYS),
                "dead_band_ppm": (0 <= self.dead_band_ppm < SCALE, _BAND),
            },
        )

    def settings(self) -> MlSettings:
        """Return what the strategy takes."""
        return MlSettings(self.goal, self.horizon_days, self.dead_band_ppm)


@dataclass(frozen=True, slots=True)
class ExplorationRules:
    """How far and how often small steps are tried, and what they may cost; see `ExplorationSettings`. Shares are ppm.

    Steps are drawn anew every `round_days`; between, a product keeps what was drawn for it.
    """

    step_ppm: int = 25_000
    share_ppm: int = 300_000
    max_loss_ppm: int = 30_000
    least_ppm: int = 250_000
    horizon_days: int = 14
    round_days: int = 14

    def __post_init__(self) -> None:
        check_settings(
            InvalidStrategySettings,
            {
                "step_ppm": (0 < self.step_ppm <= _WIDEST, "Above 0, up to 10 %."),
                "share_ppm": (0 <= self.share_ppm <= SCALE, _SHARE),
                "max_loss_ppm": (0 <= self.max_loss_ppm <= SCALE, _SHARE),
                "least_ppm": (0 <= self.least_ppm <= SCALE, _SHARE),
                "horizon_days": (1 <= self.horizon_days <= _LONGEST, _DAYS),
                "round_days": (1 <= self.round_days <= _LONGEST, _DAYS),
            },
        )

    def on(self, today: date) -> ExplorationSettings:
        """Return what the strategy takes on a day."""
        return ExplorationSettings(
            self.step_ppm,
            self.share_ppm,
            self.max_loss_ppm,
            self.least_ppm,
            self.horizon_days,
            round_key=today.toordinal() // self.round_days,
        )

"""Prices of the highest expected profit under what is believed about demand, and no move where that is not clear. Pure.

All prices of a grid are tried under every belief (`outlook`). What counts is the expected gain over staying less a share of
its standard deviation, so that the move shrinks with the doubt; where P(gain > 0) is not clear the price stays.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.kit.amounts import MISSING, SCALE, Flags, Integers, proportion
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.responses import Estimates
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import HIGHEST_CONFIDENCE, Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.outlook import Goal, Prospect, chunks, prospects

_LOWEST, _HIGHEST, _STEP, _FINE = 600_000, 1_500_000, 25_000, 5_000
"""The grid in ppm of the present price, and the finer one around its best; 1 is on both. Wider moves take more runs."""
_LONGEST: Final = 366
_SURE: Final = 1.96
_TRUST: Final = 0.8
"""How far a chance above or below one half is believed: estimates are surer of themselves than they should be. Chosen in
simulated worlds of other seeds than those that are reported."""
_TRUST_LIMITED: Final = 0.45
"""The same where stock is limited: what a price earns there hangs on deliveries too."""


@dataclass(frozen=True, slots=True)
class ProfitSettings:
    """What is wanted, over how many days, and how carefully. Shares are ppm.

    `caution_ppm` is the share of the standard deviation of a gain that is taken off it. Moves whose gain is above zero
    with less than `least_chance_ppm`, and moves within `dead_band_ppm`, are not made. For `sell_through` the horizon is
    the number of days left until the stock should be gone.
    """

    goal: Goal = Goal.PROFIT
    horizon_days: int = 28
    caution_ppm: int = 100_000
    least_chance_ppm: int = 550_000
    dead_band_ppm: int = 7_500

    def __post_init__(self) -> None:
        checks = {
            "horizon_days": 1 <= self.horizon_days <= _LONGEST,
            "caution_ppm": 0 <= self.caution_ppm <= 10 * SCALE,
            "least_chance_ppm": 0 <= self.least_chance_ppm <= SCALE,
            "dead_band_ppm": 0 <= self.dead_band_ppm < SCALE,
        }
        wrong = sorted(name for name, right in checks.items() if not right)
        if wrong:
            raise InvalidStrategySettings(f"This cannot be maximised: {', '.join(wrong)}.", fields=wrong)


class ProfitMaximization:
    """The strategy `profit_maximization`."""

    name = "profit_maximization"

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: ProfitSettings) -> Candidates:
        """Return the best price for each product whose response is known; the others hold."""
        parts = [
            (rows, _propose(market.take(rows), offers.of_products(rows), settings)) for rows in chunks(len(market))
        ]
        return Candidates.combined(len(market), parts)


def _propose(market: CatalogColumns, offers: UsedOffers, settings: ProfitSettings) -> Candidates:
    prospect = prospects(market, offers, settings.horizon_days)
    fit = prospect.known & ~(market.response.elasticity + _SURE * market.response.elasticity_sd >= 0)
    if settings.goal is Goal.SELL_THROUGH:
        fit &= np.isfinite(prospect.stock)
    ppm = _best(prospect, settings)
    ratio = ppm[:, None] / SCALE
    chance = prospect.chance(ratio, settings.goal)
    moves = np.abs(ppm - SCALE) > settings.dead_band_ppm
    clear = chance >= settings.least_chance_ppm / SCALE
    wanted = np.where(fit & moves & clear, proportion(market.price, [ppm], [SCALE], up=False), market.price)
    trust = np.where(np.isfinite(prospect.stock), _TRUST_LIMITED, _TRUST)
    trusted = np.rint(HIGHEST_CONFIDENCE * (0.5 + trust * (chance - 0.5)))
    confidence = np.clip(trusted, 0, HIGHEST_CONFIDENCE).astype(np.int64)
    return Candidates(
        price=np.where(fit, wanted, MISSING),
        confidence=np.where(fit, confidence, 0),
        reasons=_reasons(
            {
                Reason.EXPECTED_GAIN: fit & moves & clear,
                Reason.GAIN_UNCLEAR: fit & moves & ~clear,
                Reason.DEAD_BAND: fit & ~moves,
                Reason.RESPONSE_UNKNOWN: ~fit,
                Reason.STOCK_SHORT: fit & (prospect.sold > prospect.stock),
                Reason.NO_RIVALS: offers.count == 0,
            }
        ),
    )


def _best(prospect: Prospect, settings: ProfitSettings) -> Integers:
    """Return the best price of each product in ppm of the present one: on the grid, then on the finer one around it."""
    grid = np.arange(_LOWEST, _HIGHEST + 1, _STEP)
    coarse = np.broadcast_to(grid, (len(prospect.sold), grid.size))
    best = _pick(prospect, coarse, settings)
    around = np.arange(_FINE - _STEP, _STEP, _FINE)
    return _pick(prospect, best[:, None] + around, settings)


def _pick(prospect: Prospect, ppm: Integers, settings: ProfitSettings) -> Integers:
    gains, weights = prospect.gains(ppm / SCALE, settings.goal), prospect.weights()[:, None, :]
    mean = (gains * weights).sum(axis=2)
    doubt: Estimates = np.sqrt(np.maximum((gains**2 * weights).sum(axis=2) - mean**2, 0))
    score = mean - settings.caution_ppm / SCALE * doubt
    result: Integers = ppm[np.arange(len(ppm)), np.argmax(score, axis=1)]
    return result


def _reasons(found: dict[Reason, Flags]) -> Integers:
    columns = [np.where(flags, reason.bit, 0) for reason, flags in found.items()]
    result: Integers = np.bitwise_or.reduce(np.stack(columns), axis=0)
    return result

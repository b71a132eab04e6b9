"""Prices by prediction: demand at candidate prices from the form that has predicted best, taken at its word. Pure.

What is learned is all in the response: level, season, rivals and slope. Unlike `profit_maximization` no doubt enters the
choice, so it moves further and errs further; it is there to be measured beside it, and for shops with long histories.
"""

from dataclasses import dataclass, replace

import numpy as np

from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings


@dataclass(frozen=True, slots=True)
class MlSettings:
    """What is wanted, over how many days; moves within `dead_band_ppm` are not made."""

    goal: Goal = Goal.PROFIT
    horizon_days: int = 28
    dead_band_ppm: int = 7_500

    def __post_init__(self) -> None:
        self.choosing()

    def choosing(self) -> ProfitSettings:
        """Return the settings of the same choice without caution. Raises InvalidStrategySettings."""
        try:
            return ProfitSettings(self.goal, self.horizon_days, 0, 0, self.dead_band_ppm)
        except InvalidStrategySettings as error:
            raise InvalidStrategySettings("This cannot be predicted.", fields=error.details["fields"]) from error


class MlModel:
    """The strategy `ml_model`."""

    name = "ml_model"

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: MlSettings) -> Candidates:
        """Return the price of the best predicted outcome; the confidence still knows the doubt."""
        response = market.response
        predicts_best = np.argmax(response.weight, axis=0)
        chosen = (np.arange(len(response.weight))[:, None] == predicts_best).astype(np.float64)
        weight = np.where(np.isfinite(response.weight), chosen, response.weight)
        sure = replace(market, response=replace(response, weight=weight, slope_sd=np.minimum(response.slope_sd, 0.0)))
        wanted = ProfitMaximization().propose(sure, offers, settings.choosing())
        # A prediction is as sure as the estimate behind it, not as the choice that was made from its middle.
        known = wanted.confidence > 0
        doubt = np.where(known, response.elasticity_sd / np.maximum(-response.elasticity, 1e-9), 0.0)
        confidence = np.where(known, np.clip(np.rint(90 - 100 * np.minimum(doubt, 1.0)), 1, 90), 0)
        return Candidates(wanted.price, confidence.astype(np.int64), wanted.reasons)

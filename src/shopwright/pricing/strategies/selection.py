"""Which strategy prices which product, and why: by what is known of it and by what strategies have earned. Pure.

A strategy that asks for more knowledge than there is falls back to the next: maximise where the answer to the price is
known, try small steps where it might be learned, follow a rule (or stay) where it cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from shopwright.kit.amounts import Integers
from shopwright.pricing.columns import CatalogColumns

_SURE: Final = 1.96
_FEWEST_UNITS: Final = 0.02
"""Units a day below which no step would ever show: one in seven weeks."""
_PREDICTS: Final = 0.2
"""Standard deviation over elasticity below which a prediction may be taken at its word."""


class Chosen(StrEnum):
    """The strategies that are chosen between, the most demanding first; columns hold places in this list."""

    ML_MODEL = "ml_model"
    PROFIT_MAXIMIZATION = "profit_maximization"
    EXPLORATION = "exploration"
    RULE_BASED = "rule_based"


class Why(StrEnum):
    """Why a strategy was chosen; columns hold places in this list."""

    RESPONSE_KNOWN = "response_known"
    EARNED_MORE = "earned_more"
    RESPONSE_UNSURE = "response_unsure"
    RESPONSE_UNKNOWN = "response_unknown"


WHY_SENTENCES: Final[dict[Why, str]] = {
    Why.RESPONSE_KNOWN: "It is known well enough how demand answers to this price.",
    Why.EARNED_MORE: "This strategy has earned more than the others in the backtest.",
    Why.RESPONSE_UNSURE: "The price has moved too little to tell how demand answers; small steps will show it.",
    Why.RESPONSE_UNKNOWN: "Nothing is known of how demand answers to this price.",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """A strategy for each product: places in Chosen and in Why, (n,)."""

    strategy: Integers
    why: Integers

    def rows(self, strategy: Chosen) -> Integers:
        """Return the rows of the products that a strategy prices."""
        return np.flatnonzero(self.strategy == list(Chosen).index(strategy))

    def reason(self, row: int) -> str:
        """Return the sentence that is stored with the choice for one product."""
        return WHY_SENTENCES[list(Why)[int(self.why[row])]]


def select(market: CatalogColumns, backtest: Mapping[Chosen, tuple[float, float]] | None = None) -> Selection:
    """Choose by the sufficiency of data; `backtest` has the gain over staying of strategies, as (mean, standard error).

    `ml_model` is chosen only where the response is sharp and its backtest is clearly above that of
    `profit_maximization`: it takes estimates at their word.
    """
    response = market.response
    known = response.known & (response.units >= _FEWEST_UNITS)
    with np.errstate(invalid="ignore"):
        sure = known & (response.elasticity + _SURE * response.elasticity_sd < 0)
        sharp = sure & (response.elasticity_sd < -_PREDICTS * response.elasticity)
    sharp &= _earns_more(backtest or {})
    places = [list(Chosen).index(one) for one in (Chosen.ML_MODEL, Chosen.PROFIT_MAXIMIZATION, Chosen.EXPLORATION)]
    why = [list(Why).index(one) for one in (Why.EARNED_MORE, Why.RESPONSE_KNOWN, Why.RESPONSE_UNSURE)]
    return Selection(
        np.select([sharp, sure, known], places, list(Chosen).index(Chosen.RULE_BASED)).astype(np.int64),
        np.select([sharp, sure, known], why, list(Why).index(Why.RESPONSE_UNKNOWN)).astype(np.int64),
    )


def _earns_more(backtest: Mapping[Chosen, tuple[float, float]]) -> bool:
    if Chosen.ML_MODEL not in backtest or Chosen.PROFIT_MAXIMIZATION not in backtest:
        return False
    (predicted, error), (careful, other) = backtest[Chosen.ML_MODEL], backtest[Chosen.PROFIT_MAXIMIZATION]
    return predicted - careful > _SURE * float(np.hypot(error, other))

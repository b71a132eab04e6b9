"""The strategy `custom`: the price that an expression of the policy gives. Pure.

Where an input is missing there is no price, with the reason: nothing is put in its place unless the expression says so.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.kit.amounts import INVALID, MISSING, SCALE, usable
from shopwright.pricing.checking import check_settings
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.evaluation import Evaluation
from shopwright.pricing.strategies.custom.figures import DIVIDED_BY_ZERO, TOO_LARGE
from shopwright.pricing.strategies.custom.inputs import INPUTS
from shopwright.pricing.strategies.custom.parsing import parse
from shopwright.pricing.strategies.custom.units import check_price
from shopwright.pricing.strategies.interface import HIGHEST_CONFIDENCE, Candidates, InvalidStrategySettings

_NO_RESULT: Final = DIVIDED_BY_ZERO | TOO_LARGE


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """One expression; raises InvalidExpression where it cannot be read or is no price.

    `confidence` (1..100) is how sure who wrote it is of it; for products whose rivals count it is lowered by the weakest
    match among them.
    """

    expression: str = "price"
    confidence: int = 60

    def __post_init__(self) -> None:
        right = 1 <= self.confidence <= HIGHEST_CONFIDENCE
        check_settings(InvalidStrategySettings, {"confidence": (right, "From 1 to 100.")})
        check_price(parse(self.expression))


class CustomExpression:
    """The strategy `custom`."""

    name = "custom"

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: ExpressionSettings) -> Candidates:
        """Return the price that the expression gives for each product.

        An expression that divides by zero, or gives no amount above zero, wants a price that is none.
        """
        node = parse(settings.expression)
        used = check_price(node).inputs
        result = Evaluation(market, offers).of(node)
        impossible = result.gaps & _NO_RESULT != 0
        unknown = (result.gaps != 0) & ~impossible
        price = np.where(usable(result.value) & (result.gaps == 0), result.value, INVALID)
        price = np.where(unknown, MISSING, price)
        asks_rivals = any(INPUTS[name].of_rivals for name in used)
        reasons = np.full(len(market), Reason.EXPRESSION.bit, dtype=np.int64)
        reasons |= np.where(unknown, Reason.INPUT_MISSING.bit, 0)
        confidence = np.full(len(market), settings.confidence, dtype=np.int64)
        if asks_rivals:
            weakest = offers.weakest_match()
            confidence = np.where(offers.count > 0, np.maximum(confidence * weakest // SCALE, 1), confidence)
            reasons |= np.where(offers.count == 0, Reason.NO_RIVALS.bit, 0)
            reasons |= np.where((offers.count > 0) & (weakest < SCALE), Reason.WEAK_MATCH.bit, 0)
            reasons |= np.where(offers.any_doubtful(), Reason.DOUBTFUL_OFFER.bit, 0)
        return Candidates(price, np.where(unknown, 0, confidence), reasons)

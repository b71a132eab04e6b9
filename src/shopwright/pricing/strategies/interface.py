"""The interface of every strategy. Pure: a strategy reads columns and settings, and returns wanted prices.

A strategy knows no limits: whatever it wants, the guardrails decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self, TypeVar

import numpy as np

from shopwright.kit.amounts import MISSING, Amounts, Integers, InvalidColumns
from shopwright.kit.errors import Invalid
from shopwright.pricing.columns import CatalogColumns, check_columns
from shopwright.pricing.rivals import UsedOffers

HIGHEST_CONFIDENCE: Final = 100

Settings_contra = TypeVar("Settings_contra", contravariant=True)


class InvalidStrategySettings(Invalid):
    """A setting of a strategy cannot be meant as it is written."""

    code = "invalid_strategy_settings"


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a strategy wants for each product: a price (MISSING to hold), its confidence 0..100, bits of Reason.

    The price is in the product's currency and basis, to the millionth: endings and minor units are for the guardrails.
    Raises InvalidColumns for columns of different length or a confidence outside of 0..100.
    """

    price: Amounts
    confidence: Integers
    reasons: Integers

    def __post_init__(self) -> None:
        check_columns(len(self.price), {"confidence": self.confidence, "reasons": self.reasons})
        if self.confidence.size and not (
            int(self.confidence.min()) >= 0 and int(self.confidence.max()) <= HIGHEST_CONFIDENCE
        ):
            raise InvalidColumns("A confidence is from 0 to 100.", column="confidence")

    def __len__(self) -> int:
        return len(self.price)

    @classmethod
    def asked(cls, price: Amounts, confidence: int = HIGHEST_CONFIDENCE) -> Self:
        """Return prices that somebody asks for: a person, or another program."""
        return cls(price, np.full(len(price), confidence, dtype=np.int64), np.zeros(len(price), dtype=np.int64))

    @classmethod
    def combined(cls, products: int, parts: Sequence[tuple[Integers, "Candidates"]]) -> Self:
        """Put the candidates of several strategies together: each part with the rows of its products.

        Products that no part covers hold, with confidence 0.
        """
        price = np.full(products, MISSING, dtype=np.int64)
        confidence, reasons = np.zeros(products, dtype=np.int64), np.zeros(products, dtype=np.int64)
        for rows, part in parts:
            price[rows], confidence[rows], reasons[rows] = part.price, part.confidence, part.reasons
        return cls(price, confidence, reasons)


class Strategy(Protocol[Settings_contra]):
    """A way to a price. The same input gives the same output; randomness comes with the settings, as a generator."""

    @property
    def name(self) -> str:
        """The word that policies and proposals know it by."""
        ...

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Settings_contra) -> Candidates:
        """Return a candidate for every row of `market`; `offers` are those that may be used, by the same rows."""
        ...

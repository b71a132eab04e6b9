"""Why a price response should carry no optimised price, as bits of a column, each with its word and sentence. Pure."""

from collections.abc import Mapping
from enum import IntFlag
from types import MappingProxyType


class Refusal(IntFlag):
    """A reason to refuse. The word of each is its name in small letters; the sentence stands in `SENTENCES`."""

    NO_PRICE = 1
    TOO_FEW_SALES = 2
    TOO_FEW_CHANGES = 4
    TOO_LITTLE_VARIATION = 8
    REACHES_ZERO = 16
    MOSTLY_OUT_OF_STOCK = 32


SENTENCES: Mapping[Refusal, str] = MappingProxyType(
    {
        Refusal.NO_PRICE: "No usable price and quantity were ever seen together.",
        Refusal.TOO_FEW_SALES: "Too few units were sold to tell anything from this product itself.",
        Refusal.TOO_FEW_CHANGES: "The price hardly ever changed: there is nothing to learn from.",
        Refusal.TOO_LITTLE_VARIATION: "The price moved by too little to see an effect.",
        Refusal.REACHES_ZERO: "The interval of the elasticity reaches zero: the price may move nothing.",
        Refusal.MOSTLY_OUT_OF_STOCK: "Most of the history was out of stock, which hides demand.",
    }
)


def refusal_words(bits: int) -> tuple[str, ...]:
    """Return the words of the bits of one product, the most basic first."""
    return tuple(one.name.lower() for one in Refusal if one.name is not None and bits & one)

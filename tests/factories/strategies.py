"""Strategies as other packages would bring them: good ones, and ones that misbehave."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

import numpy as np

from shopwright.kit.amounts import MISSING, proportion
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.custom.plugins import GROUP
from shopwright.pricing.strategies.interface import Candidates


class Discount:
    """Wants a share of the present price."""

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Mapping[str, Any]) -> Candidates:
        share = int(settings.get("share_ppm", 900_000))
        price = proportion(market.price, [share], [1_000_000], up=False)
        rivals = (offers.count > 0).astype(np.int64)
        return Candidates(np.where(price > 0, price, MISSING), 40 + 20 * rivals, np.zeros(len(market), np.int64))


class Vandal:
    """Writes over what it is given, then wants it."""

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Mapping[str, Any]) -> Candidates:
        for column in (market.price, market.cost, market.min_price, market.rates.numerator, offers.price):
            column[...] = 1
        return Candidates.asked(market.price)


class Broken:
    """Fails."""

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Mapping[str, Any]) -> Candidates:
        raise ZeroDivisionError(len(market) + len(offers) + len(settings))


class Careless:
    """Answers with what it is told to answer with."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Mapping[str, Any]) -> Any:
        return self.answer


class NoStrategy:
    """Has nothing to propose."""


def entry(name: str, of: str) -> EntryPoint:
    """An entry point of a class of this file."""
    return EntryPoint(name, f"tests.factories.strategies:{of}", GROUP)

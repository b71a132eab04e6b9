"""The shop's stock: deliveries, sales, orders to suppliers. It never goes below zero; nothing here knows prices."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shopwright.simulation.columns import Floats, Ints
from shopwright.simulation.world import World

_LONGEST = 64
"""Length of the ring of days ahead; longer than any lead time with its delay."""
_CYCLE = 14
_DELAYED = 0.15
_CANCELLED = 0.012


@dataclass(frozen=True, slots=True)
class StockDay:
    """One day of the ledger, units (n,): opening - served + cancelled = closing >= 0."""

    opening: Ints
    """After the morning's deliveries."""
    received: Ints
    served: Ints
    """Sold, business orders included; never above opening."""
    bulk: Ints
    """The part of `served` that was one business order, served whole or not at all."""
    cancelled: Ints
    """The part of `served` that was cancelled the same day and put back."""
    ordered: Ints
    """Ordered from suppliers in the evening."""
    closing: Ints


class Supply(Protocol):
    """Where the goods come from."""

    @property
    def on_hand(self) -> Ints | None:
        """Units (n,) that can be sold now; None where there is no end to them."""
        ...

    def trade(self, day: int, retail: Ints, bulk: Ints, season: Floats, rng: np.random.Generator) -> StockDay:
        """Serve one day's buyers: `retail` and `bulk` are units wanted (n,), `season` (n,) the day's factor."""
        ...


class EndlessSupply:
    """Never runs out: for measuring prices alone. Its ledger shows just what was sold."""

    on_hand: None = None

    def trade(self, day: int, retail: Ints, bulk: Ints, season: Floats, rng: np.random.Generator) -> StockDay:  # noqa: ARG002
        """Serve everything."""
        cancelled, none = rng.binomial(retail, _CANCELLED), np.zeros_like(retail)
        served = retail + bulk
        return StockDay(
            opening=served,
            received=served,
            served=served,
            bulk=bulk,
            cancelled=cancelled,
            ordered=none,
            closing=cancelled,
        )


class Stockroom:
    """Stock on hand and on order, for all products at once.

    The shop plans with today's season and its own mistaken idea of each product's level, so it runs out in
    upswings. `spec.cover` scales what it keeps.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self._lead = world.lead_time
        self._cover = world.spec.cover
        self._belief = world.base * np.exp(rng.normal(0.0, 0.25, world.products))
        self._due = np.zeros((_LONGEST, world.products), dtype=np.int64)
        self.on_hand: Ints = np.ceil(self._target(self._belief)).astype(np.int64)
        """(n,) units that can be sold now."""
        self.on_order: Ints = np.zeros(world.products, dtype=np.int64)
        """(n,) units ordered and not yet delivered."""

    def trade(self, day: int, retail: Ints, bulk: Ints, season: Floats, rng: np.random.Generator) -> StockDay:
        """Take in deliveries, serve buyers first and business orders (whole) last, order in the evening."""
        received = self._due[day % _LONGEST].copy()
        self._due[day % _LONGEST] = 0
        opening = self.on_hand + received
        sold = np.minimum(retail, opening)
        big = np.where(bulk <= opening - sold, bulk, 0)
        cancelled = rng.binomial(sold, _CANCELLED)
        self.on_hand = opening - sold - big + cancelled
        self.on_order = self.on_order - received
        ordered = self._reorder(day, season, rng)
        return StockDay(
            opening=opening,
            received=received,
            served=sold + big,
            bulk=big,
            cancelled=cancelled,
            ordered=ordered,
            closing=self.on_hand,
        )

    def _reorder(self, day: int, season: Floats, rng: np.random.Generator) -> Ints:
        rate = self._belief * season
        position = self.on_hand + self.on_order
        point = self._point(rate)
        quantity = np.where(position <= point, np.ceil(point + self._cover * rate * _CYCLE) - position, 0)
        ordered = np.maximum(quantity, 0).astype(np.int64)
        late = np.where(rng.random(rate.size) < _DELAYED, rng.integers(1, 15, rate.size), 0)
        arrival = (day + np.maximum(self._lead + late, 1)) % _LONGEST
        np.add.at(self._due, (arrival, np.arange(rate.size)), ordered)
        self.on_order = self.on_order + ordered
        return ordered

    def _point(self, rate: Floats) -> Floats:
        """Return the stock position at which to order: demand of the lead time and a safety stock."""
        need = rate * self._lead
        return self._cover * (need + 1.5 * np.sqrt(need * (1 + 0.2 * rate)))

    def _target(self, rate: Floats) -> Floats:
        return self._point(rate) + self._cover * rate * _CYCLE + 1

"""Whether a strategy is as sure as it should be: its proposals are tried in copies of the market. Truth judges here."""

from dataclasses import dataclass, field

import numpy as np

from shopwright.app.evaluations.sellers import LearningSeller
from shopwright.simulation.clairvoyant import Policy, play
from shopwright.simulation.columns import Flags, Floats, Ints
from shopwright.simulation.market import Market

_EVERY, _DAYS = 28, 28
_MADE = 0.5
"""Share of the proposals that are made, so that most are tried among neighbours who stay."""
_BINS = np.array([0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01])


@dataclass(slots=True)
class Trials:
    """Plays as its seller does, and every four weeks tries the day's proposals: half of them made, the others not.

    A proposal has improved profit if its product, with what its price does to the products beside it, earned more in
    four weeks than in the same weeks at the old price.
    """

    seller: LearningSeller
    rng: np.random.Generator
    confidence: list[Floats] = field(default_factory=list)
    improved: list[Flags] = field(default_factory=list)
    _days: int = 0

    def __call__(self, market: Market) -> Ints:
        """Decide as the seller does."""
        before = self.seller.desk.prices
        prices = self.seller(market)
        if self._days % _EVERY == 0:
            self._try(market, before, prices)
        self._days += 1
        return prices

    def _try(self, market: Market, before: Ints, prices: Ints) -> None:
        made = (prices != before) & (self.rng.random(prices.size) < _MADE)
        if not made.any():
            return
        tried = np.where(made, prices, before)
        old, new = (play(market, _keep(kept), _DAYS).profit for kept in (before, tried))
        world = market.world
        spill = np.zeros(prices.size)
        for place in range(world.neighbours.shape[1]):
            np.add.at(spill, world.neighbours[:, place], world.cross_elasticity[:, place] * old)
        gain = new - old + spill * np.log(tried / before)
        self.confidence.append(self.seller.confidence[made] / 100)
        self.improved.append(gain[made] > 0)


def _keep(prices: Ints) -> Policy:
    return lambda _market: prices


def calibration_error(confidence: Floats, improved: Flags) -> float:
    """Return by how much confidence (0..1) and the share that improved differ: mean over bins, weighted by proposals."""
    if not confidence.size:
        return 0.0
    place = np.digitize(confidence, _BINS)
    count = np.bincount(place, minlength=_BINS.size + 1)
    apart = np.bincount(place, confidence - improved, minlength=_BINS.size + 1)
    return float(np.abs(apart).sum() / count.sum())

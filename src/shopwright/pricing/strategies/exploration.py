"""Small steps of known chance, for products whose answer to the price is too little known. Pure, bounded, logged.

Thompson sampling over a few steps (Thompson 1933): each step is as likely as it is believed to be the best, and every step
keeps a least chance. Always playing the estimated best price teaches nothing (incomplete learning). The chance of what was
done is returned with it, so that its effect can be weighed without bias later (Horvitz and Thompson 1952).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.amounts import MISSING, SCALE, Integers, proportion, usable
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.responses import Estimates
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import HIGHEST_CONFIDENCE, Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.outlook import Goal, chunks, gain_chance, prospects

_PLACES: Final = np.array([-2, -1, 0, 1, 2])
_WIDEST: Final = 100_000
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
"""Constants of splitmix64 (Steele, Lea, Flood 2014)."""
_COIN: Final = 50


@dataclass(frozen=True, slots=True)
class ExplorationSettings:
    """How far, how often and at which expected cost is tried. Shares are ppm.

    Steps are -2, -1, 0, 1 and 2 times `step_ppm`. A product is touched with chance `share_ppm` in a round; steps that are
    expected to lose more than `max_loss_ppm` of its profit are left out; so share x loss bounds what exploring costs. Of
    the rest each keeps a chance of `least_ppm` divided by the number of steps. `round_key` makes the draw: another number
    each round, written down with it.
    """

    step_ppm: int = 25_000
    share_ppm: int = 300_000
    max_loss_ppm: int = 30_000
    least_ppm: int = 250_000
    horizon_days: int = 14
    round_key: int = 0

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in ("share_ppm", "max_loss_ppm", "least_ppm")}
        checks = {name: 0 <= value <= SCALE for name, value in shares.items()}
        checks |= {"step_ppm": 0 < self.step_ppm <= _WIDEST, "horizon_days": 1 <= self.horizon_days <= SCALE}
        wrong = sorted(name for name, right in checks.items() if not right)
        if wrong:
            raise InvalidStrategySettings(f"This cannot be explored: {', '.join(wrong)}.", fields=wrong)


@dataclass(frozen=True, slots=True)
class Explored:
    """What is tried, and the chances.

    `propensity` (n,) is the chance that just this price was drawn; `expected_cost` (n,) what the whole draw was expected to
    lose over the horizon, as a share of the product's profit, NaN where that is not known.
    """

    candidates: Candidates
    propensity: Estimates
    expected_cost: Estimates


class Exploration:
    """The strategy `exploration`."""

    name = "exploration"

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: ExplorationSettings) -> Candidates:
        """Return the drawn step of each product; those that are not touched stay at their price."""
        return self.explore(market, offers, settings).candidates

    def explore(self, market: CatalogColumns, offers: UsedOffers, settings: ExplorationSettings) -> Explored:
        """Draw for each product, and tell the chances."""
        rows = chunks(len(market))
        parts = [_explore(market.take(some), offers.of_products(some), settings) for some in rows]
        together = [(some, part.candidates) for some, part in zip(rows, parts, strict=True)]
        empty = [np.zeros(0)]
        return Explored(
            Candidates.combined(len(market), together),
            np.concatenate([part.propensity for part in parts] or empty),
            np.concatenate([part.expected_cost for part in parts] or empty),
        )


def _explore(market: CatalogColumns, offers: UsedOffers, settings: ExplorationSettings) -> Explored:
    prospect = prospects(market, offers, settings.horizon_days)
    steps = SCALE + _PLACES * settings.step_ppm
    ratio = np.broadcast_to(steps / SCALE, (len(market), steps.size))
    gains, weights = prospect.gains(ratio, Goal.PROFIT), prospect.weights()
    mean = (gains * weights[:, None, :]).sum(axis=2)
    stays = prospect.sold * np.maximum(prospect.net - prospect.cost, 0.0)
    lost = np.where(prospect.known[:, None], -mean, 0.0) / np.where(stays > 0, stays, np.inf)[:, None]
    allowed = (lost <= settings.max_loss_ppm / SCALE) | (_PLACES == 0)
    best = np.argmax(np.where(allowed[:, :, None], gains, -np.inf), axis=1)
    liked = np.stack([((best == place) * weights).sum(axis=1) for place in range(steps.size)], axis=1)
    even = allowed / allowed.sum(axis=1, keepdims=True)
    liked = np.where(prospect.known[:, None], liked, even)
    least = settings.least_ppm / SCALE
    touched = settings.share_ppm / SCALE * ((1 - least) * liked + least * even)
    chances = touched + (1 - settings.share_ppm / SCALE) * (_PLACES == 0)
    draw = _uniform(market, settings.round_key)
    chosen = np.minimum((np.cumsum(chances, axis=1) < draw[:, None]).sum(axis=1), steps.size - 1)
    row = np.arange(len(market))
    fit, moves = usable(market.price), _PLACES[chosen] != 0
    price = np.where(moves, proportion(market.price, [steps[chosen]], [SCALE], up=False), market.price)
    chance = gain_chance(gains[row, chosen], weights)
    sure = np.where(prospect.known & moves, np.rint(HIGHEST_CONFIDENCE * chance), _COIN)
    reasons = np.where(fit & moves, Reason.EXPLORING.bit, Reason.NO_CANDIDATE.bit)
    reasons |= np.where(prospect.known, 0, Reason.RESPONSE_UNKNOWN.bit)
    confidence = np.clip(sure, 1, HIGHEST_CONFIDENCE).astype(np.int64)
    return Explored(
        Candidates(np.where(fit, price, MISSING), np.where(fit, confidence, 0), reasons),
        chances[row, chosen],
        np.where(prospect.known, (chances * np.maximum(lost, 0.0)).sum(axis=1), np.nan),
    )


def _uniform(market: CatalogColumns, key: int) -> Estimates:
    """Return a uniform number (n,) for each product: the same in any order and company, another one in each round."""
    parts: list[Integers] = [market.price, market.cost, market.min_price, market.max_price, market.currency]
    parts += [values.view(np.int64) for values in (market.response.units.copy(), market.response.centre.copy())]
    state: NDArray[np.uint64] = np.full(len(market), key % 2**63, dtype=np.uint64)
    for part in parts:
        state = _mixed(state ^ part.astype(np.int64).view(np.uint64))
    uniform: Estimates = (_mixed(state) >> np.uint64(11)).astype(np.float64) / 2.0**53
    return uniform


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the next state of splitmix64; the arithmetic is meant to wrap."""
    state = state + _MIX[0]
    state = (state ^ (state >> np.uint64(30))) * _MIX[1]
    state = (state ^ (state >> np.uint64(27))) * _MIX[2]
    result: NDArray[np.uint64] = state ^ (state >> np.uint64(31))
    return result

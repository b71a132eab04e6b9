"""What rivals do with their prices: small classes behind one protocol. They keep no state and do no I/O.

All prices here are delivered prices in minor units (float64, shape (n,)), so that a behaviour compares like with
like. A rival that does not carry a product is asked all the same; the market masks its answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints
from shopwright.simulation.spec import RivalKind


@dataclass(frozen=True, slots=True)
class RivalView:
    """What a rival knows when it decides: yesterday's prices and its own position."""

    price: Floats
    """(n,) its own price in force."""
    available: Flags
    """(n,) whether it has stock."""
    ours: Floats
    """(n,) the shop's price."""
    others: Floats
    """(R - 1, n) the other rivals' prices, NaN where they have no offer in stock."""
    reference: Floats
    """(n,) the usual price of the product."""
    floor: Floats
    """(n,) the price under which this rival does not go."""

    def lowest(self) -> Floats:
        """Return the lowest price of everybody else who can deliver."""
        least: Floats = np.fmin.reduce(np.vstack([self.ours[None, :], self.others]), axis=0)
        return least


@dataclass(frozen=True, slots=True)
class Action:
    """A rival's prices (n,) and whether it has stock (n,) on the day to come."""

    price: Floats
    available: Flags


class Behaviour(Protocol):
    """How a rival acts; a pure function of what it sees and of the generator."""

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Decide the prices and the availability of the day to come."""
        ...


def _supply(available: Flags, rng: np.random.Generator, outage: float = 0.004, recovery: float = 0.2) -> Flags:
    """Return tomorrow's availability: stock goes with chance `outage` a day and comes back with `recovery`."""
    draw = rng.random(available.shape)
    return np.where(available, draw >= outage, draw < recovery)


@dataclass(frozen=True, slots=True)
class MatchLowest:
    """Takes the lowest price that it sees, never under its floor nor above `cap` times the usual price.

    Now and then it goes back to the usual price, as shops do after a sale: without that, two shops that match
    each other would keep every low for ever.
    """

    attention: float = 0.35
    """Chance a day to look at a product."""
    reset: float = 0.05
    """Chance a day to go back to the usual price instead."""
    cap: float = 1.25

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Match the lowest of all others where it looks."""
        draw = rng.random(view.price.shape)
        target = np.clip(view.lowest(), view.floor, np.maximum(view.floor, self.cap * view.reference))
        price = np.where(draw < self.reset + self.attention, target, view.price)
        usual = np.maximum(view.reference, view.floor)
        return Action(np.where(draw < self.reset, usual, price), _supply(view.available, rng))


@dataclass(frozen=True, slots=True)
class Follow:
    """Moves a share `speed` of the way to our price plus `gap`, every day, never under its floor."""

    gap: float = 0.01
    speed: float = 0.25

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Follow the shop, whatever the others do."""
        moved = view.price + self.speed * (view.ours * (1 + self.gap) - view.price)
        return Action(np.maximum(moved, view.floor), _supply(view.available, rng))


@dataclass(frozen=True, slots=True)
class Premium:
    """Stays above the usual price by `markup` and does not react; now and then it revises a little."""

    markup: float = 0.10
    revision: float = 0.01

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Keep its distance from the usual price."""
        revises = rng.random(view.price.shape) < self.revision
        level = view.reference * (1 + self.markup + 0.02 * rng.standard_normal(view.price.shape))
        return Action(np.where(revises, np.maximum(level, view.floor), view.price), _supply(view.available, rng))


@dataclass(frozen=True, slots=True)
class Erratic:
    """Jumps about: with chance `restless` a day a step of `spread` (log), pulled back to the usual price."""

    restless: float = 0.25
    spread: float = 0.07
    pull: float = 0.3

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Take a random step that has nothing to do with anybody's price."""
        jumps = rng.random(view.price.shape) < self.restless
        distance = np.log(view.price / view.reference)
        step = (1 - self.pull) * distance + self.spread * rng.standard_normal(view.price.shape)
        price = np.maximum(view.reference * np.exp(np.clip(step, -0.3, 0.3)), view.floor)
        return Action(np.where(jumps, price, view.price), _supply(view.available, rng))


@dataclass(frozen=True, slots=True)
class OutOfStock:
    """Prices as `pricing` does and has no stock a good third of the time, in spells of about a week."""

    pricing: Behaviour
    outage: float = 0.08
    recovery: float = 0.14

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Price as the inner behaviour, and lose or regain stock."""
        inner = self.pricing.act(view, rng)
        return Action(inner.price, _supply(view.available, rng, self.outage, self.recovery))


@dataclass(frozen=True, slots=True)
class Undercut:
    """Fights: goes below the lowest of all others by `step`, down to its floor. Two of them make a price war."""

    step: float = 0.012
    attention: float = 0.5

    def act(self, view: RivalView, rng: np.random.Generator) -> Action:
        """Undercut where somebody else is as cheap or cheaper; hold where it is the cheapest already."""
        lowest = view.lowest()
        acts = (rng.random(view.price.shape) < self.attention) & (lowest <= view.price)
        target = np.maximum(lowest * (1 - self.step), view.floor)
        return Action(np.where(acts, np.minimum(target, view.price), view.price), _supply(view.available, rng))


BEHAVIOURS: Mapping[RivalKind, Behaviour] = MappingProxyType(
    {
        RivalKind.MATCH_LOWEST: MatchLowest(),
        RivalKind.FOLLOW: Follow(),
        RivalKind.PREMIUM: Premium(),
        RivalKind.ERRATIC: Erratic(),
        RivalKind.OUT_OF_STOCK: OutOfStock(Follow(gap=-0.02, speed=0.1)),
    }
)


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor: who it is, what it carries, how it acts."""

    name: str
    domain: str
    """Below .example, which nobody can own (RFC 2606)."""
    behaviour: Behaviour
    fights: bool
    """Whether it takes part in the price war, if the world has one."""
    carried: Flags
    """(n,)"""
    shipping: Ints
    """(n,) minor units."""
    floor: Ints
    """(n,) delivered price under which it does not go in peace."""
    war_floor: Ints
    """(n,) delivered price at which it earns nothing: where it stops in a war."""
    opening: Ints
    """(n,) delivered price on the first day."""

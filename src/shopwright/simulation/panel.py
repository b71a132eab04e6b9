"""The past of a world as one panel: what happened per product and day, recorded from the running market."""

from dataclasses import dataclass

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints
from shopwright.simulation.market import DayOutcome, Market
from shopwright.simulation.seller import Seller, Tag


@dataclass(frozen=True, slots=True)
class Panel:
    """Every product on every day of the history: units and minor units, int64, (n, T) unless said otherwise."""

    price: Ints
    regular_price: Ints
    """The shop's price without the promotion of the day."""
    promotion: Flags
    on_sale: Flags
    """Whether the product was in the assortment on that day."""
    wanted: Ints
    """Truth: units that buyers wanted. Above `served` where stock ran out."""
    expected: Floats
    """Truth: the mean of retail demand given prices and unseen shocks, float64."""
    served: Ints
    """Units sold, before cancellations and returns."""
    bulk: Ints
    """The part of `served` that was one business order."""
    cancelled: Ints
    """The part of `served` that was cancelled the same day."""
    opening: Ints
    """Units in stock after the morning's deliveries: opening - served + cancelled = closing."""
    received: Ints
    ordered: Ints
    """Units ordered from suppliers on the evening of the day."""
    closing: Ints
    sessions: Ints
    """Visits to the product's page; never below the number of buyers."""
    views: Ints
    rival_price: Ints
    """(R, n, T) price without shipping, 0 where a rival does not carry the product."""
    rival_regular: Ints
    """(R, n, T) likewise, before the rival's promotion."""
    rival_available: Flags
    """(R, n, T)"""

    @property
    def stocked_out(self) -> Flags:
        """Days on which somebody wanted more than there was: sales there are not demand."""
        out: Flags = (self.wanted > self.served) | (self.on_sale & (self.opening == 0))
        return out


def record_panel(market: Market, rng: np.random.Generator) -> Panel:
    """Play the whole history of the market's world (from day 0) under the shop's price policy.

    The market stands at the first day after it when this returns, and can be stepped on.
    """
    seller = Seller(market.world, rng)
    tags: list[Tag] = []
    days: list[DayOutcome] = []
    while market.day < market.world.spec.days:
        tag = seller.tag(market)
        tags.append(tag)
        days.append(market.step(tag.price, tag.promotion))
    return _panel(market, tags, days, rng)


def _panel(market: Market, tags: list[Tag], days: list[DayOutcome], rng: np.random.Generator) -> Panel:
    wanted = _over_days([day.wanted for day in days])
    sessions = _sessions(market, wanted, rng)
    return Panel(
        price=_over_days([tag.price for tag in tags]),
        regular_price=_over_days([tag.regular for tag in tags]),
        promotion=np.stack([tag.promotion for tag in tags], axis=-1),
        on_sale=market.world.alive(np.arange(len(days))),
        wanted=wanted,
        expected=np.stack([day.expected for day in days], axis=-1),
        served=_over_days([day.stock.served for day in days]),
        bulk=_over_days([day.stock.bulk for day in days]),
        cancelled=_over_days([day.stock.cancelled for day in days]),
        opening=_over_days([day.stock.opening for day in days]),
        received=_over_days([day.stock.received for day in days]),
        ordered=_over_days([day.stock.ordered for day in days]),
        closing=_over_days([day.stock.closing for day in days]),
        sessions=sessions,
        views=sessions + rng.poisson(0.6 * sessions),
        rival_price=_over_days([day.rival_price for day in days]),
        rival_regular=_over_days([day.rival_regular for day in days]),
        rival_available=np.stack([day.rival_available for day in days], axis=-1),
    )


def _over_days(rows: list[Ints]) -> Ints:
    """Stack what was recorded by day so that days are the last axis."""
    return np.stack(rows, axis=-1)


def _sessions(market: Market, wanted: Ints, rng: np.random.Generator) -> Ints:
    """Draw visits: everyone who wanted to buy, and those who only looked, who care less about the price."""
    conversion = rng.uniform(0.015, 0.06, market.world.products)
    lookers = market.world.level(np.arange(wanted.shape[1])) / conversion[:, None]
    return wanted + rng.poisson(lookers)

"""Two copies of the program against each other: no race to the floor, no drift above what competition gives."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tests.factories.pricing import catalog

from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Slopes
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.beliefs import Situation, believe, follow_shares
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.guardrails import guard
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings
from shopwright.pricing.wars import OURS, BrakeRules, PriceMoves, find_wars

Floats = NDArray[np.float64]

N, STEPS, WEEK, MEMORY = 16, 1_000, 7, 28
COST: Final = 10.0
_DAY = 86_400
_LEARN = 28


@dataclass
class Duopoly:
    """Logit demand between two shops and not buying: units = 20 f(p) / (f(p) + f(q) + 1), f = exp(steep (mid - p))."""

    steep: Floats
    mid: Floats

    def units(self, own: Floats, other: Floats) -> Floats:
        mine, theirs = np.exp(self.steep * (self.mid - own)), np.exp(self.steep * (self.mid - other))
        result: Floats = 20 * mine / (mine + theirs + 1)
        return result

    def profit(self, own: Floats, other: Floats) -> Floats:
        return (own - COST) * self.units(own, other)

    def competitive(self) -> Floats:
        """Return the prices at which neither gains by moving alone (Bertrand and Nash), by answering in turns."""
        grid, price = np.linspace(COST, 3 * COST, 2_001), np.full(N, 1.5 * COST)
        for _ in range(60):
            answers = np.stack([self.profit(np.full(N, one), price) for one in grid])
            price = (price + grid[np.argmax(answers, axis=0)]) / 2
        return price

    def collusive(self) -> Floats:
        """Return the prices at which both together earn most."""
        grid = np.linspace(COST, 4 * COST, 3_001)
        both = np.stack([self.profit(np.full(N, one), np.full(N, one)) for one in grid])
        best: Floats = grid[np.argmax(both, axis=0)]
        return best


@dataclass
class Shop:
    """One copy of the program: it learns (with errors that stay) how demand answers, and prices behind the guardrails."""

    market: Duopoly
    error: Floats
    path: list[Floats]
    seen: list[Floats] = field(default_factory=list)
    response: ResponseColumns | None = None

    def learn(self) -> None:
        own, other = self.path[-1], self.seen[-1]
        step = 1.001
        base = np.log(self.market.units(own, other))
        slope = (np.log(self.market.units(own * step, other)) - base) / np.log(step) * self.error
        cross = (np.log(self.market.units(own, other * step)) - base) / np.log(step)
        slopes = Slopes.of(slope, np.full(N, 0.4))
        estimate = PriceResponse(
            constant=slopes,
            semi_log=slopes,
            constant_weight=np.full(N, 0.5),
            reference=own,
            base_units=np.exp(base),
            base_spread=np.full(N, 0.1),
            cross=cross,
            cross_sd=np.full(N, 0.1),
            changes=np.full(N, 9),
            refusals=np.zeros(N, dtype=np.int64),
        )
        first = self.path[0]
        ours, theirs = (np.log(np.stack(days, axis=1)) for days in (self.path[-180:], self.seen[-180:]))
        situation = Situation(
            group=np.arange(N),
            price=own,
            unit=SCALE,
            margin=(first - COST) / first,
            earned=(own - COST) * SCALE,
            follow=follow_shares(ours[:, -theirs.shape[1] :], theirs[None]),
            rivals=np.log(other),
            stock=np.full(N, np.inf),
        )
        self.response = believe(estimate, situation)

    def decide(self, day: int) -> Floats:
        """Return the prices of the day: brake, strategy, guardrails."""
        market, used = self._catalog(), self._offers()
        held = find_wars(self.moves(day), N, BrakeRules(), day * _DAY).reasons
        candidates = ProfitMaximization().propose(market, used, ProfitSettings())
        decisions = guard(market, used, [Guardrails()], np.zeros(N, dtype=np.int64), candidates, held)
        price: Floats = np.where(decisions.price == MISSING, market.price, decisions.price) / SCALE
        return price

    def _catalog(self) -> CatalogColumns:
        assert self.response is not None
        market = catalog({"tax": "0", "cost": "10.00", "min_price": "10.30", "max_price": "40.00"})
        price, week = (
            np.rint(self.path[at] * 100).astype(np.int64) * 10_000 for at in (-1, max(-WEEK, -len(self.path)))
        )
        return replace(
            market.take(np.zeros(N, dtype=np.int64)),
            price=price,
            price_day_ago=price,
            price_week_ago=week,
            response=self.response,
        )

    def _offers(self) -> UsedOffers:
        zeros = np.zeros(N, dtype=np.int64)
        price = np.rint(self.seen[-1] * SCALE).astype(np.int64)
        return UsedOffers.of(N, np.arange(N), zeros, price, zeros, zeros + SCALE, zeros.astype(np.bool_))

    def moves(self, day: int) -> PriceMoves:
        ours, theirs = np.stack(self.path[-MEMORY:]), np.stack(self.seen[-MEMORY:])
        parts = [(ours, OURS), (theirs, 1)]
        return PriceMoves(
            product=np.concatenate([np.tile(np.arange(N), len(rows)) for rows, _ in parts]),
            seller=np.concatenate([np.full(rows.size, seller) for rows, seller in parts]),
            at=np.concatenate(
                [np.repeat(day + np.arange(len(rows)) - len(rows), N) * _DAY + seller for rows, seller in parts]
            ),
            price=np.concatenate([np.rint(rows * SCALE).astype(np.int64).ravel() for rows, _ in parts]),
        )


def test_two_copies_in_one_market_neither_race_to_the_floor_nor_drift_above_competition() -> None:
    rng = np.random.default_rng(3)
    market = Duopoly(rng.uniform(0.25, 0.45, N), rng.uniform(14.0, 17.0, N))
    competitive, collusive = market.competitive(), market.collusive()
    assert (collusive > 1.05 * competitive).all()
    shops = [
        Shop(market, np.exp(rng.normal(0, 0.12, N)), [np.round(competitive * np.exp(rng.normal(0, 0.08, N)), 2)])
        for _ in range(2)
    ]
    for shop, other in zip(shops, reversed(shops), strict=True):
        shop.seen.append(other.path[0])
    prices = []
    for day in range(STEPS):
        shop, other = shops[day % 2], shops[1 - day % 2]
        if day % _LEARN < len(shops):
            shop.learn()
        price = shop.decide(day)
        for one, new in ((shop, price), (other, other.path[-1])):
            one.path.append(new)
        shop.seen.append(other.path[-1])
        other.seen.append(price)
        prices.append((price + other.path[-1]) / 2)
    middle, end = np.mean(prices[450:550], axis=0), np.mean(prices[-100:], axis=0)
    # Of the way from competition (0) to a cartel (1), per Calvano et al. 2020.
    gain = (end - competitive) / (collusive - competitive)
    assert (end > 1.1 * COST).all()
    assert abs(np.log(end / competitive).mean()) < 0.05
    assert gain.mean() < 0.3
    assert abs(np.log(end / middle).mean()) < 0.01


def test_the_brake_holds_two_shops_that_undercut_each_other_and_lets_calm_ones_be() -> None:
    market = Duopoly(np.full(N, 0.3), np.full(N, 15.0))
    falling = [np.full(N, 20.0 * 0.99**step) for step in range(20)]
    fighting = Shop(market, np.ones(N), falling[::2], falling[1::2])
    calm = Shop(market, np.ones(N), [np.full(N, 20.0)] * 10, [np.full(N, 19.0)] * 10)
    assert (find_wars(fighting.moves(10), N, BrakeRules(), 10 * _DAY).reasons & Reason.PRICE_WAR.bit != 0).all()
    assert (find_wars(calm.moves(10), N, BrakeRules(), 10 * _DAY).reasons == 0).all()

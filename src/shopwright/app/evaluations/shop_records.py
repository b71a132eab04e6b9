"""What a simulated shop writes down day by day, and what it learns from it. No truth enters: only what a shop sees."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from shopwright.app.evaluations.shop_desk import ShopDesk
from shopwright.demand.elasticity.estimation import HierarchicalResponse
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.pricing.beliefs import Situation, believe, follow_shares
from shopwright.pricing.responses import Estimates, ResponseColumns
from shopwright.simulation.columns import Flags, Floats, Ints
from shopwright.simulation.market import DayOutcome
from shopwright.simulation.panel import Panel
from shopwright.simulation.world import World

_ABSENT = float(np.log(1.3))
"""A rival without stock counts as one that is so much dearer than usual: its buyers are free."""
_RECENT = 56
_HORIZON = 28


@dataclass(slots=True)
class ShopRecords:
    """Days of one shop: prices, sales, promotions, days on which stock lasted, rivals' delivered prices (NaN absent)."""

    world: World
    price: list[Ints] = field(default_factory=list)
    sold: list[Ints] = field(default_factory=list)
    promotion: list[Flags] = field(default_factory=list)
    lasted: list[Flags] = field(default_factory=list)
    rivals: list[Floats] = field(default_factory=list)

    @classmethod
    def of(cls, world: World, panel: Panel) -> Self:
        """Open the books with a recorded history."""
        records = cls(world)
        for day in range(panel.price.shape[1]):
            records._write(
                panel.price[:, day],
                panel.served[:, day] - panel.bulk[:, day],
                panel.promotion[:, day],
                panel.closing[:, day] > panel.cancelled[:, day],
                np.where(panel.rival_available[..., day], panel.rival_price[..., day], 0),
            )
        return records

    def add(self, day: DayOutcome) -> None:
        """Write down yesterday."""
        self._write(
            day.price,
            day.stock.served - day.stock.bulk,
            day.promotion,
            day.stock.closing > day.stock.cancelled,
            np.where(day.rival_available, day.rival_price, 0),
        )

    def learn(self, desk: ShopDesk, on_hand: Ints | None) -> ResponseColumns:
        """Estimate price response from all that is written down, and bring it together with the shop's situation."""
        price, rivals = np.stack(self.price, axis=1).astype(np.float64), np.log(np.stack(self.rivals, axis=-1))
        estimate = HierarchicalResponse().estimate(self._history(price, rivals))
        world, unit = self.world, desk.unit
        net = desk.prices / (1 + world.tax)
        usual_net = np.median(price[:, : world.spec.days], axis=1) / (1 + world.tax)
        recent = np.isfinite(rivals[..., -_RECENT:])
        seen = recent.sum(axis=(0, 2))
        total = np.where(recent, rivals[..., -_RECENT:], 0.0).sum(axis=(0, 2))
        situation = Situation(
            group=world.assortment.category,
            price=desk.prices.astype(np.float64),
            unit=unit,
            margin=(usual_net - world.cost) / usual_net,
            earned=(net - world.cost) * unit,
            follow=follow_shares(np.log(price), rivals),
            rivals=np.where(seen > 0, total / np.maximum(seen, 1), np.nan),
            stock=self._stock(on_hand),
        )
        return believe(estimate, situation)

    def _write(self, price: Ints, sold: Ints, promotion: Flags, lasted: Flags, rivals: Ints) -> None:
        shipping = np.array([rival.shipping for rival in self.world.rivals]).reshape(rivals.shape)
        endless = self.world.spec.cover >= 1
        self.price.append(price)
        self.sold.append(sold)
        self.promotion.append(promotion)
        # Where the market never runs out its ledger shows no stock.
        self.lasted.append(lasted | endless)
        self.rivals.append(np.where(rivals > 0, rivals + shipping, np.nan))

    def _history(self, price: Estimates, rivals: Estimates) -> PriceHistory:
        usual = np.log(np.median(price, axis=1))[None, :, None]
        carried = np.isfinite(rivals).any(axis=2)
        share = carried / np.maximum(carried.sum(axis=0), 1)
        apart = np.where(np.isfinite(rivals), np.minimum(rivals - usual, _ABSENT), _ABSENT)
        level = np.exp((share[:, :, None] * apart).sum(axis=0, keepdims=True) + usual)
        return PriceHistory.of_panel(
            np.stack(self.sold, axis=1).astype(np.float64),
            price,
            self.world.assortment.category,
            controls={"promotion": np.stack(self.promotion, axis=1).astype(np.float64)},
            competitors=level,
            available=np.stack(self.lasted, axis=1),
        )

    def _stock(self, on_hand: Ints | None) -> Estimates:
        """Return what can be sold in the horizon: stock, and what usually came in so long. Infinite without limit."""
        if on_hand is None:
            return np.full(self.world.products, np.inf)
        recent = np.stack(self.sold[-_RECENT:], axis=1)
        usual: Estimates = recent.mean(axis=1) * (_HORIZON - self.world.lead_time / 2)
        total: Estimates = on_hand.astype(np.float64) + np.maximum(usual, 0.0)
        return total

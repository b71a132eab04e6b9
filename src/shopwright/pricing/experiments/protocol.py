"""What is fixed before an experiment starts: how arms are spread, for how long, what is measured, what stops it. Pure."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from shopwright.kit.errors import Invalid

FEWEST_CELLS: Final = 8
"""Comparisons that an experiment needs. With 6, only the two most extreme of 64 drawings could ever be called a
difference; with 8 a clear effect shows even if one comparison goes against it."""
SHORTEST_DAYS: Final = 7
LONGEST_DAYS: Final = 182
LONGEST_BLOCK_DAYS: Final = 28
_LEVELS: Final = (0.001, 0.2)
_POWERS: Final = (0.5, 0.99)
MOST_CELLS: Final = 20_000
"""Comparisons that are computed with at once: a thousand drawings of so many take 160 MB."""
BEFORE_DAYS: Final = 28
"""Days before the start that clusters are paired and adjusted by: whole weeks, and not more of them. On Online Retail eight weeks
made the smallest effect that is found a third larger than four: what was sold longer ago says less."""
GUARDRAIL_SHARE: Final = 0.2
"""Part of the level that the guardrails have together, so that the level holds for any false alarm at all."""


class InvalidProtocol(Invalid):
    """An experiment cannot be run as it is planned."""

    code = "invalid_experiment"


class Design(StrEnum):
    """How the arms are spread: over clusters of products, or over blocks of time (each cluster switches to and fro)."""

    CLUSTERS = "clusters"
    SWITCHBACK = "switchback"


class Grouping(StrEnum):
    """What makes a cluster: products within one take sales from each other, so they are in one arm together."""

    SHOP = "shop"
    CATEGORY = "category"
    CATEGORY_BRAND = "category_brand"
    PRODUCT = "product"


class Arm(IntEnum):
    """Which prices a product has; OUTSIDE is not part of the experiment."""

    OUTSIDE = -1
    CONTROL = 0
    TREATMENT = 1


class Metric(StrEnum):
    """What is measured. Profit is net of tax, cost, returns and cancellations; revenue and units are net of the latter two."""

    PROFIT = "profit"
    REVENUE = "revenue"
    UNITS = "units"
    RETURNS = "returns"
    STOCK_OUTS = "stock_outs"

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate that should be low (returned of sold units; days without stock) instead of an amount."""
        return self in {Metric.RETURNS, Metric.STOCK_OUTS}


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A metric that stops the experiment when it is worse than control by more than `tolerance`, beyond chance.

    `tolerance` is a share of the control for amounts, and a difference of rates for rates. Raises InvalidProtocol.
    """

    metric: Metric
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < 1:
            raise InvalidProtocol("A tolerance is from 0 to below 1.", field="tolerance", found=self.tolerance)


GUARDRAILS: Final = (
    Guardrail(Metric.PROFIT),
    Guardrail(Metric.REVENUE, 0.05),
    Guardrail(Metric.UNITS, 0.10),
    Guardrail(Metric.RETURNS, 0.01),
    Guardrail(Metric.STOCK_OUTS, 0.02),
)
"""What stops an experiment if nobody says otherwise. Dearer prices sell fewer units, which is meant: hence the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What is fixed before the start; raises InvalidProtocol where it could not be run.

    `days` is the whole length. In a switchback blocks of `block_days` go in pairs, one of each arm in an order by lot, and
    the first `washout_days` of a block are not counted. `level` is the chance that a difference, or a breach, is claimed
    where arms do not differ, over all looks and guardrails together; `power` is what the planner aims at.
    """

    kind: Design = Design.CLUSTERS
    grouping: Grouping = Grouping.CATEGORY
    days: int = 56
    block_days: int = 7
    washout_days: int = 1
    metric: Metric = Metric.PROFIT
    level: float = 0.05
    power: float = 0.8
    guardrails: tuple[Guardrail, ...] = GUARDRAILS

    def __post_init__(self) -> None:
        for field, wrong, said in self._rules():
            if wrong:
                raise InvalidProtocol(said, field=field, found=str(getattr(self, field)))

    def _rules(self) -> tuple[tuple[str, bool, str], ...]:
        switching = self.kind is Design.SWITCHBACK
        metrics = [guardrail.metric for guardrail in self.guardrails]
        return (
            (
                "days",
                not SHORTEST_DAYS <= self.days <= LONGEST_DAYS,
                f"An experiment takes {SHORTEST_DAYS} to {LONGEST_DAYS} days.",
            ),
            ("days", not switching and self.days % 7 != 0, "An experiment over clusters takes whole weeks."),
            (
                "block_days",
                not 1 <= self.block_days <= LONGEST_BLOCK_DAYS,
                f"A block takes 1 to {LONGEST_BLOCK_DAYS} days.",
            ),
            (
                "days",
                switching and self.days % (2 * max(self.block_days, 1)) != 0,
                "A switchback takes whole pairs of blocks.",
            ),
            ("washout_days", not 0 <= self.washout_days < self.block_days, "A wash-out is shorter than its block."),
            ("level", not _LEVELS[0] <= self.level <= _LEVELS[1], "A level is between 0.001 and 0.2."),
            ("power", not _POWERS[0] <= self.power <= _POWERS[1], "A power is between 0.5 and 0.99."),
            ("metric", self.metric.is_rate, "An experiment decides by profit, revenue or units."),
            ("guardrails", len(set(metrics)) < len(metrics), "A metric has one guardrail at most."),
            (
                "grouping",
                not switching and self.grouping is Grouping.SHOP,
                "A shop that is one cluster can only be compared with itself: choose a switchback.",
            ),
        )

    def check_cells(self, cells: int) -> None:
        """Raise InvalidProtocol if there would be more comparisons than can be computed with."""
        if cells > MOST_CELLS:
            raise InvalidProtocol(
                f"{cells} comparisons are too many: {MOST_CELLS} can be judged.", field="grouping", found=str(cells)
            )

    @property
    def test_level(self) -> float:
        """The part of the level that the main comparison has."""
        return self.level * (1 - GUARDRAIL_SHARE) if self.guardrails else self.level

    @property
    def guardrail_level(self) -> float:
        """The part of the level that all guardrails have together."""
        return self.level - self.test_level

    @property
    def blocks(self) -> int:
        """How many blocks of time there are; over clusters it is one."""
        return self.days // self.block_days if self.kind is Design.SWITCHBACK else 1

    def block_of(self, day: int) -> int:
        """Return the block of a day, counted from the start; the last one from the end on."""
        return min(day // self.block_days, self.blocks - 1) if self.kind is Design.SWITCHBACK else 0

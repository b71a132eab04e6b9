"""The circuit breaker of a run: when too much of a catalog would move, or too far, nothing of the run is applied. Pure.

A bad feed multiplies everywhere within minutes, and each price may keep its own limits while the whole is wrong.
"""

from dataclasses import dataclass

import numpy as np

from shopwright.kit.amounts import SCALE, Amounts, proportion, usable
from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings
from shopwright.pricing.columns import check_columns


class InvalidBreaker(Invalid):
    """A setting of the circuit breaker or of the price-war brake cannot be meant as it is written."""

    code = "invalid_breaker"


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a run is refused: more than `max_share_ppm` of the catalog moves, or the mean move is above `max_mean_ppm`.

    The mean is of the absolute moves of the prices that move. Runs over fewer than `min_products` are not judged by
    share, and runs with fewer than `min_moves` moves not by their mean: a selection always moves as a whole, and single
    prices have their own limits.
    """

    max_share_ppm: int = 400_000
    max_mean_ppm: int = 100_000
    min_products: int = 20
    min_moves: int = 5

    def __post_init__(self) -> None:
        checks = {
            "max_share_ppm": (0 < self.max_share_ppm <= SCALE, "Above 0, up to 100 %."),
            "max_mean_ppm": (self.max_mean_ppm > 0, "Above 0 %."),
            "min_products": (self.min_products >= 1, "1 and more."),
            "min_moves": (self.min_moves >= 1, "1 and more."),
        }
        check_settings(InvalidBreaker, checks)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run is refused, with the figures and one sentence for each cause."""

    products: int
    moved: int
    share_ppm: int
    mean_move_ppm: int
    causes: tuple[str, ...]

    @property
    def tripped(self) -> bool:
        """Whether nothing of the run may be applied."""
        return bool(self.causes)


def judge_run(current: Amounts, proposed: Amounts, rules: BreakerRules) -> Verdict:
    """Judge a run: `proposed` is MISSING where no price is proposed. One row for each product of the catalog.

    A proposal for a product whose present price is not known does not count as a move.
    """
    check_columns(len(current), {"proposed": proposed})
    moves = usable(current) & usable(proposed) & (current != proposed)
    moved = int(moves.sum())
    far = proportion(np.maximum(np.abs(proposed[moves] - current[moves]), 1), [SCALE], [current[moves]], up=False)
    share = moved * SCALE // max(len(current), 1)
    # Python's integers: a sum of moves of 10^12 per cent would pass 64 bits.
    mean = sum(far.tolist()) // max(moved, 1)
    causes = []
    if len(current) >= rules.min_products and share > rules.max_share_ppm:
        causes.append(f"{_percent(share)} of the catalog would move; {_percent(rules.max_share_ppm)} is the limit.")
    if moved >= rules.min_moves and mean > rules.max_mean_ppm:
        causes.append(f"Prices would move by {_percent(mean)} on average; {_percent(rules.max_mean_ppm)} is the limit.")
    return Verdict(len(current), moved, share, mean, tuple(causes))


def _percent(share_ppm: int) -> str:
    whole, tenths = divmod(share_ppm * 10 // (SCALE // 100), 10)
    return f"{whole}.{tenths} %" if tenths else f"{whole} %"

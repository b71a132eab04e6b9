"""Proposes a small, bounded price experiment where the past tells too little: how far to move, and for how long. Pure.

The price is switched between a step up and a step down week by week (switchback). Sales of one week tell the logarithm
of demand with a known precision, so the standard deviation of the elasticity after w weeks at steps +-d (log) is
1 / (d sqrt(w precision)); what is known before is added to it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Flags, Floats, Ints

STEPS: Final = (0.03, 0.05, 0.10)
"""Steps up and down, as shares of the price: the smallest that is enough is proposed."""
FEWEST_WEEKS, MOST_WEEKS = 4, 16
"""Fewer weeks catch one odd week; more are a season."""
ENOUGH: Final = 0.25
"""Standard deviation over elasticity that is enough to price by: the interval then stays clear of zero by half."""


@dataclass(frozen=True, slots=True)
class Trials:
    """An experiment for each product, columns (n,)."""

    step: Floats
    """Share of the price by which it goes up and down."""
    weeks: Ints
    """Even, so that both prices get the same number of weeks."""
    sd_after: Floats
    """Standard deviation of the elasticity that is to be expected afterwards."""
    enough: Flags
    """Whether that is enough to price by; where not, test it together with its category."""


def propose_trials(response: PriceResponse, weekly_precision: Floats, largest_step: float = STEPS[-1]) -> Trials:
    """Propose a trial for every product, with steps of at most `largest_step` (above 0).

    `weekly_precision` (n,) is what one week's sales tell of log demand, 1 / variance.
    """
    if largest_step <= 0:
        raise ValueError("a step is above zero")
    steps = [step for step in STEPS if step <= largest_step] or [largest_step]
    known, wanted = response.elasticity_sd**-2.0, (ENOUGH * np.abs(response.elasticity)) ** -2.0
    chosen = np.full(len(response), steps[-1])
    weeks = np.full(len(response), np.inf)
    for step in reversed(steps):
        gain = np.log1p(step) ** 2 * np.maximum(weekly_precision, 1e-9)
        needed = np.ceil(np.maximum(wanted - known, 0.0) / gain / 2) * 2
        fits = needed <= MOST_WEEKS
        chosen, weeks = np.where(fits, step, chosen), np.where(fits, needed, weeks)
    length = np.clip(weeks, FEWEST_WEEKS, MOST_WEEKS).astype(np.int64)
    gain = np.log1p(chosen) ** 2 * weekly_precision * length
    sd_after: Floats = (known + gain) ** -0.5
    return Trials(chosen, length, sd_after, sd_after <= ENOUGH * np.abs(response.elasticity) * (1 + 1e-9))

"""Looking often without more false alarms: the level is spent over the looks, and bounds come from the lot itself. Pure.

Under no effect every drawing of arms would have shown the same sales. So what other drawings would have shown, look by
look, is known exactly, whatever the distribution of sales, however they depend on each other. At each look that many
drawings may have crossed the bound as the level spent so far allows; the drawing that was made is one of them. The chance of
a false alarm over all looks is therefore at most the level (Plamadeala and Rosenberger 2012, conditional randomization
tests with spending; Lan and DeMets 1983, spending functions; Wu and Ding 2021, why statistics are studentised: so the test
also holds, in large samples, where effects differ and only their mean is zero).
"""

from math import e, log, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from shopwright.pricing.experiments.assignment import Floats, Integers

DRAWINGS: Final = 4_000
"""Drawings that bounds are read from, the one that was made among them; a level of 0.04 is then kept to 1 in 4,000."""
_FEWEST: Final = 1_000
_MOST_SIGNS: Final = 20_000_000
_DRAWN: Final = 1
"""The stream of the seed that they come from."""
_NORMAL: Final = NormalDist()


def signs_of(treated: Integers, seed: int, drawings: int = DRAWINGS) -> Floats:
    """Return drawings (b, n) of which part of each cell is treated, 1 or -1; the first is the one that was made.

    Of very many cells fewer drawings are made, which the level bears and memory needs.
    """
    drawings = min(drawings, max(_FEWEST, _MOST_SIGNS // max(len(treated), 1)))
    chance = np.random.default_rng([seed, _DRAWN])
    drawn: Floats = chance.choice(np.array([-1.0, 1.0]), (drawings, len(treated)))
    drawn[0] = treated
    return drawn


def late_spending(level: float, share: Floats) -> Floats:
    """Return the level spent at shares of the way (k): hardly any early on, so little is lost for the end (O'Brien, Fleming).

    The form of Lan and DeMets (1983): 2 - 2 Phi(z / sqrt(share)).
    """
    z = _NORMAL.inv_cdf(1 - level / 2)
    return np.array([2 * (1 - _NORMAL.cdf(z / sqrt(one))) if one > 0 else 0.0 for one in share])


def even_spending(level: float, share: Floats) -> Floats:
    """Return the level spent at shares of the way (k): soon, for what should stop soon (Pocock's, by Lan and DeMets 1983)."""
    return np.array([level * log(1 + (e - 1) * one) for one in share])


def bounds(statistics: Floats, spent: Floats) -> Floats:
    """Return for each look (k) the bound that a statistic has to exceed to count, infinite where nothing can count yet.

    `statistics` (b, k) are those of all drawings, large where an effect is. Until a look at most the share `spent` (k) of
    the drawings has exceeded a bound.
    """
    drawings, looks = statistics.shape
    found = np.full(looks, np.inf)
    left = np.ones(drawings, dtype=np.bool_)
    for look in range(looks):
        room = int(spent[look] * drawings + 1e-9) - int((~left).sum())
        if room <= 0:
            continue
        remaining = statistics[left, look]
        if room >= len(remaining):
            continue
        found[look] = np.partition(remaining, len(remaining) - room - 1)[len(remaining) - room - 1]
        left &= statistics[:, look] <= found[look]
    return found

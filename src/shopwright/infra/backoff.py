"""How long to wait before something that failed is tried again. It waits for nothing itself."""

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waiting times that grow by a factor: 1, 2, 4, 8 s and so on, none shorter than its turn, up to `longest`.

    `jitter` is the share of the waiting time that is added at random, so that what failed together does not
    come back together.
    """

    first: float = 1.0
    factor: float = 2.0
    longest: float = 300.0
    jitter: float = 0.25

    def delay(self, failures: int, chance: random.Random) -> timedelta:
        """Return the wait after the given number of failures in a row (1 for the first)."""
        steps = min(failures - 1, 64)  # beyond it the power leaves the floats, and `longest` has long been reached
        seconds = min(self.first * self.factor**steps, self.longest)
        return timedelta(seconds=seconds * (1 + self.jitter * chance.random()))

"""One small simulated shop, played once for all tests of this folder."""

from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.genesis import build_world
from shopwright.simulation.history import History, simulate_history
from shopwright.simulation.spec import WORLDS


@pytest.fixture(scope="session")
def demo() -> History:
    """Sixty products over three hundred days, with everything that the demo worlds have; read-only."""
    world = build_world(replace(WORLDS["demo-electronics"], products=60, days=300))
    return simulate_history(world, np.random.default_rng(5))

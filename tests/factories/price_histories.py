"""Price histories with known truth, for tests of price response."""

from dataclasses import dataclass

import numpy as np

from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.slopes import Floats


@dataclass(frozen=True)
class Told:
    history: PriceHistory
    elasticity: Floats
    cross: float


def told_history(
    seed: int,
    *,
    products: int = 60,
    weeks: int = 80,
    categories: int = 3,
    units: float = 40.0,
    spread: float = 0.3,
    semi_log: bool = False,
) -> Told:
    """Weekly sales at prices that move at random, with promotions, one rival and counts that vary beyond Poisson."""
    rng = np.random.default_rng(seed)
    group = np.arange(products) % categories
    elasticity = np.minimum(-2.5 + 0.4 * (group - 1) + spread * rng.standard_normal(products), -0.3)
    promoted = rng.random((products, weeks)) < 0.15
    regular = np.where(rng.random((products, weeks)) < 0.1, rng.normal(0, 0.1, (products, weeks)), np.nan)
    regular[:, 0] = 0.0
    ratio = np.exp(_held(regular)) * np.where(promoted, rng.choice([0.7, 0.8, 0.9], (products, weeks)), 1.0)
    rival = np.exp(0.1 * rng.standard_normal((products, weeks)))
    own = elasticity[:, None] * ((ratio - 1) if semi_log else np.log(ratio))
    season = 0.2 * np.sin(np.arange(weeks) / 52 * 2 * np.pi)
    mean = units * np.exp(own + 0.5 * np.log(rival) + 0.2 * promoted + season)
    sold = rng.poisson(mean * rng.gamma(8.0, 1 / 8.0, mean.shape))
    price = rng.uniform(5, 80, products)[:, None] * ratio
    history = PriceHistory.of_panel(
        sold.astype(np.float64),
        price,
        group,
        controls={"promotion": promoted.astype(np.float64)},
        competitors=(rival * price.mean())[None],
        periods_a_year=52.18,
    )
    return Told(history, elasticity, 0.5)


def _held(values: Floats) -> Floats:
    """Fill gaps along time with what was there before."""
    place = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    held: Floats = np.take_along_axis(values, np.maximum.accumulate(place, axis=1), axis=1)
    return held

"""Panels of sales with known truth, for the tests of forecasters."""

import numpy as np

from shopwright.demand.forecasting.panel import Floats, Frequency, SalesPanel

FIRST = np.datetime64("2024-01-01")
"""A Monday."""
WEEK_SHAPE = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7])


def random_panel(
    seed: int,
    *,
    products: int = 30,
    periods: int = 200,
    groups: int = 3,
    frequency: Frequency = Frequency.DAILY,
    priced: bool = False,
) -> SalesPanel:
    """Draw negative binomial sales with a week's shape, levels far apart, late listings and days out of stock."""
    rng = np.random.default_rng(seed)
    price = promo = None
    mean = expected(rng, products, periods, frequency)
    if priced:
        promo = (rng.random((products, periods)) < 0.15).astype(np.float64)
        price = 10.0 * (1 - 0.25 * promo)
        mean = mean * np.exp(-2.0 * np.log(price / 10.0) + 0.4 * promo)
    value = rng.poisson(mean * rng.gamma(3.0, 1 / 3.0, mean.shape)).astype(np.float64)
    listed = rng.integers(0, max(periods // 2, 1), products) * (rng.random(products) < 0.3)
    value[np.arange(periods)[None, :] < listed[:, None]] = np.nan
    return SalesPanel(
        first=FIRST,
        value=value,
        frequency=frequency,
        group=rng.integers(0, groups, products),
        price=price,
        promo=promo,
        in_stock=rng.random(value.shape) > 0.05,
    )


def expected(rng: np.random.Generator, products: int, periods: int, frequency: Frequency) -> Floats:
    level = rng.lognormal(0.7, 1.2, products)[:, None] * np.ones(periods)
    if frequency is Frequency.DAILY:
        level = level * WEEK_SHAPE[np.arange(periods) % 7]
    return level

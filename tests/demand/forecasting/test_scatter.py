"""Quantiles, intervals and totals hold what they say."""

import numpy as np
import pytest
from scipy.stats import nbinom
from tests.factories.panels import FIRST, WEEK_SHAPE

from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.calibration import UNCALIBRATED, calibrate
from shopwright.demand.forecasting.forecast import LEVELS
from shopwright.demand.forecasting.panel import SalesPanel
from shopwright.demand.forecasting.spread import INNER, dispersion, quantiles, volume_class


@pytest.mark.parametrize("mean", [0.4, 3.0, 40.0, 4_000.0])
@pytest.mark.parametrize("spread", [0.05, 0.5, 3.0])
def test_quantiles_are_those_of_the_negative_binomial(mean: float, spread: float) -> None:
    found = quantiles(np.array([mean]), np.array([spread]))[:, 0]
    shape = 1 / spread
    exact = nbinom.ppf(INNER, shape, shape / (shape + mean))
    np.testing.assert_allclose(found, exact, atol=0.75 + 0.02 * mean)


def test_dispersion_is_found_and_thin_evidence_is_shrunk() -> None:
    rng = np.random.default_rng(0)
    true, mean = 0.8, 20.0
    units = rng.poisson(mean * rng.gamma(1 / true, true, (200, 60)))
    sums = [((units - mean) ** 2).sum(axis=0), np.full(60, 200 * mean), np.full(60, 200 * mean**2), np.full(60, 200.0)]
    found = dispersion(*sums)
    assert found.mean() == pytest.approx(true, rel=0.1)
    few = dispersion(*[column / 50 for column in sums])
    assert few.std() < found.std()


def test_calibration_makes_wrong_quantiles_hold() -> None:
    rng = np.random.default_rng(1)
    mean = np.repeat(rng.lognormal(1, 1, 500)[:, None], 40, axis=1)
    actual = rng.poisson(mean * rng.gamma(1.0, 1.0, mean.shape)).astype(float)
    table = quantiles(mean, np.full(mean.shape, 0.1))
    volume, seen = volume_class(mean), np.ones(mean.shape, dtype=bool)
    before = UNCALIBRATED.apply(table, volume)[1]
    plain, bounds = calibrate(actual, table, volume, seen).apply(table, volume)
    held = ((actual >= bounds[1]) & (actual <= bounds[2])).mean()
    assert held == pytest.approx(0.8, abs=0.03)
    assert ((actual >= bounds[0]) & (actual <= bounds[3])).mean() == pytest.approx(0.95, abs=0.015)
    assert ((actual >= before[1]) & (actual <= before[2])).mean() < held
    assert (actual < plain[LEVELS.index(0.9)] + 1e-9).mean() == pytest.approx(0.9, abs=0.03)


def test_intervals_of_days_and_of_totals_hold_on_days_to_come() -> None:
    rng = np.random.default_rng(2)
    products, periods, ahead = 300, 300, 28
    drift = np.cumsum(rng.normal(0, 0.03, (products, periods + ahead)), axis=1)
    mean = rng.lognormal(1.5, 0.7, products)[:, None] * np.exp(drift) * WEEK_SHAPE[np.arange(periods + ahead) % 7]
    units = rng.poisson(mean * rng.gamma(2.0, 0.5, mean.shape)).astype(float)
    found = BatchForecaster().fit(SalesPanel(first=FIRST, value=units[:, :periods])).forecast([7, ahead])
    later = units[:, periods:]
    for low, high, level, slack in ((1, 2, 0.8, 0.03), (0, 3, 0.95, 0.015)):
        held = ((later >= found.bounds[low]) & (later <= found.bounds[high])).mean()
        assert held == pytest.approx(level, abs=slack)
    for horizon in (7, ahead):
        total, sums = found.totals[horizon].bounds, later[:, :horizon].sum(axis=1)
        assert ((sums >= total[1]) & (sums <= total[2])).mean() == pytest.approx(0.8, abs=0.06)
    width = found.totals[ahead].bounds[2] - found.totals[ahead].bounds[1]
    assert width.mean() < 0.5 * (found.bounds[2] - found.bounds[1]).sum(axis=1).mean()

"""Makes forecasts of products, of their categories and of the whole shop add up to each other. Pure.

Least squares with the variances of the forecasts on the diagonal (MinT with a diagonal, Wickramasuriya, Athanasopoulos
and Hyndman 2019), solved exactly by passing up and down the tree: whoever is less sure moves more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.demand.forecasting.forecast import Forecast, Total
from shopwright.demand.forecasting.panel import Floats, Ints, SalesPanel, known_demand

_WIDTH_OF_DEVIATION: Final = 2.563
"""An 80 % interval of a normal variable is so many standard deviations wide."""


@dataclass(frozen=True, slots=True)
class Coherent:
    """Forecasts that add up, period by period: products to their groups, groups to the whole."""

    products: Forecast
    groups: Forecast
    whole: Forecast


def grouped(panel: SalesPanel) -> SalesPanel:
    """Return the panel (G, T) of the groups of products. Prices stay behind.

    A product that is unknown in a period, though it was listed before, counts with its mean.
    """
    demand = known_demand(panel)
    listed = np.maximum.accumulate(np.isfinite(demand), axis=1)
    count = np.maximum(np.isfinite(demand).sum(axis=1, keepdims=True), 1)
    mean = np.nansum(demand, axis=1, keepdims=True) / count
    units = np.where(np.isfinite(demand), demand, np.where(listed, mean, 0.0))
    member = (panel.groups[None, :] == np.arange(int(panel.groups.max()) + 1)[:, None]).astype(np.float64)
    return SalesPanel(first=panel.first, value=member @ units, frequency=panel.frequency)


def whole_shop(panel: SalesPanel) -> SalesPanel:
    """Return the panel (1, T) of all products together."""
    groups = grouped(panel)
    return replace(groups, value=groups.value.sum(axis=0, keepdims=True))


def reconcile(products: Forecast, groups: Forecast, whole: Forecast, group: Ints) -> Coherent:
    """Make three forecasts of the same horizons add up. `group` (n,) numbers the groups from 0.

    Means move; quantiles, bounds and totals move in the same proportion as their mean.
    """
    horizon = max(products.totals)
    own, theirs, all_in = (_variance(one, horizon) for one in (products, groups, whole))
    size = theirs.size
    member = (group[None, :] == np.arange(size)[:, None]).astype(np.float64)
    below = np.maximum(member @ own, 1e-12)
    sums = member @ products.mean
    sure = 1.0 / (1.0 / below + 1.0 / theirs)
    middle = sure[:, None] * (sums / below[:, None] + groups.mean / theirs[:, None])
    spread = sure.sum()
    top = (middle.sum(axis=0) / spread + whole.mean[0] / all_in[0]) / (1.0 / spread + 1.0 / all_in[0])
    middle = np.maximum(middle + (sure / spread)[:, None] * (top - middle.sum(axis=0)), 0.0)
    bottom = np.maximum(products.mean + (own / below[group])[:, None] * (middle - sums)[group], 0.0)
    reached = member @ bottom
    bottom = bottom * np.divide(middle, reached, out=np.ones_like(middle), where=reached > 0)[group]
    middle = member @ bottom
    return Coherent(_moved(products, bottom), _moved(groups, middle), _moved(whole, middle.sum(axis=0, keepdims=True)))


def _variance(forecast: Forecast, horizon: int) -> Floats:
    """Return the variance (n,) of the total of a horizon, from the width of its 80 % interval."""
    bounds = forecast.totals[horizon].bounds
    found: Floats = np.maximum(((bounds[2] - bounds[1]) / _WIDTH_OF_DEVIATION) ** 2, 1e-9)
    return found


def _moved(forecast: Forecast, mean: Floats) -> Forecast:
    moved = _ratio(mean, forecast.mean)
    totals: Mapping[int, Total] = {
        horizon: _moved_total(total, mean[:, :horizon].sum(axis=1)) for horizon, total in forecast.totals.items()
    }
    return replace(
        forecast,
        mean=mean,
        quantiles=forecast.quantiles * moved,
        bounds=forecast.bounds * moved,
        totals=totals,
    )


def _moved_total(total: Total, mean: Floats) -> Total:
    moved = _ratio(mean, total.mean)
    return Total(mean=mean, quantiles=total.quantiles * moved, bounds=total.bounds * moved)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)

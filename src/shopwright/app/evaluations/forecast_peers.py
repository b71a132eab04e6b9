"""The forecasters that ours is measured against, on the same series and origins: they come from the group `peers`.

Each gets what it can read: Prophet planned prices and promotions as regressors. What is below zero is cut to zero.
"""

import logging
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
from scipy.special import ndtri

from shopwright.app.evaluations.contract import InvalidEvaluation
from shopwright.app.evaluations.forecast_scores import Answer
from shopwright.demand.forecasting.forecast import LEVELS
from shopwright.demand.forecasting.panel import Floats, Plan, SalesPanel

Peer = Callable[[SalesPanel, Plan, list[int]], Answer]
_SHORTEST_ETS: Final = 20
"""ETS refuses shorter series: their mean is taken."""
_SAMPLES: Final = 300
_SHORTEST: Final = 2
_NORMAL: Final[Floats] = ndtri(np.array(LEVELS))
_BOUNDS: Final = [0, 1, 3, 4]
_ENDS: Final = [LEVELS[place] for place in _BOUNDS]
_HIGH_80: Final = 1.2815515655446004


def find_peer(name: str) -> tuple[Peer | None, str]:
    """Return a peer, or None and a sentence when its library is not installed. Raises InvalidEvaluation."""
    makers = {"seasonal_naive": _seasonal_naive, "prophet": _prophet, "autoets": _autoets}
    if name not in makers:
        raise InvalidEvaluation(f"There is no peer {name!r}.", known=sorted(makers))
    try:
        return makers[name](), ""
    except ImportError:
        return None, f"The peer {name} is not installed (uv sync --group peers): left out."


def _seasonal_naive() -> Peer:
    def forecast(panel: SalesPanel, plan: Plan, horizons: list[int]) -> Answer:  # noqa: ARG001 - it reads no plan
        season, ahead = panel.frequency.season, max(horizons)
        value = np.nan_to_num(panel.value)
        if panel.periods < season:
            value = np.pad(value, ((0, 0), (season - panel.periods, 0)), mode="edge")
        mean = np.tile(value[:, -season:], (1, ahead // season + 1))[:, :ahead]
        change = value[:, season:] - value[:, :-season]
        spread = np.sqrt((change**2).mean(axis=1)) if change.shape[1] else mean.std(axis=1)
        return _normal(mean, np.repeat(spread[:, None], ahead, axis=1), horizons)

    return forecast


def _prophet() -> Peer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
        pandas, prophet = import_module("pandas"), import_module("prophet")
    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).disabled = True

    def one(panel: SalesPanel, plan: Plan, row: int, ahead: int) -> tuple[Floats, Floats]:
        known = _regressors(panel, plan, row)
        there = np.flatnonzero(~np.isnan(panel.value[row]))
        if there.size < _SHORTEST:
            return np.zeros(ahead), np.zeros((_SAMPLES, ahead))
        frame = pandas.DataFrame({"ds": panel.days(ahead).astype("datetime64[ns]"), **known})
        past = frame.iloc[there].assign(y=panel.value[row, there])
        model = prophet.Prophet(uncertainty_samples=_SAMPLES)
        for name in known:
            model.add_regressor(name)
        model.fit(past)
        drawn = np.asarray(model.predictive_samples(frame.iloc[panel.periods :])["yhat"]).T
        model.uncertainty_samples = 0
        return model.predict(frame.iloc[panel.periods :])["yhat"].to_numpy(), drawn

    def forecast(panel: SalesPanel, plan: Plan, horizons: list[int]) -> Answer:
        np.random.seed(0)  # noqa: NPY002 - Prophet draws from NumPy's old generator
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pairs = [one(panel, plan, row, max(horizons)) for row in range(panel.products)]
        mean, drawn = (np.maximum(np.stack(part), 0.0) for part in zip(*pairs, strict=True))
        totals = {h: np.quantile(drawn[:, :, :h].sum(axis=2), _ENDS, axis=1) for h in horizons}
        quantiles = np.quantile(drawn, LEVELS, axis=1)
        return Answer(mean, quantiles, quantiles[_BOUNDS], totals)

    return forecast


def _regressors(panel: SalesPanel, plan: Plan, row: int) -> dict[str, Floats]:
    """Return price and promotion over history and plan, where they are known and vary."""
    found = {}
    for name in ("price", "promo"):
        past, ahead = getattr(panel, name), getattr(plan, name)
        if past is None or ahead is None:
            continue
        whole = np.concatenate([past[row], ahead[row]])
        there = ~np.isnan(whole)
        if there.any() and np.ptp(whole[there]) > 0:
            found[name] = np.where(there, whole, whole[there].mean())
    return found


def _autoets() -> Peer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = import_module("statsforecast.models")

    def one(panel: SalesPanel, row: int, ahead: int) -> tuple[Floats, Floats]:
        values = panel.value[row][~np.isnan(panel.value[row])]
        if values.size < _SHORTEST_ETS or not np.ptp(values):
            return np.full(ahead, values.mean() if values.size else 0.0), np.zeros(ahead)
        season = panel.frequency.season if values.size >= 4 * panel.frequency.season else 1
        found: dict[str, Any] = models.AutoETS(season_length=season if season <= _LONGEST_SEASON else 1).forecast(
            values, h=ahead, level=[80]
        )
        return found["mean"], (found["hi-80"] - found["mean"]) / _HIGH_80

    def forecast(panel: SalesPanel, plan: Plan, horizons: list[int]) -> Answer:  # noqa: ARG001 - it reads no plan
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pairs = [one(panel, row, max(horizons)) for row in range(panel.products)]
        return _normal(np.stack([mean for mean, _ in pairs]), np.stack([spread for _, spread in pairs]), horizons)

    return forecast


_LONGEST_SEASON: Final = 24
"""ETS has no longer season: it would have a state for each week of the year."""


def _normal(mean: Floats, spread: Floats, horizons: list[int]) -> Answer:
    """Return normal quantiles; totals as if the errors of periods were independent."""
    quantiles = mean + _NORMAL[:, None, None] * spread
    totals = {
        h: mean[:, :h].sum(axis=1) + _NORMAL[_BOUNDS, None] * np.sqrt((spread[:, :h] ** 2).sum(axis=1))
        for h in horizons
    }
    quantiles = np.maximum(quantiles, 0.0)
    return Answer(
        np.maximum(mean, 0.0),
        quantiles,
        quantiles[_BOUNDS],
        {h: np.maximum(total, 0.0) for h, total in totals.items()},
    )

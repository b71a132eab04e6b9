"""Two hard cases, made from any table of sales: products that have only just begun, and days out of stock. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import Metrics
from shopwright.app.evaluations.forecast_scores import Answer, Split, score
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.panel import Floats, SalesPanel, known_demand

_YOUNG_SHARE: Final = 0.2
_YOUNG_DAYS: Final = 28
_OUT_SHARE: Final = 0.3
_OUT_DAYS: Final = 7
_GROWN_DAYS: Final = 112


def cold_start(split: Split, horizons: Sequence[int], seed: int) -> Metrics:
    """Forecast a fifth of the grown series from their last 28 days alone, all others as they are.

    `level_error` is the mean relative error of the total over the longest horizon; `of_group_mean` is that error over
    the one of a forecast by the mean of the group (1 and more: the few days were of no use).
    """
    panel, rng = split.panel, np.random.default_rng(seed)
    grown = np.flatnonzero(np.isfinite(panel.value).sum(axis=1) * panel.frequency.days >= _GROWN_DAYS)
    young = np.sort(rng.permutation(grown)[: max(int(grown.size * _YOUNG_SHARE), 1)])
    if not grown.size:
        return {}
    value = panel.value.copy()
    value[young, : panel.periods - _YOUNG_DAYS // panel.frequency.days] = np.nan
    answer = _answer(replace(panel, value=value), split, horizons)
    some = replace(split, actual=split.actual[young], measure=split.measure.take(young), panel=panel.take(young))
    longest = max(horizons)
    sold = np.nansum(split.actual[young], axis=1)
    others = np.setdiff1d(np.arange(panel.products), young)
    mean = _group_means(panel, others)[young] * longest
    missed, by_group = (
        np.abs(one - sold).sum() / max(sold.sum(), 1.0) for one in (answer.mean[young].sum(axis=1), mean)
    )
    found = score([some], [answer.take(young)], longest)
    return {**found, "level_error": float(missed), "of_group_mean": float(missed / max(by_group, 1e-12))}


def _group_means(panel: SalesPanel, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """Return for each product (n,) the mean units a period of the other products of its group."""
    demand, group = known_demand(panel.take(rows)), panel.groups
    sold = np.bincount(group[rows], np.nansum(demand, axis=1), group.max() + 1)
    known = np.bincount(group[rows], np.isfinite(demand).sum(axis=1), group.max() + 1)
    return (sold / np.maximum(known, 1.0))[group]


def stock_out(split: Split, horizons: Sequence[int], seed: int) -> Metrics:
    """Take the stock away on 30 % of the past, a week at a time: nothing is sold then, and the stock says so.

    `bias` is how far the forecast of all units moves by that; `bias_unmasked` how far it moves when nobody says so.
    """
    panel, rng = split.panel, np.random.default_rng(seed)
    run = max(_OUT_DAYS // panel.frequency.days, 1)
    blocks = rng.random((panel.products, panel.periods // run + 1)) < _OUT_SHARE
    out = np.repeat(blocks, run, axis=1)[:, : panel.periods] & np.isfinite(panel.value)
    emptied = np.where(out, 0.0, panel.value)
    told = (~out) if panel.in_stock is None else (panel.in_stock & ~out)
    usual = _answer(panel, split, horizons).mean.sum()
    masked = _answer(replace(panel, value=emptied, in_stock=told), split, horizons)
    unmasked = _answer(replace(panel, value=emptied), split, horizons).mean.sum()
    found = score([split], [masked], max(horizons))
    bias, untold = float(masked.mean.sum() / usual - 1), float(unmasked / usual - 1)
    return {
        **found,
        "bias": bias,
        "bias_unmasked": untold,
        "share_out": float(out.sum() / np.isfinite(panel.value).sum()),
    }


def _answer(panel: SalesPanel, split: Split, horizons: Sequence[int]) -> Answer:
    return Answer.of(BatchForecaster().fit(panel).forecast(list(horizons), split.plan))

"""The evaluation `forecast`: errors and intervals of the product's forecasts on anybody's sales, by rolling origin.

Every forecaster sees the history before an origin and nothing after it, but for what the shop itself decides: planned
prices and promotions, where the table has them. Prices averaged from several rows of a period are not taken for a plan.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import Figures, InvalidEvaluation, Measured, Request
from shopwright.app.evaluations.forecast_peers import find_peer
from shopwright.app.evaluations.forecast_scenarios import cold_start, stock_out
from shopwright.app.evaluations.forecast_scores import Answer, Split, scales, score
from shopwright.app.evaluations.sales_table import SalesTable, read_sales
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.boosted import CombinedForecaster, can_boost
from shopwright.demand.forecasting.panel import Frequency, Plan, SalesPanel, known_demand

HORIZONS: Final = {Frequency.DAILY: (7, 30, 90), Frequency.WEEKLY: (1, 4, 13)}
ORIGINS: Final = 3
MODELS: Final = ("batch", "combined")
_SEASONS: Final = 2
_Forecast = Callable[[SalesPanel, Plan, list[int]], Answer]


@dataclass(frozen=True, slots=True)
class _Options:
    horizons: tuple[int, ...]
    frequency: Frequency
    origins: int
    peers: tuple[str, ...]
    model: str


def evaluate_forecast(request: Request) -> Measured:
    """Measure the forecasts. Options: horizons, frequency, origins, peers, model. Raises InvalidEvaluation."""
    options = _options(request)
    table = _table(request, options.frequency)
    origins = splits(table.panel, options.horizons, options.origins, planned=not table.transactions)
    request.tell(f"{table.panel.products} series, {table.panel.periods} periods, {len(origins)} origins")
    figures = _measure(_ours(options, request.seed), origins, options.horizons)
    slices = {"cold_start": cold_start, "stock_out": stock_out}
    figures.by.update({name: scenario(origins[0], options.horizons, request.seed) for name, scenario in slices.items()})
    peers, notes = {}, _notes(table, origins, options)
    for name in options.peers:
        peer, missing = find_peer(name)
        if peer is None:
            notes.append(missing)
            continue
        request.tell(f"peer {name}")
        peers[name] = _measure(peer, origins, options.horizons)
    return Measured(table.rows, figures, peers, tuple(notes))


def _options(request: Request) -> _Options:
    given = request.options
    try:
        frequency = Frequency(given.get("frequency") or Frequency.DAILY)
        horizons = tuple(int(one) for one in str(given.get("horizons") or "").split(",") if one.strip())
    except ValueError as error:
        raise InvalidEvaluation(
            "Horizons are whole numbers apart by commas, and the frequency is D or W.",
            horizons=given.get("horizons"),
            frequency=given.get("frequency"),
        ) from error
    horizons = horizons or HORIZONS[frequency]
    origins = given.get("origins") or ORIGINS
    if min(horizons) < 1 or origins < 1:
        raise InvalidEvaluation("Horizons and origins have to be at least 1.", horizons=list(horizons), origins=origins)
    peers = tuple(name.strip() for name in str(given.get("peers") or "").split(",") if name.strip())
    for name in peers:
        find_peer(name)
    return _Options(tuple(sorted(set(horizons))), frequency, origins, peers, _model(given.get("model")))


def _model(name: str | None) -> str:
    if name is None:
        return "combined" if can_boost() else "batch"
    if name not in MODELS:
        raise InvalidEvaluation(f"There is no model {name!r}.", known=list(MODELS))
    if name == "combined" and not can_boost():
        raise InvalidEvaluation("The combined model needs LightGBM: install the extra `boost`.")
    return name


def _table(request: Request, frequency: Frequency) -> SalesTable:
    if len(request.data) != 1:
        raise InvalidEvaluation("The evaluation `forecast` needs one table: --data TABLE.", tables=len(request.data))
    return read_sales(request.data[0], request.columns, frequency)


def splits(panel: SalesPanel, horizons: Sequence[int], origins: int, *, planned: bool) -> list[Split]:
    """Return the origins, latest first: the longest horizon from the end, then a middle horizon apart.

    A series takes part where it had a sale before the origin. Raises InvalidEvaluation where history is too short.
    """
    ahead, step = max(horizons), sorted(horizons)[len(horizons) // 2]
    demand = known_demand(panel)
    shortest = _SEASONS * panel.frequency.days
    found = []
    for origin in (panel.periods - ahead - step * place for place in range(origins)):
        if origin < shortest:
            break
        rows = np.flatnonzero(np.nansum(demand[:, :origin], axis=1) > 0)
        past = panel.take(rows).until(origin)
        plan = panel.take(rows).plan(origin, ahead) if planned else Plan()
        measure = scales(known_demand(past), panel.frequency)
        found.append(Split(past, plan, demand[rows, origin : origin + ahead], measure))
    if not found:
        raise InvalidEvaluation(
            f"{panel.periods} periods are too few for a horizon of {ahead}.", periods=panel.periods, horizon=ahead
        )
    return found


def _ours(options: _Options, seed: int) -> _Forecast:
    """Return our forecaster: the combined one where LightGBM is installed, unless another was asked for."""

    def forecast(panel: SalesPanel, plan: Plan, horizons: list[int]) -> Answer:
        forecaster = CombinedForecaster(seed) if options.model == "combined" else BatchForecaster()
        return Answer.of(forecaster.fit(panel).forecast(horizons, plan))

    return forecast


def _measure(forecast: _Forecast, origins: Sequence[Split], horizons: Sequence[int]) -> Figures:
    before = _cpu_seconds()
    answers = [forecast(split.panel, split.plan, list(horizons)) for split in origins]
    fitted = sum(split.panel.products for split in origins)
    cost = 1_000 * (_cpu_seconds() - before) / fitted
    by = {f"h{horizon}": score(origins, answers, horizon) for horizon in horizons}
    every = {name: float(np.mean([one[name] for one in by.values()])) for name in by[f"h{horizons[0]}"]}
    return Figures({**every, "cpu_ms_per_series": cost}, by)


def _cpu_seconds() -> float:
    """Return CPU time of this process and of the children that it has waited for: Prophet fits in children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _notes(table: SalesTable, origins: Sequence[Split], options: _Options) -> list[str]:
    scores = (
        "wrmsse, pinball: weighted by units of the four weeks before each origin; scales: naive errors of the history "
        "(a week before for days, a period before for weeks)"
    )
    notes = [
        f"model: {options.model}",
        f"origins after {', '.join(str(split.panel.days()[-1]) for split in origins)}",
        scores,
        "coverage and width: 80 and 95 % intervals; total_width_ratio: widths of totals over the sums of widths of periods",
    ]
    if table.panel.price is not None or table.panel.promo is not None:
        planned = origins[0].plan.price is not None or origins[0].plan.promo is not None
        notes.append(
            "prices and promotions over the horizon are taken as planned, for Prophet too"
            if planned
            else "several rows fall on one period: prices are averages paid, and not taken for a plan"
        )
    if table.returns:
        notes.append(f"{table.returns} periods had more returns than sales: taken from the sales before them")
    return notes

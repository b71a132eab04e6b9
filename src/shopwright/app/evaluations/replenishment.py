"""The evaluation `replenishment`: how much stock the forecast's distribution needs, against the textbook's normal one.

Held-out demand is played period by period: goods come after a lead time, what cannot be served is lost, and up to a
level is ordered every period. Both see the same history; the level is made anew every so many periods.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import Figures, InvalidEvaluation, Measured, Metrics, Request
from shopwright.app.evaluations.sales_table import read_sales
from shopwright.app.evaluations.stock_play import Played, covered, play
from shopwright.demand.forecasting.batch import BatchForecaster
from shopwright.demand.forecasting.forecast import LEVELS
from shopwright.demand.forecasting.panel import Floats, Frequency, Plan, SalesPanel, known_demand
from shopwright.inventory.replenishment import Demand, normal_demand, order_up_to
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import record_panel
from shopwright.simulation.spec import WORLDS, WorldSpec

MEASURED: Final = ("constant", "slow", "season", "promotions")
"""The worlds of `--world all`."""
LEAD_TIME: Final = {Frequency.DAILY: 7, Frequency.WEEKLY: 2}
SERVICE_LEVEL: Final = 0.95
_HELD_OUT: Final = {Frequency.DAILY: 91, Frequency.WEEKLY: 13}
_RECENT: Final = {Frequency.DAILY: 91, Frequency.WEEKLY: 13}
"""Periods that the textbook takes mean and deviation from."""
_RENEWED: Final = {Frequency.DAILY: 7, Frequency.WEEKLY: 1}
"""Periods between two forecasts."""
_GRID: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
"""Levels that the curve of holding against fill rate is drawn with."""
_OFTEN: Final = 0.5
_YEARS_OF_DAYS: Final = 548


@dataclass(frozen=True, slots=True)
class _Options:
    lead_time: int
    service_level: float
    frequency: Frequency

    @property
    def protection(self) -> int:
        """Periods that an order has to last for: until the next one's goods arrive."""
        return self.lead_time + 1

    @property
    def levels(self) -> tuple[float, ...]:
        """The level that was asked for, then those of the curve."""
        return (self.service_level, *_GRID)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Products whose stock is played: what is known of them, what was really wanted (n, T), planned prices."""

    panel: SalesPanel
    wanted: Floats
    planned: bool


def evaluate_replenishment(request: Request) -> Measured:
    """Measure replenishment. Options: lead_time, service_level, frequency, world. Raises InvalidEvaluation."""
    options = _options(request)
    trials = dict(_trials(request, options))
    ours: dict[str, Metrics] = {}
    normal: dict[str, Metrics] = {}
    for name, trial in trials.items():
        request.tell(f"{name}: {trial.panel.products} products, {trial.panel.periods} periods")
        ours[name], normal[name] = _measure(trial, options)
    rows = sum(trial.panel.value.size for trial in trials.values())
    peers = {"normal": Figures(_means(normal), normal)}
    return Measured(rows, Figures(_means(ours), ours), peers, _notes(options))


def _options(request: Request) -> _Options:
    given = request.options
    try:
        frequency = Frequency(given.get("frequency") or Frequency.DAILY)
    except ValueError as error:
        raise InvalidEvaluation("The frequency is D or W.", frequency=given.get("frequency")) from error
    lead_time = given.get("lead_time")
    level = given.get("service_level")
    options = _Options(
        LEAD_TIME[frequency] if lead_time is None else int(lead_time),
        SERVICE_LEVEL if level is None else float(level),
        frequency,
    )
    if not 0 <= options.lead_time < _HELD_OUT[frequency] // 2:
        raise InvalidEvaluation("The lead time is 0 or more, and shorter than half of what is held out.",
                                lead_time=options.lead_time, held_out=_HELD_OUT[frequency])  # fmt: skip
    if not 0 < options.service_level < 1:
        raise InvalidEvaluation("A service level lies between 0 and 1.", service_level=options.service_level)
    return options


def _trials(request: Request, options: _Options) -> Iterator[tuple[str, _Trial]]:
    world = str(request.options.get("world") or "")
    if bool(world) == bool(request.data) or len(request.data) > 1:
        raise InvalidEvaluation("The evaluation `replenishment` needs one table (--data) or a world (--world).")
    if request.data:
        table = read_sales(request.data[0], request.columns, options.frequency)
        yield "all", _Trial(table.panel, known_demand(table.panel), planned=not table.transactions)
        return
    if world != "all" and world not in WORLDS:
        raise InvalidEvaluation(f"There is no world {world!r}.", known=["all", *sorted(WORLDS)])
    if options.frequency is not Frequency.DAILY:
        raise InvalidEvaluation("Worlds are played by days.")
    products = request.options.get("products")
    for name in MEASURED if world == "all" else (world,):
        spec = replace(WORLDS[name], days=_YEARS_OF_DAYS, products=products or WORLDS[name].products)
        yield name, _lived(spec, request.seed)


def _lived(spec: WorldSpec, seed: int) -> _Trial:
    """Live through a world; what was wanted is known there, even where stock ran out."""
    rng = np.random.default_rng([seed, spec.seed])
    past = record_panel(Market(build_world(spec), rng), rng)
    value = np.where(past.on_sale, past.served - past.cancelled, np.nan).astype(np.float64)
    panel = SalesPanel(
        first=np.datetime64(spec.start),
        value=value,
        price=past.price.astype(np.float64),
        promo=past.promotion.astype(np.float64),
        in_stock=~past.stocked_out,
    )
    return _Trial(panel, np.where(past.on_sale, past.wanted, np.nan).astype(np.float64), planned=True)


def _measure(trial: _Trial, options: _Options) -> tuple[Metrics, Metrics]:
    """Return our figures and those of the textbook."""
    begin = trial.panel.periods - _HELD_OUT[options.frequency]
    if begin < _RECENT[options.frequency]:
        raise InvalidEvaluation(
            "Too few periods: as many as are held out have to come before them.", periods=trial.panel.periods
        )
    rows = np.flatnonzero(np.nansum(known_demand(trial.panel)[:, :begin], axis=1) > 0)
    trial = _Trial(trial.panel.take(rows), trial.wanted[rows], trial.planned)
    demand = trial.wanted[:, begin:].T
    targets = [np.concatenate(one, axis=1) for one in zip(*_targets(trial, begin, options), strict=True)]
    plays = [play(one, demand, options.lead_time) for one in targets]
    often = (trial.panel.value[:, :begin] > 0).mean(axis=1) >= _OFTEN
    figures = []
    for target, played in zip(targets, plays, strict=True):
        found = _scored(played, plays[1], options)
        service = float(covered(target[:1], demand, options.protection)[0])
        found |= {"service": service, "target_error": abs(service - options.service_level)}
        for name, some in (("often", often), ("seldom", ~often)):
            if some.any():
                found[f"fill_rate_{name}"] = float(_some(played, some).fill_rate()[0])
        figures.append(found)
    return figures[0], figures[1]


def _targets(trial: _Trial, begin: int, options: _Options) -> Iterator[tuple[Floats, Floats]]:
    """Yield order-up-to targets (K, h, n), ours and the textbook's, for each stretch between two forecasts."""
    panel, step, protection = trial.panel, _RENEWED[options.frequency], options.protection
    for origin in range(begin, panel.periods, step):
        past, length = panel.until(origin), min(step, panel.periods - origin)
        plan = _plan(panel, origin, step + protection) if trial.planned else Plan()
        found = BatchForecaster().fit(past).forecast([protection, step + protection], plan)
        total = found.totals[protection]
        demand = Demand(total.mean, np.array(LEVELS), total.quantiles)
        sums = np.cumsum(np.pad(found.mean, ((0, 0), (1, 0))), axis=1)
        normal = normal_demand(known_demand(past)[:, -_RECENT[options.frequency] :], protection, LEVELS)
        ours = []
        for period in range(length):
            expected = sums[:, period + protection] - sums[:, period]
            moved = np.divide(expected, total.mean, out=np.ones_like(expected), where=total.mean > 0)
            ours.append(demand.stretched(moved))
        yield (
            np.stack([[order_up_to(one, level) for one in ours] for level in options.levels]),
            np.stack([np.tile(order_up_to(normal, level), (length, 1)) for level in options.levels]),
        )


def _plan(panel: SalesPanel, origin: int, ahead: int) -> Plan:
    """Return what was planned; at the end of the table its last prices stand, and nothing is promoted."""
    plan, missing = panel.plan(origin, ahead), max(origin + ahead - panel.periods, 0)
    price = None if plan.price is None else np.pad(plan.price, ((0, 0), (0, missing)), mode="edge")
    promo = None if plan.promo is None else np.pad(plan.promo, ((0, 0), (0, missing)))
    return Plan(price=price, promo=promo)


def _some(played: Played, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Played:
    return Played(played.demanded[:, rows], played.served[:, rows], played.held[:, rows])


def _scored(played: Played, normal: Played, options: _Options) -> Metrics:
    """Return fill rate, and holding for the fill rate that the textbook reaches, over what the textbook then holds."""
    fill, holding, theirs = played.fill_rate(), played.holding(), normal.fill_rate()
    needed = _holding_at(float(theirs[0]), fill[1:], holding[1:])
    demanded = float(played.demanded.sum(axis=1)[0])
    periods = max(_HELD_OUT[options.frequency] - options.protection, 1)
    return {
        "fill_rate": float(fill[0]),
        "holding_relative_to_normal": float(needed / max(normal.holding()[0], 1e-12)),
        "periods_of_stock": float(holding[0] * periods / max(demanded, 1e-12)),
    }


def _holding_at(fill: float, fills: Floats, holdings: Floats) -> float:
    """Return the holding at a fill rate: linear between points of a curve in the logarithm of what is not served."""
    order = np.argsort(fills, kind="stable")
    missed = -np.log(np.maximum(1.0 - fills[order], 1e-6))
    return float(np.interp(-np.log(max(1.0 - fill, 1e-6)), missed, holdings[order]))


def _means(by: dict[str, Metrics]) -> Metrics:
    names = set.intersection(*(set(one) for one in by.values()))
    return {
        name: float(np.mean([one[name] for one in by.values()])) for name in next(iter(by.values())) if name in names
    }


def _notes(options: _Options) -> tuple[str, ...]:
    held_out, renewed = _HELD_OUT[options.frequency], _RENEWED[options.frequency]
    return (
        f"lead time {options.lead_time}; every period is ordered; what cannot be served at once is lost",
        f"held out: the last {held_out} periods, with new forecasts every {renewed}",
        "normal: mean and deviation of the 13 weeks before, periods independent",
        "holding_relative_to_normal: mean units on hand needed for the fill rate of the normal, over what the normal holds",
        "service: share of protection intervals whose demand was within the level; target_error: its distance from it",
        "fill_rate_often, fill_rate_seldom: products that sold in half of the periods or more, and in fewer",
    )

"""The evaluation `pricing`: what a strategy earns in closed-loop markets of known truth, against what was possible.

Each world is lived through under its shop's own prices first; then every policy plays the same days with the same luck.
Profits are expected ones: the noise of single purchases is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from shopwright.app.evaluations.contract import Figures, InvalidEvaluation, Measured, Metrics, Request
from shopwright.app.evaluations.pricing_peers import RULES, peers
from shopwright.app.evaluations.sellers import PROPOSERS, LearningSeller, RuleSeller
from shopwright.app.evaluations.shop_desk import lowest_prices
from shopwright.app.evaluations.trials import Trials, calibration_error
from shopwright.simulation.clairvoyant import clairvoyant_run, play
from shopwright.simulation.columns import Flags, Floats
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import Panel, record_panel
from shopwright.simulation.spec import WORLDS, WorldSpec
from shopwright.simulation.world import World

MEASURED: Final = ("constant", "logit", "semi-log", "slow", "season", "stock-outs", "price-war", "promotions")
"""The worlds of `--world all`."""
STRATEGIES: Final = (*PROPOSERS, "rule_based")
"""What can be measured, the default first."""
SEEDS, DAYS, PRODUCTS = 20, 90, 50
_SEED_STEP: Final = 1_000
_RESAMPLES: Final = 2_000
_ENDS: Final = (2.5, 97.5)
_SCARCE: Final = 1.0
_NOTES: Final = (
    "captured: profit over that of the clairvoyant, with the ends of its 95 % interval (bootstrap over products)",
    "versus_stay: profit over that of staying at list, less 1, with the ends of its 95 % interval",
    f"versus_rules: profit over that of the best of {', '.join(RULES)}, less 1",
    "bounds: clairvoyant and strategy choose from the same prices, up to 1.6 times the list price",
    "worlds short of stock are played with their stock: what counts is what can be expected to be sold of it",
)
_TRIED: Final = (
    "calibration_error: distance of confidence from the share of proposals that improved profit, tried in copies of the "
    "market; improved_share and confidence are their means"
)
_NOT_TRIED: Final = "calibration_error is not measured: rule_based promises no profit"


@dataclass(frozen=True, slots=True)
class _Game:
    """What everybody earned, (n,) a policy, in one world with one seed; and how sure the strategy was of what."""

    profits: dict[str, Floats]
    best: Floats
    violations: int
    confidence: Floats
    improved: Flags


@dataclass(frozen=True, slots=True)
class _Options:
    worlds: tuple[str, ...]
    strategy: str
    seeds: int
    days: int
    products: int


def evaluate_pricing(request: Request) -> Measured:
    """Measure a strategy. Options: world, strategy, seeds, days, products. Raises InvalidEvaluation."""
    options = _options(request)
    games = {name: list(_games(WORLDS[name], request, options)) for name in options.worlds}
    every = [game for played in games.values() for game in played]
    figures = Figures(
        _metrics(every, options.strategy, request.seed),
        {name: _metrics(played, options.strategy, request.seed) for name, played in games.items()},
    )
    others = {
        policy: Figures(
            {"captured": _captured(every, policy)},
            {name: {"captured": _captured(played, policy)} for name, played in games.items()},
        )
        for policy in every[0].profits
        if policy != options.strategy
    }
    tried = _TRIED if any(game.confidence.size for game in every) else _NOT_TRIED
    notes = (f"strategy: {options.strategy}, with the guardrails of the built-in policy", *_NOTES, tried)
    return Measured(len(every) * options.products * options.days, figures, others, notes)


def _options(request: Request) -> _Options:
    world, strategy = request.options.get("world") or "all", request.options.get("strategy") or STRATEGIES[0]
    if world != "all" and world not in WORLDS:
        raise InvalidEvaluation(f"There is no world {world!r}.", known=["all", *sorted(WORLDS)])
    if strategy not in STRATEGIES:
        raise InvalidEvaluation(f"There is no strategy {strategy!r} to measure.", known=list(STRATEGIES))
    numbers = {
        name: request.options.get(name) or usual
        for name, usual in {"seeds": SEEDS, "days": DAYS, "products": PRODUCTS}.items()
    }
    wrong = sorted(name for name, value in numbers.items() if value < 1)
    if wrong:
        raise InvalidEvaluation(f"Has to be at least 1: {', '.join(wrong)}.", options=wrong)
    if request.data:
        raise InvalidEvaluation("The evaluation `pricing` plays simulated worlds and takes no data.")
    return _Options(MEASURED if world == "all" else (world,), strategy, **numbers)


def _games(spec: WorldSpec, request: Request, options: _Options) -> Iterator[_Game]:
    for place in range(options.seeds):
        request.tell(f"{spec.name}: {place + 1} of {options.seeds}")
        shift = _SEED_STEP * (place + options.seeds * request.seed)
        world = build_world(replace(spec, products=options.products, seed=spec.seed + shift))
        rng = np.random.default_rng([request.seed, place])
        market = Market(world, rng, stocked=spec.cover < _SCARCE)
        yield _play(world, market, record_panel(market, rng), options, rng)


def _play(world: World, market: Market, panel: Panel, options: _Options, rng: np.random.Generator) -> _Game:
    runs = {name: play(market, policy, options.days) for name, policy in peers(world, panel).items()}
    confidence, improved = [np.zeros(0)], [np.zeros(0, dtype=np.bool_)]
    if options.strategy == "rule_based":
        runs[options.strategy] = play(market, RuleSeller(world, panel), options.days)
    else:
        trials = Trials(LearningSeller(world, panel, options.strategy), rng)
        runs[options.strategy] = play(market, trials, options.days)
        confidence, improved = [*confidence, *trials.confidence], [*improved, *trials.improved]
    below = runs[options.strategy].prices < lowest_prices(world)[:, None]
    return _Game(
        profits={name: run.profit for name, run in runs.items()},
        best=clairvoyant_run(market, options.days).profit,
        violations=int(below.sum()),
        confidence=np.concatenate(confidence),
        improved=np.concatenate(improved),
    )


def _metrics(games: Sequence[_Game], strategy: str, seed: int) -> Metrics:
    earned, stay = (np.concatenate([game.profits[name] for game in games]) for name in (strategy, "stay"))
    best = np.concatenate([game.best for game in games])
    rng = np.random.default_rng(seed)
    low, high = _interval(earned, best, rng)
    stay_low, stay_high = _interval(earned, stay, rng)
    rules = max(_total(games, name) for name in RULES)
    metrics = {
        "captured": float(earned.sum() / best.sum()),
        "captured_low": low,
        "captured_high": high,
        "versus_stay": float(earned.sum() / stay.sum() - 1),
        "versus_stay_low": stay_low - 1,
        "versus_stay_high": stay_high - 1,
        "versus_rules": float(earned.sum() / rules - 1),
        "floor_violations": float(sum(game.violations for game in games)),
    }
    confidence, improved = (
        np.concatenate([game.confidence for game in games]),
        np.concatenate([game.improved for game in games]),
    )
    if confidence.size:
        metrics["calibration_error"] = calibration_error(confidence, improved)
        metrics["confidence"], metrics["improved_share"] = float(confidence.mean()), float(improved.mean())
    return metrics


def _captured(games: Sequence[_Game], policy: str) -> float:
    return _total(games, policy) / float(sum(game.best.sum() for game in games))


def _total(games: Sequence[_Game], policy: str) -> float:
    return float(sum(game.profits[policy].sum() for game in games))


def _interval(earned: Floats, best: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return the ends of the 95 % interval of the ratio of sums, products drawn with replacement."""
    drawn = rng.integers(earned.size, size=(_RESAMPLES, earned.size))
    ratios: npt.NDArray[np.float64] = earned[drawn].sum(axis=1) / best[drawn].sum(axis=1)
    low, high = np.percentile(ratios, _ENDS)
    return float(low), float(high)
